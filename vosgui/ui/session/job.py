"""Long work in a thread of its own: its results as they come, how far it is, a way to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from vosgui.core.progress import Progress
from vosgui.errors import InternalError, VosguiError
from vosgui.ui.priority import step_behind

Work = Callable[[Progress], object]


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


class Job(QObject):
    """Work of one kind, of which one piece is done at a time; nobody waits for one that is dropped.

    The work is a call in the thread, or a generator, which is made and closed there. Asked to stop,
    it ends at its next report or item; what it had yielded by then is kept by whoever heard of it.

    changed : a piece began, is to stop, or is over.
    yielded : one item of the generator, or what the call returned: also where it was to stop, but
        too late.
    progressed : (Progressed) what was reported.
    failed : the VosguiError that ended it; anything else arrives as an InternalError.
    ended : always last, once; True where the work came to its end.

    Of the piece in hand, or else the last one:
    title : what is done, in words. progress : what was reported last.
    error : what ended it. is_stopping : whether it was asked to end.
    """

    changed = Signal()
    yielded = Signal(object)
    progressed = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title, self.is_stopping = "", False
        self.progress: Progressed | None = None
        self.error: VosguiError | None = None
        self._thread: JobThread | None = None  # the one that is heard
        self._threads: set[JobThread] = set()  # all that have not ended
        self._retired = False

    @property
    def is_running(self) -> bool:
        """Return whether something is at work that was not dropped."""
        return self._thread is not None

    @property
    def is_retired(self) -> bool:
        """Return whether it begins nothing more."""
        return self._retired

    def begin(self, work: Work, title: str = "") -> None:
        """Begin a piece of work; the one in hand is dropped. It gets what its calls report to.

        A job that is to be gone begins nothing more: Qt ends the process with a thread's owner.
        """
        self.drop()
        if self._retired:
            return
        self.title, self.is_stopping = title, False
        self.progress = self.error = None
        self._thread = thread = JobThread(work, self)
        self._threads.add(thread)
        thread.told.connect(self._hear)
        thread.finished.connect(self._on_finished)
        thread.start()
        self.changed.emit()

    def stop(self) -> None:
        """Ask the work to end at its next item; it is heard until then. Returns at once."""
        if self._thread is not None:
            self.is_stopping = True
            self._thread.is_to_stop.set()
            self.changed.emit()

    def wait(self) -> None:
        """Wait for the thread of the work in hand. It will be heard of, but later."""
        if self._thread is not None:
            self._thread.wait()

    def drop(self) -> None:
        """Let the work in hand end by itself, unheard."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.is_to_stop.set()
            self.changed.emit()

    def retire(self) -> None:
        """Drop the work, and be gone when all threads have ended: whoever began it goes.

        Asked for again, nothing happens: it may be gone.
        """
        if self._retired:
            return
        self.drop()
        self._retired = True
        self._delete_if_over()

    def close(self) -> None:
        """Drop the work and wait for all threads."""
        self.drop()
        for thread in self._threads:
            thread.wait()

    def _hear(self, signal: str, what: object) -> None:
        """Pass on what the thread in hand tells."""
        if self._thread is None or self.sender() is not self._thread:
            return
        if isinstance(what, Progressed):
            self.progress = what
        elif isinstance(what, VosguiError):
            self.error = what
        if signal == "ended":
            self._thread = None
            self.changed.emit()
        getattr(self, signal).emit(what)

    def _on_finished(self) -> None:
        thread = self.sender()
        assert isinstance(thread, JobThread)
        thread.wait()
        thread.deleteLater()
        self._threads.discard(thread)
        self._delete_if_over()

    def _delete_if_over(self) -> None:
        if self._retired and not self._threads:
            self.deleteLater()


class JobThread(QThread):
    """The thread of one piece of work. told : (a signal of the job, what it is emitted with)."""

    told = Signal(str, object)

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self.is_to_stop = threading.Event()

    def run(self) -> None:
        """Do the work; called by Qt in the thread."""
        step_behind()
        complete = False
        try:
            complete = self._do()
        except Stopped:
            pass
        except VosguiError as error:
            self.told.emit("failed", error)
        except Exception as error:  # noqa: BLE001 - the thread's border: nothing may pass silently
            internal = InternalError(f"{type(error).__name__}: {error}")
            internal.__cause__ = error
            self.told.emit("failed", internal)
        self.told.emit("ended", complete)

    def _do(self) -> bool:
        made = self._work(_ThreadProgress(self))
        if not isinstance(made, Generator):
            self.told.emit("yielded", made)
            return True
        with closing(made) as items:
            for item in items:
                if self.is_to_stop.is_set():
                    return False
                self.told.emit("yielded", item)
                if self.is_to_stop.is_set():
                    return False
        return True


class _ThreadProgress(Progress):
    def __init__(self, thread: JobThread) -> None:
        self._thread = thread

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if self._thread.is_to_stop.is_set():
            raise Stopped
        self._thread.told.emit("progressed", Progressed(n_done, n_total, text))
