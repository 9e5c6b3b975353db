"""The far keyframes of a bidirectional run: each side of a gap is also matched with the other end.

Both ends are origins of what is blended between them, so nothing rests on a keyframe unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.engine.propagation.plan import Pass
from vosgui.engine.propagation.propagator import Propagator

# Keyframes at most so many frames apart know as much of the object without each other: nothing is
# gained there (J rises by 0.1 points with gaps of 10 frames, by 1.2 with those of whole clips).
_NEAR = 10
# Keys held at once, at 0.7 MB each at 352 pixels high. A stretch with more keyframes goes without.
_MOST = 48


@dataclass
class KeyframeMemory:
    """The memory keys of keyframes that objects are matched with beside their own.

    reach : the frames of the whole run; keyframes outside of it are left out. With a propagator
    that takes no memory frames, nothing is done.
    """

    snapshot: Snapshot
    propagator: Propagator
    reach: range
    _keys: dict[int, Any] = field(default_factory=dict, init=False)
    _ends: frozenset[int] = field(default=frozenset(), init=False)

    def prepare(self, clip: Clip, one: Pass) -> None:
        """Encode the keyframes that are needed in a pass, before it begins."""
        pairs = set(self._pairs(one)) if self.propagator.takes_memory_frames else set()
        self._ends = frozenset(t for pair in pairs for t in pair)
        if len(self._ends) > _MOST:
            pairs, self._ends = set(), frozenset()
        self._keys = {t: self._keys[t] for t in sorted(self._ends & self._keys.keys())}
        for t in sorted({end for _, end in pairs}):
            if t not in self._keys:
                self.note(t, self.propagator.encode(clip[t]))

    def note(self, t: int, features: Any) -> None:
        """Keep the key of a frame that is encoded anyway, if the run may need it."""
        if t in self._ends and t not in self._keys:
            self._keys[t] = self.propagator.memory_key(features)

    def add_other_ends(
        self, states: Any, t: int, ids: Sequence[int], step: int
    ) -> tuple[Any, dict[int, int]]:
        """Add the other ends to the memory of objects that begin in frame t.

        ids : in the order of the states. step : 1 or -1, the way they are carried.
        Return the states, and the frames added, by object.
        """
        ends = {i: self._other_end(i, t, step) for i in ids}
        added = {i: end for i, end in ends.items() if end is not None and end in self._keys}
        for end in sorted(set(added.values())):
            rows = [row for row, i in enumerate(ids) if added.get(i) == end]
            mask = self.snapshot.mask(end)
            masks = np.stack([mask == ids[row] for row in rows])
            states = self.propagator.add_memory_frame(states, self._keys[end], masks, rows)
        return states, added

    def _pairs(self, one: Pass) -> Iterator[tuple[int, int]]:
        """Yield where objects begin in a pass, and their other ends."""
        for track in one.tracks:
            for t in (track.begin, *sorted(track.keyframes - track.absent)):
                end = self._other_end(track.object_id, t, one.frames.step)
                if t in one.frames and end is not None:
                    yield t, end

    def _other_end(self, object_id: int, t: int, step: int) -> int | None:
        """Return the object's next keyframe, if it shows it and is neither near nor out of reach.

        Past an absence the two sides are not blended: they know nothing of each other.
        """
        keyframes = self.snapshot.keyframes(object_id)
        beyond = keyframes[keyframes > t] if step > 0 else keyframes[keyframes < t][::-1]
        if not beyond.size:
            return None
        end = int(beyond[0])
        is_far = abs(end - t) > _NEAR and end in self.reach
        return end if is_far and self.snapshot.has_mask(end, object_id) else None
