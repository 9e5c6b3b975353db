"""The strip of one object's lane: one colour and shape per frame, made for all frames at once.

Where several frames share a pixel column, the most important is shown. What a frame is can be told
by shape as well as by colour: given frames are full bars under a diamond, propagated ones a band,
stale ones a hatched band, absent ones a dotted line, verified ones underlined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from vosgui.core.track import Source, Track, is_given, is_stale
from vosgui.ui.timeline.scale import LANE_H, TimeScale

Kinds = npt.NDArray[np.uint8]  # (n_frames,) of Kind
Argb = npt.NDArray[np.uint32]  # premultiplied
Frames = npt.NDArray[np.intp]

# Orange, vermilion, blue, green and purple of Okabe and Ito, "Color Universal Design" (2008), which
# people of every kind of colour vision tell apart; the blue between their two, for both themes.
PAINTED = 0xFFE69F00
CORRECTED = 0xFFD55E00
PROPAGATED = 0xFF3D8FD1
VERIFIED = 0xFF009E73
REINITIALISED = 0xFFCC79A7
MUTED = 0xFF8A8F98
INK = 0xFF16181C
PAPER = 0xFFFFFFFF

HATCH_PX = 8  # period of the patterns
DIAMOND_PX = 4  # half the width of a diamond
_UNDERLINE = slice(LANE_H - 4, LANE_H - 2)  # rows of a verified frame
_MARGIN_PX = 6  # the most that a mark reaches from its column
_MOST_UPDATED = 16  # frames of a lane that are read anew one by one
_NOT_OF_RUNS = ("revision", "verified", "reinitialised")  # what no run changes
_TINY = 1e-7  # of a frame or a column: what sums of floats may be off by
_GAP_PX = 2 * DIAMOND_PX + 1  # diamonds nearer than this would touch: one stands for them


class Kind(IntEnum):
    """What a frame of a lane is, by importance."""

    NONE = 0
    PROPAGATED = 1
    ABSENT = 2
    STALE = 3
    CORRECTED = 4
    PAINTED = 5


def kinds_of(lane: Track, frames: slice | npt.NDArray[np.intp] = slice(None)) -> Kinds:
    """Return the kinds of some frames of a lane."""
    kinds = np.asarray(_kinds_of_sources()[lane["source"][frames]], np.uint8)
    kinds[is_stale(lane, frames)] = Kind.STALE
    return kinds


@cache
def _kinds_of_sources() -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for source, kind in (
        (Source.PAINTED, Kind.PAINTED),
        (Source.CORRECTED, Kind.CORRECTED),
        (Source.PROPAGATED, Kind.PROPAGATED),
        (Source.ABSENT, Kind.ABSENT),
    ):
        table[source] = kind
    return table


@dataclass(frozen=True)
class Columns:
    """The pixel columns of a scale, the same for all lanes.

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
        return cls(starts, stop, int(_nearest(np.float64(scale.first * scale.frame_px))))


def _nearest(x: npt.NDArray[np.floating[Any]] | np.floating[Any]) -> Frames:
    """Return the nearest columns, halves always upwards: a part of a strip is drawn as the whole.

    Rounding to even would put a mark that falls between two columns here or there, by where the
    part begins.
    """
    return np.asarray(np.floor(x + (0.5 + _TINY)), np.intp)


def most_important(values: npt.NDArray[np.uint8], scale: TimeScale) -> npt.NDArray[np.uint8]:
    """Return the largest value under each pixel column, (width,); 0 beyond the clip.

    values : (n_frames,).
    """
    under = Columns.of(scale)
    columns = np.zeros(scale.width, np.uint8)
    if scale.frame_px >= 1:
        columns[: len(under.starts)] = values[under.starts]
    elif len(under.starts):
        columns[: len(under.starts)] = np.maximum.reduceat(values[: under.stop], under.starts)
    return columns


