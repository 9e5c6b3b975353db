"""Import of datasets into a project: staged in a copy, which takes its place when it is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from vosgui.core.annotation import Annotation, Part
from vosgui.core.changes.replace_masks import take_masks, take_over
from vosgui.core.clip import ClipInfo
from vosgui.core.issues import Issue, error, note, warning
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.datasets.left_out import LEFT_OUT, check_left
from vosgui.datasets.workers import Workers, each_job, each_outcome
from vosgui.errors import DatasetError, InputError, NothingToDoError, ProjectError, TargetError
from vosgui.files.atomic import followed, writing_to
from vosgui.formats.dataset import (
    ClipSource,
    Dataset,
    LabelledClip,
    annotated_frames,
    placed_on,
)
from vosgui.formats.tree.find_frames import with_frames_in
from vosgui.media.open_clip import open_clip
from vosgui.project.file import remove_unless_held
from vosgui.project.project import Project


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    frames : folder in which the clips' frames are looked for, before those of the dataset.
    overwrite : whether a clip that the project has annotated takes the dataset's annotation.
    skip_broken : leave out clips and frames that cannot be read, and say so; else nothing is
        imported.
    workers : who reads the clips.
    """

    frames: Path | None = None
    overwrite: bool = False
    skip_broken: bool = False
    workers: Workers = 1


