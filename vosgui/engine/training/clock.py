"""How much of a run is done: in steps, or in time, over all the sessions that it took."""

from __future__ import annotations

import time

from vosgui.engine.training.config import TrainingConfig


class Clock:
    """Begins where a checkpoint ended, and goes on while it is there.

    seconds_before : of the sessions before
    """

    def __init__(self, config: TrainingConfig, seconds_before: float = 0.0) -> None:
        self.config, self.seconds_before = config, seconds_before
        self._began = time.monotonic()

    def seconds(self) -> float:
        """Return the time the run has taken."""
        return self.seconds_before + time.monotonic() - self._began

    def done(self, step: int) -> float:
        """Return how much is done of the run's length, after so many steps."""
        if not self.config.minutes:
            return step
        return min(1.0, self.seconds() / (60 * self.config.minutes))
