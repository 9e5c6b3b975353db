"""A progress that keeps what it hears, and stops the work where it is told to."""

from __future__ import annotations

from collections.abc import Callable

from vosgui.core.progress import Progress


class Stopped(Exception):  # noqa: N818 - not an error
    """The work was stopped."""


class Heard(Progress):
    """Keeps all that is reported.

    stops : told what was heard, whether the work is to stop now.
    """

    def __init__(self, stops: Callable[[Heard], bool] | None = None) -> None:
        self.said: list[tuple[float, float | None, str]] = []
        self._stops = stops

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self.said.append((n_done, n_total, text))
        if self._stops is not None and self._stops(self):
            raise Stopped

    @property
    def parts(self) -> list[float]:
        """Return the parts done, in [0, 1], where the total was known."""
        return [n_done / n_total for n_done, n_total, _ in self.said if n_total]

    @property
    def n_frames(self) -> list[int]:
        """Return the frames counted in words."""
        return [int(text.split()[0]) for _, _, text in self.said if "frame" in text]
