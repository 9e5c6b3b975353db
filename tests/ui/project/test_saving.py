"""Saving the project elsewhere: nobody waits for it, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip, paint_square
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings, load_settings

Key, Modifier, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
CTRL = Modifier.ControlModifier


@pytest.fixture
def large(window: MainWindow) -> MainWindow:
    """Return a window on a project that takes a while to copy; an object is painted."""
    paint_square(window)
    assert window.opener.project is not None
    window.opener.project.set_blob(window.opener.clip_id, "large", bytes(range(256)) * (1 << 18))
    return window


def middle(window: MainWindow) -> QPoint:
    return window.canvas.view.viewport.to_screen(45, 40).toPoint()


def path_of(window: MainWindow) -> Path:
    assert window.opener.project is not None
    return window.opener.project.path


def n_painted(path: Path) -> int:
    with Project.open(path) as project:
        return int(project.history(project.clips[0].id).annotation.mask(0).any(axis=0).sum())


def test_strokes_made_meanwhile_are_in_the_copy(
    qtbot: QtBot, large: MainWindow, tmp_path: Path
) -> None:
    window, target = large, tmp_path / "elsewhere" / "copy.vosgui"
    clip = window.session.clip
    with qtbot.waitSignal(window.saver.ended) as heard:
        window.saver.save_as(target)
        with qtbot.waitSignal(
            window.saver.progressed, check_params_cb=lambda step: 0 < step.share < 1
        ):
            pass
        qtbot.mouseClick(window.canvas, Left, pos=middle(window))
        assert window.saver.is_running, "the stroke did not wait for the copy"
        assert window.session.history.undo_label == "Brush"
    assert heard.args == [True]
    assert path_of(window) == target
    assert window.session.clip is clip, "nothing was opened anew"
    assert "the work goes on in" in window.status.currentMessage()
    assert window.settings.recent[0] == str(target)
    shown = int(window.session.annotation.mask(0).any(axis=0).sum())
    assert shown > 16
    window.close()
    assert n_painted(target) == shown


def test_escape_gives_the_copy_up(qtbot: QtBot, large: MainWindow, tmp_path: Path) -> None:
    window, before = large, path_of(large)
    with qtbot.waitSignal(window.saver.ended) as heard:
        window.saver.save_as(tmp_path / "copies" / "copy.vosgui")
        assert window.actions_["stop"].isEnabled()
        assert window.actions_["run_forward"].isEnabled()
        qtbot.keyClick(window.canvas, Key.Key_Escape)
    assert heard.args == [False]
    assert path_of(window) == before
    assert not list((tmp_path / "copies").glob("*"))
    qtbot.mouseClick(window.canvas, Left, pos=middle(window))
    assert window.session.history.undo_label == "Brush"


def test_nothing_is_opened_or_closed_until_the_copy_is_whole(
    qtbot: QtBot, large: MainWindow, tmp_path: Path
) -> None:
    window, other = large, make_clip(tmp_path / "clips" / "other", 5)
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(tmp_path / "copy.vosgui")
        for ask in (
            lambda: window.opener.open_path(other),
            lambda: window.opener.add_clip(other),
            lambda: window.opener.open_path(tmp_path / "any.vosgui"),
            lambda: qtbot.keyClick(window.canvas, Key.Key_W, CTRL),
        ):
            window.status.say("")
            ask()
            assert "copy.vosgui is being saved" in window.status.currentMessage()
        qtbot.keyClick(window.canvas, Key.Key_I, CTRL)
        assert "before you import" in window.message.label.text()
    assert window.session.info.name == "square"
    open_clip(qtbot, window, other)
    assert window.session.info.name == "other"


def test_closing_the_window_waits_for_the_copy(
    qtbot: QtBot, large: MainWindow, tmp_path: Path
) -> None:
    large.saver.save_as(tmp_path / "copy.vosgui")
    large.close()
    assert n_painted(tmp_path / "copy.vosgui") == 16
    assert large.settings.recent[0] == str(tmp_path / "copy.vosgui")


def test_where_it_cannot_be_saved_it_is_said_and_the_work_goes_on(
    qtbot: QtBot, large: MainWindow, tmp_path: Path
) -> None:
    window, before = large, path_of(large)
    (tmp_path / "file").write_bytes(b"in the way")
    with qtbot.waitSignal(window.saver.failed):
        window.saver.save_as(tmp_path / "file" / "copy.vosgui")
    (box,) = window.findChildren(QMessageBox)
    assert "copy.vosgui" in box.text()
    box.close()
    qtbot.waitUntil(lambda: not window.saver.is_running)
    assert path_of(window) == before
    qtbot.mouseClick(window.canvas, Left, pos=middle(window))
    assert window.session.history.undo_label == "Brush"


def test_a_run_goes_on_into_the_copy(qtbot: QtBot, large: MainWindow, tmp_path: Path) -> None:
    window = large
    with qtbot.waitSignals([window.saver.ended, window.runs.ended]):
        qtbot.keyClick(window.canvas, Key.Key_F)
        window.saver.save_as(tmp_path / "copy.vosgui")
    frames = window.session.annotation.frames_with_mask()
    window.close()
    with Project.open(tmp_path / "copy.vosgui") as project:
        history = project.history(project.clips[0].id)
        assert history.annotation.frames_with_mask() == frames
        assert history.undo_label == "Propagate forward"


def test_what_a_killed_copy_left_is_removed_at_the_next_start(
    qtbot: QtBot, large: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    with qtbot.waitSignal(large.saver.ended):
        large.saver.save_as(folder / "copy.vosgui")
        assert load_settings().saving == str(folder), "on disk, should it be killed now"
    assert large.settings.saving == ""
    left = folder / ".0123456789abcdef.vosgui-tmp"
    left.write_bytes(b"half")
    left.with_name(left.name + "-journal").write_bytes(b"half")
    next_start = MainWindow(Settings(saving=str(folder)))
    qtbot.addWidget(next_start)
    next_start.saver.clean_up()
    qtbot.waitUntil(lambda: not left.exists())
    next_start.close()
    assert sorted(one.name for one in folder.iterdir() if "wal" not in one.name) == ["copy.vosgui"]
