"""How far long work is: told by the work itself, to an object that it was handed."""

from __future__ import annotations


class Progress:
    """Hears how far a piece of work is. This one tells nobody.

    Work that only reports takes one of these, and has a result; work whose items someone consumes
    is a generator instead. To stop the work, `report` raises: the work is undone, and what was
    raised is passed on to whoever asked for it.
    """

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        """Hear that `n_done` of `n_total` is done, and in words what is being done.

        n_total : None where it is not known yet. Units are the work's own: frames, clips, bytes.
        """

    def within(self, start: float, stop: float) -> Progress:
        """Return what a part of the work reports to: all of it is `start` to `stop` of 1 here."""
        return _Part(self, start, stop)


class _Part(Progress):
    def __init__(self, whole: Progress, start: float, stop: float) -> None:
        self._whole, self._start, self._stop = whole, start, stop

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        share = min(1.0, n_done / n_total) if n_total else 0.0
        self._whole.report(self._start + share * (self._stop - self._start), 1.0, text)


NO_PROGRESS = Progress()
