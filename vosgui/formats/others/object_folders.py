"""Reading one binary mask per object: CLIP/OBJECT/FRAME.png, plain or SA-V's valid set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.issues import Issue, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError
from vosgui.formats.dataset import ClipSource, Dataset, stride_of
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip
from vosgui.formats.tree.find_frames import clip_frames
from vosgui.formats.tree.layout import FRAMES, MASKS, Split, folders_in, mask_files, splits_of
from vosgui.media.image_files import image_size
from vosgui.media.images import list_images, natural_key
from vosgui.media.mask_files import fitted, read_ids_or_colours


@dataclass(frozen=True)
class ObjectFoldersClip(ShapesClip):
    """A clip whose objects have a folder of binary masks each."""

    name: str
    masks: Path
    frames: Path | None

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """List all masks; raise InputError where there is none."""
        folders = sorted(folders_in(self.masks), key=natural_key)
        objects = {name: _object(name) for name in folders}
        files: dict[str, dict[str, Path]] = {}  # by frame, by object
        for name in folders:
            for path in list_images(self.masks / name):
                files.setdefault(path.stem, {})[name] = path
        if not files:
            raise DatasetError(f"The clip {self.name} has no mask in {self.masks}.")
        stems = sorted(files, key=natural_key)
        frames = clip_frames(self.frames, stems)
        hw = image_size(frames.first_image or next(iter(files[stems[0]].values())))
        issues: list[Issue] = []
        shapes = []
        for stem in stems:
            where: dict[str, Any] = {"clip": self.name, "frame": stem}
            t = frames.places.get(stem)
            if t is None:
                issues.append(warning("There is no frame to these masks; left out.", **where))
                continue
            found = files[stem].items()
            draws = [Shape(name, partial(_pixels, one, hw, issues, where)) for name, one in found]
            shapes.append((t, draws))
        stride = stride_of([t for t, _ in shapes])
        about = (frames.folder, frames.names, hw, objects, shapes, stride)
        return Outline(*about, says_all=False, issues=issues)

    def problems(self) -> Iterator[InputError]:
        """Yield what keeps each mask from being read; their sizes may not be known."""
        for folder in folders_in(self.masks):
            for path in list_images(self.masks / folder):
                try:
                    read_ids_or_colours(path)
                except InputError as broken:
                    yield broken


def is_object_folders(root: Path) -> bool:
    """Return whether a folder holds CLIP/OBJECT/FRAME.png."""
    for clip in _clip_folders(root):
        if any(mask_files(clip / name) for name in folders_in(clip)):
            return not list_images(clip)
    return False


def is_submission(root: Path) -> bool:
    """Return whether a folder is a submission to Refer-YouTube-VOS: Annotations/CLIP/EXPRESSION.

    Expressions are counted from 0, which is never an object's id. There are no frames beside.
    """
    if not (root / MASKS).is_dir() or (root / FRAMES).is_dir() or not is_object_folders(root):
        return False
    return any("0" in folders_in(clip) for clip in _clip_folders(root))


def is_sav_folders(root: Path) -> bool:
    """Return whether a folder is the valid or test set of SA-V."""
    return (root / "Annotations_6fps").is_dir()


def list_object_folders(root: Path) -> Dataset:
    """Return the clips of a tree of objects' folders; raise DatasetError where there is none."""
    clips: list[ClipSource] = [
        ObjectFoldersClip(clip.name, clip, split.frames / clip.name)
        for split in splits_of(root)
        for clip in _clips_in(split)
    ]
    if not clips:
        raise DatasetError(f"There are no masks in {root}. Expected CLIP/OBJECT/FRAME.png there.")
    return Dataset(tuple(clips))


def _clip_folders(root: Path) -> list[Path]:
    return [clip for split in splits_of(root) for clip in _clips_in(split)]


def _clips_in(split: Split) -> Iterator[Path]:
    folders = (split.masks / name for name in folders_in(split.masks))
    return (folder for folder in folders if folders_in(folder))


def _object(folder: str) -> FileObject:
    if folder.isdecimal():
        return FileObject(int(folder), called=folder)
    return FileObject(name=folder, called=folder)


def _pixels(path: Path, hw: tuple[int, int], issues: list[Issue], where: dict[str, Any]) -> Pixels:
    image = read_ids_or_colours(path)
    values = image if image.ndim == 2 else image.max(axis=2)
    grey = np.unique(values[values > 0])
    if grey.size > 1:
        # An anti-aliased brush: half or more of the brightest is inside.
        issues.append(warning("Blended edge pixels were snapped.", **where, file=str(path)))
        values = np.where(values >= grey[-1] // 2 + 1, values, np.uint8(0))
    if values.shape != hw:
        fitting = fitted(values, hw)
        if fitting is None:
            raise DatasetError(
                f"The mask {path} is {values.shape[1]}x{values.shape[0]}, its frame "
                f"{hw[1]}x{hw[0]}. Make it again at the size of the frame."
            )
        issues.append(warning("The mask was resized to its frame.", **where, file=str(path)))
        values = fitting
    return values > 0
