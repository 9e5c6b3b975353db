"""Folders of masks, one per clip, as the evaluators of the field find them: DIR/CLIP/FRAME.png."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vosgui.errors import DatasetError

_SUFFIX = ".png"
# Folders inside a published tree that hold the clips: YouTube-VOS, then DAVIS.
_INNER = ("Annotations", "480p")
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


def find_clips(root: Path) -> dict[str, MaskClip]:
    """Return the clips under a folder, sorted by name; a folder of masks is itself one clip.

    A published tree may be given by its root: its `Annotations` (and `480p` in it) are found.
    Raises DatasetError where there are no masks.
    """
    if not root.is_dir():
        raise DatasetError(f"There is no folder {root}.")
    inner = root
    for name in _INNER:
        if (inner / name).is_dir() and not _masks_in(inner):
            inner = inner / name
    names = _masks_in(inner)
    if names:
        return {inner.resolve().name: MaskClip(inner.resolve().name, inner, names)}
    clips = {}
    for folder in sorted(entry.name for entry in os.scandir(inner) if entry.is_dir()):
        names = _masks_in(inner / folder)
        if names:
            clips[folder] = MaskClip(folder, inner / folder, names)
    if not clips:
        raise DatasetError(
            f"There are no masks in {inner}. Expected {inner}/CLIP/FRAME{_SUFFIX}, "
            f"or FRAME{_SUFFIX} for a single clip."
        )
    return clips


def pair_clips(
    truth: Mapping[str, MaskClip], others: Mapping[str, MaskClip]
) -> list[tuple[MaskClip, MaskClip | None]]:
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


def _masks_in(folder: Path) -> tuple[str, ...]:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(_SUFFIX)]
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if not name.startswith(".")))
