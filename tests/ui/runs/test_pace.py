"""Rate and time left come from the frames done, by a clock that the test turns."""

from __future__ import annotations

import pytest

from vosgui.ui.runs.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left_follow_the_last_frames() -> None:
    clock = Clock()
    pace = Pace(100, clock)
    assert (pace.n_done, pace.rate, pace.left_s) == (0, 0.0, None)
    for _ in range(10):
        clock.now += 2
        pace.step()
    assert pace.rate == pytest.approx(0.5)
    assert pace.left_s == pytest.approx(180)
    for _ in range(40):  # faster now; the slow frames are forgotten
        clock.now += 0.1
        pace.step()
    assert pace.rate == pytest.approx(10)
    assert pace.left_s == pytest.approx(5)
