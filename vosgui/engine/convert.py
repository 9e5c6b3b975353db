"""Writing of many clips as a dataset: by the clip over processes, resumable, whole at the end.

The tree grows in a folder `.NAME.partial` beside its place and takes the place when it is whole.
Each clip that is done leaves a line in the partial folder's journal, so that the same work, begun
again, goes on where it was stopped.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vosgui import __version__
from vosgui.engine.each_clip import each_clip
from vosgui.errors import DatasetError, InputError, NothingToDoError, TargetError
from vosgui.formats.atomic import atomic_file
from vosgui.formats.find_frames import find_frames
from vosgui.formats.labelled_clip import ClipSource, Dataset, LabelledClip
from vosgui.formats.remarks import Remark, error
from vosgui.formats.writer import Writer, WrittenClip

_TREE, _JOURNAL, _STAGE = "tree", "journal", "stage"


@dataclass(frozen=True)
class ConvertProgress:
    """How far a conversion is: the clip that is done, and how many of how many."""

    clip: str
    n_done: int
    n_total: int


@dataclass(frozen=True)
class ConvertReport:
    """What was written, and all that was changed or dropped: the last thing that is yielded."""

    target: Path
    n_clips: int
    n_frames: int
    n_objects: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class FramesElsewhere:
    """A source whose frames lie in a folder that a person named."""

    source: ClipSource
    root: Path
    only_clip: bool

    @property
    def name(self) -> str:
        """Return the clip's name."""
        return self.source.name

    def read(self) -> LabelledClip:
        """Read the clip; raise InputError where it is broken or has no frames there."""
        labelled = self.source.read()
        frames = find_frames(self.root, self.name, only_clip=self.only_clip)
        return dataclasses.replace(labelled, frames=frames)


@dataclass(frozen=True)
class _Job:
    source: ClipSource
    writer: Writer
    partial: Path
    skip_broken: bool


def convert(
    dataset: Dataset, writer: Writer, target: Path, n_workers: int, *, skip_broken: bool = False
) -> Generator[ConvertProgress | ConvertReport, None, None]:
    """Write the clips of a dataset as another; stopped, it can be begun again.

    The bytes written depend on the input alone, not on workers or on stops.
    Raises TargetError where the target is taken or cannot be written, InputError for a broken clip
    unless these are skipped, NothingToDoError for a dataset without clips.
    """
    if not dataset.clips:
        raise NothingToDoError("The dataset has no clips.")
    _check_names(dataset.clips)
    partial = _begin(target, _key(dataset.clips, writer))
    jobs = [_Job(source, writer, partial, skip_broken) for source in dataset.clips]
    written: list[WrittenClip] = []
    remarks = list(dataset.remarks)
    for n, done in enumerate(each_clip(_convert_clip, jobs, n_workers), start=1):
        remarks += done.remarks
        if done.entry != _BROKEN:
            written.append(done)
        yield ConvertProgress(done.name, n, len(jobs))
    if not written:
        raise NothingToDoError(f"No clip could be written. {remarks[-1].text}")
    try:
        remarks += writer.finish(written, partial / _TREE)
        if target.is_dir():
            target.rmdir()  # it is empty
        (partial / _TREE).replace(target)
        shutil.rmtree(partial)
    except OSError as problem:
        raise _cannot_write(target, problem) from problem
    yield ConvertReport(
        target,
        len(written),
        sum(clip.n_frames for clip in written),
        sum(clip.n_objects for clip in written),
        tuple(remarks),
    )


_BROKEN = "broken"  # the entry of a clip that was left out


def _convert_clip(job: _Job) -> WrittenClip:
    name = job.source.name
    journal = job.partial / _JOURNAL / f"{name}.json"
    if journal.exists():
        return msgspec.json.decode(journal.read_bytes(), type=WrittenClip)
    stage = job.partial / _STAGE / name
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        labelled = job.source.read()
        written = job.writer.write_clip(labelled, stage)
        written = dataclasses.replace(written, remarks=(*labelled.remarks, *written.remarks))
        _move(stage, job.partial / _TREE)
        with atomic_file(journal) as file:
            file.write(msgspec.json.encode(written))
    except TargetError:
        raise
    except InputError as broken:
        if not job.skip_broken and not isinstance(broken, NothingToDoError):
            raise
        remark = error(f"It was left out. {broken}", clip=name)
        return WrittenClip(name, 0, 0, _BROKEN, (remark,))
    except OSError as problem:
        raise _cannot_write(job.partial, problem) from problem
    return written


def _move(stage: Path, tree: Path) -> None:
    for path in sorted(stage.rglob("*")):
        if path.is_file():
            to = tree / path.relative_to(stage)
            to.parent.mkdir(parents=True, exist_ok=True)
            path.replace(to)
    shutil.rmtree(stage)


def _key(clips: Sequence[ClipSource], writer: Writer) -> str:
    """Return what the work is made from: other sources, or another choice, give another key."""
    digest = hashlib.blake2b(f"{__version__} {writer!r}".encode(), digest_size=16)
    for source in clips:
        digest.update(f"{source!r}".encode())
        for path in _paths(source):
            if path.exists():
                at = path.stat()
                digest.update(f"{path} {at.st_mtime_ns} {at.st_size}".encode())
    return digest.hexdigest()


def _paths(value: object) -> list[Path]:
    if isinstance(value, Path):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (getattr(value, one.name) for one in dataclasses.fields(value))
        return [path for one in fields for path in _paths(one)]
    return []


def partial_folder(target: Path) -> Path:
    """Return where a dataset grows until it is whole; what is there is gone on with."""
    return target.parent / f".{target.name}.partial"


def _begin(target: Path, key: str) -> Path:
    """Return the partial folder of a target; what other work left there is removed."""
    partial = partial_folder(target)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise TargetError(f"{target} exists and is not empty. Choose another folder.")
        noted = partial / "key"
        if partial.exists() and not (noted.exists() and noted.read_text() == key):
            shutil.rmtree(partial)
        for folder in (_TREE, _JOURNAL, _STAGE):
            (partial / folder).mkdir(parents=True, exist_ok=True)
        noted.write_text(key)
    except OSError as problem:
        raise _cannot_write(target, problem) from problem
    return partial


def _check_names(clips: Sequence[ClipSource]) -> None:
    seen: set[str] = set()
    for source in clips:
        if source.name in seen or not source.name or set(source.name) & set("/\\\0"):
            raise DatasetError(f"Two clips are called {source.name!r}, or it is no folder's name.")
        seen.add(source.name)


def _cannot_write(target: Path, problem: OSError) -> TargetError:
    reason = problem.strerror or str(problem)
    return TargetError(f"Cannot write {target}: {reason}. Choose another place, or free space.")
