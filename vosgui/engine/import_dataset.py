"""Import of datasets into a project: staged in a copy, which takes its place when it is whole."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vosgui.core.annotation import Annotation, Part
from vosgui.core.clip import ClipInfo
from vosgui.core.take_over import take_masks, take_over
from vosgui.errors import DatasetError, InputError, NothingToDoError, ProjectError, TargetError
from vosgui.formats.find_frames import find_frames
from vosgui.formats.labelled_clip import (
    ClipSource,
    Dataset,
    LabelledClip,
    annotated_frames,
    placed_on,
)
from vosgui.formats.media import open_clip
from vosgui.formats.project import Project
from vosgui.formats.remarks import Remark, error


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    frames : folder in which the clips' frames are looked for, before those of the dataset.
    overwrite : whether a clip that the project has annotated takes the dataset's annotation.
    skip_broken : leave out clips that cannot be read, and say so; else nothing is imported.
    """

    frames: Path | None = None
    overwrite: bool = False
    skip_broken: bool = False


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: the clip that is in, and how many of how many."""

    clip: str
    n_done: int
    n_total: int


@dataclass(frozen=True)
class ImportReport:
    """What was imported, and all that was changed or dropped: the last thing that is yielded."""

    n_clips: int
    n_objects: int
    n_frames: int
    remarks: tuple[Remark, ...]


def read_clip(
    dataset: Dataset, source: ClipSource, frames: Path | None
) -> tuple[LabelledClip, ClipInfo]:
    """Read a clip, laid onto its frames, and open these; raise DatasetError where it has none."""
    labelled = source.read()
    if frames is not None:
        where = find_frames(frames, labelled.name, only_clip=len(dataset.clips) == 1)
        labelled = replace(labelled, frames=where)
    if labelled.frames is None:
        raise DatasetError(
            f"The dataset has no frames of the clip {labelled.name}. Say where they are.",
            option="--frames",
        )
    with open_clip(labelled.frames) as clip:
        return placed_on(labelled, clip.info), clip.info


def import_dataset(
    dataset: Dataset, path: Path, options: ImportOptions
) -> Generator[ImportProgress | ImportReport, None, None]:
    """Add the clips of a dataset to the project at `path`, a new one where there is none.

    Closed early, or on an error, it leaves the project as it was.
    Raises InputError for a broken clip, NothingToDoError for a dataset without any.
    """
    if not dataset.clips:
        raise NothingToDoError("The dataset has no clips to import.")
    remarks = list(dataset.remarks)
    n_clips = n_objects = n_frames = 0
    with _staged(path) as project:
        for n, source in enumerate(dataset.clips, start=1):
            try:
                labelled, info = read_clip(dataset, source, options.frames)
                _add(project, labelled, info, overwrite=options.overwrite)
            except (TargetError, ProjectError):
                raise
            except InputError as broken:
                if not options.skip_broken:
                    raise
                text = f"It was left out. {broken}"
                remarks.append(error(text, clip=source.name, option=broken.option))
            else:
                remarks += labelled.remarks
                n_clips += 1
                n_objects += len(labelled.annotation.objects)
                n_frames += len(annotated_frames(labelled.annotation))
            yield ImportProgress(source.name, n, len(dataset.clips))
        if not n_clips:
            raise NothingToDoError(f"No clip could be imported. {remarks[-1].text}")
    yield ImportReport(n_clips, n_objects, n_frames, tuple(remarks))


def preview_import(
    dataset: Dataset, options: ImportOptions
) -> Generator[ImportProgress | ImportReport, None, None]:
    """Read the clips of a dataset as an import would, and write nothing.

    Clips that cannot be read are errors of the report.
    """
    remarks = list(dataset.remarks)
    n_clips = n_objects = n_frames = 0
    for n, source in enumerate(dataset.clips, start=1):
        try:
            labelled, _ = read_clip(dataset, source, options.frames)
        except InputError as broken:
            text = f"It cannot be read. {broken}"
            remarks.append(error(text, clip=source.name, option=broken.option))
        else:
            remarks += labelled.remarks
            n_clips += 1
            n_objects += len(labelled.annotation.objects)
            n_frames += len(annotated_frames(labelled.annotation))
        yield ImportProgress(source.name, n, len(dataset.clips))
    yield ImportReport(n_clips, n_objects, n_frames, tuple(remarks))


def masks_of_clip(
    dataset: Dataset, info: ClipInfo, annotation: Annotation
) -> tuple[ImportReport, Part]:
    """Read the masks of one clip and return the edit that gives them to its annotation.

    The clip is the only one of the dataset, or that of the same name. Raises InputError where
    there is none, it is broken, or its masks do not fit the clip.
    """
    sources = [one for one in dataset.clips if len(dataset.clips) == 1 or one.name == info.name]
    if not sources:
        raise DatasetError(
            f"It holds {len(dataset.clips)} clips, none of them called {info.name}. Choose the "
            "folder of this clip's masks, or import all of them into the project."
        )
    labelled = placed_on(sources[0].read(), info)
    remarks = (*dataset.remarks, *labelled.remarks)
    n_objects = len(labelled.annotation.objects)
    n_frames = len(annotated_frames(labelled.annotation))
    part = take_masks(annotation, labelled.annotation)
    return ImportReport(1, n_objects, n_frames, remarks), part


@contextmanager
def _staged(path: Path) -> Iterator[Project]:
    """Yield a copy of the project, or a new one, that takes its place if the block ends well."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.vosgui")
    try:
        if path.exists():
            # Held open until the end: no other program can change what will be replaced.
            with Project.open(path) as old, old.save_as(temporary) as project:
                yield project
            temporary.replace(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with Project.create(temporary) as project:
                yield project
            temporary.replace(path)
    except OSError as problem:
        raise TargetError(
            f"Cannot write the project {path}: {problem.strerror or problem}. Choose another place."
        ) from problem
    finally:
        for suffix in ("", "-wal", "-shm"):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _add(project: Project, labelled: LabelledClip, info: ClipInfo, *, overwrite: bool) -> None:
    record = project.add_clip(info)
    history = project.history(record.id)
    if annotated_frames(history.annotation) and not overwrite:
        raise DatasetError(
            f"The project has the clip {record.name} annotated already. Import into another "
            "project, or have its annotation replaced by the dataset's.",
            option="--overwrite",
        )
    history.do("Import", take_over(history.annotation, labelled.annotation))
