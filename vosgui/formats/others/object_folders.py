"""Reading one binary mask per object: CLIP/OBJECT/FRAME.png, plain or SA-V's valid set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import DatasetError, InputError
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import Dataset, stride_of
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip
from vosgui.formats.tree.find_frames import clip_frames
from vosgui.formats.tree.folders import (
    MaskFolder,
    frames_beside,
    is_frame_role,
    is_mask_role,
    mask_folders,
    says_clip,
)
from vosgui.formats.tree.frame_palettes import background_of
from vosgui.formats.tree.layout import (
    FRAMES,
    MASKS,
    Split,
    clip_name,
    folders_in,
    mask_files,
    splits_of,
)
from vosgui.formats.tree.names import distinct_names
from vosgui.media.image_files import image_size
from vosgui.media.images import folder_content, list_images, natural_key
from vosgui.media.mask_files import Values, fitted, read_stored, read_values
from vosgui.media.soft_edges import SQUARE

_LOOKED_AT = 24  # folders, by which the form is told


@dataclass(frozen=True)
class ObjectFoldersClip(ShapesClip):
    """A clip whose objects have a folder of binary masks each."""

    name: str
    masks: Path
    frames: Path | None

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """List all masks; raise InputError where there is none."""
        there = (name for name in folders_in(self.masks) if not is_frame_role(name))
        folders = sorted(there, key=natural_key)
        objects = {name: _object(name) for name in folders}
        files: dict[str, dict[str, Path]] = {}  # by frame, by object
        for name in folders:
            for path in list_images(self.masks / name):
                files.setdefault(path.stem, {})[name] = path
        if not files:
            raise DatasetError(f"The clip {self.name} has no mask in {self.masks}.")
        stems = sorted(files, key=natural_key)
        frames = clip_frames(self.frames, stems)
        masks = [path for stem in stems for path in files[stem].values()]
        first = frames.first_image
        hw = image_size(first) if first else BrokenFrames().size_of(masks)
        matched = match_frames(stems, frames.names)
        if not matched.places:
            raise DatasetError(
                f"No mask of the clip {self.name} has a frame: they are named {stems[0]} to "
                f"{stems[-1]}, the frames {frames.names[0]} to {frames.names[-1]}."
            )
        issues: list[Issue] = [note(matched.how, clip=self.name)] if matched.how else []
        shapes = []
        for stem in stems:
            where: dict[str, Any] = {"clip": self.name, "frame": stem}
            t = matched.places.get(stem)
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
                    read_values(path)
                except InputError as broken:
                    yield broken


def is_object_folders(root: Path) -> bool:
    """Return whether a folder holds CLIP/OBJECT/FRAME.png: masks of 0 and one value each."""
    groups = list(islice(_groups(root), _LOOKED_AT))
    folders = [folder for group in groups for folder in group.objects][:_LOOKED_AT]
    return bool(folders) and all(map(_is_of_one_object, folders))


def is_submission(root: Path) -> bool:
    """Return whether a folder is a submission to Refer-YouTube-VOS: Annotations/CLIP/EXPRESSION.

    Expressions are counted from 0, which is never an object's id. There are no frames beside.
    """
    if not (root / MASKS).is_dir() or (root / FRAMES).is_dir() or not is_object_folders(root):
        return False
    return any(one.name == "0" for group in _groups(root) for one in group.objects)


def is_sav_folders(root: Path) -> bool:
    """Return whether a folder is the valid or test set of SA-V."""
    folder = root / "Annotations_6fps"
    return folder.is_dir() and not says_clip(folder)


def list_object_folders(root: Path) -> Dataset:
    """Return the clips of a tree of objects' folders; raise DatasetError where there is none."""
    groups = list(_groups(root))
    if not groups:
        raise DatasetError(f"There are no masks in {root}. Expected CLIP/OBJECT/FRAME.png there.")
    names = distinct_names([group.clip.parts for group in groups], clip_name(root))
    pairs = zip(names, (group.clip for group in groups), strict=True)
    return Dataset(tuple(ObjectFoldersClip(name, one.masks, one.frames) for name, one in pairs))


@dataclass(frozen=True)
class _Group:
    """The folders of one clip's objects. clip : what they lie in."""

    clip: MaskFolder
    objects: tuple[Path, ...]


