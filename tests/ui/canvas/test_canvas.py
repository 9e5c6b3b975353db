"""The canvas: what mouse and keys paint is exactly what the rasteriser says."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.clips import NumberedClip
from tests.ui.mouse import wheel
from vosgui.core import edits, raster
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip, Frame
from vosgui.core.history import History
from vosgui.core.mask import Box, Mask
from vosgui.core.track import Source
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.session.session import Session
from vosgui.ui.tools.brush import BrushTool
from vosgui.ui.tools.toolbox import ToolBox
from vosgui.ui.tools.viewport import MAX_SCALE, Viewport

Left, Right, Middle = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)


@pytest.fixture
def session(open_session: Session) -> Session:
    for _ in range(2):
        open_session.apply("Add object", edits.add_object(open_session.annotation))
    return open_session


@pytest.fixture
def canvas(qtbot: QtBot, session: Session) -> Canvas:
    return show(qtbot, session)


def show(qtbot: QtBot, session: Session) -> Canvas:
    canvas = Canvas(session, ToolBox())
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    session.clip_changed.emit()
    session.frame_loaded.emit(session.t)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.view.set_viewport(Viewport(4.0, 20, 10))
    canvas.setFocus()
    return canvas


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    """Return the pixel of the canvas over an image point."""
    return canvas.view.viewport.to_screen(x, y).toPoint()


def drag(
    qtbot: QtBot,
    canvas: Canvas,
    points: list[tuple[float, float]],
    button: Qt.MouseButton = Left,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    release: bool = True,
) -> None:
    first, *others = (at(canvas, *point) for point in points)
    qtbot.mouseMove(canvas, first)
    qtbot.mousePress(canvas, button, modifiers, first)
    for pos in others:
        qtbot.mouseMove(canvas, pos)
    if release:
        qtbot.mouseRelease(canvas, button, modifiers, others[-1] if others else first)


def drawn(points: list[tuple[float, float]], size: float, hw: tuple[int, int]) -> Mask:
    """Return what a stroke through image points covers, as object 1."""
    mask = np.zeros(hw, np.uint8)
    for start, end in [(points[0], points[0]), *pairwise(points)]:
        box, pixels = raster.segment(start, end, size, hw)
        mask[box.slices][pixels] = 1
    return mask


def brush_of(canvas: Canvas) -> BrushTool:
    brush = canvas.tools.current
    assert isinstance(brush, BrushTool)
    return brush


def test_a_stroke_is_one_edit_of_exactly_the_pixels_under_the_brush(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    brush_of(canvas).set_size(7)
    points = [(10.0, 12.0), (30.5, 20.25), (31.0, 40.0)]
    drag(qtbot, canvas, points)
    assert np.array_equal(session.annotation.mask(0), drawn(points, 7, canvas.surface.hw))
    assert session.annotation.track(1)[0]["source"] == Source.PAINTED
    assert session.history.undo_label == "Brush"
    session.undo()
    assert not session.annotation.mask(0).any()
    assert session.history.undo_label != "Brush"


def test_a_frame_that_comes_mid_stroke_takes_no_paint(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    drag(qtbot, canvas, [(10, 10), (20, 20)], release=False)
    with qtbot.waitSignal(session.frame_loaded):
        session.go_to(3)
    qtbot.mouseRelease(canvas, Left, pos=at(canvas, 40, 40))
    assert not session.annotation.frames_with_mask()


class SlowClip(NumberedClip):
    """A clip whose frames from 1 on are decoded only once `gate` is set."""

    gate = threading.Event()

    def __getitem__(self, t: int) -> Frame:
        if t:
            self.gate.wait()
        return super().__getitem__(t)

    def reopen(self, *, once: bool = False) -> Clip:
        return self


def test_no_paint_lands_while_the_shown_frame_is_not_the_playheads(qtbot: QtBot) -> None:
    session = Session()
    annotation = Annotation((60, 80), 9)
    annotation.apply(edits.give_mask(annotation, 0, np.ones((60, 80), np.uint8), [1]))
    try:
        with qtbot.waitSignal(session.frame_loaded):
            session.open(SlowClip(9, (60, 80)), History(annotation))
        canvas = show(qtbot, session)
        session.go_to(5)
        assert canvas.surface.mask is annotation.mask(0)  # that of the pixels still shown
        with qtbot.waitSignal(canvas.surface.message, check_params_cb=bool) as heard:
            drag(qtbot, canvas, [(10, 10), (20, 20)])
        assert "loading" in heard.args[0]
        assert annotation.frames_with_mask() == (0,)
        assert not session.history.can_undo
    finally:
        SlowClip.gate.set()
        session.close()


def test_escape_drops_the_stroke(qtbot: QtBot, session: Session, canvas: Canvas) -> None:
    drag(qtbot, canvas, [(10, 10), (20, 20)], release=False)
    assert canvas.surface.mask is not None
    assert canvas.surface.mask.any()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.surface.mask.any()
    qtbot.mouseRelease(canvas, Left, pos=at(canvas, 20, 20))
    assert not session.annotation.frames_with_mask()


def test_the_right_button_erases_with_the_brush(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    give(session, 1, Box(0, 0, 60, 80))
    brush_of(canvas).set_size(9)
    drag(qtbot, canvas, [(30, 30)], Right)
    expected = 1 - drawn([(30, 30)], 9, canvas.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)
    assert session.history.undo_label == "Erase"


def give(session: Session, object_id: int, box: Box, t: int = 0) -> None:
    """Give an object a rectangle of a frame."""
    after = np.full((box.h, box.w), object_id, np.uint8)
    session.apply("Give", edits.paint(session.annotation, t, object_id, box, after))


def test_other_objects_are_painted_over_only_where_the_view_says_so(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    give(session, 2, Box(0, 0, 60, 80))
    drag(qtbot, canvas, [(30, 30)])
    assert not (session.annotation.mask(0) == 1).any()
    session.set_view(paint_over=True)
    drag(qtbot, canvas, [(30, 30)])
    assert (session.annotation.mask(0) == 1).any()


@pytest.mark.parametrize(("change", "word"), [("locked", "locked"), ("visible", "hidden")])
def test_a_locked_or_hidden_object_says_why_it_is_not_painted(
    qtbot: QtBot, session: Session, canvas: Canvas, change: str, word: str
) -> None:
    entry = session.annotation.header.object(1)
    entry = replace(entry, **{change: change == "locked"})
    session.apply("Object", edits.set_object(session.annotation, entry))
    with qtbot.waitSignal(canvas.surface.message, check_params_cb=bool) as heard:
        drag(qtbot, canvas, [(30, 30)])
    assert word in heard.args[0]
    assert not session.annotation.frames_with_mask()


def test_the_first_stroke_brings_the_first_object_along_in_one_edit(
    qtbot: QtBot, open_session: Session
) -> None:
    canvas = show(qtbot, open_session)
    drag(qtbot, canvas, [(10, 10), (30, 30)])
    assert [o.id for o in open_session.annotation.objects] == [1]
    assert open_session.object_id == 1
    assert open_session.annotation.mask(0).any()
    open_session.undo()
    assert open_session.annotation.objects == ()
    assert not open_session.annotation.mask(0).any()
    assert not open_session.history.can_undo
    open_session.redo()
    assert open_session.annotation.mask(0).any()


def test_the_wheel_zooms_at_the_cursor(qtbot: QtBot, canvas: Canvas) -> None:
    pos = QPoint(140, 90)
    before = canvas.view.viewport.to_image(QPointF(pos))
    with qtbot.waitSignal(canvas.view.zoom_changed):
        wheel(canvas, pos, 3)
    after = canvas.view.viewport.to_image(QPointF(pos))
    assert canvas.view.viewport.scale > 4
    assert np.allclose(before, after, atol=1 / canvas.view.viewport.scale)


def test_the_zoom_has_limits_and_the_image_stays_within_reach(canvas: Canvas) -> None:
    wheel(canvas, QPoint(100, 100), 99)
    assert canvas.view.viewport.scale == MAX_SCALE
    canvas.view.set_viewport(canvas.view.viewport.moved(-99999, 0))
    x, _ = canvas.view.viewport.to_image(QPointF(0, 0))
    assert x < canvas.surface.hw[1]


def test_zoom_and_position_stay_across_frames(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    before = canvas.view.viewport
    with qtbot.waitSignal(session.frame_loaded):
        session.go_to(7)
    assert canvas.view.viewport == before


@pytest.mark.parametrize("how", ["middle", "space", "pan"])
def test_dragging_moves_the_view_and_paints_nothing(
    qtbot: QtBot, session: Session, canvas: Canvas, how: str
) -> None:
    before = canvas.view.viewport
    if how == "space":
        qtbot.keyPress(canvas, Qt.Key.Key_Space)
    if how == "pan":
        canvas.tools.select("pan")
    button = Middle if how == "middle" else Left
    qtbot.mousePress(canvas, button, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(130, 90))
    qtbot.mouseRelease(canvas, button, pos=QPoint(130, 90))
    assert canvas.view.viewport == before.moved(30, -10)
    assert not session.annotation.frames_with_mask()


def test_ctrl_wheel_and_alt_drag_change_the_brush_and_the_eraser_keeps_its_own(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    brush = brush_of(canvas)
    eraser = canvas.tools.tools["eraser"]
    assert isinstance(eraser, BrushTool)
    size, other = brush.size, eraser.size
    with qtbot.waitSignal(canvas.tools.size_changed):
        wheel(canvas, QPoint(100, 100), 2, Qt.KeyboardModifier.ControlModifier)
    assert brush.size > size
    size = brush.size
    drag(qtbot, canvas, [(20, 20), (25, 20)], modifiers=Qt.KeyboardModifier.AltModifier)
    assert brush.size == size + 10
    assert eraser.size == other
    assert not session.annotation.frames_with_mask()


def test_swapping_goes_to_the_eraser_and_back_to_the_tool_before(canvas: Canvas) -> None:
    canvas.tools.select("polygon")
    canvas.tools.swap()
    assert canvas.tools.current.name == "eraser"
    canvas.tools.swap()
    assert canvas.tools.current.name == "polygon"


def pixel(canvas: Canvas, x: float, y: float) -> tuple[int, int, int]:
    """Return the colour that is on the screen over an image point."""
    colour = canvas.grab().toImage().pixelColor(at(canvas, x, y))
    return colour.red(), colour.green(), colour.blue()


def test_the_screen_shows_the_frame_and_the_mask_of_the_same_moment(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    give(session, 2, Box(20, 20, 20, 20), t=30)
    session.set_view(opacity=1.0)
    assert pixel(canvas, 60.5, 30.5) == (0, 0, 0)
    with qtbot.waitSignal(session.frame_loaded):
        session.go_to(30)
    assert pixel(canvas, 60.5, 30.5) == (30, 30, 30)
    blended = pixel(canvas, 30.5, 30.5)
    colour = session.annotation.header.object(2).colour
    expected = [0.75 * channel + 0.25 * 30 for channel in colour]  # not the current object
    assert np.allclose(blended, expected, atol=2)
    session.select_object(2)
    assert pixel(canvas, 30.5, 30.5) == colour
    session.set_view(masks_hidden=True)
    assert pixel(canvas, 30.5, 30.5) == (30, 30, 30)


def test_pixels_are_parted_by_lines_once_they_are_large(canvas: Canvas) -> None:
    canvas.view.set_viewport(Viewport(10.25, -30, -26))
    image = canvas.grab().toImage()
    height, width, x, y = image.height(), image.width(), 206, 206  # within a pixel of the clip
    across = [image.pixelColor(i, y).red() for i in range(width)]
    down = [image.pixelColor(x, i).red() for i in range(height)]
    assert np.flatnonzero(across).tolist() == [int(10.25 * k - 30) for k in range(3, 42)]
    assert np.flatnonzero(down).tolist() == [int(10.25 * k - 26) for k in range(3, 32)]
    canvas.view.set_viewport(Viewport(7.5, 0, 0))
    assert pixel(canvas, 30, 20) == pixel(canvas, 30.5, 20.5)


def test_a_stroke_is_on_the_screen_before_it_is_an_edit(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    session.set_view(opacity=1.0)
    drag(qtbot, canvas, [(20, 20), (50, 20)], release=False)
    assert pixel(canvas, 35.5, 20.5) == session.annotation.header.object(1).colour
    assert not session.annotation.frames_with_mask()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert pixel(canvas, 35.5, 20.5) == (0, 0, 0)
    qtbot.mouseRelease(canvas, Left, pos=at(canvas, 50, 20))
    assert not session.annotation.frames_with_mask(), "what was given up stays so"


def test_a_mask_that_changes_mid_stroke_keeps_its_change_and_gets_the_stroke(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    brush_of(canvas).set_size(5)
    points = [(10.0, 12.0), (30.0, 12.0)]
    drag(qtbot, canvas, points, release=False)
    give(session, 2, Box(40, 40, 10, 10))
    qtbot.mouseRelease(canvas, Left, pos=at(canvas, *points[-1]))
    expected = drawn(points, 5, canvas.surface.hw)
    expected[40:50, 40:50] = 2
    assert np.array_equal(session.annotation.mask(0), expected)


def test_fit_follows_the_canvas_until_the_view_is_moved(canvas: Canvas) -> None:
    canvas.view.zoom_to_fit()
    before = canvas.view.viewport.scale
    canvas.resize(800, 600)
    assert canvas.view.viewport.scale > before
    canvas.view.zoom_100()
    assert canvas.view.zoom == 1.0
    canvas.resize(400, 300)
    assert canvas.view.zoom == 1.0


def test_the_pixel_under_the_cursor_is_told_once(qtbot: QtBot, canvas: Canvas) -> None:
    told: list[tuple[int, int]] = []
    canvas.gestures.cursor_moved.connect(lambda x, y: told.append((x, y)))
    for x in (10.1, 10.6, 11.2, -3.0):
        qtbot.mouseMove(canvas, at(canvas, x, 5.5))
    assert told == [(10, 5), (11, 5), (-1, -1)]


def test_a_pens_pressure_scales_the_brush(session: Session, canvas: Canvas) -> None:
    pen = QPointingDevice(
        "pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        2,
    )
    brush_of(canvas).set_size(20)
    pos = QPointF(at(canvas, 30, 30))
    none = Qt.KeyboardModifier.NoModifier
    touch = QTabletEvent(
        QEvent.Type.TabletPress, pen, pos, pos, 0.5, 0, 0, 0, 0, 0, none, Left, Left
    )
    QApplication.sendEvent(canvas, touch)
    assert not touch.isAccepted()  # so that Qt sends it again as a mouse event of the pen
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        QApplication.sendEvent(canvas, QMouseEvent(kind, pos, pos, Left, Left, none, pen))
    expected = drawn([(30, 30)], 10, canvas.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)
