"""Shapes become the pixels that the tools which store them show."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError
from vosgui.formats.drawing import (
    bordered_polygon,
    box,
    circle,
    ellipse,
    hull,
    pasted,
    polygon,
    row_major,
    sure_box,
)
from vosgui.formats.drawn.geometry import points_of, whole_points_within

HW = (48, 64)
SIDES = st.integers(1, 10)
# Around the frame, on whole pixels and between them, and beyond what any frame reaches.
PLACES = st.one_of(
    st.floats(-90, 90), st.integers(-3, 70).map(float), st.sampled_from([0.0, 1.0, 47.0, 63.0, 1e6])
)


def extent(pixels: Pixels) -> tuple[int, int, int, int]:
    """Return the first and last column, and the first and last row."""
    y, x = np.nonzero(pixels)
    return int(x.min()), int(x.max()), int(y.min()), int(y.max())


def test_a_box_of_two_corners_has_its_border() -> None:
    pixels = box([(20, 15), (5, 5)], HW)
    assert extent(pixels) == (5, 20, 5, 15)
    assert pixels.sum() == 176


def test_a_box_stands_upright_after_a_quarter_turn() -> None:
    pixels = box([(10, 19), (50, 29)], HW, degrees=90)
    assert extent(pixels) == (25, 35, 4, 44)
    assert pixels.sum() == 451


def test_a_box_turns_clockwise() -> None:
    pixels = box([(10, 19), (50, 29)], HW, degrees=30)
    assert pixels[24, 30]
    assert pixels[33, 46] and pixels[15, 14]  # its right end has gone down
    assert not pixels[14, 47] and not pixels[34, 13]
    assert pixels.sum() == pytest.approx(451, rel=0.1)


@given(x=SIDES, y=SIDES, quarters=st.integers(-4, 8))
@settings(deadline=None)
def test_quarter_turns_swap_the_sides_of_a_box(x: int, y: int, quarters: int) -> None:
    middle = np.array([30, 24])
    half = np.array([x, y])
    swapped = half[::-1] if quarters % 2 else half
    turned = box([middle - half, middle + half], HW, degrees=90 * quarters)
    np.testing.assert_array_equal(turned, box([middle - swapped, middle + swapped], HW))


@given(x=SIDES, y=SIDES, degrees=st.integers(0, 359))
@settings(deadline=None)
def test_four_corners_are_the_box_that_they_are_the_corners_of(
    x: int, y: int, degrees: int
) -> None:
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y]]) @ turn + [30, 24]
    told = box([(30 - x, 24 - y), (30 + x, 24 + y)], HW, degrees)
    differing = np.count_nonzero(box(corners.tolist(), HW) != told)
    assert differing <= 2  # a corner between two pixels


@given(rx=SIDES, ry=SIDES, degrees=st.floats(-360, 360))
@settings(deadline=None)
def test_an_ellipse_has_its_area_however_it_is_turned(rx: int, ry: int, degrees: float) -> None:
    pixels = ellipse((30, 24), (rx, ry), HW, degrees)
    around = math.pi * (rx + 0.5) * (ry + 0.5)
    assert pixels.sum() == pytest.approx(around, abs=2 * (rx + ry) + 5)
    x0, x1, y0, y1 = extent(pixels)
    assert (x0 + x1, y0 + y1) == (pytest.approx(60, abs=1), pytest.approx(48, abs=1))


def test_an_ellipse_is_turned_clockwise() -> None:
    assert extent(ellipse((30, 24), (20, 5), HW)) == (10, 50, 19, 29)
    assert extent(ellipse((30, 24), (20, 5), HW, 90)) == (25, 35, 4, 44)
    turned = ellipse((30, 24), (20, 5), HW, 45)
    assert turned[36, 42] and not turned[12, 42]


def test_a_circle_goes_through_its_edge() -> None:
    assert extent(circle((30, 24), (30, 34), HW)) == (20, 40, 14, 34)


def test_a_cuboid_is_all_between_its_corners() -> None:
    front, back = [(10, 10), (10, 20), (20, 10), (20, 20)], [(15, 5), (15, 15), (25, 5), (25, 15)]
    pixels = hull([*front, *back], HW)
    assert extent(pixels) == (10, 25, 5, 20)
    assert not pixels[5, 10] and not pixels[20, 25]


LINE = [(5.0, 10.0), (15.0, 10.0), (9.0, 10.0)]


@pytest.mark.parametrize("draw", [polygon, bordered_polygon, box, hull])
@pytest.mark.parametrize(
    "points", [[], LINE[:1], LINE[1:2] * 4, LINE, [(-9, -9), (-1, -9), (-5, -5)]]
)
def test_what_covers_no_pixel_says_so(draw: object, points: list[tuple[float, float]]) -> None:
    assert callable(draw)
    with pytest.raises(ShapeError) as refused:
        draw(points, HW)
    assert refused.value.has_no_area


def test_flat_boxes_and_ellipses_cover_no_pixel() -> None:
    for draw in (
        lambda: box([(5, 5), (5, 20)], HW),
        lambda: ellipse((5, 5), (0, 3), HW),
        lambda: circle((5, 5), (5, 5), HW),
        lambda: row_major([6], (3, 3, 2, 3), HW),
    ):
        with pytest.raises(ShapeError) as refused:
            draw()
        assert refused.value.has_no_area


def test_what_makes_no_shape_is_broken() -> None:
    for draw in (
        lambda: polygon([(1, 1), (5, 1), (5, math.nan)], HW),
        lambda: box([(1, 1), (5, 5)], HW, math.inf),
        lambda: row_major([5], (3, 3, 2, 3), HW),
        lambda: row_major([6], (3, 3, 0, 3), HW),
        lambda: pasted("no image", (0, 0), HW),
    ):
        with pytest.raises(ShapeError) as refused:
            draw()
        assert not refused.value.has_no_area


@given(st.lists(st.tuples(PLACES, PLACES), max_size=7))
@settings(max_examples=2000, deadline=None)
def test_a_box_that_is_sure_holds_all_pixels_of_which_there_are_some(
    points: list[tuple[float, float]],
) -> None:
    found = sure_box(points, HW)
    if found is None:
        return
    left, top, right, bottom = found
    as_isat_draws = whole_points_within(points_of(points), HW)
    for pixels in (bordered_polygon(points, HW), as_isat_draws):
        first, last, highest, lowest = extent(pixels)  # fails where there are none
        assert left <= first <= last < right
        assert top <= highest <= lowest < bottom


@given(st.integers(1, 40), st.integers(1, 40), SIDES, SIDES)
@settings(max_examples=50)
def test_a_polygon_in_the_frame_is_sure(x: int, y: int, w: int, h: int) -> None:
    corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    assert sure_box(corners, HW) is not None


@pytest.mark.parametrize(
    "points",
    [
        *([], LINE[:1], LINE[1:2] * 4, LINE, [(-9, -9), (-1, -9), (-5, -5)]),
        *([(1, 1), (5, 1), (5, math.nan)], [(1, 1), (5, 1), (5, math.inf)], [(1, 1, 1)] * 4),
        [(5, 5), (5 + 1e-9, 5), (5, 5 + 1e-9)],
    ],
)
def test_of_what_may_cover_no_pixel_there_is_no_sure_box(points: list[tuple[float, ...]]) -> None:
    assert sure_box(points, HW) is None
