"""The dialogs that actions show over the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from vosgui import __version__
from vosgui.ui.actions.cheat_sheet import CheatSheet
from vosgui.ui.actions.command_palette import CommandPalette
from vosgui.ui.actions.shortcuts import ShortcutsDialog
from vosgui.ui.dialogs.export_dialog import ExportDialog
from vosgui.ui.dialogs.import_dialog import ImportDialog

if TYPE_CHECKING:
    from vosgui.ui.main_window import MainWindow


class Dialogs(QObject):
    """Shows a dialog of a window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def show_export(self) -> None:
        """Let the person check the annotation and export it."""
        window = self._window
        dialog = ExportDialog(window.session, window.opener, window.settings, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.session.clip_changed.connect(dialog.close)
        dialog.show()
        dialog.check()

    def show_import(self) -> None:
        """Let the person bring in masks or a dataset."""
        window = self._window
        if window.runs.is_running or window.saver.is_running:
            window.status.say("Wait for what is at work, or stop it with Esc, before you import")
            return
        window.playback.pause()
        dialog = ImportDialog(window.session, window.opener, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_palette(self) -> None:
        """Let the person find an action by its name."""
        palette = CommandPalette(self._window.actions_, self._window)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.show_over(self._window)

    def show_cheat_sheet(self) -> None:
        """Show all keys."""
        CheatSheet(self._window.actions_, self._window).open()

    def show_shortcuts(self) -> None:
        """Let the person change keys."""
        ShortcutsDialog(self._window.actions_, self._window.settings, self._window).open()

    def show_about(self) -> None:
        """Say which version this is."""
        QMessageBox.about(self._window, "vosgui", f"vosgui {__version__}\nApache-2.0")

    def close_all(self) -> None:
        """Close the dialogs that have work of their own."""
        window = self._window
        for dialog in (*window.findChildren(ImportDialog), *window.findChildren(ExportDialog)):
            dialog.close()
