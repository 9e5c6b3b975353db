"""Writing of many clips as a dataset: by the clip over processes, resumable, whole at the end.

The tree grows in a hidden folder beside its place (datasets.resuming) and takes the place when it
is whole. Clips that are whole stay there, so that the same work, begun again, goes on where it was
stopped, whatever stopped it.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vosgui.core.issues import Issue
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.datasets.clip_keys import Unpacked, clip_keys
from vosgui.datasets.left_out import check_left, left_out
from vosgui.datasets.resuming.earlier_export import ExportedClip, sizes_of
from vosgui.datasets.resuming.partial_tree import PartialTree, partial_tree, size_of
from vosgui.datasets.target_tree import Existing, check_target, put_tree, replace_tree
from vosgui.datasets.workers import Workers, each_outcome, none_failed
from vosgui.errors import DatasetError, InputError, NothingToDoError, TargetError
from vosgui.files.atomic import followed, writing_to
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.tree.layout import is_plain_name
from vosgui.formats.writer import Writer, WrittenClip


@dataclass(frozen=True)
class ConvertReport:
    """What was written, and all that was changed or dropped.

    clips : what was written of each, by the name of its folder. about : files about all of them.
    n_as_before : clips that were there already, as they would be written again.
    """

    target: Path
    n_clips: int
    n_frames: int
    n_objects: int
    issues: tuple[Issue, ...]
    clips: Mapping[str, ExportedClip] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    n_as_before: int = 0

    def __str__(self) -> str:
        """Return the line that says what was written."""
        n = ((self.n_clips, "clip"), (self.n_frames, "frame"), (self.n_objects, "object"))
        as_before = f"; {counted(self.n_as_before, 'clip')} as before" if self.n_as_before else ""
        return f"{', '.join(counted(*one) for one in n)} in {self.target}{as_before}"


@dataclass(frozen=True)
class _Job:
    source: ClipSource
    writer: Writer
    key: str
    target: Path
    partial: PartialTree
    skip_broken: bool


def convert(
    dataset: Dataset,
    writer: Writer,
    target: Path,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
    *,
    skip_broken: bool = False,
    joins: Sequence[str] = (),
    existing: Existing = "refuse",
    unpacked: Unpacked | None = None,
    replaces: Collection[str] | None = None,
) -> ConvertReport:
    """Write the clips of a dataset as another; stopped, it can be begun again.

    progress : hears how many frames are written where the dataset knows how many there are, else
        how many clips. unpacked : where the dataset lies, if it came from an archive.
    joins : folders of the clips' folders, by which they can join a tree that is there; then
        `existing` says whether.
    replaces : files of an earlier dataset at the target, whose place this one takes; None for none.
    The bytes written depend on the input alone, not on workers or on stops. A tree is whole when
    every file of every clip is in it, as large as it was written: what others have removed
    meanwhile is written again.
    Raises TargetError where the target is taken, cannot be written, or does not stay as written;
    InputError for a broken clip unless these are skipped, NothingToDoError for a dataset without
    clips.
    """
    clips = dataset.clips
    if not clips:
        raise NothingToDoError("The dataset has no clips.")
    _check_names(clips)
    target = followed(target)
    keys = clip_keys(clips, f"{writer!r}", unpacked)
    with partial_tree(target, keys) as partial, writing_to(target):
        names = [source.name for source in clips]
        meta = check_target(target, joins, names, existing) if replaces is None else {}
        jobs = [
            _Job(source, writer, key, target, partial, skip_broken)
            for source, key in zip(clips, keys, strict=True)
        ]
        tree, written, issues = _grown(jobs, writer, workers, progress, dataset.n_frames)
        entries = {clip.name: clip.entry for clip in written}
        if replaces is None:
            put_tree(tree, target, joins, entries, meta)
        else:
            replace_tree(tree, target, replaces)
        _check_place(target, tree, writer, written)
    issues = [*dataset.issues, *issues]
    n_frames = sum(clip.n_frames for clip in written)
    n_objects = sum(clip.n_objects for clip in written)
    of = dict(zip(names, keys, strict=True))
    return ConvertReport(
        target, len(written), n_frames, n_objects, tuple(issues),
        {one.name: ExportedClip(of[one.name], sizes_of(target, (*one.files, *one.later)))
         for one in written},
        tuple(map(writer.path, writer.about_all)),
    )  # fmt: skip


def _grown(
    jobs: Sequence[_Job],
    writer: Writer,
    workers: Workers,
    progress: Progress,
    n_frames: int | None,
) -> tuple[Path, list[WrittenClip], list[Issue]]:
    """Return the tree of all clips, which is whole, what is said of them, and the issues."""
    partial, target = jobs[0].partial, jobs[0].target
    for _ in range(_TRIES):
        each = each_outcome(_convert_clip, jobs, workers, progress, n_frames, len(jobs))
        results = none_failed(list(each), [job.source.name for job in jobs])
        issues = [one for result in results for one in result.issues]
        written = [result for result in results if result.entry != _BROKEN]
        counts = sum(one.n_objects for one in written), sum(one.n_frames for one in written)
        check_left("written", issues, len(written), *counts)
        _check_files(written)
        keys = [job.key for job, one in zip(jobs, results, strict=True) if one.entry != _BROKEN]
        tree = partial.gather(keys)
        issues += writer.finish(written, tree, _AtEnd(progress, n_frames or len(jobs)))
        lost = partial.missing(keys) + [
            file for file in _written_last(writer, written) if size_of(tree / file) < 0
        ]
        if not lost:
            return tree, written, issues
    raise _removed(target, lost)


def _check_place(target: Path, tree: Path, writer: Writer, clips: Sequence[WrittenClip]) -> None:
    """Raise TargetError where a file is not in its place, and take a new tree back."""
    files = (*_written_last(writer, clips), *(file for clip in clips for file in clip.files))
    lost = [file for file in files if size_of(target / file) < 0]
    if lost:
        if not tree.exists():
            target.replace(tree)
        raise _removed(target, lost)


def _written_last(writer: Writer, clips: Sequence[WrittenClip]) -> list[str]:
    """Return the files that are written when all clips are whole."""
    about_all = [writer.path(name) for name in writer.about_all]
    return about_all + [file for clip in clips for file in clip.later]


def _removed(target: Path, lost: Sequence[str]) -> TargetError:
    return TargetError(
        f"{target} is not whole: {lost[0]}{f' and {len(lost) - 1} more' if lost[1:] else ''} "
        "went while it was written. Keep other programs from removing files there, and write it "
        "again."
    )


class _AtEnd(Progress):
    """Tells, whatever it hears, that all clips are written and only what is about all is not."""

    def __init__(self, progress: Progress, n_total: int) -> None:
        self._progress, self._n_total = progress, n_total

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self._progress.report(self._n_total, self._n_total, "files about all clips")


_TRIES = 3  # so often what others remove is written again
_BROKEN = "broken"  # the entry of a clip that was left out


def _convert_clip(job: _Job, progress: Progress) -> WrittenClip:
    name = job.source.name
    with writing_to(job.target):
        whole = job.partial.whole(job.key)
    # One with frames left out is whole only for those who want them to be left out.
    if whole is not None and (job.skip_broken or not whole.n_broken):
        progress.report(whole.n_frames)
        return whole
    try:
        with writing_to(job.target), job.partial.stage() as files:
            # Only frames that are written count.
            labelled = job.source.read(progress.within(0, 0), skip_broken=job.skip_broken)
            written = job.writer.write_clip(labelled, files, progress)
            issues, n_broken = (*labelled.issues, *written.issues), labelled.n_broken
            written = dataclasses.replace(written, issues=issues, n_broken=n_broken)
            job.partial.keep(files, job.key, written)
    except TargetError:
        raise
    except InputError as broken:
        if not job.skip_broken and not isinstance(broken, NothingToDoError):
            raise
        return WrittenClip(name, 0, 0, _BROKEN, (left_out(name, broken),))
    return written


def _check_names(clips: Sequence[ClipSource]) -> None:
    """Raise DatasetError where two clips would be one folder, or one would be none."""
    seen: dict[str, str] = {}
    for source in clips:
        if not is_plain_name(source.name):
            raise DatasetError(f"The clip {source.name!r} has no name that a folder can have.")
        other = seen.setdefault(_folded(source.name), source.name)
        if other != source.name:
            raise DatasetError(
                f"The clips {other} and {source.name} differ in the case of letters alone, and are "
                "one folder on many systems. Rename one of them."
            )
    if len(seen) < len(clips):
        n = Counter(source.name for source in clips)
        raise DatasetError(f"Two clips are called {n.most_common(1)[0][0]!r}. Rename one of them.")


def _check_files(clips: Sequence[WrittenClip]) -> None:
    """Raise DatasetError where one file is to be two clips', or two frames' of one."""
    owners: dict[str, str] = {}
    for clip in clips:
        for file in clip.files:
            key = _folded(file)
            other = owners.get(key)
            owners[key] = clip.name
            if other is not None:
                whose = f"the clips {other} and {clip.name}"
                whose = whose if other != clip.name else f"two frames of the clip {other}"
                raise DatasetError(f"{file} would be the file of {whose}. Rename one of them.")


def _folded(name: str) -> str:
    """Return what a name is on systems that heed neither case nor how letters are composed."""
    return unicodedata.normalize("NFC", name).casefold()