@dataclass(frozen=True)
class ImportReport:
    """What was imported, and all that was changed or dropped.

    names : of each clip, the dataset's and the one that it has where it came in.
    """

    n_clips: int = 0
    n_objects: int = 0
    n_frames: int = 0
    issues: tuple[Issue, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def with_clip(self, labelled: LabelledClip, name: str) -> ImportReport:
        """Return the report with one clip more. name : what it is called where it came in."""
        return ImportReport(
            self.n_clips + 1,
            self.n_objects + len(labelled.annotation.objects),
            self.n_frames + len(annotated_frames(labelled.annotation)),
            (*self.issues, *labelled.issues),
            (*self.names, (labelled.name, name)),
        )

    def with_issue(self, issue: Issue) -> ImportReport:
        """Return the report with one issue more."""
        return replace(self, issues=(*self.issues, issue))


def _read(
    source: ClipSource, progress: Progress, *, skip_broken: bool
) -> tuple[LabelledClip, ClipInfo]:
    """Read a clip, laid onto its frames, and open these."""
    labelled = source.read(progress, skip_broken=skip_broken)
    if labelled.frames is None:
        raise DatasetError(
            f"The dataset has no frames of the clip {labelled.name}. Say where they are.",
            option="--frames",
        )
    n_frames = len(annotated_frames(labelled.annotation))
    with open_clip(labelled.frames, progress=progress.within(n_frames, n_frames)) as clip:
        placed = placed_on(labelled, clip.info)
        said = tuple(note(text, clip=labelled.name) for text in clip.info.warnings)
        return replace(placed, issues=(*placed.issues, *said)), clip.info


def import_dataset(
    dataset: Dataset, path: Path, options: ImportOptions, progress: Progress = NO_PROGRESS
) -> ImportReport:
    """Add the clips of a dataset to the project at `path`, a new one where there is none.

    Stopped, or on an error, it leaves the project as it was.
    Raises InputError for a broken clip, NothingToDoError for a dataset without any.
    """
    if not dataset.clips:
        raise NothingToDoError("The dataset has no clips to import.")
    with _staged(path) as project, project.batch():
        add = partial(_add, project, {}, overwrite=options.overwrite)
        report = _each_read(dataset, options, progress, add, LEFT_OUT, options.skip_broken)
        counts = report.n_clips, report.n_objects, report.n_frames
        check_left("imported", report.issues, *counts)
    return report


def preview_import(
    dataset: Dataset, options: ImportOptions, progress: Progress = NO_PROGRESS
) -> ImportReport:
    """Read the clips of a dataset as an import would, and write nothing.

    Clips that cannot be read are errors of the report; frames alone where those are to be skipped.
    """

    def add(labelled: LabelledClip, _info: ClipInfo) -> tuple[str, str]:
        return labelled.name, ""

    return _each_read(dataset, options, progress, add, "It cannot be read. ", True)


def _each_read(
    dataset: Dataset,
    options: ImportOptions,
    progress: Progress,
    add: Callable[[LabelledClip, ClipInfo], tuple[str, str]],
    broken_text: str,
    skip_clips: bool,
) -> ImportReport:
    """Read all clips; `add` takes each, and returns its name there, and why it is another, or "".

    skip_clips : clips that cannot be read are issues, whatever is to become of single frames.
    """
    report = ImportReport(issues=dataset.issues)
    clips = with_frames_in(dataset, options.frames).clips
    read = partial(_read, skip_broken=options.skip_broken)
    with closing(each_outcome(read, clips, options.workers, progress)) as results:
        for source, found in zip(clips, results, strict=True):
            try:
                if isinstance(found, InputError):
                    raise found
                name, why = add(*found)
                report = report.with_clip(found[0], name)
                if why:
                    report = report.with_issue(warning(why, clip=source.name))
            except (TargetError, ProjectError):
                raise
            except InputError as broken:
                if not skip_clips:
                    raise
                text = f"{broken_text}{broken}"
                report = report.with_issue(error(text, clip=source.name, option=broken.option))
    return report


def masks_of_clip(
    dataset: Dataset, info: ClipInfo, annotation: Annotation, progress: Progress = NO_PROGRESS
) -> tuple[ImportReport, Part]:
    """Read the masks of one clip and return the edit that gives them to its annotation.

    The clip is the only one of the dataset, or that of the same name. Raises InputError where
    there is none, it is broken, or its masks do not fit the clip.
    """
    sources = [one for one in dataset.clips if len(dataset.clips) == 1 or one.name == info.name]
    if not sources:
        raise DatasetError(
            f"It holds {counted(len(dataset.clips), 'clip')}, none of them called {info.name}. "
            "Choose the folder of this clip's masks, or import all of them into the project."
        )
    (read,) = each_job(lambda one, told: one.read(told), sources[:1], 1, progress)
    labelled = placed_on(read, info)
    report = ImportReport(issues=dataset.issues).with_clip(labelled, info.name)
    return report, take_masks(annotation, labelled.annotation)


@contextmanager
def _staged(path: Path) -> Iterator[Project]:
    """Yield a copy of the project, or a new one, that takes its place if the block ends well."""
    path = followed(path)
    temporary = path.with_name(f".{path.name}.importing")
    try:
        with writing_to(path):
            remove_unless_held(temporary)  # a killed import has left it
            if path.exists():
                # Held open until the end: no other program can change what will be replaced.
                with Project.open(path) as old, old.save_as(temporary) as project:
                    yield project
            else:
                with Project.create(temporary) as project:
                    yield project
                if path.exists():
                    raise TargetError(
                        f"{path} was made by another program meanwhile, and stays as it is. "
                        "Import again, into that project."
                    )
            temporary.replace(path)
    finally:
        remove_unless_held(temporary)


def _add(
    project: Project,
    owners: dict[Path, str],
    labelled: LabelledClip,
    info: ClipInfo,
    *,
    overwrite: bool,
) -> tuple[str, str]:
    """Add a clip by the dataset's name; return its name in the project, and why it is another.

    owners : the clips that were added by now, by where their frames are.
    """
    if (owner := owners.setdefault(info.path, labelled.name)) != labelled.name:
        raise DatasetError(
            f"The frames of the clips {owner} and {labelled.name} are both in {info.path}, which "
            "is one clip in a project. Put the frames of each into a folder of its own."
        )
    n_before = len(project.clips)
    record = project.clips.add(replace(info, name=labelled.name))
    is_new = len(project.clips) > n_before
    history = project.history(record.id)
    if not (is_new or overwrite) and annotated_frames(history.annotation):
        raise DatasetError(
            f"The project has the clip {record.name} annotated already. Import into another "
            "project, or have its annotation replaced by the dataset's.",
            option="--overwrite",
        )
    history.do("Import", take_over(history.annotation, labelled.annotation))
    why = ""
    if record.name != labelled.name and is_new:
        why = f"The project has another clip of this name; this one is {record.name}."
    elif record.name != labelled.name:
        why = f"Its frames are the project's clip {record.name}, which took its annotation."
    return record.name, why
