"""How the shapes of objects are in each frame, and how those of two frames overlap.

Measured on masks at a small size, frame by frame, so that a change in one frame costs one frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

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
_Key = TypeVar("_Key")


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
    touching : pairs of objects, the lower id first, that touch or nearly do.
    """

    t: int
    shapes: Mapping[int, Shape]
    swallowers: frozenset[int]
    swapped: frozenset[int]
    touching: frozenset[tuple[int, int]] = frozenset()


class Shapes:
    """What is measured of a clip so far."""

    def __init__(self, n_frames: int) -> None:
        self._known = np.zeros(n_frames, bool)
        self._series: dict[int, Series] = {}
        self._swallowers: dict[int, Flags] = {}
        self._swapped: dict[int, Flags] = {}
        self._touching: dict[tuple[int, int], Flags] = {}
        self._exchanged: Mapping[int, Flags] = {}

    def copy(self) -> Shapes:
        """Return what is measured so far, for another thread."""
        copy = Shapes(0)
        copy._known = self._known.copy()
        copy._series = {i: series.copy() for i, series in self._series.items()}
        copy._swallowers = {i: flags.copy() for i, flags in self._swallowers.items()}
        copy._swapped = {i: flags.copy() for i, flags in self._swapped.items()}
        copy._touching = {pair: flags.copy() for pair, flags in self._touching.items()}
        copy._exchanged = self._exchanged
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
        n_frames = len(self._known)
        _put(self._swallowers, measured.swallowers, t, n_frames)
        _put(self._swapped, measured.swapped, t, n_frames)
        _put(self._touching, measured.touching, t, n_frames)

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
        """Return where the object and another one changed places, bool (n_frames,).

        From one frame to the next, or while they met: see meetings.py.
        """
        nowhere = np.zeros(len(self._known), bool)
        at_once = self._swapped.get(object_id, nowhere)
        return np.asarray(at_once | self._exchanged.get(object_id, nowhere), bool)

    def note_exchanged(self, exchanged: Mapping[int, Flags]) -> bool:
        """Take where objects changed places while they met; return whether that is news."""
        before, self._exchanged = self._exchanged, exchanged
        return before.keys() != exchanged.keys() or any(
            (before[i] != flags).any() for i, flags in exchanged.items()
        )

    def touching(self) -> Mapping[tuple[int, int], Flags]:
        """Return where two objects touch, bool (n_frames,), of each pair that does somewhere."""
        return self._touching


def _put(flags: dict[_Key, Flags], keys: frozenset[_Key], t: int, n_frames: int) -> None:
    """Set the flags of frame t: those of some keys, and of no others."""
    for key in keys - flags.keys():
        flags[key] = np.zeros(n_frames, bool)
    for key, where in flags.items():
        where[t] = key in keys


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
        signs = swallowers(areas, pairs), swapped(areas, pairs), touching(small)
        yield Measured(t, shapes, *signs)
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


def touching(mask: Mask) -> frozenset[tuple[int, int]]:
    """Return the pairs of objects that are within two pixels of each other; uint8 (h, w)."""
    pairs: set[tuple[int, int]] = set()
    for n in (1, 2):
        for one, other in ((mask[n:], mask[:-n]), (mask[:, n:], mask[:, :-n])):
            both = (one > 0) & (other > 0) & (one != other)
            low, high = np.minimum(one[both], other[both]), np.maximum(one[both], other[both])
            codes = np.unique(low.astype(np.int32) * 256 + high).tolist()
            pairs |= {divmod(code, 256) for code in codes}
    return frozenset(pairs)


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
