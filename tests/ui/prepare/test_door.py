"""From the menu of the main window: the video that is open there is on the list already."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.datasets.prepare.long_videos import Shot, write_shots
from tests.ui.prepare.conftest import settled
from tests.ui.windows import open_clip
from vosgui.ui.main_window import MainWindow
from vosgui.ui.prepare.window import PrepareWindow

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def press_prepare(qtbot: QtBot, window: MainWindow) -> PrepareWindow:
    """Press the key of the view in the main window, and wait until nothing is at work in it."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.canvas, Key.Key_L, CTRL)
    view = window.prepare.window
    assert view is not None
    qtbot.waitUntil(view.isActiveWindow)
    settled(qtbot, view)
    return view


def listed(view: PrepareWindow) -> list[str]:
    return [view.videos.tree.topLevelItem(n).text(0)
            for n in range(view.videos.tree.topLevelItemCount())]  # fmt: skip


def test_the_open_video_is_looked_at_at_once(
    qtbot: QtBot, empty_window: MainWindow, video: Path, target: Path
) -> None:
    open_clip(qtbot, empty_window, video)
    view = press_prepare(qtbot, empty_window)
    assert listed(view) == ["long.mp4"] and view.desk.current == video
    assert view.desk.target == target and len(view.desk.stretches) == 3


def test_it_joins_the_videos_that_are_there(
    qtbot: QtBot, empty_window: MainWindow, view: PrepareWindow, tmp_path: Path, target: Path
) -> None:
    other = write_shots(tmp_path / "other.mp4", [Shot(170, seed=5)])
    open_clip(qtbot, empty_window, other)
    press_prepare(qtbot, empty_window)
    assert listed(view) == ["long.mp4", "other.mp4"] and view.desk.target == target
    qtbot.waitUntil(lambda: view.desk.current == other)


def test_taken_off_the_list_it_does_not_come_again(
    qtbot: QtBot, empty_window: MainWindow, video: Path
) -> None:
    open_clip(qtbot, empty_window, video)
    view = press_prepare(qtbot, empty_window)
    view.actions_["prepare.remove_video"].trigger()
    assert listed(view) == []
    for closes in (False, True):
        if closes:
            qtbot.keyClick(view.strip, Key.Key_W, CTRL)
        assert listed(press_prepare(qtbot, empty_window)) == []


def test_a_video_as_short_as_a_clip_is_none_to_be_cut(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    open_clip(qtbot, empty_window, write_shots(tmp_path / "short.mp4", [Shot(150)]))
    assert listed(press_prepare(qtbot, empty_window)) == []


def test_a_folder_of_frames_is_no_video(qtbot: QtBot, window: MainWindow) -> None:
    assert listed(press_prepare(qtbot, window)) == []
