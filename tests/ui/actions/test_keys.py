"""Real keys in the whole window: what they do, and where they must do nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, look, paint_square
from vosgui.core import edits
from vosgui.core.annotation import ObjectInfo
from vosgui.core.track import Source
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.object_model import Column

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SHIFT, CTRL = Modifier.ShiftModifier, Modifier.ControlModifier
NONE = Modifier.NoModifier


@pytest.mark.parametrize(
    ("key", "modifiers", "start", "end"),
    [
        (Key.Key_Right, NONE, 3, 4),
        (Key.Key_Left, NONE, 3, 2),
        (Key.Key_Right, SHIFT, 3, 5),
        (Key.Key_Left, SHIFT, 7, 5),
        (Key.Key_Left, SHIFT, 0, 0),
        (Key.Key_End, NONE, 3, N_FRAMES - 1),
        (Key.Key_Home, NONE, 3, 0),
        (Key.Key_PageDown, NONE, 3, 12),
        (Key.Key_PageUp, NONE, 14, 12),
    ],
)
def test_moving(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifiers: Modifier, start: int, end: int
) -> None:
    paint_square(window, 0)
    paint_square(window, 12)
    window.session.go_to(start)
    qtbot.keyClick(window.canvas, key, modifiers)
    assert window.session.t == end


def test_objects_are_added_and_chosen_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    session, canvas = window.session, window.canvas
    for n in (1, 2, 3):
        qtbot.keyClick(canvas, Key.Key_N, CTRL)
        assert session.object_id == n
    qtbot.keyClick(canvas, Key.Key_1)
    assert session.object_id == 1
    qtbot.keyClick(canvas, Key.Key_Tab)
    assert session.object_id == 2
    qtbot.keyClick(canvas, Key.Key_Backtab, SHIFT)
    assert session.object_id == 1
    qtbot.keyClick(canvas, Key.Key_Backtab, SHIFT)
    assert session.object_id == 3
    qtbot.keyClick(canvas, Key.Key_9)
    assert session.object_id == 3
    qtbot.keyClick(canvas, Key.Key_H, SHIFT)
    qtbot.keyClick(canvas, Key.Key_L, SHIFT)
    entry = session.current_object
    assert entry is not None
    assert (entry.visible, entry.locked) == (False, True)
    assert canvas.hasFocus()


def test_verify_goes_to_the_next_grid_frame(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_V)
    assert window.session.t == 5
    assert window.session.annotation.track(object_id)["verified"][0]
    qtbot.keyClick(window.canvas, Key.Key_Return)
    assert window.session.t == 5, "there is no mask to verify here"
    window.session.undo()
    assert not window.session.annotation.track(object_id)["verified"][0]


def test_absent_and_copies_from_the_grid(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    annotation, session = window.session.annotation, window.session
    session.go_to(3)
    qtbot.keyClick(window.canvas, Key.Key_P, CTRL)
    assert ((annotation.mask(3) == object_id) == (annotation.mask(0) == object_id)).all()
    session.go_to(8)
    qtbot.keyClick(window.canvas, Key.Key_P, CTRL)
    assert not annotation.mask(8).any(), "frame 5 has no mask to copy"
    qtbot.keyClick(window.canvas, Key.Key_A)
    assert annotation.track(object_id)["source"][8] == Source.ABSENT


def test_the_next_frame_that_needs_a_look(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    look(qtbot, window)
    assert window.session.t == 5
    assert "frames 00005 to 00015: no mask on the grid" in window.status.currentMessage()
    window.session.go_to(0)
    look(qtbot, window, SHIFT)
    assert window.session.t == 5, "round the start to the last stretch"
    assert "no mask on the grid" in window.status.currentMessage()


def test_the_object_that_needs_a_look_becomes_current(qtbot: QtBot, window: MainWindow) -> None:
    first, second = paint_square(window), paint_square(window, 2)
    window.session.apply(
        "Lock",
        edits.set_object(window.session.annotation, replace(_object(window, second), locked=True)),
    )
    look(qtbot, window)
    assert (window.session.t, window.session.object_id) == (5, first)


def _object(window: MainWindow, object_id: int) -> ObjectInfo:
    return window.session.annotation.header.object(object_id)


def test_masks_are_hidden_while_the_key_is_down(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyPress(window.canvas, Key.Key_H)
    assert window.session.view.masks_hidden
    qtbot.keyRelease(window.canvas, Key.Key_H)
    assert not window.session.view.masks_hidden


def test_space_plays_when_tapped_and_pans_when_dragged(qtbot: QtBot, window: MainWindow) -> None:
    canvas, playback = window.canvas, window.playback
    qtbot.keyPress(canvas, Key.Key_Space)
    assert not playback.playing
    with qtbot.waitSignal(window.session.frame_changed):
        qtbot.keyRelease(canvas, Key.Key_Space)
    assert playback.playing
    qtbot.keyClick(canvas, Key.Key_Space)
    assert not playback.playing
    qtbot.keyPress(canvas, Key.Key_Space)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.keyRelease(canvas, Key.Key_Space)
    assert not playback.playing


def test_playing_ends_at_the_last_frame(qtbot: QtBot, window: MainWindow) -> None:
    window.session.go_to(N_FRAMES - 3)
    with qtbot.waitSignal(window.playback.changed, check_params_cb=lambda playing: not playing):
        qtbot.keyClick(window.canvas, Key.Key_Space)
    assert window.session.t == N_FRAMES - 1


def test_playing_ends_at_the_last_frame_also_where_one_before_comes_late(
    qtbot: QtBot, window: MainWindow
) -> None:
    playback = window.playback
    window.session.go_to(N_FRAMES - 3)
    window.session.frame_loaded.disconnect(playback._on_loaded)  # no frame is there in time
    with qtbot.waitSignal(playback.changed, check_params_cb=lambda playing: not playing):
        qtbot.keyClick(window.canvas, Key.Key_Space)
    assert window.session.t == N_FRAMES - 1


def test_view_keys(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    qtbot.keyClick(window.canvas, Key.Key_Comma)
    assert session.view.opacity == pytest.approx(0.4)
    qtbot.keyClick(window.canvas, Key.Key_Period)
    qtbot.keyClick(window.canvas, Key.Key_Period)
    assert session.view.opacity == pytest.approx(0.6)
    qtbot.keyClick(window.canvas, Key.Key_O)
    assert session.view.outline_only
    assert window.actions_["outline"].isChecked()


@pytest.mark.parametrize(
    ("key", "tool"),
    [
        (Key.Key_E, "eraser"),
        (Key.Key_P, "polygon"),
        (Key.Key_G, "fill"),
        (Key.Key_Q, "pick"),
        (Key.Key_C, "clicks"),
        (Key.Key_W, "wand"),
        (Key.Key_K, "box"),
        (Key.Key_L, "live-wire"),
        (Key.Key_M, "move"),
        (Key.Key_X, "eraser"),
    ],
)
def test_tool_keys(qtbot: QtBot, window: MainWindow, key: Qt.Key, tool: str) -> None:
    qtbot.keyClick(window.canvas, key)
    assert window.tools.current.name == tool
    window.actions_[f"tool_{tool}"].trigger()
    assert window.actions_[f"tool_{tool}"].isChecked()
    qtbot.keyClick(window.canvas, Key.Key_B)
    assert window.tools.current.name == "brush"
    assert not window.actions_[f"tool_{tool}"].isChecked()


def test_the_range_is_set_at_the_playhead(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.go_to(4)
    qtbot.keyClick(window.canvas, Key.Key_BracketLeft, CTRL)
    session.go_to(11)
    qtbot.keyClick(window.canvas, Key.Key_BracketRight, CTRL)
    assert session.range == range(4, 12)
    qtbot.keyClick(window.canvas, Key.Key_Backslash, CTRL)
    assert session.range == range(N_FRAMES)


# -- text fields keep their keys -------------------------------------------------------------


def editor_of(window: MainWindow) -> QLineEdit:
    editor = window.objects.view.findChild(QLineEdit)
    assert editor is not None
    return editor


def edit_name(qtbot: QtBot, window: MainWindow) -> QLineEdit:
    """Press the key that renames the object; return the field that has the focus now."""
    qtbot.keyClick(window.canvas, Key.Key_F2)
    editor = editor_of(window)
    qtbot.waitUntil(editor.hasFocus)
    return editor


def test_what_is_typed_into_a_name_is_not_a_shortcut(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    session = window.session
    before = session.t, session.view, window.tools.current.name
    editor = edit_name(qtbot, window)
    editor.clear()
    qtbot.keyClicks(editor, "vanhe 19,.boxi")
    qtbot.keyClick(editor, Key.Key_Left)
    qtbot.keyClick(editor, Key.Key_Home)
    assert (session.t, session.view, window.tools.current.name) == before
    assert not window.playback.playing
    with qtbot.waitSignal(session.objects_changed):
        qtbot.keyClick(editor, Key.Key_Return)
    entry = session.current_object
    assert entry is not None
    assert entry.name == "vanhe 19,.boxi"
    assert not session.annotation.track(entry.id)["verified"][0]
    qtbot.waitUntil(window.canvas.hasFocus)


def test_escape_in_a_name_only_gives_up_the_name(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    editor = edit_name(qtbot, window)
    qtbot.keyClicks(editor, "x")
    qtbot.keyClick(editor, Key.Key_Escape)
    assert window.session.current_object is not None
    assert window.session.current_object.name == "object 1"


def test_a_name_that_is_being_edited_is_left_as_typed(qtbot: QtBot, window: MainWindow) -> None:
    """Qt warns of a second editor, and a test in which it warns fails."""
    paint_square(window)
    editor = edit_name(qtbot, window)
    qtbot.keyClicks(editor, "dog")
    window.actions_["rename_object"].trigger()
    window.session.go_to(3)
    assert editor.text() == "dog"
    assert editor.hasFocus()


def test_a_frame_is_gone_to_by_its_number(qtbot: QtBot, window: MainWindow) -> None:
    field = window.findChild(QLineEdit, "frame")
    assert field is not None
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "00012")
    assert window.session.object_id == 0
    qtbot.keyClick(field, Key.Key_Return)
    assert window.session.t == 12
    assert window.canvas.hasFocus()


def test_categories_are_completed(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    view = window.objects.view
    view.edit(window.objects.model.index(0, Column.CATEGORY))
    editor = editor_of(window)
    completer = editor.completer()
    qtbot.keyClicks(editor, "giraf")
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "giraffe"
