"""The line over the canvas: sizes and opacity, set with mouse and keys, kept over restarts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import open_clip, paint_square
from vosgui.core import edits
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import load_settings
from vosgui.ui.tool_options import ToolOptions

Key, Left, Right = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def options(window: MainWindow) -> ToolOptions:
    found = window.findChild(ToolOptions)
    assert found is not None
    return found


def type_number(qtbot: QtBot, field: QSpinBox, text: str) -> None:
    qtbot.mouseClick(field, Left, pos=QPoint(8, field.height() // 2))
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


def test_the_size_is_typed_slid_and_follows_the_brackets(
    qtbot: QtBot, window: MainWindow, options: ToolOptions
) -> None:
    type_number(qtbot, options.size_number, "80")
    assert window.tools.size == 80
    assert not options.size_number.hasFocus(), "the keys are the canvas's again"
    before = options.size_slider.value()
    qtbot.keyClick(window.canvas, Key.Key_BracketRight)
    assert options.size_number.value() == round(window.tools.size) > 80
    assert options.size_slider.value() > before
    options.size_slider.setFocus()
    slider = options.size_slider
    qtbot.mouseClick(slider, Left, pos=QPoint(2, slider.height() // 2))
    assert window.tools.size < 80


def test_brush_and_eraser_have_sizes_of_their_own_and_other_tools_none(
    qtbot: QtBot, window: MainWindow, options: ToolOptions
) -> None:
    type_number(qtbot, options.size_number, "60")
    qtbot.keyClick(window.canvas, Key.Key_E)
    type_number(qtbot, options.size_number, "10")
    qtbot.keyClick(window.canvas, Key.Key_B)
    assert options.size_number.value() == 60
    qtbot.keyClick(window.canvas, Key.Key_P)
    assert not options.size_number.isVisible() and not options.size_slider.isVisible()
    assert options.opacity_slider.isVisible()


def test_opacity_is_typed_and_follows_its_keys(
    qtbot: QtBot, window: MainWindow, options: ToolOptions
) -> None:
    type_number(qtbot, options.opacity_number, "80")
    assert window.session.view.opacity == 0.8
    qtbot.keyClick(window.canvas, Key.Key_Comma)
    assert options.opacity_number.value() == options.opacity_slider.value() == 70


def test_sizes_and_opacity_are_there_after_a_restart(
    qtbot: QtBot, window: MainWindow, options: ToolOptions, clip_folder: Path
) -> None:
    type_number(qtbot, options.size_number, "123")
    type_number(qtbot, options.opacity_number, "35")
    window.close()
    again = MainWindow(load_settings())
    qtbot.addWidget(again)
    again.show()
    open_clip(qtbot, again, clip_folder)
    again.tools.select("brush")
    found = again.findChild(ToolOptions)
    assert found is not None
    assert (found.size_number.value(), found.opacity_number.value()) == (123, 35)
    assert again.tools.size == 123 and again.session.view.opacity == 0.35
    again.close()


def painted(qtbot: QtBot, window: MainWindow, button: Qt.MouseButton = Left) -> str:
    """Paint in the square and return what is said."""
    said: list[str] = []
    window.canvas.surface.message.connect(said.append)
    where = window.canvas.view.viewport.to_screen(16, 18).toPoint()
    QTest.mousePress(window.canvas, button, pos=where)
    QTest.mouseRelease(window.canvas, button, pos=where)
    return said[-1]


def test_a_stroke_that_paints_nothing_says_why(qtbot: QtBot, window: MainWindow) -> None:
    window.tools.resize(-9)
    paint_square(window)
    assert "object 1" in painted(qtbot, window), "it has them all"
    qtbot.keyClick(window.canvas, Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    window.tools.select("brush")
    said = painted(qtbot, window)
    assert "object 1" in said and "Shift+O" in said
    assert "object 2" in painted(qtbot, window, Right)
    annotation = window.session.annotation
    locked = edits.set_object(annotation, edits.replace(annotation.header.object(1), locked=True))
    window.session.apply("Lock", locked)
    said = painted(qtbot, window)
    assert "object 1" in said and "locked" in said
