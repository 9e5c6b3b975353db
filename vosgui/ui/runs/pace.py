"""How far a run is, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 30  # frames over which the rate is measured


class Pace:
    """Counts frames against a total that is known beforehand.

    clock : returns seconds; another one for tests.
    """

    def __init__(self, total: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self.total = total
        self.n_done = 0
        self._clock = clock
        self._recent = deque([clock()], maxlen=_WINDOW + 1)

    def step(self) -> None:
        """Note that one more frame is done."""
        self.n_done += 1
        self.total = max(self.total, self.n_done)  # keyframes that are given meanwhile make more
        self._recent.append(self._clock())

    @property
    def rate(self) -> float:
        """Return frames per second over the last frames; 0 before the second one is known."""
        span = self._recent[-1] - self._recent[0]
        return (len(self._recent) - 1) / span if span > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Return the seconds left at this rate, or None where it is not known yet."""
        return (self.total - self.n_done) / self.rate if self.rate else None


def duration(seconds: float) -> str:
    """Return a time as a person says it: "8 s", "3 min 20 s", "1 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
