"""Deletes removed clips for good, once a person has been told what goes and has said so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMessageBox, QWidget

from vosgui.core.words import counted, some_of
from vosgui.project.clips import ClipRecord
from vosgui.project.deleted_clips import deletable, delete_clips
from vosgui.project.project import Project
from vosgui.ui.clips.commands import ClipCommands
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.style.show import show_over


class ClipDeleter(Job):
    """Asks, and deletes in its thread: a clip may have thousands of masks."""

    def __init__(
        self, session: Session, opener: ClipOpener, commands: ClipCommands, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._opener, self._commands = session, opener, commands
        self._window = window
        self._deleting: tuple[Project, Sequence[ClipRecord]] | None = None
        self.yielded.connect(lambda _nothing: self._on_deleted())
        self.failed.connect(session.failed)
        opener.leaving_project.connect(self.close)

    def ask(self) -> None:
        """Ask whether the removed clips that are chosen are to be deleted for good."""
        project = self._opener.project
        clips = deletable(project, self._commands.meant) if project is not None else []
        here = [one for one in clips if one.id == self._opener.clip_id]
        if not clips or project is None:
            self._session.warned.emit(
                "Only removed clips can be deleted for good. Remove a clip, show what is removed "
                "by the list of states, and choose it there."
            )
        elif here:
            self._session.warned.emit(f"{here[0].name} is open. Open another clip first.")
        elif not self.is_running:
            self._question(project, clips)

    def _question(self, project: Project, clips: Sequence[ClipRecord]) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("delete_clips")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Delete for good")
        what = clips[0].name if len(clips) == 1 else counted(len(clips), "clip")
        its, where = ("Its", str(clips[0].info.path))
        if len(clips) > 1:
            its, where = "Their", some_of([one.name for one in clips])
        box.setText(f"Delete {what} for good?")
        box.setInformativeText(
            f"{its} masks, history and comments go from {project.path.name}, and no undo brings "
            f"them back.\n\n{its} images stay where they are: {where}"
        )
        delete = box.addButton("Delete for good", QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(lambda: self._delete(project, clips))
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        show_over(box)

    def _delete(self, project: Project, clips: Sequence[ClipRecord]) -> None:
        if self._opener.project is project:
            self._deleting = project, clips
            title = f"Deleting {counted(len(clips), 'clip')}"
            self.begin(lambda _progress: delete_clips(project, clips), title)

    def _on_deleted(self) -> None:
        project, clips = self._deleting or (None, ())
        if project is not None and self._opener.project is project:
            project.clips.forget(one.id for one in clips)
            self._opener.project_changed.emit()
            self._session.said.emit(f"{counted(len(clips), 'clip')} deleted for good.")
