"""The magnifier shows the very pixels under the pointer, and is where there is room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.ui.mouse import hover
from tests.ui.windows import at, paint_square
from vosgui.ui.canvas.magnifier import SIDE_PX, Magnifier, magnified
from vosgui.ui.main_window import MainWindow
from vosgui.ui.tools.viewport import Viewport

Key = Qt.Key
WIDGET = QRectF(0, 0, 800, 600)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(("scale", "n"), [(0.4, 8), (1.0, 3), (7.3, 8)])
def test_a_pixel_is_whole_device_pixels_and_in_the_middle(
    scale: float, n: int, ratio: float
) -> None:
    through = magnified((120, 45), Viewport(scale, 3, 5), n, ratio)
    on_device = through.scale * ratio
    assert on_device == round(on_device)
    assert through.scale >= max(n, 2 * scale)
    assert (through.x * ratio) == pytest.approx(round(through.x * ratio))
    middle = through.to_screen(120.5, 45.5)
    assert abs(middle.x() - SIDE_PX / 2) <= 1 and abs(middle.y() - SIDE_PX / 2) <= 1


@pytest.mark.parametrize("point", [(400, 300), (5, 5), (795, 5), (795, 595), (5, 595)])
def test_it_lies_within_the_canvas_and_not_under_the_pointer(point: tuple[int, int]) -> None:
    one = Magnifier()
    one.pixel = point
    one.place(Viewport(), WIDGET, is_shown=True)
    assert WIDGET.contains(one.extent)
    assert not one.extent.contains(QPointF(*point))


def test_switched_off_or_off_the_image_there_is_none() -> None:
    one = Magnifier()
    assert one.place(Viewport(), WIDGET, is_shown=True).isEmpty()
    one.pixel = (100, 300)
    shown = one.place(Viewport(), WIDGET, is_shown=True)
    assert one.place(Viewport(), WIDGET, is_shown=False) == shown, "what is to be cleared"
    assert one.extent.isEmpty()


def test_z_shows_the_pixels_under_the_pointer(qtbot: QtBot, window: MainWindow) -> None:
    canvas, session = window.canvas, window.session
    assert session.frame is not None
    hover(canvas, QPoint(1, 1))  # off the image
    bare = canvas.grab().toImage()
    qtbot.keyClick(canvas, Key.Key_Z)
    hover(canvas, at(window, 30.5, 20.5))
    extent = canvas._magnifier.extent
    shown = canvas.grab().toImage()
    through = magnified((30, 20), canvas.view.viewport, session.view.magnification, 1.0)
    for x, y in ((29, 19), (31, 21), (32, 19)):
        place = (extent.topLeft() + through.to_screen(x + 0.5, y + 0.5)).toPoint()
        assert shown.pixelColor(place) == QColor(*session.frame[y, x].tolist())
    hover(canvas, QPoint(1, 1))
    assert canvas.grab().toImage() == bare
    qtbot.keyClick(canvas, Key.Key_Z)
    hover(canvas, at(window, 30.5, 20.5))
    assert canvas._magnifier.extent.isEmpty()


def test_a_stroke_is_seen_in_it_as_it_is_painted(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window, 5)
    canvas = window.canvas
    qtbot.keyClick(canvas, Key.Key_Z)
    hover(canvas, at(window, 40.5, 30.5))
    extent = canvas._magnifier.extent.toRect()
    before = canvas.grab(extent).toImage()
    qtbot.keyClick(canvas, Key.Key_B)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(window, 40.5, 30.5))
    assert canvas.grab(extent).toImage() != before
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(window, 40.5, 30.5))
