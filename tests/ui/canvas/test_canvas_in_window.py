"""Canvas and tools within the window: gestures and shortcuts share the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import at, paint_square
from vosgui.core.track import Source
from vosgui.ui.main_window import MainWindow
from vosgui.ui.tools.brush import BrushTool

Key, Left = Qt.Key, Qt.MouseButton.LeftButton


def triangle(qtbot: QtBot, window: MainWindow) -> None:
    """Set three corners of a polygon."""
    qtbot.keyClick(window.canvas, Key.Key_P)
    assert window.tools.current.name == "polygon"
    for x, y in ((30, 5), (60, 5), (45, 40)):
        qtbot.mouseClick(window.canvas, Left, pos=at(window, x, y))


@pytest.mark.parametrize(
    ("key", "name"),
    [(Key.Key_E, "eraser"), (Key.Key_P, "polygon"), (Key.Key_G, "fill"), (Key.Key_Q, "pick")],
)
def test_keys_choose_tools_and_b_goes_back(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, name: str
) -> None:
    qtbot.keyClick(window.canvas, key)
    assert window.tools.current.name == name
    qtbot.keyClick(window.canvas, Key.Key_B)
    assert window.tools.current.name == "brush"


def test_x_swaps_and_brackets_change_each_tools_own_size(qtbot: QtBot, window: MainWindow) -> None:
    canvas, tools = window.canvas, window.tools
    brush, eraser = tools.tools["brush"], tools.tools["eraser"]
    assert isinstance(brush, BrushTool)
    assert isinstance(eraser, BrushTool)
    start = brush.size
    qtbot.keyClick(canvas, Key.Key_BracketRight)
    larger = brush.size
    assert larger > start
    qtbot.keyClick(canvas, Key.Key_X)
    assert tools.current is eraser
    qtbot.keyClick(canvas, Key.Key_BracketLeft)
    assert eraser.size < start
    assert brush.size == larger
    qtbot.keyClick(canvas, Key.Key_X)
    assert tools.current is brush


def test_enter_closes_an_outline_before_it_verifies(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    session = window.session
    triangle(qtbot, window)
    qtbot.keyClick(window.canvas, Key.Key_Return)
    assert session.history.undo_label == "Polygon"
    assert not session.annotation.track(1)[0]["verified"]
    assert session.t == 0
    qtbot.keyClick(window.canvas, Key.Key_Return)
    assert session.annotation.track(1)[0]["verified"]


def test_delete_takes_a_corner_back_before_it_deletes_the_mask(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window)
    session = window.session
    triangle(qtbot, window)
    for _ in range(3):
        qtbot.keyClick(window.canvas, Key.Key_Delete)
        assert session.annotation.track(1)[0]["source"] == Source.PAINTED
    qtbot.keyClick(window.canvas, Key.Key_Delete)
    assert session.annotation.track(1)[0]["source"] == Source.NONE


def test_a_tapped_space_plays_and_a_held_one_moves_the_view(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window)
    canvas, session = window.canvas, window.session
    before, label = canvas.view.viewport, session.history.undo_label
    qtbot.keyPress(canvas, Key.Key_Space)
    qtbot.mousePress(canvas, Left, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(130, 120))
    qtbot.mouseRelease(canvas, Left, pos=QPoint(130, 120))
    qtbot.keyRelease(canvas, Key.Key_Space)
    assert canvas.view.viewport == before.moved(30, 20)
    assert session.history.undo_label == label
    assert not window.playback.playing
    qtbot.keyClick(canvas, Key.Key_Space)
    assert window.playback.playing
    qtbot.keyClick(canvas, Key.Key_Space)
    assert not window.playback.playing


def test_the_pointer_brings_the_keys_to_the_canvas(qtbot: QtBot, window: MainWindow) -> None:
    window.timeline.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.timeline.setFocus()
    assert not window.canvas.hasFocus()
    qtbot.mouseMove(window, QPoint(1, 1))
    qtbot.mouseMove(window.canvas, QPoint(50, 50))
    assert window.canvas.hasFocus()
