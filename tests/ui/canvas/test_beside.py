"""The previous grid frame beside: the right frame, at the same place; folded, it costs nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.mouse import wheel
from tests.ui.windows import at, paint_again, paint_square
from vosgui.ui.main_window import MainWindow

Key = Qt.Key


def _shown(qtbot: QtBot, window: MainWindow, t: int) -> None:
    window.session.go_to(t)
    qtbot.waitUntil(lambda: window.canvas.surface.t == t)
    qtbot.waitUntil(lambda: window.beside._shown == window.beside.t)


@pytest.fixture
def beside(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Return a window that shows frame 7 and the grid frame before it."""
    qtbot.keyClick(window.canvas, Key.Key_T)
    assert window.beside.isVisible()
    _shown(qtbot, window, 7)
    return window


@pytest.mark.parametrize(("t", "expected"), [(7, 5), (5, 0), (10, 5), (11, 10), (1, 0)])
def test_it_is_the_grid_frame_before(
    qtbot: QtBot, beside: MainWindow, t: int, expected: int
) -> None:
    _shown(qtbot, beside, t)
    assert beside.beside.t == expected


def test_both_views_get_the_same_room(qtbot: QtBot, beside: MainWindow) -> None:
    qtbot.waitUntil(lambda: abs(beside.beside.width() - beside.canvas.width()) <= 2)
    beside.resize(beside.width() + 200, beside.height())
    qtbot.waitUntil(lambda: abs(beside.beside.width() - beside.canvas.width()) <= 2)


def test_before_the_first_there_is_none(qtbot: QtBot, beside: MainWindow) -> None:
    beside.session.go_to(0)
    assert beside.beside.t is None
    beside.beside.grab()


def test_zoom_and_place_are_those_of_the_canvas(qtbot: QtBot, beside: MainWindow) -> None:
    canvas, view = beside.canvas, beside.beside
    for _ in range(8):
        wheel(canvas, at(beside, 30, 20), 1)
    assert view.viewport.scale == canvas.view.viewport.scale
    middle = canvas.view.viewport.to_image(canvas.rect().center().toPointF())
    own = view.viewport.to_image(view.rect().center().toPointF())
    assert own == pytest.approx(middle, abs=1.0)
    before = view.viewport
    qtbot.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(120, 90))
    qtbot.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(120, 90))
    assert (view.viewport.x - before.x, view.viewport.y - before.y) == (20, -10)


def test_it_shows_that_frame_with_its_masks(qtbot: QtBot, beside: MainWindow) -> None:
    view = beside.beside
    clip = beside.session.clip
    assert clip is not None
    for _ in range(12):
        wheel(beside.canvas, at(beside, 20, 20), 1)
    x, y = 20, 20
    place = view.viewport.to_screen(x + 0.5, y + 0.5).toPoint()
    bare = view.grab().toImage().pixelColor(place)
    assert bare == QColor(*clip[5][y, x].tolist()) != QColor(*clip[7][y, x].tolist())
    object_id = paint_square(beside, 7)
    assert view.grab().toImage().pixelColor(place) == bare
    paint_again(beside, object_id, 5)
    assert view.grab().toImage().pixelColor(place) != bare


def test_another_grid_is_followed_at_once(qtbot: QtBot, beside: MainWindow) -> None:
    qtbot.keyClick(beside.canvas, Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    field = beside.focusWidget()
    qtbot.keyClicks(field, "3")
    qtbot.keyClick(field, Key.Key_Return)
    assert beside.session.annotation.stride == 3
    qtbot.waitUntil(lambda: beside.beside._shown == 6)


def test_folded_away_it_keeps_no_frame_and_no_thread(qtbot: QtBot, beside: MainWindow) -> None:
    view = beside.beside
    button = view.findChild(QToolButton)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not view.isVisible() and not beside.session.view.beside
    assert view._loader is None and view._shown is None
    assert not beside.actions_["beside"].isChecked()
    qtbot.keyClick(beside.canvas, Key.Key_T)
    qtbot.waitUntil(lambda: view._shown == 5)


def test_closing_the_clip_ends_it(qtbot: QtBot, beside: MainWindow) -> None:
    qtbot.keyClick(beside.canvas, Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not beside.session.is_open
    assert beside.beside._loader is None
