"""Before a run: what it leaves out is named and offered, and a long one asks how far it goes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, SQUARE, paint_again, paint_square, propagated
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.ui.main_window import MainWindow
from vosgui.ui.runs.long_run import LongRunDialog

Key = Qt.Key


def press_button(qtbot: QtBot, window: MainWindow) -> None:
    assert window.message.isVisible()
    qtbot.mouseClick(window.message.button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))


def run(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)


def test_from_a_stale_frame_the_keyframe_that_was_changed_is_offered(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    run(qtbot, window)
    window.session.go_to(0)
    qtbot.keyClick(window.canvas, Key.Key_I)
    window.session.go_to(6)
    assert window.session.annotation.stale(object_id)[6]
    qtbot.keyClick(window.canvas, Key.Key_F)
    assert not window.runs.is_running
    assert "object 1 is stale here" in window.message.label.text()
    assert window.message.button.text() == "Run from 00000"
    with qtbot.waitSignal(window.runs.ended):
        press_button(qtbot, window)
    assert not window.session.annotation.stale(object_id).any()
    assert len(propagated(window.session, object_id)) == N_FRAMES - 1


def test_objects_that_are_left_out_are_named_and_can_follow(
    qtbot: QtBot, window: MainWindow
) -> None:
    first = paint_square(window)
    second = paint_square(window, 4)
    window.session.go_to(6)
    paint_again(window, second, 6)
    with qtbot.waitSignal(window.session.offered) as heard:
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert heard.args[0] == "Left out: object 1 is without a mask here."
    assert heard.args[1] == "Then Run from 00000"
    press_button(qtbot, window)
    qtbot.waitUntil(lambda: not window.runs.is_running)
    assert propagated(window.session, second) == list(range(7, N_FRAMES))
    assert propagated(window.session, first) == list(range(1, N_FRAMES))


def test_a_locked_object_is_named_when_the_run_is_done(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    second = paint_square(window, 3)
    qtbot.keyClick(window.canvas, Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    window.session.go_to(0)
    run(qtbot, window)
    assert f"object {second} is locked" in window.status.currentMessage()
    assert not window.message.isVisible()


@pytest.mark.parametrize("is_run", [True, False])
def test_a_long_run_says_how_long_and_asks_how_far(
    qtbot: QtBot, window: MainWindow, is_run: bool
) -> None:
    object_id = paint_square(window)
    paint_again(window, object_id, 8)
    window.session.set_range(range(0, 4))
    key = window.runs._speed_key(1)
    window.settings.frames_per_s[key] = 0.1
    qtbot.keyClick(window.canvas, Key.Key_F)
    (dialog,) = window.findChildren(LongRunDialog)
    assert not window.runs.is_running
    texts = [button.text() for button in dialog.choices.buttons()]
    assert texts == [
        "To the end of the clip: 19 frames, about 3 min 10 s",
        "Within the range: 3 frames, about 30 s",
        "To the next keyframe: 7 frames, about 1 min 10 s",
    ]
    if is_run:
        qtbot.mouseClick(dialog.choices.buttons()[1], Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
        with qtbot.waitSignal(window.runs.ended):
            qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
        assert propagated(window.session, object_id) == [1, 2, 3]
        assert window.run_panel.reach.currentData() == "range"
    else:
        qtbot.keyClick(dialog, Key.Key_Escape)
        assert propagated(window.session, object_id) == []
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))


@pytest.mark.parametrize("is_locked", [False, True])
def test_who_is_carried_gives_way_to_a_late_object_unless_it_is_locked(
    qtbot: QtBot, window: MainWindow, is_locked: bool
) -> None:
    first = paint_square(window)
    run(qtbot, window)
    session = window.session
    session.go_to(4)
    qtbot.keyClick(window.canvas, Key.Key_I)
    part = edits.set_object(session.annotation, edits.new_object(2))
    session.apply("Add", part)
    box = Box(SQUARE.y + 3, SQUARE.x + 7, 10, 10)
    inside = np.full((10, 10), 2, np.uint8)
    session.apply("Brush", edits.paint(session.annotation, 4, 2, box, inside))
    window.objects.model.toggle(0, 3)
    if not is_locked:
        run(qtbot, window)
        assert session.annotation.ids(6) == (first, 2)
        assert not window.message.isVisible()
        return
    qtbot.keyClick(window.canvas, Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(session.warned) as heard:
        run(qtbot, window)
    assert heard.args[0].startswith("object 2 is covered by object 1")
    assert 2 not in session.annotation.ids(6)


def test_nothing_moves_when_a_run_begins(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    parts = (window.canvas, window.objects, window.run_panel, window.timeline, window.status)
    panel = window.run_panel
    qtbot.waitUntil(lambda: panel.height() >= panel.minimumSizeHint().height())
    places = [part.geometry() for part in parts]
    seen = []
    window.runs.yielded.connect(lambda _: seen.append([part.geometry() for part in parts]))
    run(qtbot, window)
    assert len(seen) == N_FRAMES - 1
    assert [one for one in seen if one != places] == []
    assert [part.geometry() for part in parts] == places
