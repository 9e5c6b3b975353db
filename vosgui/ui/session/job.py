"""Long work in a thread of its own: a generator, its results as they come, and a way to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from vosgui.core.progress import Progress
from vosgui.errors import InternalError, VosguiError


class Stopped(Exception):  # noqa: N818 - not an error
    """A job was asked to stop in the middle of an item."""


@dataclass(frozen=True)
class Progressed:
    """How far a job is: `n_done` of `n_total` (None: not known yet), and what it does in words."""

    n_done: float
    n_total: float | None
    text: str

    @property
    def share(self) -> float:
        """Return the part that is done, [0, 1]; 0 where it is not known."""
        return self.n_done / self.n_total if self.n_total else 0.0


class Job(QThread):
    """One long generator at work.

    The generator is made and closed in the thread. `stop` takes effect at its next item; what
    it had yielded by then is kept by whoever heard `yielded`.

    yielded : one item of the generator.
    progressed : (Progressed) what was reported to its `progress` by calls that only report.
    failed : the VosguiError that ended it; anything else arrives as an InternalError.
    ended : always last, once; True where the generator ran to its end.
    """

    yielded = Signal(object)
    progressed = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(self, make: Callable[[], Iterator[object]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the generator to end at its next item. Returns at once."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Return whether the job was asked to stop."""
        return self._stop.is_set()

    @property
    def progress(self) -> Progress:
        """Return what the generator's own calls report to; it ends them when the job is to stop."""
        return _JobProgress(self)

    def run(self) -> None:
        """Run the generator; called by Qt in the thread."""
        complete = False
        try:
            complete = self._loop()
        except Stopped:
            pass
        except VosguiError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - the thread's border: nothing may pass silently
            internal = InternalError(f"{type(error).__name__}: {error}")
            internal.__cause__ = error
            self.failed.emit(internal)
        self.ended.emit(complete)

    def _loop(self) -> bool:
        items = self._make()
        try:
            for item in items:
                if self._stop.is_set():
                    return False
                self.yielded.emit(item)
                if self._stop.is_set():
                    return False
            return True
        finally:
            if isinstance(items, Generator):
                items.close()


class _JobProgress(Progress):
    def __init__(self, job: Job) -> None:
        self._job = job

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if self._job.is_stopping:
            raise Stopped
        self._job.progressed.emit(Progressed(n_done, n_total, text))
