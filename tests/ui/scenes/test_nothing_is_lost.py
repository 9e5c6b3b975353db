"""Scenes of a day: the process dies, the clip is moved or replaced, and all work is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from tests.killed_child import said_until_killed
from tests.ui.scenes.acting import CTRL, SHIFT, Key, Left, draw_object, masks_of, press
from tests.ui.windows import SQUARE, make_clip, open_clip
from vosgui.ui.main_window import MainWindow


def test_scene_11(qtbot: QtBot, empty_window: MainWindow, clip_folder: Path) -> None:
    """Kill the process at any moment: all up to the last finished stroke is there."""
    window = empty_window
    n_wanted = 0
    for n_strokes in (1, 5, 11):
        said = said_until_killed("tests.ui.scenes.draw_until_killed", clip_folder, n_strokes)
        open_clip(qtbot, window, clip_folder)
        session = window.session
        found = [int((session.annotation.mask(t) > 0).sum()) for t in range(2)]
        wanted = [int(word) for word in said[-1]]
        assert found[0] >= wanted[0] and found[1] >= wanted[1], "nothing said to be done is gone"
        assert session.history.undo_label == "Brush"
        n_wanted = sum(wanted)
        window.actions_["close_clip"].trigger()
    assert n_wanted


def asked(qtbot: QtBot, window: MainWindow, name: str) -> QMessageBox:
    """Wait for a question."""

    def boxes() -> list[QMessageBox]:
        return [box for box in window.findChildren(QMessageBox, name) if box.isVisible()]

    qtbot.waitUntil(lambda: bool(boxes()))
    (box,) = boxes()
    return box


def answer(qtbot: QtBot, window: MainWindow, name: str, button: str) -> None:
    """Press a button of a question that is asked."""
    box = asked(qtbot, window, name)
    (found,) = (b for b in box.buttons() if b.text().replace("&", "") == button)
    qtbot.mouseClick(found, Left)


def close_clip(qtbot: QtBot, window: MainWindow) -> None:
    """Close the clip by its key; dialogs that were over the window have gone."""
    press(qtbot, window, Key.Key_W, CTRL)
    assert not window.session.is_open


def type_path(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Type a path into the dialog that asks for one."""
    (dialog,) = window.findChildren(QFileDialog)
    name = dialog.findChild(QLineEdit)
    assert name is not None
    name.setText(str(path))
    qtbot.keyClick(name, Key.Key_Return)


def test_scene_12(qtbot: QtBot, window: MainWindow, clip_folder: Path, tmp_path: Path) -> None:
    """The clip moved or changed on disk: it is asked for, and the good annotation is kept."""
    session, project = window.session, tmp_path / "work.vosgui"
    object_id = draw_object(qtbot, window, SQUARE)
    drawn = masks_of(session, object_id)
    press(qtbot, window, Key.Key_S, CTRL | SHIFT)
    with qtbot.waitSignal(window.saver.ended):
        type_path(qtbot, window, project)
    close_clip(qtbot, window)
    moved = tmp_path / "elsewhere" / "renamed"
    moved.parent.mkdir()
    shutil.move(clip_folder, moved)
    window.opener.open_path(project)
    assert not session.is_open
    answer(qtbot, window, "clip_moved", "Find folder…")
    with qtbot.waitSignal(session.frame_loaded):
        type_path(qtbot, window, moved)
    assert masks_of(session, object_id) == drawn
    close_clip(qtbot, window)
    shutil.rmtree(moved)
    make_clip(moved, seed=5)  # another clip of the same size and length, in its place
    window.opener.open_path(project)
    assert "content differs" in asked(qtbot, window, "clip_moved").text()
    assert not session.is_open
    answer(qtbot, window, "clip_moved", "Cancel")
    shutil.rmtree(moved)
    make_clip(moved)
    open_clip(qtbot, window, project)
    assert masks_of(session, object_id) == drawn


def test_scene_12_by_itself(qtbot: QtBot, window: MainWindow, clip_folder: Path) -> None:
    """The same of a clip that was opened without a project: moved, renamed, replaced."""
    session = window.session
    object_id = draw_object(qtbot, window, SQUARE)
    drawn = masks_of(session, object_id)
    close_clip(qtbot, window)
    renamed = clip_folder.with_name("renamed")
    shutil.move(clip_folder, renamed)
    open_clip(qtbot, window, renamed)
    assert masks_of(session, object_id) == drawn
    close_clip(qtbot, window)
    shutil.rmtree(renamed)
    make_clip(renamed, seed=5)
    window.opener.open_path(renamed)
    answer(qtbot, window, "clip_changed", "Cancel")
    assert not session.is_open
    window.opener.open_path(renamed)
    with qtbot.waitSignal(session.frame_loaded):
        answer(qtbot, window, "clip_changed", "Begin anew")
    assert not session.annotation.objects
    close_clip(qtbot, window)
    shutil.rmtree(renamed)
    make_clip(clip_folder)
    open_clip(qtbot, window, clip_folder)
    assert masks_of(session, object_id) == drawn
