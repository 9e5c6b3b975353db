"""Objects that a run could not carry, as others that do not run have their pixels."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Snapshot
from vosgui.core.track import Source
from vosgui.engine.propagation.plan import Run

_NEAR = 5  # frames within which an object has hardly moved
_LEFT, _TAKEN = 0.3, 0.5  # of its area: what it has at most, and another one has at least


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
    ends = [*where[:1].tolist(), *where[-1:].tolist()]
    pairs = [
        (abs(t - start), start, t)
        for start in starts
        for t in ends
        if t != start and now.has_mask(start, object_id)
    ]
    near = [pair for pair in pairs if pair[0] <= _NEAR]
    return min(near)[1:] if near else None
