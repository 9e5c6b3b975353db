"""What a person decides about the stretches of a video, as values: accept, trim, split, merge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from vosgui.datasets.prepare.proposals import Proposal
from vosgui.datasets.prepare.times import FrameTimes

Verdict = Literal["open", "accepted", "rejected"]


class Stretch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Frames `start` to `stop` of a video, the last one not included, and what is to become of it.

    name : of the clip, once it was to be written.
    """

    start: int
    stop: int
    verdict: Verdict = "open"
    category: str = ""
    name: str = ""

    @property
    def n_frames(self) -> int:
        """Return how many frames it has."""
        return self.stop - self.start

    @property
    def is_kept(self) -> bool:
        """Return whether it is a clip, or may become one: it was not rejected."""
        return self.verdict != "rejected"

    def overlaps(self, start: int, stop: int) -> bool:
        """Return whether it shares a frame with frames `start` to `stop`."""
        return self.start < stop and start < self.stop

    def changed(
        self,
        *,
        start: int | None = None,
        stop: int | None = None,
        verdict: Verdict | None = None,
        category: str | None = None,
        name: str | None = None,
    ) -> Stretch:
        """Return it with some fields changed."""
        return Stretch(
            self.start if start is None else start,
            self.stop if stop is None else stop,
            self.verdict if verdict is None else verdict,
            self.category if category is None else category,
            self.name if name is None else name,
        )


Stretches = tuple[Stretch, ...]  # in the order of time; those that are kept do not overlap


def shown(decided: Stretches, proposed: Iterable[Proposal]) -> Stretches:
    """Return what was decided, and the proposals beside it that still wait for a word."""
    open_ = [
        Stretch(one.start, one.stop)
        for one in proposed
        if not any(other.overlaps(one.start, one.stop) for other in decided)
    ]
    return in_time([*decided, *open_])


def in_time(stretches: Iterable[Stretch]) -> Stretches:
    """Return stretches in the order of time."""
    return tuple(sorted(stretches, key=lambda one: (one.start, one.stop)))


def replaced(decided: Stretches, old: Sequence[Stretch], new: Sequence[Stretch]) -> Stretches:
    """Return what was decided with other stretches in the place of some."""
    return in_time([*(one for one in decided if one not in old), *new])


def room_of(there: Stretches, one: Stretch, n_frames: int) -> range:
    """Return the frames that a stretch may take: up to its neighbours that were decided on."""
    others = [other for other in there if other != one and other.is_kept]
    start = max((other.stop for other in others if other.stop <= one.start), default=0)
    stop = min((other.start for other in others if other.start >= one.stop), default=n_frames)
    return range(start, stop)


def moved(one: Stretch, start: int, room: range) -> Stretch:
    """Return a stretch moved so that it begins at a frame, as far as there is room."""
    start = max(room.start, min(start, room.stop - one.n_frames))
    return one.changed(start=start, stop=start + one.n_frames)


def trimmed(one: Stretch, start: int, stop: int, room: range) -> Stretch:
    """Return a stretch with other ends, as far as there is room; it keeps one frame at least."""
    start, stop = max(start, room.start), min(stop, room.stop)
    if start != one.start:
        start = min(start, stop - 1)
    return one.changed(start=start, stop=max(stop, start + 1))


def around(t: int, longest_s: float, times: FrameTimes, room: range) -> Stretch:
    """Return a stretch of so many seconds about frame t, or as long as there is room for."""
    begin_s = min(times.seconds[t] - longest_s / 2, times.seconds[room.stop] - longest_s)
    start = max(room.start, min(t, times.first(begin_s)))
    stop = times.last(times.seconds[start] + longest_s)
    return Stretch(start, min(room.stop, max(stop, t + 1)))


def split(one: Stretch, t: int) -> Stretches:
    """Return the two parts of a stretch, the second beginning at t; itself where there are none."""
    if not one.start < t < one.stop:
        return (one,)
    return one.changed(stop=t), one.changed(start=t, name="")


def merged(one: Stretch, other: Stretch) -> Stretch:
    """Return one stretch of two, with what lies between them."""
    first, second = in_time([one, other])
    verdict = first.verdict if first.verdict == second.verdict else "open"
    category = first.category or second.category
    return Stretch(first.start, second.stop, verdict, category, first.name)
