"""What a fill knows of the other end: each side of a gap is also matched with the keyframe there.

Both ends are origins of what is blended between them, so nothing rests on a keyframe unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.engine.propagation.plan import Pass, TrackPlan, has_mask
from vosgui.engine.propagation.propagator import Propagator

# Keyframes at most so many frames apart know as much of the object without each other: nothing is
# gained there (J rises by 0.1 points with gaps of 10 frames, by 1.2 with those of whole clips).
_NEAR = 10
# Keyframes remembered at once, at 0.7 MB each at 352 pixels high. A stretch of many objects that
# has more of them is filled without.
_MOST = 48


class Memory:
    """The keyframes that the objects of a fill recall beside the one they are carried from.

    reach : the frames of the whole fill; keyframes outside of it are not recalled. With a
    propagator that recalls nothing, nothing is done.
    """

    def __init__(self, snapshot: Snapshot, propagator: Propagator, reach: range) -> None:
        self._snapshot = snapshot
        self._propagator = propagator
        self._reach = reach
        self._kept: dict[int, Any] = {}
        self._ends: frozenset[int] = frozenset()

    def prepare(self, clip: Clip, one: Pass) -> None:
        """Encode the keyframes that objects will recall in a pass, before it begins."""
        pairs = set(self._pairs(one)) if self._propagator.recalls else set()
        self._ends = frozenset(t for pair in pairs for t in pair)
        if len(self._ends) > _MOST:
            pairs, self._ends = set(), frozenset()
        wanted = sorted({end for _, end in pairs})
        kept = self._kept if pairs else {}
        self._kept = {t: kept[t] for t in sorted(self._ends & kept.keys())}
        for t in wanted:
            if t not in self._kept:
                self.note(t, self._propagator.encode(clip[t]))

    def note(self, t: int, features: Any) -> None:
        """Keep what is needed of a frame that is encoded anyway, if the fill may recall it."""
        if t in self._ends and t not in self._kept:
            self._kept[t] = self._propagator.memory(features)

    def recall(
        self, states: Any, t: int, ids: Sequence[int], step: int
    ) -> tuple[Any, dict[int, int]]:
        """Recall the other ends for objects that begin in frame t, in the order of their states.

        step : 1 or -1, the way they are carried. Return the states, and the frames by object.
        """
        ends = {i: self._other_end(i, t, step) for i in ids}
        recalled = {i: end for i, end in ends.items() if end is not None and end in self._kept}
        for end in sorted(set(recalled.values())):
            rows = [row for row, i in enumerate(ids) if recalled.get(i) == end]
            mask = self._snapshot.mask(end)
            masks = np.stack([mask == ids[row] for row in rows])
            states = self._propagator.recall(states, self._kept[end], masks, rows)
        return states, recalled

    def _pairs(self, one: Pass) -> Iterator[tuple[int, int]]:
        """Yield where objects begin in a pass, and the other ends that they recall."""
        for track in one.tracks:
            for t in _begins(track):
                end = self._other_end(track.object_id, t, one.frames.step)
                if t in one.frames and end is not None:
                    yield t, end

    def _other_end(self, object_id: int, t: int, step: int) -> int | None:
        """Return the object's next keyframe, if it shows it and is neither near nor out of reach.

        Past an absence the two sides are not blended: they know nothing of each other.
        """
        keyframes = self._snapshot.keyframes(object_id)
        beyond = keyframes[keyframes > t] if step > 0 else keyframes[keyframes < t][::-1]
        if not beyond.size:
            return None
        end = int(beyond[0])
        is_far = abs(end - t) > _NEAR and end in self._reach
        return end if is_far and has_mask(self._snapshot, end, object_id) else None


def _begins(track: TrackPlan) -> list[int]:
    """Return the frames from whose masks a track's object is carried."""
    return [track.begin, *sorted(track.keyframes - track.absent)]
