"""Marks: the robot that clicks errors, and boxes cut to the frame."""

from __future__ import annotations

import numpy as np
import pytest

from vosgui.core.clicks import Click, DraggedBox, next_click

HW = (40, 60)


def square(top: int, left: int, side: int) -> np.ndarray:
    pixels = np.zeros(HW, bool)
    pixels[top : top + side, left : left + side] = True
    return pixels


def test_the_middle_of_what_is_missing_is_clicked_first() -> None:
    assert next_click(square(10, 20, 9), np.zeros(HW, bool)) == Click(24.5, 14.5, True)


@pytest.mark.parametrize("extra", [7, 11])
def test_the_error_that_is_largest_across_is_clicked(extra: int) -> None:
    truth = square(2, 2, 9)
    found = square(20, 30, extra)
    click = next_click(truth, found)
    assert click is not None
    assert click.belongs == (extra < 9)
    wrong = truth if click.belongs else found
    assert wrong[int(click.y), int(click.x)]


def test_the_frames_edge_ends_an_error() -> None:
    truth = np.zeros(HW, bool)
    truth[:, :11] = True
    click = next_click(truth, np.zeros(HW, bool))
    assert click is not None
    assert 4 <= click.x <= 7, "not at the edge, as if the object went on beyond it"


def test_nothing_is_clicked_where_nothing_is_wrong() -> None:
    assert next_click(square(3, 3, 5), square(3, 3, 5)) is None


def test_a_box_is_dragged_from_any_corner_and_cut_to_the_frame() -> None:
    expected = DraggedBox(50.0, 0.0, 60.0, 8.0)
    assert DraggedBox.between((50, 8), (70, -5), HW) == expected
    assert DraggedBox.between((70, -5), (50, 8), HW) == expected
    assert DraggedBox.between((10, 10), (10.4, 30), HW) is None
    assert DraggedBox.between((70, 10), (90, 30), HW) is None
