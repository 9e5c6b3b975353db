"""One window at a time prepares a folder; one that was killed is in nobody's way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.prepare.conftest import opened
from vosgui.datasets.prepare.decisions import load_decisions
from vosgui.errors import TargetError
from vosgui.ui.main_window import MainWindow
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.session.folder_lock import FolderLock

HOLDS = """
import pathlib, sys
from vosgui.ui.session.folder_lock import FolderLock
lock = FolderLock()
lock.take(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(target: Path) -> Iterator[subprocess.Popen[str]]:
    """Return another process that prepares the folder."""
    command = [sys.executable, "-c", HOLDS, str(target)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_folder_that_another_window_prepares_is_not_opened(
    qtbot: QtBot,
    empty_window: MainWindow,
    target: Path,
    video: Path,
    other: subprocess.Popen[str],
) -> None:
    desk = Desk(empty_window)
    with qtbot.waitSignal(desk.failed) as failed:
        assert not desk.open(target)
    assert str(target) in str(failed.args[0]) and str(other.pid) in str(failed.args[0])
    assert desk.target == Path()
    other.kill()
    other.wait()
    view = opened(qtbot, empty_window, [video])
    assert view.desk.target == target and load_decisions(target).videos
    with pytest.raises(TargetError):
        FolderLock().take(target)
    view.close()
    FolderLock().take(target)


def test_a_folder_that_is_made_later_is_taken_with_the_first_decision(
    empty_window: MainWindow, tmp_path: Path
) -> None:
    desk, target = Desk(empty_window), tmp_path / "new"
    assert desk.open(target) and not target.exists()
    desk.apply("Add", desk.decisions.with_videos([tmp_path / "a.mp4"]))
    with pytest.raises(TargetError):
        FolderLock().take(target)
    desk.close()
    FolderLock().take(target)
