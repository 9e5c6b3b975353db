"""Objects that a person makes others, or removes, while a run carries them.

A run knows an object by its id. Where masks that it drew become another object's (split, swapped,
merged, another id), or the object is removed and its id may be another's by then, what the run
finds of it from there on is not kept. Whose those masks became is run again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vosgui.core.annotation import Annotation, Snapshot
from vosgui.core.mask import PackedMask


@dataclass(frozen=True)
class _Last:
    """What was drawn last of an object. record : of its track. mask : of the frame, with others."""

    t: int
    record: bytes
    mask: PackedMask | None


class Others:
    """Which objects of a run are not any more those that it began with.

    gone : their ids. skipped : of each object a frame from which on nothing was kept for a while.
    """

    def __init__(self, begun_with: Snapshot, objects: frozenset[int]) -> None:
        self._begun_with, self._objects = begun_with, objects
        self._last: dict[int, _Last] = {}
        self.gone: frozenset[int] = frozenset()
        self.skipped: dict[int, int] = {}

    def note(self, annotation: Annotation, t: int, carried: frozenset[int]) -> None:
        """Note what was drawn in frame t, and of which objects nothing was kept there."""
        mask, there = annotation.packed(t), {entry.id for entry in annotation.objects}
        for i in carried:
            if i in self.gone:
                self.skipped.setdefault(i, t)
            elif i in there:
                self._last[i] = _Last(t, annotation.track(i)[t].tobytes(), mask)

    def look(self, now: Snapshot) -> None:
        """Find out which objects are others by now; one that is taken back is itself again."""
        gone = frozenset(i for i in self._objects if self._is_other(i, now))
        for i in (self.gone - gone) & self._last.keys():  # the run may have left it out by now
            self.skipped.setdefault(i, self._last[i].t)
        self.gone = gone

    def to_run_again(self, now: Snapshot, start: int) -> dict[int, int]:
        """Return whose masks are to be run again, each from its last keyframe on the way.

        start : where the run began, from which it goes either way.
        """
        found: dict[int, int] = {}
        for i in self.gone | self.skipped.keys():
            owner = self._owner(i, now) if i in self.gone else i
            if i not in self._last or owner is None or owner in now.locked:
                continue
            at = self._last[i].t if i in self.gone else self.skipped[i]
            given = now.given_masks(owner)
            sides = [t for t in given if t <= at][-1:], [t for t in given if t >= at][:1]
            nearest = [t for side in (sides if at >= start else sides[::-1]) for t in side]
            if nearest:
                found[owner] = nearest[0]
        return found

    def _is_other(self, i: int, now: Snapshot) -> bool:
        if i not in now.tracks:
            return True
        last, was_gone = self._last.get(i), i in self.gone
        if last is None:
            return was_gone and not self._has_old_keyframe(i, now)
        if now.tracks[i][last.t].tobytes() == last.record:
            return False
        return was_gone or self._owner(i, now) not in (None, i)

    def _has_old_keyframe(self, i: int, now: Snapshot) -> bool:
        was, track = self._begun_with.tracks[i]["revision"], now.tracks[i]["revision"]
        return bool(((was > 0) & (was == track)).any())

    def _owner(self, i: int, now: Snapshot) -> int | None:
        """Return whose pixels by now are those that were drawn last of an object."""
        last = self._last.get(i)
        mask = None if last is None else now.masks.get(last.t)
        if last is None or last.mask is None or mask is None:
            return None
        ids = np.unique(mask.unpack()[last.mask.unpack() == i])
        return int(ids[0]) if ids.size == 1 and ids[0] in now.tracks else None
