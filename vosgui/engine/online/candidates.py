"""Runs through a clip that are tried out: how sure each is of itself tells which suits the clip.

Mean confidence over a run rises where it holds what another one loses. It takes the run itself: on
every second or third frame, on smaller frames or on half of the clip alone it tells too little.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from itertools import islice

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.engine.propagation.plan import Run, n_results, plan_run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import LOST, Propagator
from vosgui.errors import NothingToDoError

_MOST_FRAMES = 200
_LEAST_RISE = 0.01  # of confidence: less tells nothing of masks


class Trial:
    """Runs through the same frames by several propagators, one after the other.

    n_frames : that are carried. seconds : what the last run took.
    """

    def __init__(self, clip: Clip, snapshot: Snapshot, run: Run) -> None:
        self._clip, self._snapshot, self._run = clip, snapshot, run
        self.n_frames = n_results(plan_run(snapshot, run))
        self.seconds = 0.0

    def confidence(
        self, propagator: Propagator, most_s: float = float("inf")
    ) -> Generator[float, None, float]:
        """Run; yield the share that is done; return the mean confidence of objects and frames.

        most_s : after so long it ends, and those that follow go no farther.
        """
        begun, n_done = time.perf_counter(), 0
        levels: list[float] = []
        with closing(propagate(self._clip, self._snapshot, self._run, propagator)) as results:
            for result in islice(results, self.n_frames):
                levels += result.confidence.values()
                n_done += 1
                self.seconds = time.perf_counter() - begun
                yield n_done / self.n_frames
                if self.seconds > most_s:
                    break
        self.n_frames = n_done
        return float(np.mean(levels)) if levels else LOST


def find_trial(
    clip: Clip, snapshot: Snapshot, objects: frozenset[int], given: Sequence[int]
) -> Trial | None:
    """Return a trial through the longest stretch that leads away from a given frame.

    given : frames in which an object is given with a mask, ascending. None where nothing could be
    carried.
    """
    rooms = [(stop - t, t, stop) for t, stop in zip(given, [*given[1:], len(clip)], strict=True)]
    rooms += [(t - stop, t, stop) for t, stop in zip(given, [-1, *given[:-1]], strict=True)]
    _, begin, towards = max(rooms, key=lambda room: room[0])
    if towards > begin:
        run = Run(begin, begin, begin + _MOST_FRAMES, objects, "forward", "reinitialise")
    else:
        first = max(0, begin + 1 - _MOST_FRAMES)
        run = Run(begin, first, begin + 1, objects, "backward", "reinitialise")
    try:
        return Trial(clip, snapshot, run)
    except NothingToDoError:
        return None


def surest(alone: float, levels: Mapping[str, float]) -> str | None:
    """Return which run is the surest, if it is clearly surer than that of the network alone.

    levels : confidence by what each run is called.
    """
    best = max(levels, key=lambda name: levels[name])
    return best if levels[best] >= alone + _LEAST_RISE else None
