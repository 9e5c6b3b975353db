"""Jobs of one kind of which only the latest counts: an older one ends by itself, unheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from vosgui.core.progress import Progress
from vosgui.ui.session.job import Job


class LatestJob(QObject):
    """Runs one job at a time; nobody waits for one that was dropped.

    yielded, progressed, failed, ended : as of `Job`, of the latest alone. When `ended` is heard,
        it is over.
    """

    yielded = Signal(object)
    progressed = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._ending: set[Job] = set()
        self._retired = False

    @property
    def is_running(self) -> bool:
        """Return whether a job is at work that was not dropped."""
        return self._job is not None

    @property
    def is_stopping(self) -> bool:
        """Return whether it was asked to end."""
        return self._job is not None and self._job.is_stopping

    def start(self, make: Callable[[Progress], Iterator[object]]) -> None:
        """Begin a job; the one at work is dropped. make : is handed what its calls report to."""
        self.drop()
        self._job = job = Job(lambda: make(job.progress), self)
        job.yielded.connect(self._on_yielded)
        job.progressed.connect(self._on_progressed)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)
        job.start()

    def start_work(self, work: Callable[[Progress], object]) -> None:
        """Begin a job that only reports: what it yields is the result."""

        def make(progress: Progress) -> Iterator[object]:
            yield work(progress)

        self.start(make)

    def stop(self) -> None:
        """Ask the job to end at its next item; it is heard until then."""
        if self._job is not None:
            self._job.stop()

    def wait(self) -> None:
        """Wait for the thread of the job at work. It will be heard of, but later."""
        if self._job is not None:
            self._job.wait()

    def drop(self) -> None:
        """Let go of the job at work; it is deleted when its thread has ended."""
        job, self._job = self._job, None
        if job is None:
            return
        for signal in (job.yielded, job.progressed, job.failed, job.ended):
            signal.disconnect()
        job.stop()
        self._ending.add(job)
        job.finished.connect(self._on_finished)
        if job.isFinished():
            self._forget(job)

    def retire(self) -> None:
        """Drop the job at work, and be gone when its thread has ended: whoever began it goes."""
        self.drop()
        self._retired = True
        if not self._ending:
            self.deleteLater()

    def close(self) -> None:
        """Drop the job at work and wait for all threads."""
        self.drop()
        for job in self._ending:
            job.wait()

    def _on_yielded(self, item: object) -> None:
        if self.sender() is self._job:
            self.yielded.emit(item)

    def _on_progressed(self, progress: object) -> None:
        if self.sender() is self._job:
            self.progressed.emit(progress)

    def _on_failed(self, error: object) -> None:
        if self.sender() is self._job:
            self.failed.emit(error)

    def _on_ended(self, complete: bool) -> None:
        if self.sender() is self._job:
            self.drop()
            self.ended.emit(complete)

    def _on_finished(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self._forget(job)

    def _forget(self, job: Job) -> None:
        if job in self._ending:
            self._ending.remove(job)
            job.wait()
            job.deleteLater()
            if self._retired and not self._ending:
                self.deleteLater()
