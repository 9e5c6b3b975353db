"""Folders of masks, one per clip, as the evaluators of the field find them: DIR/CLIP/FRAME.png."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from vosgui.core.mask import Mask
from vosgui.errors import DatasetError
from vosgui.media.palette import read_mask

Source = TypeVar("Source")

_SUFFIX = ".png"
# Folders inside a published tree that hold the clips: YouTube-VOS, then DAVIS.
_INNER = ("Annotations", "480p")
_SPLITS = ("train", "valid", "test")
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class MaskClip:
    """The masks of one clip: `folder`/`frame_names[t]`.png."""

    name: str
    folder: Path
    frame_names: tuple[str, ...]

    def path(self, frame_name: str) -> Path:
        """Return the file of a frame."""
        return self.folder / f"{frame_name}{_SUFFIX}"

    def read(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W); raise MaskError for a broken one or one of another size."""
        return read_mask(self.path(frame_name), expected_hw)

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return no id: a mask says of every object where it is, or that it is not."""
        return frozenset()


def find_clips(root: Path) -> dict[str, MaskClip]:
    """Return the clips under a folder, sorted by name; a folder of masks is itself one clip.

    A published tree may be given by its root: its `Annotations` (and `480p` in it) are found, and
    its split where it has one only.
    Raises DatasetError where there are no masks.
    """
    if not root.is_dir():
        raise DatasetError(f"There is no folder {root}.")
    inner = annotations_in(root)
    names = masks_in(inner)
    if names:
        return {inner.resolve().name: MaskClip(inner.resolve().name, inner, names)}
    clips = {}
    for folder in sorted(entry.name for entry in os.scandir(inner) if entry.is_dir()):
        names = masks_in(inner / folder)
        if names:
            clips[folder] = MaskClip(folder, inner / folder, names)
    if not clips:
        raise DatasetError(
            f"There are no masks in {inner}. Expected {inner}/CLIP/FRAME{_SUFFIX}, "
            f"or FRAME{_SUFFIX} for a single clip."
        )
    return clips


def pair_clips(
    truth: Mapping[str, Source], others: Mapping[str, Source]
) -> list[tuple[Source, Source | None]]:
    """Return the clips of the truth, each with its twin of the same name.

    Where both sides are a single clip they are twins whatever their names.
    """
    if len(truth) == len(others) == 1:
        return [(next(iter(truth.values())), next(iter(others.values())))]
    return [(clip, others.get(name)) for name, clip in truth.items()]


def some_of(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def frames_in_words(names: Sequence[str]) -> str:
    """Return frames for a message: the one there is, or how many and the first of them."""
    return f"frame {names[0]}" if len(names) == 1 else f"{len(names)} frames ({some_of(names)})"


def annotations_in(root: Path) -> Path:
    """Return the folder of clips of a published tree, given its root or that folder itself."""
    inner = only_split(root)
    for name in _INNER:
        if (inner / name).is_dir() and not masks_in(inner):
            inner = inner / name
    return inner


def only_split(root: Path) -> Path:
    """Return the one split that a tree has, or the tree itself where it has none or several."""
    splits = [name for name in _SPLITS if (root / name / _INNER[0]).is_dir()]
    if len(splits) != 1 or (root / _INNER[0]).is_dir():
        return root
    return root / splits[0]


def masks_in(folder: Path) -> tuple[str, ...]:
    """Return the frame names of the masks in a folder, sorted; none where there is no folder."""
    if not folder.is_dir():
        return ()
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(_SUFFIX)]
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if not name.startswith(".")))
