"""The project of the prepared clips, whose file goes while the window has it open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.prepare.conftest import Press, settled
from vosgui.ui.main_window import MainWindow
from vosgui.ui.prepare.window import PrepareWindow

Key = Qt.Key
pytestmark = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved there")


def test_no_other_is_made_in_its_place(
    qtbot: QtBot, empty_window: MainWindow, view: PrepareWindow, press: Press, tmp_path: Path
) -> None:
    press(Key.Key_PageDown)
    press(Key.Key_A)
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        view.actions_["prepare.open_clips"].trigger()
    project = empty_window.opener.project
    assert project is not None
    project.path.rename(tmp_path / "away.vosgui")
    press(Key.Key_A)
    view.actions_["prepare.open_clips"].trigger()
    settled(qtbot, view)
    assert not project.path.exists()
    assert empty_window.opener.project is project
    (box,) = empty_window.findChildren(QMessageBox, "project_gone")
    box.close()
    empty_window.opener.may_lose = True
