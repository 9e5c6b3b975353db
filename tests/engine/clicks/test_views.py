"""What of a frame the network looks at: where crops lie, and how points and masks go there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vosgui.core.clicks import Click
from vosgui.core.mask import Box
from vosgui.engine.clicks.views import STRIDE, still_fits, view_around, whole_view

HW = (1080, 1920)
sides = st.integers(17, 2200)


@st.composite
def boxes_in_frames(draw: st.DrawFn) -> tuple[Box, tuple[int, int]]:
    height, width = draw(sides), draw(sides)
    h, w = draw(st.integers(1, height)), draw(st.integers(1, width))
    return (
        Box(draw(st.integers(0, height - h)), draw(st.integers(0, width - w)), h, w),
        (height, width),
    )


@given(boxes_in_frames())
def test_a_crop_holds_the_object_and_lies_in_the_frame(case: tuple[Box, tuple[int, int]]) -> None:
    box, hw = case
    view = view_around(box, hw)
    assert box.inside(view.box)
    assert view.box.inside(Box(0, 0, *hw))
    assert all(side % STRIDE == 0 and side >= 2 * STRIDE for side in view.hw)
    assert view.hw[0] * view.hw[1] < 640 * 640


@given(boxes_in_frames())
def test_the_view_of_an_object_fits_it(case: tuple[Box, tuple[int, int]]) -> None:
    box, hw = case
    assert still_fits(view_around(box, hw), box, hw) or box.h == hw[0] or box.w == hw[1]


def test_a_small_object_gets_more_pixels_than_it_has_in_the_whole_frame() -> None:
    small = Box(500, 900, 60, 40)
    view, whole = view_around(small, HW), whole_view(HW)
    assert view.hw[0] / view.box.h > 4 * whole.hw[0] / whole.box.h
    assert view_around(Box(100, 100, 900, 1500), HW) == whole


def test_an_object_that_reaches_a_crops_edge_does_not_fit_but_at_the_frames_edge_it_does() -> None:
    view = view_around(Box(500, 900, 60, 40), HW)
    inner = view.box
    assert not still_fits(view, Box(inner.y, 900, 60, 40), HW)
    corner = view_around(Box(0, 0, 60, 40), HW)
    assert corner.box.y == corner.box.x == 0
    assert still_fits(corner, Box(0, 0, 60, 40), HW)
    assert not still_fits(whole_view(HW), Box(500, 900, 60, 40), HW)


def test_points_and_masks_meet_in_the_view() -> None:
    frame_hw = (400, 600)
    pixels = np.zeros(frame_hw, bool)
    pixels[200:230, 300:340] = True
    view = view_around(Box(200, 300, 30, 40), frame_hw)
    ((x, y, kind), (far_x, far_y, other)) = view.points_of(
        [Click(320, 215), Click(301.0, 201.0, belongs=False)]
    )
    assert (kind, other) == (1, 0)
    mask = view.mask_of(pixels)
    assert mask.shape == view.hw
    assert mask[int(y), int(x)] == 1
    rows, columns = np.nonzero(mask > 0.5)
    assert abs(rows.mean() - y) < 1.5 and abs(columns.mean() - x) < 1.5
    assert 0 <= far_y - rows.min() < 8 and 0 <= far_x - columns.min() < 8
    logits = (mask - 0.5).astype(np.float32)
    assert np.array_equal(view.pixels_from(logits), pixels[view.box.slices])
