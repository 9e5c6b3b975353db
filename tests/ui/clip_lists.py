"""How a person acts on the list of clips."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from vosgui.ui.main_window import MainWindow


def names(window: MainWindow) -> list[str]:
    return [row.record.name for row in window.clips.model.rows]


def where(window: MainWindow, name: str) -> QPoint:
    """Return the middle of a clip's row in the list."""
    view = window.clips.view
    index = window.clips.model.index(names(window).index(name))
    view.scrollTo(index)
    return view.visualRect(index).center()


def click(
    qtbot: QtBot,
    window: MainWindow,
    name: str,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    at = where(window, name)
    qtbot.mouseClick(window.clips.view.viewport(), Qt.MouseButton.LeftButton, keys, at)


def open_by_click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    with qtbot.waitSignal(window.session.frame_loaded):
        click(qtbot, window, name)
