"""Brightness and contrast of the view: seen on the canvas, and nowhere else."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import at, click, let_tools_end, paint_square
from vosgui.ui.canvas.light import lit, table
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.view import Light

Key, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


def test_as_it_is_no_value_changes() -> None:
    assert (table(Light()) == np.arange(256)).all()
    pixels = np.zeros((2, 3, 3), np.uint8)
    assert lit(pixels, Light()) is pixels


def test_brightness_keeps_black_white_and_the_order_of_values() -> None:
    for percent in (-100, -30, 30, 100):
        values = table(Light(brightness=percent)).astype(int)
        assert (values[0], values[255]) == (0, 255)
        assert (np.diff(values) >= 0).all()
        assert (values[128] > 128) == (percent > 0)


def test_contrast_turns_about_the_middle() -> None:
    more, less = table(Light(contrast=50)).astype(int), table(Light(contrast=-50)).astype(int)
    assert abs(more[127] - 127) <= 1 and abs(less[127] - 127) <= 1
    assert more[160] - more[96] == 2 * 64 and less[160] - less[96] == 32
    assert more[20] == 0 and more[235] == 255


def _seen(window: MainWindow, x: float, y: float) -> int:
    colour = window.canvas.grab().toImage().pixelColor(at(window, x, y))
    return colour.red() + colour.green() + colour.blue()


def test_keys_change_the_light_of_the_view_alone(qtbot: QtBot, window: MainWindow) -> None:
    canvas, session = window.canvas, window.session
    assert session.frame is not None
    data, before = session.frame.copy(), _seen(window, 40, 40)
    for _ in range(3):
        qtbot.keyClick(canvas, Key.Key_Up, ALT)
    assert session.view.light == Light(brightness=30)
    brighter = _seen(window, 40, 40)
    assert brighter > before
    qtbot.keyClick(canvas, Key.Key_Left, ALT)
    assert session.view.light == Light(30, -10)
    assert _seen(window, 40, 40) != brighter
    assert (session.frame == data).all()
    qtbot.keyClick(canvas, Key.Key_0, ALT)
    assert session.view.light == Light()
    assert _seen(window, 40, 40) == before


def test_the_light_ends_where_no_more_can_be_seen(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(15):
        qtbot.keyClick(window.canvas, Key.Key_Down, ALT)
        qtbot.keyClick(window.canvas, Key.Key_Right, ALT)
    assert window.session.view.light == Light(-100, 100)


def test_at_100_percent_the_light_is_seen_too(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.view.zoom == 1
    before = _seen(window, 40, 40)
    qtbot.keyClick(window.canvas, Key.Key_Up, ALT)
    assert _seen(window, 40, 40) > before


def test_tools_see_the_frame_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    """A wand whose tolerance took what the eye sees as one colour would take other pixels."""
    paint_square(window, 5)
    found = []
    for _ in range(2):
        qtbot.keyClick(window.canvas, Key.Key_W)
        click(qtbot, window, 12, 14)
        let_tools_end(qtbot, window)
        found.append(window.session.annotation.mask(0).copy())
        window.session.undo()
        for _ in range(10):  # all is nearly white, were it the frame
            qtbot.keyClick(window.canvas, Key.Key_Up, ALT)
    assert found[0].any()
    assert (found[0] == found[1]).all()


def test_the_light_is_not_kept_over_restarts(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Key.Key_Up, ALT)
    again = MainWindow(window.settings)
    qtbot.addWidget(again)
    assert again.session.view.light == Light()