def _groups(root: Path) -> Iterator[_Group]:
    """Yield folders of objects by their clip; none where a folder of masks is a clip's own."""
    for split in splits_of(root):
        if _is_two_deep(split):
            yield from _published(split)
            continue
        is_one = bool(list_images(split.frames))  # the frames of the one clip
        first = next(mask_folders(split.masks, split.frames), None)
        if first is not None and not (first.parts[1:] or is_one):
            return  # a tree of clips, which may be thousands: the rest is not looked into
        found = mask_folders(split.masks, split.frames)
        for folder, inside in groupby(found, key=lambda one: one.masks.parent):
            members = list(inside)
            parts = members[0].parts[:-1]
            is_own = any(one.frames or one.masks.name not in one.parts[-1:] for one in members)
            if not (parts or is_one) or is_own or mask_files(folder):
                return
            frames = split.frames.joinpath(*parts)
            near = frames if list_images(frames) else frames_beside(folder)
            yield _Group(MaskFolder(folder, near, parts), tuple(one.masks for one in members))


def _is_two_deep(split: Split) -> bool:
    """Return whether a split has CLIP/OBJECT/FRAME.png as published, whatever clips are called."""
    if split.is_plain:
        return False
    clips = [split.masks / name for name in folders_in(split.masks)[:_LOOKED_AT]]
    named = [(clip, folder_content(clip).folders) for clip in clips]
    names = {name for _, inside in named for name in inside}
    if not names or any(is_frame_role(name) or is_mask_role(name) for name in names):
        return False
    objects = (clip / name for clip, inside in named for name in inside)
    return not any(folder_content(clip).has_masks for clip in clips) and all(
        folder_content(one).has_masks for one in objects
    )


def _published(split: Split) -> Iterator[_Group]:
    for name in folders_in(split.masks):
        folder = split.masks / name
        objects = tuple(folder / one for one in folders_in(folder) if mask_files(folder / one))
        if objects:
            frames = split.frames / name
            near = frames if list_images(frames) else frames_beside(folder)
            yield _Group(MaskFolder(folder, near, (name,)), objects)


def _is_of_one_object(folder: Path) -> bool:
    """Return whether some masks of a folder have one value beside 0, but for soft edges."""
    files = mask_files(folder)
    values: set[int] = set()
    for path in {files[0], files[len(files) // 2], files[-1]} if files else ():
        try:
            values |= _solid(read_values(path))
        except InputError:
            continue  # who reads it says what is wrong
    return len({1 if value == 255 else value for value in values}) <= 1  # of one bit, or of eight


def _solid(image: Values) -> set[int]:
    """Return the values of an image's areas but 0; of one without areas all of its values."""
    values = image if image.ndim == 2 else image.max(axis=2)
    flat = (cv2.erode(values, SQUARE) == cv2.dilate(values, SQUARE)) & (values > 0)
    return {*np.unique(values[flat] if flat.any() else values[values > 0]).tolist()}


def _object(folder: str) -> FileObject:
    if folder.isdecimal():
        return FileObject(int(folder), called=folder)
    return FileObject(name=folder, called=folder)


def _pixels(path: Path, hw: tuple[int, int], issues: list[Issue], where: dict[str, Any]) -> Pixels:
    stored = read_stored(path)
    image = stored.values
    values = image if image.ndim == 2 else image.max(axis=2)
    background = background_of(stored.palette)
    if background:
        text = f"Its palette has black, the background, at {background}: all else is the object."
        issues.append(warning(text, **where, file=str(path)))
        values = (values != background).view(np.uint8)
    grey = np.unique(values[values > 0])
    if grey.size > 1:
        solid = sorted(_solid(image))
        if len(solid) > 1:
            raise DatasetError(
                f"The mask {path} holds {some_of(solid)}: several objects, in a folder of one. "
                "Read the dataset as folders of masks.",
                option="--format masks",
            )
        # An anti-aliased brush: half or more of the brightest is inside.
        issues.append(warning("Blended edge pixels were snapped.", **where, file=str(path)))
        values = np.where(values >= grey[-1] // 2 + 1, values, 0)
    values = (values > 0).view(np.uint8)
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
