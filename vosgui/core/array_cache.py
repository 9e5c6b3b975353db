"""Frames or masks of a clip that were made lately, within a bound of bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.uint8]


class Kept(NamedTuple):
    """How much of something is kept, in bytes, and how much may be."""

    what: str
    n_bytes: int
    max_bytes: int


class ArrayCache:
    """Keep arrays by frame and drop the least recently used one first.

    max_bytes : the arrays kept never take more, but for one array, which is always kept.
    n_bytes : what they take.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        self._arrays: OrderedDict[int, Array] = OrderedDict()

    def __contains__(self, t: int) -> bool:
        return t in self._arrays

    def __len__(self) -> int:
        return len(self._arrays)

    def get(self, t: int) -> Array | None:
        """Return the array of frame `t`, uint8 (H, W) or (H, W, 3), if it is here."""
        array = self._arrays.get(t)
        if array is not None:
            self._arrays.move_to_end(t)
        return array

    def put(self, t: int, array: Array) -> None:
        """Keep an array, uint8 (H, W) or (H, W, 3), read-only from now on."""
        array.flags.writeable = False
        self.n_bytes += array.nbytes - (self._arrays[t].nbytes if t in self._arrays else 0)
        self._arrays[t] = array
        self._arrays.move_to_end(t)
        while self.n_bytes > self.max_bytes and len(self._arrays) > 1:
            self.n_bytes -= self._arrays.popitem(last=False)[1].nbytes

    def drop(self, t: int) -> None:
        """Forget the array of frame `t`, if it is here."""
        if t in self._arrays:
            self.n_bytes -= self._arrays.pop(t).nbytes

    def clear(self) -> None:
        """Drop all."""
        self._arrays.clear()
        self.n_bytes = 0
