"""The dialogs that actions show over the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from vosgui import __version__
from vosgui.ui.actions.actions import Actions
from vosgui.ui.actions.cheat_sheet import CheatSheet
from vosgui.ui.actions.command_palette import CommandPalette
from vosgui.ui.actions.shortcuts import ShortcutsDialog
from vosgui.ui.caches import Caches
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.dialogs.export_dialog import ExportDialog
from vosgui.ui.dialogs.import_dialog import ImportDialog
from vosgui.ui.dialogs.refine_dialog import RefinePanel, Refining
from vosgui.ui.dialogs.view_options import ViewOptions
from vosgui.ui.playback import Playback
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.review.edits_dialog import EditsDialog
from vosgui.ui.review.effort_dialog import EffortDialog
from vosgui.ui.review.notes import Notes
from vosgui.ui.review.notes_dialog import NotesDialog
from vosgui.ui.runs.long_run import LongRun, LongRunDialog
from vosgui.ui.session.edit_job import EditJob
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import MAX_FRAMES_MB, MIN_FRAMES_MB, Settings
from vosgui.ui.style.icons import icon
from vosgui.ui.style.show import show_over

ICON_PX = 48
ABOUT = "Masks of objects through video clips\nLicence: Apache-2.0"


class Dialogs(QObject):
    """Shows a dialog of a window.

    editing : what makes edits of many frames.
    is_busy : whether something is at work that an import or export would disturb.
    """

    def __init__(
        self,
        window: QWidget,
        canvas: Canvas,
        session: Session,
        opener: ClipOpener,
        playback: Playback,
        actions: Actions,
        caches: Caches,
        settings: Settings,
        editing: EditJob,
        notes: Notes,
        is_busy: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._opener = window, session, opener
        self._canvas = canvas
        self._playback, self._actions, self._settings = playback, actions, settings
        self._caches = caches
        self._is_busy, self._notes = is_busy, notes
        self._refining = Refining(session, editing, self)

    def show_export(self) -> None:
        """Let the person check the annotation and export it."""
        if self._is_held_up("export"):
            return
        dialog = ExportDialog(self._session, self._opener, self._settings, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._opener.leaving_project.connect(dialog.close)
        dialog.show()
        dialog.check()

    def show_import(self) -> None:
        """Let the person bring in masks or a dataset."""
        if self._is_held_up("import"):
            return
        self._playback.pause()
        for looked_at in self._window.findChildren(ImportDialog):
            looked_at.close()
        dialog = ImportDialog(self._session, self._opener, self._window)
        show_over(dialog)

    def _is_held_up(self, what: str) -> bool:
        """Return whether something is at work that comes first, and say so."""
        if is_busy := self._is_busy():
            text = f"Wait for what is at work, or stop it with Esc, before you {what}."
            self._session.warned.emit(text)
        return is_busy

    def show_refine(self) -> None:
        """Let the person refine the current object's masks; shown already, it goes."""
        known = self._window.findChild(RefinePanel)
        if known is not None:
            known.close()
            return
        surface = self._canvas.surface
        panel = RefinePanel(self._session, surface, self._refining, self._window)
        panel.show_beside(self._canvas)

    def show_view_options(self) -> None:
        """Let the person set light, onion skin and magnifier; shown already, it goes."""
        known = self._window.findChild(ViewOptions)
        if known is not None:
            known.close()
            return
        dialog = ViewOptions(self._session, self._actions, self._window)
        self._session.clip_changed.connect(dialog.close)
        dialog.show_beside(self._canvas)

    def show_notes(self) -> None:
        """List the comments of the clip; the list stays open while one works."""
        dialog = NotesDialog(self._session, self._notes, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session.clip_changed.connect(dialog.close)
        dialog.show()

    def show_effort(self) -> None:
        """Show how much work the project has taken."""
        project = self._opener.project
        if project is not None:
            dialog = EffortDialog(self._session, project, self._settings, self._window)
            self._session.clip_changed.connect(dialog.close)
            show_over(dialog)

    def show_edits(self) -> None:
        """List who did what in the project; the list stays open while one works."""
        project, record = self._opener.project, self._opener.record
        if project is not None and record is not None:
            dialog = EditsDialog(self._session, project, record.name, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._session.clip_changed.connect(dialog.close)
            dialog.show()

    def show_long_run(self, run: LongRun) -> None:
        """Let the person say how far a long run is to go."""
        dialog = LongRunDialog(run, self._window)
        self._session.clip_changed.connect(dialog.reject)
        show_over(dialog)

    def show_palette(self) -> None:
        """Let the person find an action by its name."""
        CommandPalette(self._actions, self._window).show_over(self._window)

    def show_cheat_sheet(self) -> None:
        """Show all keys."""
        show_over(CheatSheet(self._actions, self._window))

    def show_frame_memory(self) -> None:
        """Let the person bound how much the frames may take that are kept."""
        dialog = QInputDialog(self._window)
        dialog.setObjectName("frame_memory")
        dialog.setWindowTitle("Memory for frames")
        dialog.setLabelText("Keep decoded frames, to show them again at once, up to so many MB:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(MIN_FRAMES_MB, MAX_FRAMES_MB)
        dialog.setIntStep(64)
        dialog.setIntValue(self._settings.frames_mb)
        dialog.intValueSelected.connect(self._caches.bound_frames)
        show_over(dialog)

    def show_shortcuts(self) -> None:
        """Let the person change keys."""
        show_over(ShortcutsDialog(self._actions, self._settings, self._window))

    def show_about(self) -> None:
        """Say which version this is."""
        box = QMessageBox(self._window)
        box.setObjectName("about")
        box.setWindowTitle("About vosgui")
        box.setIconPixmap(icon("app").pixmap(QSize(ICON_PX, ICON_PX)))
        box.setText(f"vosgui {__version__}\n{ABOUT}")
        show_over(box)

    def close_all(self) -> None:
        """Close the dialogs that have work of their own."""
        for kind in (ImportDialog, ExportDialog):
            for dialog in self._window.findChildren(kind):
                dialog.close()
