"""Saving the project elsewhere: a copy is made in a job, and the work goes on in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject

from vosgui.errors import TargetError
from vosgui.project.file import remove_unfinished
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings, save_settings


class Saver(Job):
    """Makes one copy at a time. Edits that are made meanwhile are in it.

    Until it is whole nothing else is opened or closed: the opener is held. Where it is stopped or
    fails, the work goes on in the old file.
    """

    def __init__(
        self, session: Session, opener: ClipOpener, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._opener, self._settings = session, opener, settings
        self._path = Path()
        self._cleaning = Job(self)
        self.failed.connect(session.failed)
        self.ended.connect(self._on_ended)

    def save_as(self, path: Path) -> None:
        """Copy the project with its history to another file and go on in the copy."""
        project = self._opener.project
        if project is None or self.is_running:
            return
        if self._opener.reading.is_running:
            self._session.said.emit("Wait until the clip is open.")
            return
        self._path = path
        self._opener.held = f"{path.name} is being saved: wait for it, or stop it with Esc"
        self._opener.remember_place()
        self._note(path.parent)
        self.begin(lambda progress: project.move_to(path, progress), f"Saving {path.name}")

    def put_back(self) -> None:
        """Write the project anew where it was, as another program has moved or removed its file."""
        project = self._opener.project
        if project is None or self.is_running:
            return
        self._path = project.path
        self._opener.held = f"{self._path.name} is being put back: wait for it"
        self._note(self._path.parent)
        self.begin(project.file.put_back, f"Putting {self._path.name} back")

    def close(self) -> None:
        """Wait until the copy is whole."""
        if self.is_running:
            self.wait()
            self.drop()
            self._on_ended()

    def clean_up(self) -> None:
        """Remove what a copy has left that was killed while it was written, before this start."""
        if self._settings.saving:
            folder, self._settings.saving = Path(self._settings.saving), ""
            self._cleaning.begin(lambda _: remove_unfinished(folder), f"Looking at {folder}")

    def _note(self, folder: Path) -> None:
        """Keep now, not at the end, where a killed copy would leave something."""
        self._settings.saving = str(folder)
        with suppress(TargetError):  # then nobody will look there
            save_settings(self._settings)

    def _on_ended(self) -> None:
        self._opener.held = self._settings.saving = ""
        project = self._opener.project
        # The copy may have been whole before it was stopped.
        if project is not None and project.path == self._path and project.file.is_in_place:
            self._settings.remember(self._path)
            for record in project.clips:  # opened by themselves, they come with this project
                self._settings.automatic[str(record.info.path)] = str(self._path)
            self._opener.project_changed.emit()
            self._session.said.emit(f"Saved; the work goes on in {self._path}.")
