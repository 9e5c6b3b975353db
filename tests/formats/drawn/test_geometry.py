"""Points of shapes and how they are filled, against rules that are written down another way."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vosgui.errors import ShapeError
from vosgui.formats.drawn.geometry import (
    box,
    filled_with_holes,
    oval,
    points_of,
    turned,
    whole_points_within,
)

HW = (9, 11)
POINTS = st.lists(st.tuples(st.integers(-3, 13), st.integers(-3, 11)), min_size=3, max_size=7)


def is_on(x: int, y: int, a: tuple[int, int], b: tuple[int, int]) -> bool:
    cross = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
    inside = min(a[0], b[0]) <= x <= max(a[0], b[0]) and min(a[1], b[1]) <= y <= max(a[1], b[1])
    return cross == 0 and inside


def crosses(x: int, y: int, a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether a ray to the right crosses a side, in whole numbers."""
    if (a[1] > y) == (b[1] > y):
        return False
    return x < a[0] + Fraction(y - a[1], b[1] - a[1]) * (b[0] - a[0])


@given(POINTS)
@settings(max_examples=100, deadline=None)
def test_a_pixel_is_within_when_its_point_is_inside_or_on_a_side(
    corners: list[tuple[int, int]],
) -> None:
    sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
    expected = np.zeros(HW, bool)
    for y in range(HW[0]):
        for x in range(HW[1]):
            on = any(is_on(x, y, *side) for side in sides)
            expected[y, x] = on or sum(crosses(x, y, *side) for side in sides) % 2
    found = whole_points_within(points_of(corners), HW)
    np.testing.assert_array_equal(found, expected)


def test_fractions_are_cut_as_the_tools_cut_them() -> None:
    corners = points_of([(1.9, 1.9), (4.9, 1.2), (4.5, 3.9), (1.1, 3.1)])
    whole = points_of([(1, 1), (4, 1), (4, 3), (1, 3)])
    np.testing.assert_array_equal(whole_points_within(corners, HW), whole_points_within(whole, HW))
    assert filled_with_holes(corners, (), HW).sum() == 12


def test_a_hole_takes_its_border_along() -> None:
    outer = box(0, 0, 8, 8)
    hole = box(2, 2, 3, 3)
    mask = filled_with_holes(outer, [hole], HW)
    assert mask.sum() == 81 - 16
    assert not mask[2:6, 2:6].any()


def test_points_turn_clockwise_about_where_they_are_held() -> None:
    corners = turned(box(5, 5, 2, 1), (5, 5), 90)
    np.testing.assert_allclose(corners, [(5, 5), (5, 7), (4, 7), (4, 5)], atol=1e-9)


def test_an_oval_reaches_as_far_as_its_radii() -> None:
    around = oval(10, 20, 4, 3)
    np.testing.assert_allclose(around.min(axis=0), (6, 17), atol=1e-3)
    np.testing.assert_allclose(around.max(axis=0), (14, 23), atol=1e-3)


@pytest.mark.parametrize("values", [[1], [[1, 2, 3]], ["a", "b"], [1, None], [{}], [[1, 2], [3]]])
def test_what_is_no_point_is_refused(values: list[object]) -> None:
    with pytest.raises(ValueError, match=r"points|finite"):
        points_of(values)


def test_points_may_be_flat_or_in_pairs_but_not_infinite() -> None:
    assert points_of([1, 2, 3, 4]).tolist() == points_of([[1, 2], [3, 4]]).tolist()
    assert points_of(["1", "2.5"]).tolist() == [[1, 2.5]]
    with pytest.raises(ValueError, match="finite"):
        points_of([1, float("inf")])


@pytest.mark.parametrize(
    "draw",
    [
        lambda: box(0, 0, 0, 3),
        lambda: box(0, 0, float("nan"), 3),
        lambda: oval(0, 0, 2, -1),
        lambda: whole_points_within(points_of([(0, 0), (4, 4)]), HW),
        lambda: filled_with_holes(points_of([(0, 0), (4, 4)]), (), HW),
    ],
)
def test_what_has_no_area_says_so(draw: object) -> None:
    assert callable(draw)
    with pytest.raises(ShapeError) as refused:
        draw()
    assert refused.value.has_no_area
