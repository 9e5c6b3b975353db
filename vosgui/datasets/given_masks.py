"""Masks that are taken as given: one PNG, a folder of them, or the first ones of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.mask import VOID, Mask, ids_in
from vosgui.core.words import some_of
from vosgui.errors import DatasetError, MaskError
from vosgui.formats.dataset import ClipSource, LabelledClip, annotated_frames, placed_on
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.mask_values import MaskValues
from vosgui.formats.tree.names import clips_of_flat
from vosgui.media.open_clip import open_clip
from vosgui.media.palette import checked_size


@dataclass(frozen=True)
class GivenMasks:
    """What was found: a mask per frame, uint8 (H, W), and one line for each thing changed."""

    masks: dict[int, Mask]
    notes: tuple[str, ...] = ()

    @property
    def objects(self) -> frozenset[int]:
        """Return the ids of all objects."""
        return frozenset(i for mask in self.masks.values() for i in ids_in(mask))

    def only(self, objects: frozenset[int]) -> GivenMasks:
        """Return the masks with these objects alone; MaskError where one of them is in none."""
        there = sorted(self.objects)
        if missing := sorted(objects - self.objects):
            raise MaskError(f"No mask holds object {some_of(missing)}; they hold {some_of(there)}.")
        keep = np.zeros(256, bool)
        keep[list(objects)] = True
        masks = {t: np.where(keep[mask], mask, np.uint8(0)) for t, mask in self.masks.items()}
        return GivenMasks({t: mask for t, mask in masks.items() if mask.any()}, self.notes)


def read_masks(path: Path, info: ClipInfo, frame: int | None = None) -> GivenMasks:
    """Read one PNG for a frame (0 if not said), or a folder of PNGs named like their frames.

    An object is given in the frames whose mask shows it; where a mask does not show it, nothing is
    said about it. Raises MaskError for a mask that cannot be used, and where none shows an object.
    """
    if path.is_dir():
        if frame is not None:
            raise MaskError(
                f"{path} is a folder: its masks' names say their frames. Name no frame.",
                option="without --frame",
            )
        labelled = placed_on(MaskFolderClip(path.name, path).read(strict=True), info)
        annotation, notes = labelled.annotation, [one.words for one in labelled.issues]
        masks = {t: annotation.mask(t) for t in annotated_frames(annotation)}
    else:
        notes = [_named_otherwise(path, info)] if frame is None else []
        frame = frame or 0
        if not 0 <= frame < info.n_frames:
            raise MaskError(f"There is no frame {frame}; the clip has 0 to {info.n_frames - 1}.")
        values = MaskValues([path])
        ids = checked_size(path, values.ids(path)[0], info.hw)
        notes += [f"{path}: {text}" for text in (*values.notes, *values.warnings)]
        masks = {frame: object_ids(ids, str(path), notes)}
    masks = {t: mask for t, mask in masks.items() if mask.any()}
    if not masks:
        raise MaskError(_nothing_in(path))
    return GivenMasks(masks, tuple(filter(None, notes)))


def _named_otherwise(path: Path, info: ClipInfo) -> str:
    """Return a note where a mask that is taken for frame 0 is named like another frame; else ""."""
    t = match_frames([path.stem], info.frame_names).places.get(path.stem, 0)
    if not t:
        return ""
    return (
        f"{path} is taken for frame 0, though it is named like frame {t}. Say which one is meant."
    )


@contextmanager
def open_annotated(source: ClipSource) -> Iterator[tuple[Clip, LabelledClip]]:
    """Open the frames of a clip of a dataset, and read its masks, which are laid onto them.

    Raises DatasetError where it has no frames, MaskError for a mask that does not fit its own.
    """
    if isinstance(source, MaskFolderClip):
        labelled = source.read(strict=True)
    else:
        labelled = source.read()
    if labelled.frames is None:
        raise DatasetError("There are no frames of the clip beside its masks: it was not done.")
    with open_clip(labelled.frames) as clip:
        told = dict.fromkeys(clips_of_flat(clip.info.frame_names))
        if len(told) > 1 and clip.info.frame_names != labelled.frame_names:
            raise DatasetError(
                f"The frames in {labelled.frames} are of several videos, {some_of([*told])}: masks "
                "would be carried from one to another. Put each one's into a folder of its own."
            )
        yield clip, placed_on(labelled, clip.info)


def first_masks(labelled: LabelledClip) -> GivenMasks:
    """Return the first mask of each object alone: what a method of the field is given of a clip.

    Raises MaskError where no mask shows an object.
    """
    annotation = labelled.annotation
    masks: dict[int, Mask] = {}
    seen: set[int] = set()
    for t in annotated_frames(annotation):
        mask = annotation.mask(t)
        new = sorted(set(ids_in(mask)) - seen)
        if new:
            masks[t] = np.where(np.isin(mask, new), mask, np.uint8(0))
            seen.update(new)
    if not masks:
        raise MaskError(_nothing_in(labelled.name))
    return GivenMasks(masks, tuple(issue.words for issue in labelled.issues))


def object_ids(mask: Mask, name: str, notes: list[str]) -> Mask:
    """Return the mask with ids 1-254 alone, as `MaskFolderClip` reads the masks of a clip.

    name : the mask's, for what is noted of it: a file, "of frame 3".
    """
    if not (mask == VOID).any():
        return mask
    if set(ids_in(mask)) == {VOID}:
        notes.append(f"The mask {name} holds 0 and 255 alone: 255 was taken as object 1.")
        return np.where(mask == VOID, np.uint8(1), np.uint8(0))
    notes.append(f"In the mask {name} 255 was taken as void, which is background.")
    return np.where(mask == VOID, np.uint8(0), mask)


def _nothing_in(what: Path | str) -> str:
    return (
        f"No mask of {what} shows an object: all pixels are background. Paint one first, or give "
        "another mask."
    )
