"""A window on a project of five clips, and how a person acts on its list."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip
from vosgui.ui.main_window import MainWindow

NAMES = ("ant", "bee", "cat", "dog", "eel")


@pytest.fixture
def five(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return the window with five clips beside the first, which is open; none has an object."""
    folders = [make_clip(tmp_path / "five" / name, 6, seed=n) for n, name in enumerate(NAMES)]
    with qtbot.waitSignal(window.adder.ended, timeout=30_000):
        window.adder.add(folders)
    return window


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
