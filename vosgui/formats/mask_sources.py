"""Masks of clips, wherever they lie: folders of PNG files, or a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.cells import Source
from vosgui.core.mask import Mask, PackedMask
from vosgui.errors import DatasetError, MaskError, NothingToDoError
from vosgui.formats.mask_folders import find_clips
from vosgui.formats.object_table import ListedObject, ObjectTable
from vosgui.formats.project import Project

PROJECT_SUFFIX = ".vosgui"


class MaskSource(Protocol):
    """The masks of one clip, read one at a time."""

    @property
    def name(self) -> str:
        """Return the clip's name."""

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames that have a mask, in order."""

    def read(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W); raise MaskError for a broken one or one of another size."""


@dataclass(frozen=True)
class ProjectMasks:
    """The masks of one clip of a project, packed; its file is closed again.

    packed : by frame name; None for a frame in which all objects are said to be absent.
    objects : by id, with their categories.
    """

    name: str
    hw: tuple[int, int]
    packed: Mapping[str, PackedMask | None]
    objects: Mapping[int, ListedObject]

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames in which something is known of some object."""
        return tuple(self.packed)

    def read(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W)."""
        if expected_hw is not None and self.hw != expected_hw:
            raise MaskError(
                f"The clip {self.name} of the project is {self.hw[1]}x{self.hw[0]}, its frame "
                f"{frame_name} elsewhere {expected_hw[1]}x{expected_hw[0]}."
            )
        packed = self.packed[frame_name]
        return np.zeros(self.hw, np.uint8) if packed is None else packed.unpack()


def find_masks(path: Path) -> dict[str, MaskSource]:
    """Return the clips of a folder of masks or of a project file, by name.

    Raises DatasetError or ProjectError where it cannot be read, NothingToDoError for a project
    without a mask.
    """
    if path.suffix == PROJECT_SUFFIX and not path.is_dir():
        return _of_project(path)
    if path.is_file():
        raise DatasetError(f"{path} is no folder of masks and no project (*{PROJECT_SUFFIX}).")
    return dict(find_clips(path))


def listed_objects(clips: Mapping[str, MaskSource]) -> ObjectTable | None:
    """Return the objects of a project's clips; None where the masks come from folders."""
    table = {name: clip.objects for name, clip in clips.items() if isinstance(clip, ProjectMasks)}
    return table or None


def _of_project(path: Path) -> dict[str, MaskSource]:
    clips: dict[str, MaskSource] = {}
    with Project.open_to_read(path) as project:
        for record in project.clips:
            annotation = project.history(record.id).annotation
            names = record.info.frame_names
            packed = {names[t]: annotation.packed(t) for t in _known_frames(annotation)}
            if packed:
                objects = {one.id: ListedObject(one.category, None) for one in annotation.objects}
                clips[record.name] = ProjectMasks(record.name, annotation.hw, packed, objects)
    if not clips:
        raise NothingToDoError(f"The project {path} has no clip with a mask.")
    return clips


def _known_frames(annotation: Annotation) -> list[int]:
    known = np.zeros(annotation.n_frames, dtype=np.bool_)
    for entry in annotation.objects:
        known |= annotation.lane(entry.id)["source"] != Source.NONE
    return [int(t) for t in np.flatnonzero(known)]
