"""Masks that are taken as given: one PNG, a folder of them, or the first ones of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.clip import ClipInfo
from vosgui.core.mask import MAX_OBJECT_ID, Mask, ids_in
from vosgui.errors import MaskError
from vosgui.formats.dataset import LabelledClip, annotated_frames
from vosgui.media.palette import read_mask

_VOID = 255


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
        missing = sorted(objects - self.objects)
        if missing:
            raise MaskError(
                f"No mask holds object {_list(missing)}; they hold {_list(sorted(self.objects))}."
            )
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
        files = _masks_of(path)
        _check_names(path, files, info)
        by_frame = {info.frame_names.index(file.stem): file for file in files}
    else:
        frame = frame or 0
        if not 0 <= frame < info.n_frames:
            raise MaskError(f"There is no frame {frame}; the clip has 0 to {info.n_frames - 1}.")
        by_frame = {frame: path}
    notes: list[str] = []
    masks = {t: _object_ids(read_mask(p, info.hw), p, notes) for t, p in sorted(by_frame.items())}
    masks = {t: mask for t, mask in masks.items() if mask.any()}
    if not masks:
        raise MaskError(f"No mask of {path} shows an object: all pixels are background.")
    return GivenMasks(masks, tuple(notes))


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
        raise MaskError(f"No mask of {labelled.name} shows an object: all pixels are background.")
    return GivenMasks(masks, tuple(issue.words for issue in labelled.issues))


def _masks_of(folder: Path) -> list[Path]:
    """Return the PNG files of a folder; MaskError where there are none."""
    try:
        files = [p for p in folder.iterdir() if p.suffix.lower() == ".png" and p.name[0] != "."]
    except OSError as error:
        raise MaskError(
            f"The folder of masks {folder} cannot be read: {error.strerror}."
        ) from error
    if not files:
        raise MaskError(f"There is no PNG in the folder of masks {folder}.")
    return files


def _check_names(folder: Path, files: list[Path], info: ClipInfo) -> None:
    unknown = sorted(file.name for file in files if file.stem not in set(info.frame_names))
    if unknown:
        names = info.frame_names
        raise MaskError(
            f"{folder} holds {_list(unknown[:3])}{' and others' if len(unknown) > 3 else ''}, but "
            f"the clip's frames are named {names[0]} to {names[-1]}. Name masks like their frames."
        )


def _object_ids(mask: Mask, file: Path, notes: list[str]) -> Mask:
    """Return the mask with ids 1-254 alone.

    Values 0 and 255 alone are a binary mask: object 1. Otherwise 255 is "void": background.
    """
    if not (mask == _VOID).any():
        return mask
    assert MAX_OBJECT_ID < _VOID
    if set(ids_in(mask)) == {_VOID}:
        notes.append(f"The mask {file} holds 0 and 255 alone: 255 was taken as object 1.")
        return np.where(mask == _VOID, np.uint8(1), np.uint8(0))
    notes.append(f"In the mask {file} 255 was taken as void, which is background.")
    return np.where(mask == _VOID, np.uint8(0), mask)


def _list(values: list[int] | list[str]) -> str:
    return ", ".join(str(value) for value in values)
