"""Which frames lie under which pixel column of the tracks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from vosgui.ui.timeline.scale import TimeScale

Frames = npt.NDArray[np.intp]

_TINY = 1e-7  # of a frame or a column: what sums of floats may be off by


@dataclass(frozen=True)
class Columns:
    """The pixel columns of a scale, the same for all tracks.

    starts : the first frame of each that lies within the clip. stop : the frame after the last
    one of them. shift : by how many columns the clip has moved to the left.
    """

    starts: Frames
    stop: int
    shift: int

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, scale: TimeScale) -> Columns:
        """Return the columns of a scale."""
        edges = scale.first + np.arange(scale.width + 1) / scale.frame_px
        n_inside = int(np.count_nonzero(edges[:-1] < scale.n_frames - _TINY))
        starts = np.floor(edges[:n_inside] + _TINY).astype(np.intp)
        stop = min(int(np.ceil(edges[n_inside] - _TINY)), scale.n_frames)
        return cls(starts, stop, int(nearest(np.float64(scale.first * scale.frame_px))))


def nearest(x: npt.NDArray[np.floating[Any]] | np.floating[Any]) -> Frames:
    """Return the nearest columns, halves always upwards: a part of a strip is drawn as the whole.

    x : float64 (n,), or one of them. Returns int64 of the same shape. Rounding to even would put a
    mark that falls between two columns here or there, by where the part begins.
    """
    return np.asarray(np.floor(x + (0.5 + _TINY)), np.intp)


def most_important(values: npt.NDArray[np.uint8], scale: TimeScale) -> npt.NDArray[np.uint8]:
    """Return the largest value under each pixel column, uint8 (width,); 0 beyond the clip.

    values : uint8 (n_frames,).
    """
    under = Columns.of(scale)
    columns = np.zeros(scale.width, np.uint8)
    if scale.frame_px >= 1:
        columns[: len(under.starts)] = values[under.starts]
    elif len(under.starts):
        columns[: len(under.starts)] = np.maximum.reduceat(values[: under.stop], under.starts)
    return columns


def columns_of(frames: Frames, scale: TimeScale) -> Frames:
    """Return the pixel columns (m,) under which some of these frames (n,), in order, lie."""
    starts = Columns.of(scale).starts
    if not starts.size or not frames.size:
        return frames[:0]
    if scale.frame_px >= 1:
        marked = np.zeros(scale.n_frames, np.bool_)
        marked[frames] = True
        return np.flatnonzero(marked[starts])
    low, high = np.searchsorted(frames, (starts[0], Columns.of(scale).stop))
    return np.unique(np.searchsorted(starts, frames[low:high], side="right") - 1)
