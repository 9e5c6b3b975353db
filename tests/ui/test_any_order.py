"""Whatever the order: nothing is raised, nothing is lost, and nothing grows.

What is shown must be in the project when it is opened again, and undoing all of it must lead back
to nothing and forth again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from tests.ui.hurry import Hurry, Shown, assert_same, shown
from tests.ui.windows import make_clip, open_clip
from vosgui.ui.main_window import MainWindow

N_ACTS, N_ACTS_OF_A_DAY = 400, 4000


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, seed: int
) -> None:
    other = make_clip(tmp_path / "other", n_frames=30, seed=1)
    hurry = Hurry(window, [window.session.info.path, other], seed)
    try:
        for n in range(N_ACTS):
            hurry.act()
            if n % 2:
                qtbot.wait(n % 29)  # hands pause, and the window and its threads go on
        come_to_rest(qtbot, window, hurry)
        if not window.session.is_open:
            open_clip(qtbot, window, other)
        session = window.session
        before = shown(session)
        n_undone = opened_again(qtbot, window, before)
        for _ in range(n_undone):
            session.redo()
        assert_same(shown(session), before)
    finally:
        print("\n".join(hurry.acts))  # shown where the test fails


@pytest.mark.slow
def test_nothing_grows() -> None:
    """After so many acts there are the widgets, the threads and the memory of the beginning."""
    command = [sys.executable, "-m", "tests.ui.day", str(N_ACTS_OF_A_DAY), "7"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    *looks, raised = [json.loads(line) for line in done.stdout.splitlines()]
    assert raised == []
    n_acts, widgets, threads, memory = zip(*looks, strict=True)
    assert n_acts[-1] == N_ACTS_OF_A_DAY
    assert max(widgets) - widgets[0] <= 4, widgets
    assert threads[-1] <= threads[0], threads
    if sys.platform == "linux":
        assert memory[-1] < 1.05 * memory[0], memory


def come_to_rest(qtbot: QtBot, window: MainWindow, hurry: Hurry) -> None:
    """End what runs and close what is open over the window."""
    hurry.come_to_rest()
    qtbot.waitUntil(lambda: not window.runs.is_running)
    qtbot.waitUntil(lambda: not window.opener.reading.is_running)
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))
    QApplication.processEvents()


def opened_again(qtbot: QtBot, window: MainWindow, before: Shown) -> int:
    """Open the clip again, find all that was shown, and undo it to nothing; return the edits."""
    session, path = window.session, window.session.info.path
    window.actions_["close_clip"].trigger()
    open_clip(qtbot, window, path)
    assert_same(shown(session), before)
    n = 0
    while session.history.undo_label:
        session.undo()
        n += 1
    assert not any(mask.any() for mask in shown(session)[1])
    return n
