"""Clips that tests make up in memory."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np

from vosgui.core.array_cache import Kept
from vosgui.core.clip import Clip, ClipInfo, Frame


class MadeUpClip(Clip):
    """A clip that has no files and keeps nothing: what it is made of is `__getitem__`'s."""

    def source_file(self, t: int) -> Path | None:
        return None

    def reopen(self, *, once: bool = False) -> Clip:
        return copy.copy(self)

    def keep(self, max_bytes: int) -> None:
        pass

    @property
    def kept(self) -> Kept:
        return Kept("frames", 0, 0)

    def close(self) -> None:
        pass


class ArrayClip(MadeUpClip):
    """A clip of frames held in memory, uint8 (H, W, 3) each."""

    def __init__(self, frames: list[Frame], rate: float = 10.0, name: str = "arrays") -> None:
        self._frames = frames
        names = tuple(f"{t:05d}" for t in range(len(frames)))
        times = tuple(t / rate for t in range(len(frames)))
        height, width = frames[0].shape[:2]
        self.info = ClipInfo(Path(name).absolute(), name, (height, width), names, times, rate, "0")

    def __getitem__(self, t: int) -> Frame:
        self.check_index(t)
        return self._frames[t]


class NumberedClip(ArrayClip):
    """A clip whose every pixel is its frame's number."""

    def __init__(self, n_frames: int, hw: tuple[int, int] = (24, 32)) -> None:
        super().__init__([np.full((*hw, 3), t % 256, np.uint8) for t in range(n_frames)])
