"""Masks are locked over a range by a key: tools, runs and commands leave them alone, and say so."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, at, paint_again, paint_square, propagated
from vosgui.ui.main_window import MainWindow
from vosgui.ui.timeline.scale import LABELS_W, TRACKS_TOP
from vosgui.ui.timeline.tooltip import describe

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


def lock_range(qtbot: QtBot, window: MainWindow, frames: range) -> None:
    window.session.set_range(frames)
    qtbot.keyClick(window.canvas, Key.Key_L, CTRL | SHIFT)
    window.session.set_range(range(N_FRAMES))


def test_tools_and_commands_leave_locked_masks_alone_and_say_so(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    session = window.session
    before = window.timeline.grab().toImage()
    lock_range(qtbot, window, range(0, 5))
    assert window.status.currentMessage() == "Locked object 1 in frames 00000 to 00004."
    assert window.timeline.grab().toImage() != before
    mask = session.annotation.packed(0)
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 40, 40))
    for key, modifier in ((Key.Key_A, Modifier.NoModifier), (Key.Key_Delete, Modifier.NoModifier),
                          (Key.Key_X, CTRL), (Key.Key_Delete, CTRL)):  # fmt: skip
        qtbot.keyClick(window.canvas, key, modifier)
        if key != Key.Key_Delete or not modifier:
            assert "object 1 is locked in this frame" in window.status.currentMessage()
    assert session.annotation.packed(0) == mask
    assert session.annotation.track(object_id)["source"][0] == 1
    assert window.timeline.view is not None
    words = describe(window.timeline.view, QPointF(LABELS_W + 3, TRACKS_TOP + 5))
    assert words.endswith("painted · locked")
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert window.timeline.grab().toImage() == before
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Key.Key_Delete)
    assert object_id not in session.annotation.ids(0)


def test_a_run_goes_over_locked_frames_and_leaves_them(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    lock_range(qtbot, window, range(8, 12))
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert propagated(window.session, object_id)[:7] == [*range(1, 8)]
    assert not any(object_id in window.session.annotation.ids(t) for t in range(8, 12))
    window.session.set_range(range(8, 12))
    window.actions_["unlock_in_range"].trigger()
    assert window.session.annotation.header.object(object_id).locked_frames == ()


def test_who_is_locked_somewhere_changes_no_identity(qtbot: QtBot, window: MainWindow) -> None:
    first, second = paint_square(window), paint_square(window, 2)
    lock_range(qtbot, window, range(3, 6))
    n_edits = window.session.history.journal.n_edits
    for name in ("swap_objects", "merge_objects", "split_object", "change_id"):
        window.actions_[name].trigger()
        assert "is locked in frames 00003 to 00005" in window.status.currentMessage()
    assert window.session.history.journal.n_edits == n_edits
    window.session.select_object(first)
    window.actions_["swap_objects"].trigger()
    assert window.status.currentMessage() == "There is no other unlocked object."
    assert {first, second} == {entry.id for entry in window.session.annotation.objects}


def test_locked_until_it_is_given_again(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    paint_again(window, object_id, 10)
    window.session.go_to(3)
    qtbot.keyClick(window.canvas, Key.Key_L, CTRL | Modifier.AltModifier)
    spans = window.session.annotation.header.object(object_id).locked_frames
    assert spans == ((3, 10),)