def _columns_of(frames: Frames, scale: TimeScale) -> Frames:
    """Return the pixel columns under which some of these frames lie."""
    starts = Columns.of(scale).starts
    if not starts.size or not frames.size:
        return frames[:0]
    if scale.frame_px >= 1:
        marked = np.zeros(scale.n_frames, np.bool_)
        marked[frames] = True
        return np.flatnonzero(marked[starts])
    low, high = np.searchsorted(frames, (starts[0], Columns.of(scale).stop))
    return np.unique(np.searchsorted(starts, frames[low:high], side="right") - 1)


@dataclass(frozen=True)
class Lane:
    """What is drawn of a lane, worked out once for all frames and scales.

    verified, given, reinitialised : frames, ascending.
    """

    cells: Track
    kinds: Kinds
    verified: Frames
    given: Frames
    reinitialised: Frames

    @classmethod
    def of(cls, cells: Track) -> Lane:
        """Read the cells of a whole lane."""
        return cls(
            cells,
            kinds_of(cells),
            np.flatnonzero(cells["verified"]),
            np.flatnonzero(is_given(cells)),
            np.flatnonzero(cells["reinitialised"]),
        )

    def updated(self, cells: Track) -> tuple[Lane, Frames | None]:
        """Return what is drawn of the lane as it is now, and the frames that look different.

        None for all of them: what is stale depends on revisions, so that where one has changed the
        whole lane is read. A frame that a run has changed is read alone.
        """
        differs = cells.view(np.uint8) != self.cells.view(np.uint8)
        frames = np.unique(np.flatnonzero(differs) // cells.itemsize)
        now, before = cells[frames], self.cells[frames]
        if (
            len(frames) > _MOST_UPDATED
            or any((now[name] != before[name]).any() for name in _NOT_OF_RUNS)
            or (is_given(now) != is_given(before)).any()
        ):
            return Lane.of(cells), None
        kinds = self.kinds.copy()
        kinds[frames] = kinds_of(cells, frames)
        return replace(self, cells=cells, kinds=kinds), frames


def strip(lane: Lane, scale: TimeScale) -> Argb:
    """Return the picture of a lane, premultiplied ARGB (LANE_H, width)."""
    columns = most_important(lane.kinds, scale)
    # The hatching is fixed to the frames, so that it does not swim while the lane is scrolled.
    phase = (np.arange(scale.width) + Columns.of(scale).shift) % HATCH_PX
    # Marks may reach over the edges; the margin that takes them is cut off in the end.
    picture = np.zeros((LANE_H, scale.width + 2 * _MARGIN_PX), np.uint32)
    inner = picture[:, _MARGIN_PX:-_MARGIN_PX]
    inner[...] = _patterns().take(columns * np.intp(HATCH_PX) + phase, axis=1)
    inner[_UNDERLINE, _columns_of(lane.verified, scale)] = VERIFIED
    _separate(inner, scale)
    _stamp(picture, _marks(lane.given, scale), _diamond())
    _stamp(picture, _marks(lane.reinitialised, scale), _triangle())
    return np.ascontiguousarray(inner)


def redraw(picture: Argb, lane: Lane, scale: TimeScale, frames: Frames) -> None:
    """Draw a lane's picture anew where some frames are."""
    if not frames.size:
        return
    # Marks reach in from beyond, and columns that are shared by frames look at all of these.
    left = math.floor(scale.x_of(int(frames[0]))) - 1
    right = math.ceil(scale.x_of(int(frames[-1]) + 1)) + 1
    left, right = max(left, 0), min(right, scale.width)
    if left < right:
        first = max(left - _MARGIN_PX, 0)
        first = max(first - (first + Columns.of(scale).shift) % _GAP_PX, 0)  # a slot's first mark
        width = min(right + _MARGIN_PX, scale.width) - first
        part = replace(scale, first=scale.first + first / scale.frame_px, width=width)
        picture[:, left:right] = strip(lane, part)[:, left - first : right - first]


def swatch(kind: Kind, width: int, *, verified: bool = False) -> Argb:
    """Return what a lane of one kind looks like, (LANE_H, width)."""
    columns = kind * HATCH_PX + np.arange(width) % HATCH_PX
    picture = np.ascontiguousarray(_patterns()[:, columns])
    if verified:
        picture[_UNDERLINE] = VERIFIED
    return picture


def _separate(picture: Argb, scale: TimeScale) -> None:
    """Part the frames by a thin gap where they are wide enough to be seen one by one."""
    if scale.frame_px >= 6:
        frames = np.array(scale.visible)
        xs = _nearest((frames - scale.first) * scale.frame_px)
        picture[:, xs[(xs >= 0) & (xs < scale.width)]] = 0


def _marks(frames: npt.NDArray[np.intp], scale: TimeScale) -> npt.NDArray[np.intp]:
    """Return the columns of the middles of some frames, thinned out where they would touch."""
    visible = scale.visible
    low, high = np.searchsorted(frames, (visible.start, visible.stop))
    xs = _nearest((frames[low:high] + 0.5 - scale.first) * scale.frame_px)
    xs = xs[(xs >= 0) & (xs < scale.width)]
    if scale.frame_px >= _GAP_PX or not xs.size:
        return xs
    slots = (xs + Columns.of(scale).shift) // _GAP_PX
    return xs[np.flatnonzero(np.diff(slots, prepend=-1))]


def _stamp(picture: Argb, xs: npt.NDArray[np.intp], shape: npt.NDArray[np.intp]) -> None:
    """Draw a shape at each column. shape : (n, 3) of its pixels: y, dx, colour."""
    if xs.size:
        y, dx, colour = shape.T[:, :, None]
        picture[y, xs + dx + _MARGIN_PX] = colour


@cache
def _patterns() -> Argb:
    """Return what the columns of each kind look like, (LANE_H, kinds * HATCH_PX)."""
    patterns = np.zeros((len(Kind), HATCH_PX, LANE_H), np.uint32)
    middle = LANE_H // 2
    band = slice(middle - 4, middle + 4)
    patterns[:, :, middle] = 0x30303030  # a faint line where nothing is known
    patterns[Kind.PROPAGATED, :, band] = PROPAGATED
    patterns[Kind.PAINTED, :, middle - 6 : middle + 6] = PAINTED
    patterns[Kind.CORRECTED, :, middle - 6 : middle + 6] = CORRECTED
    for phase in range(HATCH_PX):
        for y in range(band.start, band.stop):
            edge = y in (band.start, band.stop - 1)
            hatched = (phase + y) % HATCH_PX < 3
            if edge or hatched:
                patterns[Kind.STALE, phase, y] = PROPAGATED
        dotted = phase % 4 < 2
        patterns[Kind.ABSENT, phase, middle - 1 : middle + 1] = MUTED if dotted else 0
    return np.ascontiguousarray(patterns.reshape(-1, LANE_H).T)


@cache
def _diamond() -> npt.NDArray[np.intp]:
    """Return a white diamond with a dark edge, in the middle of the lane, as pixels."""
    reach = range(-DIAMOND_PX, DIAMOND_PX + 1)
    return np.array(
        [
            (LANE_H // 2 + dy, dx, INK if abs(dx) + abs(dy) == DIAMOND_PX else PAPER)
            for dy in reach
            for dx in reach
            if abs(dx) + abs(dy) <= DIAMOND_PX
        ]
    )


@cache
def _triangle() -> npt.NDArray[np.intp]:
    """Return a triangle that points down at the frame from the top of the lane, as pixels."""
    return np.array(
        [
            (y, dx, INK if abs(dx) == 5 - y or y == 0 else REINITIALISED)
            for y in range(6)
            for dx in range(y - 5, 6 - y)
        ]
    )
