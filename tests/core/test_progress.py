"""Progress: parts of work report within the whole, and stopping passes through."""

from __future__ import annotations

import pytest

from vosgui.core.progress import NO_PROGRESS, Progress


class Heard(Progress):
    def __init__(self) -> None:
        self.said: list[tuple[float, float | None, str]] = []

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self.said.append((n_done, n_total, text))
        if text == "stop":
            raise KeyboardInterrupt


def test_a_part_reports_its_share_of_the_whole() -> None:
    heard = Heard()
    second_half = heard.within(0.5, 1.0)
    second_half.report(0, 4, "begin")
    second_half.report(2, 4)
    second_half.within(0.5, 1.0).report(1, 1)
    second_half.report(9, None)
    assert heard.said == [(0.5, 1.0, "begin"), (0.75, 1.0, ""), (1.0, 1.0, ""), (0.5, 1.0, "")]


def test_what_stops_the_work_passes_through() -> None:
    with pytest.raises(KeyboardInterrupt):
        Heard().within(0, 0.5).report(1, 1, "stop")
    NO_PROGRESS.report(1, 2, "nobody hears")
