"""How fast a run goes here, found out before the first one: its first frames, timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.progress import Progress
from vosgui.errors import VosguiError
from vosgui.ui.session.job import Job

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Run
    from vosgui.engine.propagation.propagator import Propagator

N_FRAMES = 5  # that are timed, after the first one, which takes longer
MOST_S = 4.0  # for these


class RunTimer(Job):
    """Times a run in a job, and goes on from there; dropped, nothing follows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._speed: float | None = None
        self._go_on: Callable[[float | None], None] | None = None
        self.yielded.connect(self._on_timed)
        self.ended.connect(self._on_ended)

    def begin_timing(
        self, work: Callable[[Progress], float | None], go_on: Callable[[float | None], None]
    ) -> None:
        """Begin. go_on : called in the window's thread with results in a second, if known."""
        self._speed, self._go_on = None, go_on
        self.begin(work)

    def _on_timed(self, speed: float | None) -> None:
        self._speed = speed

    def _on_ended(self) -> None:
        go_on, self._go_on = self._go_on, None
        if go_on is not None and self.error is None:
            go_on(self._speed)


def time_run(
    clip: Clip, snapshot: Snapshot, run: Run, load: Callable[[], Propagator], progress: Progress
) -> float | None:
    """Return how many results of a run come in a second; None where it is not to be had.

    load : returns the propagator. What stands against the run is said by the run itself.
    """
    from vosgui.engine.propagation.propagate import propagate

    try:
        propagator = load()
        with (
            clip.reopen(once=True) as reader,
            closing(propagate(reader, snapshot, run, propagator)) as results,
        ):
            next(results, None)
            begun, n = time.perf_counter(), 0
            for _ in results:
                n += 1
                progress.report(n, N_FRAMES)
                if n == N_FRAMES or time.perf_counter() - begun > MOST_S:
                    break
            seconds = time.perf_counter() - begun
    except VosguiError:
        return None
    return n / seconds if n and seconds > 0 else None
