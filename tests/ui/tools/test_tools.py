"""Polygon, fill and pick, with mouse and keys on the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.canvas.test_canvas import Left, Right, at, canvas, drag, drawn, give, session
from tests.ui.mouse import double_click
from vosgui import paths
from vosgui.core import edits, raster
from vosgui.core.mask import Box, Mask
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.session.session import Session
from vosgui.ui.tools.toolbox import ToolBox

__all__ = ["canvas", "session"]  # fixtures

TRIANGLE = [(10.0, 10.0), (40.0, 12.0), (20.0, 45.0)]


def polygon_mask(points: list[tuple[float, float]], hw: tuple[int, int]) -> Mask:
    mask = np.zeros(hw, np.uint8)
    box, pixels = raster.polygon(points, hw)
    mask[box.slices][pixels] = 1
    return mask


def click(qtbot: QtBot, canvas: Canvas, x: float, y: float, button: Qt.MouseButton = Left) -> None:
    qtbot.mouseMove(canvas, at(canvas, x, y))
    qtbot.mouseClick(canvas, button, pos=at(canvas, x, y))


@pytest.fixture
def polygon(canvas: Canvas) -> Canvas:
    canvas.tools.select("polygon")
    return canvas


@pytest.mark.parametrize("how", ["enter", "first point", "double click"])
def test_a_polygon_is_closed_in_any_of_three_ways(
    qtbot: QtBot, session: Session, polygon: Canvas, how: str
) -> None:
    for point in TRIANGLE[:-1]:
        click(qtbot, polygon, *point)
    assert not session.annotation.frames_with_mask()
    if how != "double click":
        click(qtbot, polygon, *TRIANGLE[-1])
        assert not session.annotation.frames_with_mask()
    if how == "enter":
        qtbot.keyClick(polygon, Qt.Key.Key_Return)
    elif how == "first point":
        click(qtbot, polygon, 10.5, 10.5)
    else:
        double_click(polygon, at(polygon, *TRIANGLE[-1]))
    expected = polygon_mask(TRIANGLE, polygon.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)
    assert session.history.undo_label == "Polygon"
    assert not polygon.tools.current.active


def test_a_double_click_on_the_first_point_closes_and_begins_nothing(
    qtbot: QtBot, session: Session, polygon: Canvas
) -> None:
    for point in TRIANGLE:
        click(qtbot, polygon, *point)
    double_click(polygon, at(polygon, *TRIANGLE[0]))
    expected = polygon_mask(TRIANGLE, polygon.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)
    assert not polygon.tools.current.active


def test_backspace_takes_the_last_corner_back_and_escape_all(
    qtbot: QtBot, session: Session, polygon: Canvas
) -> None:
    for point in [*TRIANGLE, (70.0, 50.0)]:
        click(qtbot, polygon, *point)
    qtbot.keyClick(polygon, Qt.Key.Key_Backspace)
    qtbot.keyClick(polygon, Qt.Key.Key_Enter)
    expected = polygon_mask(TRIANGLE, polygon.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)
    for point in TRIANGLE:
        click(qtbot, polygon, *point)
    qtbot.keyClick(polygon, Qt.Key.Key_Escape)
    assert not polygon.tools.current.active
    qtbot.keyClick(polygon, Qt.Key.Key_Enter)
    assert np.array_equal(session.annotation.mask(0), expected)


def test_a_drag_from_nothing_is_a_lasso(qtbot: QtBot, session: Session, polygon: Canvas) -> None:
    drag(qtbot, polygon, TRIANGLE)
    expected = polygon_mask(TRIANGLE, polygon.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)


@pytest.mark.parametrize("how", ["shift", "right"])
def test_shift_or_the_right_button_cuts_away(
    qtbot: QtBot, session: Session, polygon: Canvas, how: str
) -> None:
    give(session, 1, Box(0, 0, 60, 80))
    button = Right if how == "right" else Left
    modifier = Qt.KeyboardModifier.ShiftModifier if how == "shift" else Qt.KeyboardModifier(0)
    drag(qtbot, polygon, TRIANGLE, button, modifier)
    expected = 1 - polygon_mask(TRIANGLE, polygon.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)


def test_a_polygon_begun_on_one_frame_does_not_land_on_another(
    qtbot: QtBot, session: Session, polygon: Canvas
) -> None:
    for point in TRIANGLE:
        click(qtbot, polygon, *point)
    with qtbot.waitSignal(session.frame_loaded):
        session.go_to(2)
    qtbot.keyClick(polygon, Qt.Key.Key_Return)
    assert not session.annotation.frames_with_mask()


def test_another_tool_drops_what_was_begun(qtbot: QtBot, session: Session, polygon: Canvas) -> None:
    for point in TRIANGLE:
        click(qtbot, polygon, *point)
    polygon.tools.select("brush")
    polygon.tools.select("polygon")
    assert not polygon.tools.current.active


# -- an outline that is edited ---------------------------------------------------------------


def drag_point(
    qtbot: QtBot,
    canvas: Canvas,
    start: tuple[float, float],
    end: tuple[float, float],
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mousePress(canvas, Left, modifier, pos=at(canvas, *start))
    for share in (0.3, 0.6, 1.0):
        x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
        qtbot.mouseMove(canvas, at(canvas, x, y))
    qtbot.mouseRelease(canvas, Left, modifier, pos=at(canvas, *end))


def test_a_corner_is_dragged_to_another_place(
    qtbot: QtBot, session: Session, polygon: Canvas
) -> None:
    for point in TRIANGLE:
        click(qtbot, polygon, *point)
    drag_point(qtbot, polygon, TRIANGLE[1], (60.0, 30.0))
    drag_point(qtbot, polygon, TRIANGLE[0], (8.0, 14.0))  # the first one: a drag does not close
    assert polygon.tools.current.active
    qtbot.keyClick(polygon, Qt.Key.Key_Return)
    expected = polygon_mask([(8.0, 14.0), (60.0, 30.0), TRIANGLE[2]], polygon.surface.hw)
    assert (session.annotation.mask(0) != expected).sum() < 12, "a click is a whole screen pixel"


def test_a_corner_in_hand_is_taken_away_and_one_is_set_on_an_edge(
    qtbot: QtBot, session: Session, polygon: Canvas
) -> None:
    square = [(10.0, 10.0), (50.0, 10.0), (50.0, 50.0), (10.0, 50.0)]
    for point in square:
        click(qtbot, polygon, *point)
    drag_point(qtbot, polygon, (30.0, 10.0), (30.0, 2.0), Qt.KeyboardModifier.AltModifier)
    click(qtbot, polygon, 50.0, 50.0)
    qtbot.keyClick(polygon, Qt.Key.Key_Delete)
    qtbot.keyClick(polygon, Qt.Key.Key_Return)
    points = [(10.0, 10.0), (30.0, 2.0), (50.0, 10.0), (10.0, 50.0)]
    expected = polygon_mask(points, polygon.surface.hw)
    assert (session.annotation.mask(0) != expected).sum() < 12


def test_the_outline_of_a_mask_drawn_before_is_taken_up(
    qtbot: QtBot, session: Session, polygon: Canvas
) -> None:
    ring(session)
    other = np.ones((6, 6), np.uint8)
    session.apply("Other", edits.paint(session.annotation, 0, 1, Box(50, 60, 6, 6), other))
    before = session.annotation.mask(0).copy()
    where = at(polygon, 12, 12)
    qtbot.mouseClick(polygon, Left, Qt.KeyboardModifier.AltModifier, pos=where)
    assert polygon.tools.current.active
    drag_point(qtbot, polygon, (30.0, 30.0), (40.0, 40.0))
    qtbot.keyClick(polygon, Qt.Key.Key_Return)
    after = session.annotation.mask(0)
    assert after[33, 33] == 1 and not before[33, 33]
    assert not after[18:22, 18:22].any(), "the hole stays"
    assert after[50:56, 60:66].all(), "and so does the other piece"
    assert session.history.undo_label == "Edit outline"
    session.undo()
    assert np.array_equal(session.annotation.mask(0), before)


# -- fill ------------------------------------------------------------------------------------


def ring(session: Session) -> None:
    """Give object 1 a square with a hole."""
    after = np.ones((20, 20), np.uint8)
    after[6:14, 6:14] = 0
    session.apply("Ring", edits.paint(session.annotation, 0, 1, Box(10, 10, 20, 20), after))


@pytest.mark.parametrize("point", [(20, 20), (11, 11)])
def test_fill_closes_a_hole_from_within_it_or_from_its_object(
    qtbot: QtBot, session: Session, canvas: Canvas, point: tuple[int, int]
) -> None:
    ring(session)
    canvas.tools.select("fill")
    click(qtbot, canvas, *point)
    assert (session.annotation.mask(0)[10:30, 10:30] == 1).all()
    assert session.annotation.mask(0).sum() == 400
    session.undo()
    assert session.annotation.mask(0).sum() == 400 - 64


def test_fill_leaves_an_open_region_alone_and_says_so(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    ring(session)
    canvas.tools.select("fill")
    with qtbot.waitSignal(canvas.surface.message, check_params_cb=bool) as heard:
        click(qtbot, canvas, 50, 50)
    assert "open" in heard.args[0]
    assert session.history.undo_label == "Ring"


def test_the_right_button_clears_one_connected_piece(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    ring(session)
    give(session, 1, Box(40, 40, 4, 4))
    canvas.tools.select("fill")
    click(qtbot, canvas, 41, 41, Right)
    assert session.annotation.mask(0).sum() == 400 - 64
    assert session.history.undo_label == "Clear piece"


# -- pick ------------------------------------------------------------------------------------


def test_pick_makes_the_object_under_the_cursor_current(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    give(session, 2, Box(10, 10, 10, 10))
    canvas.tools.select("pick")
    click(qtbot, canvas, 15, 15)
    assert session.object_id == 2
    click(qtbot, canvas, 50, 50)
    assert session.object_id == 2


# -- the table -------------------------------------------------------------------------------


def test_every_tool_is_complete_and_has_a_key_and_an_icon_of_its_own() -> None:
    tools = ToolBox().tools.values()
    for field in ("name", "title", "icon", "key", "hint"):
        values = [getattr(tool, field) for tool in tools]
        assert all(values)
        assert len(set(values)) == len(values)
    for tool in tools:
        assert (paths.resources() / "icons" / f"{tool.icon}.svg").is_file()


# -- straight lines --------------------------------------------------------------------------


def test_shift_and_a_click_draws_a_line_from_the_end_of_the_last_stroke(
    qtbot: QtBot, session: Session, canvas: Canvas
) -> None:
    canvas.tools.current.set_size(5)
    drag(qtbot, canvas, [(10, 10), (20, 10)])
    drag(qtbot, canvas, [(60, 40)], modifiers=Qt.KeyboardModifier.ShiftModifier)
    expected = drawn([(10, 10), (20, 10), (60, 40)], 5, canvas.surface.hw)
    assert np.array_equal(session.annotation.mask(0), expected)
    with qtbot.waitSignal(session.frame_loaded):
        session.go_to(1)
    drag(qtbot, canvas, [(30, 30)], modifiers=Qt.KeyboardModifier.ShiftModifier)
    expected = drawn([(30, 30)], 5, canvas.surface.hw)
    assert np.array_equal(session.annotation.mask(1), expected)
