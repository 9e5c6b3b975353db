"""Find the masks of clips to be scored: in a tree, a dataset of any format, or a project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vosgui.datasets.mask_sources import MaskSource, project_masks
from vosgui.errors import DatasetError, NothingToDoError
from vosgui.formats.dataset import Dataset
from vosgui.formats.format import Format
from vosgui.formats.locate import locate
from vosgui.formats.tree.find_clips import find_clips
from vosgui.project.project import Project

PROJECT_SUFFIX = ".vosgui"


def find_masks(path: Path, *, every_frame: bool = False) -> dict[str, MaskSource]:
    """Return the clips of a dataset of any format, a folder of masks or a project file, by name.

    every_frame : take the frames, too, of which a dataset that is no tree says nothing.
    Raises DatasetError or ProjectError where it cannot be read, NothingToDoError for a project
    without a mask.
    """
    if is_project(path):
        return _of_project(path)
    found = _located(path)
    is_tree = found is None or found[0].is_tree or found[0].reader is None
    if is_tree and not path.is_file():  # the reader of trees says what is missing
        return {clip.name: clip for clip in find_clips(path).clips}
    if found is None:
        raise DatasetError(
            f"{path} is of no known format: neither a dataset, nor a folder or zip of masks, nor a "
            f"project (*{PROJECT_SUFFIX})."
        )
    row, place = found
    return _of_dataset(row.list_clips(place), every_frame=every_frame)


def is_project(path: Path) -> bool:
    """Return whether a path is called like a project, and is no folder."""
    return path.suffix == PROJECT_SUFFIX and not path.is_dir()


def _located(path: Path) -> tuple[Format, Path] | None:
    """Return the format that a path holds, and where; None where it is of no known one."""
    try:
        return locate(path, "auto")
    except DatasetError:
        return None


def _of_dataset(dataset: Dataset, *, every_frame: bool) -> dict[str, MaskSource]:
    """Read all clips of a dataset; raise InputError where one is broken or none is annotated."""
    clips: dict[str, MaskSource] = {}
    for source in dataset.clips:
        labelled = source.read()
        annotation, names = labelled.annotation, labelled.frame_names
        masks = project_masks(labelled.name, annotation.snapshot(), names)
        places = {name: t for t, name in enumerate(names)} if every_frame else masks.places
        issues = (*dataset.issues, *labelled.issues) if not clips else labelled.issues
        clips[labelled.name] = replace(
            masks,
            places=places,
            categories={one.id: one.category for one in annotation.objects},
            notes=tuple(one.words for one in issues),
            called=labelled.called,
        )
    if not any(clip.frame_names for clip in clips.values()):
        raise NothingToDoError("Nothing is annotated in the dataset.")
    return clips


def _of_project(path: Path) -> dict[str, MaskSource]:
    clips: dict[str, MaskSource] = {}
    with Project.open_to_read(path) as project:
        for record in project.clips:
            annotation = project.history(record.id).annotation
            masks = project_masks(record.name, annotation.snapshot(), record.info.frame_names)
            if masks.places:
                categories = {one.id: one.category for one in annotation.objects}
                clips[record.name] = replace(masks, categories=categories)
    if not clips:
        raise NothingToDoError(f"The project {path} has no clip with a mask.")
    return clips
