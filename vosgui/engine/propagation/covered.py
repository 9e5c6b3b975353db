"""Objects that a run could not carry, as others that do not run have their pixels."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Snapshot
from vosgui.core.mask import Mask
from vosgui.core.track import Source
from vosgui.engine.propagation.plan import Run

_NEAR = 5  # frames within which an object has hardly moved
_INSIDE, _GROWN = 0.1, 0.5  # of the object's area, and of what another one has of it
_LEFT, _TAKEN = 0.3, 0.5  # of its area: what it has at most, and another one has at least


def objects_around(
    mask: Mask, following: Mask, ids: Iterable[int], runs: Collection[int]
) -> dict[int, frozenset[int]]:
    """Return of each of these objects those that do not run and that it was drawn inside of.

    mask : uint8 (H, W), of a frame in which the objects are given. following : of the frame that
    they are carried to first. There another object has their pixels, and has grown by them: what
    only moves there does not grow.
    """
    areas, later = (np.bincount(one.reshape(-1), minlength=256) for one in (mask, following))
    found = {}
    for i in ids:
        under = np.bincount(following[mask == i], minlength=256)
        under[[0, *runs]] = 0
        around = (under >= _INSIDE * areas[i]) & (later - areas >= _GROWN * under) & (under > 0)
        found[i] = frozenset(np.flatnonzero(around).tolist())
    return found


def covered_by(now: Snapshot, run: Run, frames: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return of each object that another one covers from the start: that one, and the start.

    frames : those that the run has changed. Objects that run compete for pixels; those that do not
    keep theirs, so that what is drawn inside of them is lost at once.
    """
    found = {}
    where = np.array(sorted(frames), np.intp)
    for i in sorted(run.objects & now.tracks.keys()):
        begun = _begin(now, run, i, where)
        if begun is None:
            continue
        start, t = begun
        before = now.mask(start) == i
        after = now.mask(t)
        area = np.count_nonzero(before)
        ids = np.bincount(after[before], minlength=256)
        ids[[0, *run.objects]] = 0
        by = int(ids.argmax())
        if np.count_nonzero(after == i) < _LEFT * area and ids[by] >= _TAKEN * area:
            found[i] = by, start
    return found


def _begin(
    now: Snapshot, run: Run, object_id: int, where: npt.NDArray[np.intp]
) -> tuple[int, int] | None:
    """Return the frame from which an object was carried, and the first that it was carried to."""
    track = now.tracks[object_id][where]
    where = where[track["source"] == Source.PROPAGATED]
    starts = [run.start, *now.keyframes(object_id).tolist()]
    near = []
    for start in starts:
        others = where[where != start]
        if others.size and now.has_mask(start, object_id):
            t = int(others[np.abs(others - start).argmin()])
            near += [(abs(t - start), start, t)] * (abs(t - start) <= _NEAR)
    return min(near)[1:] if near else None
