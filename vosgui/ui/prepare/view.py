"""What the strip of shots shows at one moment: a value, from which it is drawn and pointed at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import ClipInfo
from vosgui.datasets.prepare.proposals import Refusal
from vosgui.datasets.prepare.stretches import Stretch, Stretches
from vosgui.ui.timeline.scale import TimeScale

RULER_H = 24
SHOTS_H = 68
CLIPS_TOP = RULER_H + SHOTS_H
CLIPS_H = 46
REFUSED_TOP = CLIPS_TOP + CLIPS_H
REFUSED_H = 24
STRIP_H = REFUSED_TOP + REFUSED_H + 4
_LEAST_SHOT_PX = 24.0  # wide enough for a picture of its own


class Slot(NamedTuple):
    """Where a small picture is drawn, in screen pixels, and of which frame."""

    left: float
    right: float
    t: int


@dataclass(frozen=True)
class StripView:
    """The shots of a video, the clips in them, and what was refused, over a part of its frames.

    shots : empty until the video was looked at. stretches : the clips, and what was rejected.
    warnings : by stretch, the rule that it breaks. written : the stretches that lie there as clips.
    selected : first frame, and the one after the last, of what is selected. t : the playhead.
    keys : the frames that cost least to show, rising, int64 (n,).
    """

    scale: TimeScale
    info: ClipInfo
    shots: tuple[range, ...] = ()
    stretches: Stretches = ()
    refused: tuple[Refusal, ...] = ()
    warnings: dict[Stretch, str] = field(default_factory=dict)
    written: frozenset[Stretch] = frozenset()
    selected: tuple[int, int] | None = None
    t: int = 0
    keys: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def clips(self) -> Stretches:
        """Return the stretches that are clips, or may become some."""
        return tuple(one for one in self.stretches if one.is_kept)

    @property
    def turned_down(self) -> tuple[Refusal, ...]:
        """Return what is no clip, and why: by the rules, and by hand."""
        by_hand = (
            Refusal(one.start, one.stop, "rejected by hand")
            for one in self.stretches
            if not one.is_kept
        )
        return tuple(sorted([*self.refused, *by_hand], key=lambda one: (one.start, one.stop)))

    def clip_at(self, t: int) -> Stretch | None:
        """Return the clip that holds frame t."""
        return next((one for one in self.clips if one.start <= t < one.stop), None)

    def refusal_at(self, t: int) -> Refusal | None:
        """Return the shortest stretch that was turned down and holds frame t."""
        there = [one for one in self.turned_down if one.start <= t < one.stop]
        return min(there, key=lambda one: one.stop - one.start, default=None)

    def shot_at(self, t: int) -> range | None:
        """Return the shot that holds frame t."""
        return next((shot for shot in self.shots if t in shot), None)

    def clock(self, t: int, digits: int = 1) -> str:
        """Return the time of frame t; of the one after the last, that at which the video ends."""
        return clock(self.info.time_s(t), digits)

    def length(self, start: int, stop: int) -> str:
        """Return how long frames are shown, the last one not included."""
        return f"{self.info.time_s(stop) - self.info.time_s(start):.1f} s"

    def slots(self) -> Iterator[Slot]:
        """Yield where pictures are drawn: in each shot its own, narrow ones in a row share one.

        A shot's pictures are of the same frames wherever it is scrolled to.
        """
        height, width = self.info.hw
        wanted = max(8.0, (SHOTS_H - 6) * width / height)
        for frames in self._groups():
            n = 1
            while n * wanted < len(frames) * self.scale.frame_px:
                n *= 2
            edges = np.linspace(frames.start, frames.stop, n + 1).round().astype(int).tolist()
            for start, stop in pairwise(edges):
                left, right = self.scale.x_of(start), self.scale.x_of(stop)
                if right > 0 and left < self.scale.width and stop > start:
                    yield Slot(left, right, self._cheapest(start, stop))

    def _groups(self) -> Iterator[range]:
        """Yield the shots; narrow ones that follow each other together."""
        shots = self.shots or (range(self.info.n_frames),)
        first: int | None = None
        for shot in shots:
            is_narrow = len(shot) * self.scale.frame_px < _LEAST_SHOT_PX
            if first is not None and (
                not is_narrow or (shot.stop - first) * self.scale.frame_px > 4 * _LEAST_SHOT_PX
            ):
                yield range(first, shot.start)
                first = None
            if not is_narrow:
                yield shot
            elif first is None:
                first = shot.start
        if first is not None:
            yield range(first, shots[-1].stop)

    def _cheapest(self, start: int, stop: int) -> int:
        """Return the key frame nearest to the middle of frames; the middle where there is none."""
        middle = (start + stop) // 2
        low, high = np.searchsorted(self.keys, [start, stop]).tolist()
        if low == high:
            return middle
        there = self.keys[low:high]
        return int(there[np.argmin(np.abs(there - middle))])


def clock(seconds: float, digits: int = 1) -> str:
    """Return a time as minutes and seconds, with hours where there are some."""
    minutes, rest = divmod(round(seconds, digits), 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{rest:0{3 + digits if digits else 2}.{digits}f}"
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"
