"""A project whose file goes while it is open: said at once, and saved elsewhere or put back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, paint_square
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow

pytestmark = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved there")
Left = Qt.MouseButton.LeftButton


@pytest.fixture
def gone(window: MainWindow) -> Iterator[MainWindow]:
    """Return a window with a painted square, whose project was removed meanwhile."""
    paint_square(window)
    path_of(window).unlink()
    yield window
    window.opener.may_lose = True


def path_of(window: MainWindow) -> Path:
    assert window.opener.project is not None
    return window.opener.project.path


def stroke(qtbot: QtBot, window: MainWindow) -> None:
    middle = window.canvas.view.viewport.to_screen(45, 40).toPoint()
    qtbot.mouseClick(window.canvas, Left, pos=middle)


def n_painted(window: MainWindow) -> int:
    return int(window.session.annotation.mask(0).any(axis=0).sum())


def saved(window: MainWindow) -> bool:
    texts = {label.text() for label in window.status.findChildren(QLabel)}
    assert ("saved" in texts) != ("not saved" in texts)
    return "saved" in texts


def question(window: MainWindow) -> QMessageBox:
    (box,) = window.findChildren(QMessageBox, "project_gone")
    assert path_of(window).name in box.text()
    return box


def answer(qtbot: QtBot, box: QMessageBox, text: str) -> None:
    (button,) = [one for one in box.buttons() if one.text() == text]
    with qtbot.waitSignal(box.destroyed):
        qtbot.mouseClick(button, Left)


def test_a_stroke_is_not_called_saved(qtbot: QtBot, gone: MainWindow) -> None:
    assert saved(gone)
    stroke(qtbot, gone)
    assert n_painted(gone) == 16, "the stroke was taken back"
    assert not saved(gone)
    box = question(gone)
    gone.session.undo()
    assert n_painted(gone) == 16
    assert question(gone) is box, "it is asked once"
    box.close()


def test_it_is_said_when_the_window_gets_the_focus(gone: MainWindow) -> None:
    QApplication.sendEvent(gone, QEvent(QEvent.Type.ActivationChange))
    assert not saved(gone)
    question(gone).close()


def test_it_is_put_back(qtbot: QtBot, gone: MainWindow) -> None:
    stroke(qtbot, gone)
    with qtbot.waitSignal(gone.saver.ended):
        answer(qtbot, question(gone), "Put it back")
    assert saved(gone)
    stroke(qtbot, gone)
    n, path = n_painted(gone), path_of(gone)
    assert n > 16
    gone.close()
    with Project.open(path) as project:
        assert project.history(project.clips[0].id).annotation.mask(0).any(axis=0).sum() == n


def test_it_is_saved_under_another_name(qtbot: QtBot, gone: MainWindow, tmp_path: Path) -> None:
    stroke(qtbot, gone)
    answer(qtbot, question(gone), "Save as…")
    dialog = gone.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(gone.saver.ended):
        dialog.fileSelected.emit(str(tmp_path / "mine.vosgui"))
    dialog.reject()
    assert saved(gone) and path_of(gone) == tmp_path / "mine.vosgui"
    stroke(qtbot, gone)
    assert n_painted(gone) > 16


def test_neither_the_window_nor_the_clip_is_closed_over_it(
    qtbot: QtBot, gone: MainWindow, tmp_path: Path
) -> None:
    gone.close()
    assert gone.isVisible()
    question(gone).close()
    for leave in (
        gone.opener.close,
        lambda: gone.opener.open_path(make_clip(tmp_path / "clips" / "other", 3)),
    ):
        leave()
        assert gone.session.is_open and not gone.opener.reading.is_running
        qtbot.waitUntil(lambda: bool(gone.findChildren(QMessageBox, "project_gone")))
        question(gone).close()
    gone.close()
    answer(qtbot, question(gone), "Leave it")
    assert not gone.session.is_open
    gone.close()
    assert not gone.isVisible()
