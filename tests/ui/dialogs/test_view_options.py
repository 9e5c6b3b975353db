"""Light, onion skin and magnifier are set in a window that stays open, and kept but for light."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.ui.dialogs.view_options import ViewOptions
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.view import Light, OnionSkin

Key = Qt.Key


@pytest.fixture
def options(qtbot: QtBot, window: MainWindow) -> ViewOptions:
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_U)
    found = window.findChild(ViewOptions)
    assert found is not None and found.isVisible()
    return found


def test_what_is_set_is_seen_at_once(
    qtbot: QtBot, window: MainWindow, options: ViewOptions
) -> None:
    session = window.session
    qtbot.keyClick(options.brightness.slider, Key.Key_Right)
    assert session.view.light == Light(brightness=1)
    options.contrast.number.setFocus()
    options.contrast.number.selectAll()
    qtbot.keyClicks(options.contrast.number, "-20")
    qtbot.keyClick(options.contrast.number, Key.Key_Return)
    assert session.view.light == Light(1, -20)
    qtbot.mouseClick(options.reset, Qt.MouseButton.LeftButton)
    assert session.view.light == Light()
    qtbot.keyClick(options.looks, Key.Key_Down)
    qtbot.keyClick(options.looks, Key.Key_Return)
    options.looks.activated.emit(1)
    assert session.view.onion_skin == OnionSkin(fills=True)
    assert session.view.onion, "who sets how it looks wants to see it"
    qtbot.mouseClick(options.magnifier, Qt.MouseButton.LeftButton)
    assert session.view.magnifier


def test_keys_are_followed_by_what_it_shows(
    qtbot: QtBot, window: MainWindow, options: ViewOptions
) -> None:
    qtbot.keyClick(window.canvas, Key.Key_S)
    qtbot.keyClick(window.canvas, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert options.onion.isChecked()
    assert options.brightness.number.value() == options.brightness.slider.value() == 10


def test_escape_closes_it_and_the_key_shows_and_hides_it(
    qtbot: QtBot, window: MainWindow, options: ViewOptions
) -> None:
    with qtbot.waitSignal(options.destroyed):
        qtbot.keyClick(options, Key.Key_Escape)
    window.activateWindow()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Key.Key_U)
    again = window.findChild(ViewOptions)
    assert again is not None
    with qtbot.waitSignal(again.destroyed):
        qtbot.keyClick(window.canvas, Key.Key_U)


def test_how_the_view_is_set_is_there_after_a_restart(
    qtbot: QtBot, window: MainWindow, options: ViewOptions
) -> None:
    options.sides.activated.emit(options.sides.currentIndex())
    window.session.set_view(
        beside=True, magnification=5, onion_skin=OnionSkin(after=False, strength=0.4)
    )
    again = MainWindow(window.settings)
    qtbot.addWidget(again)
    view = again.session.view
    assert (view.onion, view.beside, view.magnification) == (True, True, 5)
    assert view.onion_skin == OnionSkin(after=False, strength=0.4)
