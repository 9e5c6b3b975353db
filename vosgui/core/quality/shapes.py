"""How the shapes of objects are in each frame, and how those of two frames overlap.

Measured on masks at a small size, frame by frame, so that a change in one frame costs one frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Snapshot
from vosgui.core.mask import Mask

_SMALL_PX = 160  # of the shorter side
_PART = 0.08  # of an object's area: what is smaller is a speck, not a part

_TAKEN = 0.35  # of a neighbour's area, which another object has taken in one frame
_SWAPPED = 0.4  # of both areas, which have changed hands

Overlaps = Mapping[tuple[int, int], int]  # (id before, id after) to pixels
Series = npt.NDArray[np.float64]  # (n_frames, 4): area, y, x, number of parts
Flags = npt.NDArray[np.bool_]  # (n_frames,)


@dataclass(frozen=True)
class Shape:
    """An object in one frame. area : in small pixels. y, x : its centre. n_parts : apart."""

    area: int
    y: float
    x: float
    n_parts: int


@dataclass(frozen=True)
class Measured:
    """Frame t: the shapes of the objects there, and how they came out of the frame before.

    swallowers : objects that took much of a neighbour. swapped : those that changed places.
    """

    t: int
    shapes: Mapping[int, Shape]
    swallowers: frozenset[int]
    swapped: frozenset[int]


class Shapes:
    """What is measured of a clip so far."""

    def __init__(self, n_frames: int) -> None:
        self._known = np.zeros(n_frames, bool)
        self._series: dict[int, Series] = {}
        self._swallowers: dict[int, Flags] = {}
        self._swapped: dict[int, Flags] = {}

    def copy(self) -> Shapes:
        """Return what is measured so far, for another thread."""
        copy = Shapes(0)
        copy._known = self._known.copy()
        copy._series = {i: series.copy() for i, series in self._series.items()}
        copy._swallowers = {i: flags.copy() for i, flags in self._swallowers.items()}
        copy._swapped = {i: flags.copy() for i, flags in self._swapped.items()}
        return copy

    def take(self, measured: Measured) -> None:
        """Take what was measured in place of what was known of that frame."""
        t = measured.t
        self._known[t] = True
        for object_id in measured.shapes.keys() - self._series.keys():
            self._series[object_id] = self.series(object_id)
        for object_id, series in self._series.items():
            shape = measured.shapes.get(object_id)
            gone = (0, np.nan, np.nan, np.nan)
            series[t] = gone if shape is None else (shape.area, shape.y, shape.x, shape.n_parts)
        for flags, ids in (
            (self._swallowers, measured.swallowers),
            (self._swapped, measured.swapped),
        ):
            for object_id in ids - flags.keys():
                flags[object_id] = np.zeros(len(self._known), bool)
            for object_id, where in flags.items():
                where[t] = object_id in ids

    def series(self, object_id: int) -> Series:
        """Return area, y, x and parts of an object, float64 (n_frames, 4); NaN where unknown.

        The area is 0 where the frame was measured and has no pixel of it.
        """
        if object_id in self._series:
            return self._series[object_id]
        found = np.full((len(self._known), 4), np.nan)
        found[self._known, 0] = 0
        return found

    def swallows(self, object_id: int) -> Flags:
        """Return where the object took much of a neighbour, bool (n_frames,)."""
        return self._swallowers.get(object_id, np.zeros(len(self._known), bool))

    def swapped(self, object_id: int) -> Flags:
        """Return where the object and another one changed places, bool (n_frames,)."""
        return self._swapped.get(object_id, np.zeros(len(self._known), bool))


def measure(snapshot: Snapshot, frames: Iterable[int]) -> Iterator[Measured]:
    """Measure frames that have a mask, ascending, and those after them, which overlap with them."""
    wanted = {t + step for t in frames for step in (0, 1)}
    before_t, before, areas = -1, None, {}
    for t in sorted(t for t in wanted if t < snapshot.n_frames and t in snapshot.masks):
        if before_t != t - 1:
            before = _small(snapshot, t - 1) if t - 1 in snapshot.masks else None
            areas = {} if before is None else _areas(before)
        small = _small(snapshot, t)
        shapes = shapes_of(small)
        pairs = {} if before is None else overlaps(before, small)
        yield Measured(t, shapes, swallowers(areas, pairs), swapped(areas, pairs))
        before_t, before, areas = t, small, {i: shape.area for i, shape in shapes.items()}


def swallowers(before: Mapping[int, int], pairs: Overlaps) -> frozenset[int]:
    """Return who took much of a neighbour. before : areas then. pairs : as `overlaps` has them."""
    return frozenset(
        now
        for (was, now), n in pairs.items()
        if was != now
        and n >= _TAKEN * before[was]
        and pairs.get((now, was), 0) < _SWAPPED * before.get(now, 1)
    )


def swapped(before: Mapping[int, int], pairs: Overlaps) -> frozenset[int]:
    """Return who took each other's place. before : areas then. pairs : as `overlaps` has them."""
    moved = {(was, now) for (was, now), n in pairs.items() if n >= _SWAPPED * before[was]}
    return frozenset(was for was, now in moved if was != now and (now, was) in moved)


def _areas(mask: Mask) -> dict[int, int]:
    counts = np.bincount(mask.reshape(-1), minlength=256)
    return {i: int(counts[i]) for i in np.flatnonzero(counts).tolist() if i}


def _small(snapshot: Snapshot, t: int) -> Mask:
    mask = snapshot.mask(t)
    scale = min(1.0, _SMALL_PX / min(mask.shape))
    size = max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def shapes_of(mask: Mask) -> dict[int, Shape]:
    """Return the shape of each object of a mask, uint8 (h, w)."""
    found = {}
    for object_id in np.unique(mask).tolist():
        if object_id:
            _, _, stats, centres = cv2.connectedComponentsWithStats((mask == object_id).view("u1"))
            areas = stats[1:, cv2.CC_STAT_AREA]
            area = int(areas.sum())
            y, x = (areas @ centres[1:, ::-1] / area).tolist()
            n_parts = int((areas >= max(_PART * area, 4)).sum())
            found[object_id] = Shape(area, y, x, max(n_parts, 1))
    return found


def overlaps(before: Mask, after: Mask) -> dict[tuple[int, int], int]:
    """Return of each pair of objects how many pixels went from one to the other, uint8 (h, w)."""
    both = (before > 0) & (after > 0)
    pairs = before[both].astype(np.int32) * 256 + after[both]
    codes, counts = np.unique(pairs, return_counts=True)
    return {divmod(code, 256): n for code, n in zip(codes.tolist(), counts.tolist(), strict=True)}
