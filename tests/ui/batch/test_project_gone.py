"""A project whose file goes while clips of it are run in the background."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.batch.test_queue import entry, is_over, painted, propagated_in, run_ticked, until
from vosgui.ui.batch.entries import Stage
from vosgui.ui.main_window import MainWindow

__all__ = ["painted"]  # a fixture
pytestmark = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved there")
NAMES = ("ant", "bee", "cat")


def test_runs_wait_until_the_project_is_put_back(
    qtbot: QtBot, painted: MainWindow, tmp_path: Path
) -> None:
    project = painted.opener.project
    assert project is not None
    run_ticked(qtbot, painted)
    until(qtbot, lambda: entry(painted, "ant").n_done > 0)
    project.path.rename(tmp_path / "away.vosgui")
    until(qtbot, lambda: painted.queue.at_work is None)
    assert painted.queue.is_paused
    assert [entry(painted, name).stage for name in NAMES] == [Stage.WAITING] * 3
    assert not project.path.exists(), "nothing is written where nobody looks"
    (box,) = painted.findChildren(QMessageBox, "project_gone")
    (put_back,) = [one for one in box.buttons() if one.text() == "Put it back"]
    with qtbot.waitSignal(painted.saver.ended):
        qtbot.mouseClick(put_back, Qt.MouseButton.LeftButton)
    painted.queue.go_on()
    until(qtbot, lambda: is_over(painted))
    assert [entry(painted, name).stage for name in NAMES] == [Stage.DONE] * 3
    assert all(len(propagated_in(painted, name)) == 5 for name in NAMES)
