"""Saving the project elsewhere: a copy is made in a job, and the work goes on in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Progressed
from vosgui.ui.session.latest_job import LatestJob
from vosgui.ui.session.settings import Settings


class Saver(QObject):
    """Makes one copy at a time. Edits that are made meanwhile are in it.

    Until it is whole nothing else is opened or closed: the opener is held.
    changed : it began or ended. progressed : (what, part done in [0, 1]); 1 at the end, always.
    said : (text) the outcome. failed : (VosguiError) the work goes on in the old file.
    ended : (complete) always last.
    """

    changed = Signal()
    progressed = Signal(str, float)
    said = Signal(str)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(self, opener: ClipOpener, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._opener, self._settings = opener, settings
        self._path = Path()
        self._job = LatestJob(self)
        self._job.progressed.connect(self._on_progressed)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Return whether a copy is being made."""
        return self._job.is_running

    def save_as(self, path: Path) -> None:
        """Copy the project with its history to another file and go on in the copy."""
        project = self._opener.project
        if project is None or self.is_running:
            return
        if self._opener.is_reading:
            self.said.emit("Wait until the clip is open")
            return
        self._path = path
        self._opener.hold(f"{path.name} is being saved: wait for it, or stop it with Esc")
        self._opener.remember_place()
        self._job.start_work(lambda progress: project.move_to(path, progress))
        self.progressed.emit(self._words(), 0.0)
        self.changed.emit()

    def stop(self) -> None:
        """Give the copy up; the work goes on in the old file. Returns at once."""
        self._job.stop()

    def close(self) -> None:
        """Wait until the copy is whole."""
        if self.is_running:
            self._job.wait()
            self._job.drop()
            self._finish()

    def _words(self) -> str:
        return f"Saving {self._path.name}"

    def _on_progressed(self, progress: Progressed) -> None:
        self.progressed.emit(self._words(), min(progress.share, 0.999))

    def _on_ended(self, complete: bool) -> None:
        self._finish()
        if self._is_there():
            self.said.emit(f"Saved; the work goes on in {self._path}")
        self.ended.emit(complete)

    def _finish(self) -> None:
        self._opener.release()
        self.progressed.emit("", 1.0)
        if self._is_there():
            self._settings.remember(self._path)
            self._opener.project_changed.emit()
        self.changed.emit()

    def _is_there(self) -> bool:
        """Return whether the work goes on in the copy; it may be whole before it was stopped."""
        project = self._opener.project
        return project is not None and project.path == self._path
