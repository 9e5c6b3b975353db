"""Reading one binary mask per object: CLIP/OBJECT/FRAME.png, plain or SA-V's valid set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.annotation import ObjectInfo
from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError
from vosgui.formats.dataset import (
    AnnotationBuilder,
    ClipSource,
    Dataset,
    LabelledClip,
    failure,
    stride_of,
)
from vosgui.formats.tree.layout import FRAMES, MASKS, Split, folders_in, mask_files, splits_of
from vosgui.formats.tree.overlaps import FIRST_WINS, flattened
from vosgui.media.image_files import image_size
from vosgui.media.images import list_images, natural_key
from vosgui.media.mask_files import fitted, read_ids_or_colours


@dataclass(frozen=True)
class ObjectFoldersClip:
    """A clip whose objects have a folder of binary masks each."""

    name: str
    masks: Path
    frames: Path | None

    def read(self, progress: Progress = NO_PROGRESS) -> LabelledClip:
        """Read all masks; raise InputError where one is broken."""
        folders = sorted(folders_in(self.masks), key=natural_key)
        objects, issues = self._objects(folders)
        files = {i: _stems(self.masks / folder) for i, folder in objects.items()}
        stems = sorted({stem for found in files.values() for stem in found}, key=natural_key)
        images = list_images(self.frames) if self.frames else []
        names = tuple(path.stem for path in images) or tuple(stems)
        if not stems:
            raise DatasetError(f"The clip {self.name} has no mask in {self.masks}.")
        first = next(path for found in files.values() for path in found.values())
        hw = image_size(images[0] if images else first)
        places = {name: t for t, name in enumerate(names)}
        known = [places[stem] for stem in stems if stem in places]
        builder = AnnotationBuilder(hw, len(names), stride_of(known))
        for stem in stems:
            where: dict[str, Any] = {"clip": self.name, "frame": stem}
            if stem not in places:
                issues.append(warning("There is no frame to these masks; left out.", **where))
                continue
            layers = [
                (i, _pixels(found[stem], hw, issues, where))
                for i, found in files.items()
                if stem in found
            ]
            mask, n_shared = flattened(hw, layers)
            if n_shared:
                issues.append(warning(FIRST_WINS, **where, count=n_shared))
            builder.add(places[stem], mask)
            progress.report(len(builder.annotated))
        entries = [_entry(i, folder) for i, folder in objects.items()]
        frames = self.frames if images else None
        annotation = builder.build(entries)
        return LabelledClip(self.name, frames, names, annotation, gathered(issues))

    def faults(self) -> Iterator[InputError]:
        """Yield what keeps each mask from being read."""
        for folder in folders_in(self.masks):
            for path in list_images(self.masks / folder):
                yield from failure(read_ids_or_colours, path)

    def _objects(self, folders: Sequence[str]) -> tuple[dict[int, str], list[Issue]]:
        """Return the folder of each id: the folder's number where all have one, or 1, 2, ..."""
        if len(folders) > MAX_OBJECT_ID:
            raise DatasetError(
                f"The clip {self.name} has {len(folders)} objects; at most {MAX_OBJECT_ID} fit."
            )
        numbers = [int(folder) if folder.isdecimal() else 0 for folder in folders]
        if all(1 <= n <= MAX_OBJECT_ID for n in numbers) and len(set(numbers)) == len(numbers):
            return dict(zip(numbers, folders, strict=True)), []
        objects = dict(enumerate(folders, start=1))
        pairs = ", ".join(f"{folder} is {i}" for i, folder in objects.items())
        return objects, [note(f"Objects were given ids: {pairs}.", clip=self.name)]


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
        ObjectFoldersClip(clip.name, clip, _folder(split.frames / clip.name))
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


def _stems(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in list_images(folder)}


def _entry(object_id: int, folder: str) -> ObjectInfo:
    return new_object(object_id, "" if folder.isdecimal() else folder)


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


def _folder(path: Path) -> Path | None:
    return path if path.is_dir() else None
