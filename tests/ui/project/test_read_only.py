"""A project that cannot be written to, in the window: looked at, exported, saved elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import open_clip, paint_square
from vosgui.project import project as projects
from vosgui.ui.main_window import MainWindow

Key, Modifier, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def read_only(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """Return a window on a project of which the system says that it cannot be written to."""
    paint_square(window)
    path = tmp_path / "theirs.vosgui"
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(path)
    window.opener.close()
    monkeypatch.setattr(projects, "can_write", lambda asked: asked != path)
    open_clip(qtbot, window, path)
    window.canvas.setFocus()
    return window


def status_texts(window: MainWindow) -> set[str]:
    return {label.text() for label in window.status.findChildren(QLabel)}


def test_it_is_shown_and_said(read_only: MainWindow) -> None:
    assert read_only.session.annotation.mask(0).any()
    assert "theirs.vosgui is read-only: it can be looked at" in read_only.message.label.text()
    assert "read-only" in status_texts(read_only)


def test_a_stroke_is_refused_with_one_line(qtbot: QtBot, read_only: MainWindow) -> None:
    window = read_only
    window.message.hide()
    middle = window.canvas.view.viewport.to_screen(45, 40).toPoint()
    qtbot.mouseClick(window.canvas, Left, pos=middle)
    assert window.message.isVisible()
    assert "nothing in it can be changed" in window.message.label.text()
    assert not window.findChildren(QMessageBox)
    assert int(window.session.annotation.mask(0).any(axis=0).sum()) == 16
    qtbot.keyClick(window.canvas, Key.Key_Z, Modifier.ControlModifier)
    assert window.session.annotation.mask(0).any()


def test_a_run_is_refused_with_one_line(qtbot: QtBot, read_only: MainWindow) -> None:
    window = read_only
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert "nothing in it can be changed" in window.message.label.text()
    assert window.session.annotation.frames_with_mask() == (0,)


def test_going_on_elsewhere_lets_it_be_changed(
    qtbot: QtBot, read_only: MainWindow, tmp_path: Path
) -> None:
    window = read_only
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(tmp_path / "mine.vosgui")
    assert "saved" in status_texts(window)
    middle = window.canvas.view.viewport.to_screen(45, 40).toPoint()
    qtbot.mouseClick(window.canvas, Left, pos=middle)
    assert int(window.session.annotation.mask(0).any(axis=0).sum()) > 16


def test_it_is_closed_as_it_was(read_only: MainWindow, tmp_path: Path) -> None:
    before = (tmp_path / "theirs.vosgui").read_bytes()
    read_only.session.go_to(5)
    read_only.close()
    assert (tmp_path / "theirs.vosgui").read_bytes() == before
