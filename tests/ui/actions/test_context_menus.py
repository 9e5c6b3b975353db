"""Context menus, by real right clicks and by the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.windows import at, paint_square
from vosgui.ui.actions.context_menus import CONTEXTS
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.object_model import Column
from vosgui.ui.timeline.scale import LABELS_W, TRACK_H, TRACKS_TOP

Right = Qt.MouseButton.RightButton
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def right_click(
    window: MainWindow, widget: QWidget, pos: QPoint, keys: Qt.KeyboardModifier = NONE
) -> QMenu | None:
    """Press as the platform tells it to the window, and return the menu that opens."""
    where = widget.mapTo(window, pos)
    QTest.mousePress(window.windowHandle(), Right, keys, where)
    found = QApplication.activePopupWidget()
    QTest.mouseRelease(window.windowHandle(), Right, keys, where)
    assert found is None or isinstance(found, QMenu)
    return found


def names(menu: QMenu | None) -> tuple[str, ...]:
    assert menu is not None
    return tuple(one.objectName() for one in menu.actions() if not one.isSeparator())


def expected(context: str) -> tuple[str, ...]:
    return tuple(name for name in CONTEXTS[context] if name is not None)


def test_what_is_offered_is_there(window: MainWindow) -> None:
    for context in CONTEXTS:
        assert all(window.actions_[name] for name in expected(context))


def test_objects_offer_what_can_be_said_of_the_one_clicked(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window)
    paint_square(window, 2)
    view = window.objects.view
    place = view.visualRect(view.model().index(0, Column.NAME)).center()
    menu = right_click(window, view.viewport(), place)
    assert names(menu) == expected("objects")
    assert window.session.object_id == 1
    lock = window.actions_["lock_object"]
    assert menu is not None
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(lock).center())
    assert window.session.annotation.objects[0].locked


def test_tracks_go_to_the_frame_and_object_clicked(window: MainWindow) -> None:
    paint_square(window)
    paint_square(window, 2)
    scale = window.timeline.scale
    x = round(LABELS_W + scale.x_of(7.5))
    menu = right_click(window, window.timeline, QPoint(x, TRACKS_TOP + TRACK_H // 2))
    assert names(menu) == expected("tracks")
    assert (window.session.t, window.session.object_id) == (7, 1)
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert right_click(window, window.timeline, QPoint(x, TRACKS_TOP // 2)) is None


@pytest.mark.parametrize(("tool", "keys"), [("pan", NONE), ("pick", NONE), ("brush", CTRL)])
def test_the_canvas_offers_what_can_be_done_here(
    window: MainWindow, tool: str, keys: Qt.KeyboardModifier
) -> None:
    paint_square(window)
    window.tools.select(tool)
    before = window.session.annotation.mask(0).copy()
    menu = right_click(window, window.canvas, at(window, 20, 20), keys)
    assert names(menu) == expected("canvas")
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    QTest.mouseRelease(window.windowHandle(), Right, keys, window.canvas.pos())
    assert (window.session.annotation.mask(0) == before).all()


def test_the_right_button_of_a_brush_erases_and_shows_no_menu(window: MainWindow) -> None:
    paint_square(window)
    window.tools.select("brush")
    before = (window.session.annotation.mask(0) == 1).sum()
    assert right_click(window, window.canvas, at(window, 20, 16)) is None
    assert (window.session.annotation.mask(0) == 1).sum() < before
