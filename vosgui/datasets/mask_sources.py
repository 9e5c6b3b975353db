"""Masks of clips to be scored, wherever they lie: a tree, folders of PNG files, or a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.clip import ClipInfo
from vosgui.core.mask import Mask, PackedMask
from vosgui.core.track import Source, is_given
from vosgui.errors import DatasetError, MaskError, NothingToDoError
from vosgui.formats.tree.find_clips import find_clips
from vosgui.formats.tree.layout import find_splits
from vosgui.formats.tree.meta import ListedObject, ObjectTable, find_object_table, read_objects
from vosgui.project.project import Project

PROJECT_SUFFIX = ".vosgui"

Categories = Mapping[str, Mapping[int, str]]  # by clip, by object id


class MaskSource(Protocol):
    """The masks of one clip, read one at a time."""

    @property
    def name(self) -> str:
        """Return the clip's name."""

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames that have a mask, in order."""

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W); raise MaskError for a broken one or one of another size."""

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return the ids of the objects of which nothing is known in a frame."""


@dataclass(frozen=True)
class ProjectMasks:
    """The masks of one clip of a project, packed; its file is closed again.

    packed : by frame name; None for a frame in which all objects are said to be absent.
    categories, known, given : by object id; the frames in which something is known of an object,
        and those of them in which a person said it.
    """

    name: str
    hw: tuple[int, int]
    packed: Mapping[str, PackedMask | None]
    categories: Mapping[int, str] = field(default_factory=dict)
    known: Mapping[int, frozenset[str]] = field(default_factory=dict)
    given: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames in which something is known of some object."""
        return tuple(self.packed)

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W)."""
        if expected_hw is not None and self.hw != expected_hw:
            raise MaskError(
                f"The clip {self.name} of the project is {self.hw[1]}x{self.hw[0]}, its frame "
                f"{frame_name} elsewhere {expected_hw[1]}x{expected_hw[0]}."
            )
        packed = self.packed[frame_name]
        return np.zeros(self.hw, np.uint8) if packed is None else packed.unpack()

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return the ids of the objects of which nothing is known in a frame."""
        return frozenset(i for i, frames in self.known.items() if frame_name not in frames)


def find_masks(path: Path) -> dict[str, MaskSource]:
    """Return the clips of a tree, a folder of masks or a project file, by name.

    Raises DatasetError or ProjectError where it cannot be read, NothingToDoError for a project
    without a mask.
    """
    if path.suffix == PROJECT_SUFFIX and not path.is_dir():
        return _of_project(path)
    if path.is_file():
        raise DatasetError(f"{path} is no folder of masks and no project (*{PROJECT_SUFFIX}).")
    return {clip.name: clip for clip in find_clips(path).clips}


def pair_clips(
    truth: Mapping[str, MaskSource], others: Mapping[str, MaskSource]
) -> list[tuple[MaskSource, MaskSource | None]]:
    """Return the clips of the truth, each with that of the same name among the others.

    Where both sides are a single clip they belong together whatever their names.
    """
    if len(truth) == len(others) == 1:
        return [(next(iter(truth.values())), next(iter(others.values())))]
    return [(clip, others.get(name)) for name, clip in truth.items()]


def described(path: Path) -> str:
    """Return a path for a report, and what was chosen where it holds masks of several sizes."""
    if path.is_dir():
        for split in find_splits(path):
            if len(split.resolutions) > 1:
                return f"{path} ({split.resolutions[0]} of {', '.join(split.resolutions)})"
    return str(path)


def listed_objects(clips: Mapping[str, MaskSource], given_only: bool = False) -> ObjectTable | None:
    """Return the objects of a project's clips; None where the masks come from folders.

    An object is listed in the frames in which something is known of it, which may be its absence;
    given_only : in those in which a person gave it.
    """
    table = {}
    for name, clip in clips.items():
        if isinstance(clip, ProjectMasks):
            frames = clip.given if given_only else clip.known
            table[name] = {i: ListedObject(one, frames[i]) for i, one in clip.categories.items()}
    return table or None


def find_categories(root: Path, clips: Mapping[str, MaskSource]) -> Categories:
    """Return what the objects under a path are: as a project or the tree's own file has it.

    Raises DatasetError where that file is broken.
    """
    table = listed_objects(clips)
    if table is None:
        file = find_object_table(root)
        if file is None:
            return {}
        table = read_objects(file)
    return {
        clip: {i: one.category for i, one in objects.items() if one.category}
        for clip, objects in table.items()
    }


def _of_project(path: Path) -> dict[str, MaskSource]:
    clips: dict[str, MaskSource] = {}
    with Project.open_to_read(path) as project:
        for record in project.clips:
            masks = _masks_of(record.name, project.history(record.id).annotation, record.info)
            if masks.packed:
                clips[record.name] = masks
    if not clips:
        raise NothingToDoError(f"The project {path} has no clip with a mask.")
    return clips


def _masks_of(name: str, annotation: Annotation, info: ClipInfo) -> ProjectMasks:
    tracks = {one.id: annotation.track(one.id) for one in annotation.objects}
    known = {i: np.flatnonzero(track["source"] != Source.NONE) for i, track in tracks.items()}
    frames = sorted({int(t) for own in known.values() for t in own})
    names = np.array(info.frame_names)
    return ProjectMasks(
        name,
        annotation.hw,
        {info.frame_names[t]: annotation.packed(t) for t in frames},
        categories={one.id: one.category for one in annotation.objects},
        known={i: frozenset(names[own].tolist()) for i, own in known.items()},
        given={i: frozenset(names[is_given(track)].tolist()) for i, track in tracks.items()},
    )
