"""Objects that touch or hide each other, come apart again, and may have changed identities by then.

Masks alone do not tell who is who after that; what the objects look like before and after does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation
from vosgui.core.clip import Frame
from vosgui.core.mask import Mask, box_of
from vosgui.core.quality.shapes import Flags, Shapes
from vosgui.core.track import is_given

_APART = 3  # frames that two objects are apart before and after, so that it counts
_NEAR = 10  # frames from a meeting in which those are looked for
_BINS = 5  # of each colour channel
_PIXELS = 4096  # of an object that are looked at, at most
_AREA = 0.15  # what a doubled or halved area counts, against colours that have nothing in common
_LEAST, _CLEAR = 0.12, 0.75  # of the likeness crosswise: see `is_exchanged`

Look = npt.NDArray[np.float64]  # (n,), what an object looks like; see `look_of`
Looks = Mapping[int, Look]


@dataclass(frozen=True)
class Meeting:
    """Two objects that meet. before, after : frames in which they are apart, nearest ones."""

    pair: tuple[int, int]
    before: tuple[int, ...]
    after: tuple[int, ...]


def meetings(annotation: Annotation, shapes: Shapes) -> Iterator[Meeting]:
    """Yield the meetings of objects after which nobody has said yet who is who.

    Where an object is given while they meet, or soon after, a person has looked.
    """
    listed = {entry.id for entry in annotation.objects}
    for pair, touching in shapes.touching().items():
        if not listed.issuperset(pair):
            continue
        areas = [shapes.series(i)[:, 0] for i in pair]
        known = ~np.isnan(areas[0]) & ~np.isnan(areas[1])
        apart = known & (areas[0] > 0) & (areas[1] > 0) & ~touching
        given = is_given(annotation.track(pair[0])) | is_given(annotation.track(pair[1]))
        for first, stop in _spans(known & ~apart):
            if not touching[first:stop].any():
                continue
            before = _frames(apart, range(first - 1, max(first - 1 - _NEAR, -1), -1))
            after = _frames(apart, range(stop, min(stop + _NEAR, len(apart))))
            if min(len(before), len(after)) < _APART:
                continue
            if not given[first : after[-1] + 1].any():
                yield Meeting(pair, before, after)


def exchanged(
    annotation: Annotation, shapes: Shapes, looks_in: Callable[[int], Looks]
) -> dict[int, Flags]:
    """Return where objects may have changed identities, bool (n_frames,) by id.

    looks_in : called with a frame, returns what the objects in it look like.
    """
    found: dict[int, Flags] = {}
    for one in meetings(annotation, shapes):
        before, after = ([looks_in(t) for t in frames] for frames in (one.before, one.after))
        if all(set(one.pair) <= looks.keys() for looks in (*before, *after)) and is_exchanged(
            one.pair, before, after
        ):
            for object_id in one.pair:
                found.setdefault(object_id, np.zeros(annotation.n_frames, bool))
                found[object_id][one.after[0]] = True
    return found


def is_exchanged(pair: tuple[int, int], before: Sequence[Looks], after: Sequence[Looks]) -> bool:
    """Return whether each of two objects looks like what the other one was before.

    It does where the sum of both differences, crosswise, is clearly less than straight on.
    """

    def difference(i: int, j: int) -> float:
        pairs = [(one[i], other[j]) for one in before for other in after]
        return float(np.mean([_difference(*looks) for looks in pairs]))

    a, b = pair
    straight = difference(a, a) + difference(b, b)
    crosswise = difference(a, b) + difference(b, a)
    return straight - crosswise > _LEAST and crosswise < _CLEAR * straight


def look_of(frame: Frame, pixels: npt.NDArray[np.bool_]) -> Look:
    """Return what an object looks like: the colours of its upper and lower half, and its size.

    frame : uint8 (H, W, 3) RGB. pixels : bool (H, W), with at least one pixel.
    Returns float64 (2 * _BINS ** 3 + 1,): the square roots of two histograms, and the log2 of its
    area. Differences of such roots are those of Hellinger.
    """
    box = box_of(pixels)
    area = np.count_nonzero(pixels[box.slices])
    step = max(1, int(np.sqrt(area / _PIXELS)))
    own = pixels[box.slices][::step, ::step]
    rows, columns = np.nonzero(own)
    colours = frame[box.slices][::step, ::step][rows, columns].astype(np.int64) * _BINS // 256
    codes = (colours[:, 0] * _BINS + colours[:, 1]) * _BINS + colours[:, 2]
    lower = rows > np.median(rows)
    codes += lower * _BINS**3
    counts = np.bincount(codes, minlength=2 * _BINS**3).reshape(2, -1).astype(np.float64)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    return np.append(np.sqrt(shares), np.log2(area))


def looks_of(frame: Frame, mask: Mask) -> dict[int, Look]:
    """Return what each object looks like. frame : uint8 (H, W, 3) RGB. mask : uint8 (H, W)."""
    return {i: look_of(frame, mask == i) for i in np.unique(mask).tolist() if i}


def _difference(one: Look, other: Look) -> float:
    """Return how much two looks differ: [0, 1] for colours, and some more for size."""
    common = float((one[:-1] * other[:-1]).sum()) / 2
    size = min(abs(float(one[-1] - other[-1])), 2.0)
    return math.sqrt(max(1 - common, 0.0)) + _AREA * size


def _frames(apart: Flags, near: range) -> tuple[int, ...]:
    """Return the first frames of a walk in which two objects are apart, ascending."""
    return tuple(sorted([t for t in near if apart[t]][:_APART]))


def _spans(flags: Flags) -> list[tuple[int, int]]:
    """Return where spans of flagged frames begin and stop; a short gap does not part two."""
    frames = np.flatnonzero(flags)
    if not frames.size:
        return []
    parts = np.split(frames, np.flatnonzero(np.diff(frames) > _APART) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]
