"""Masks found in pixels: like colours, what a box holds, and masks that are moved."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.core.clicks import DraggedBox
from vosgui.core.image_regions import moved, object_in_box, region_like
from vosgui.core.mask import Box, Pixels

HW = (60, 80)


def a_frame() -> np.ndarray:
    """Return a blue ground with a red square that fades to the right, and another square apart."""
    frame = np.zeros((*HW, 3), np.uint8)
    frame[..., 2] = 200
    frame[20:40, 20:50] = 0
    frame[20:40, 20:50, 0] = np.linspace(250, 190, 30).astype(np.uint8)
    frame[20:40, 60:70] = (250, 0, 0)
    return frame


def placed(found: tuple[Box, Pixels], hw: tuple[int, int] = HW) -> Pixels:
    box, pixels = found
    whole = np.zeros(hw, bool)
    whole[box.slices] = pixels
    return whole


def test_a_region_is_connected_and_grows_with_the_tolerance() -> None:
    frame = a_frame()
    before = frame.copy()
    sizes = [placed(region_like(frame, 22, 30, t)).sum() for t in (0, 20, 100)]
    assert 0 < sizes[0] < sizes[1] < sizes[2] == 20 * 30
    assert not placed(region_like(frame, 22, 30, 100))[30, 65], "like, but not connected"
    assert np.array_equal(frame, before)


def test_the_whole_frame_is_a_region_where_all_of_it_is_alike() -> None:
    box, pixels = region_like(np.full((*HW, 3), 7, np.uint8), 0, 0, 0)
    assert box == Box(0, 0, *HW) and pixels.all()


@pytest.mark.parametrize("scale", [1, 12])
def test_what_stands_out_in_a_box_is_found_the_same_each_time(scale: int) -> None:
    rng = np.random.default_rng(0)
    frame = np.repeat(np.repeat(a_frame(), scale, 0), scale, 1)
    frame = (frame * 0.8 + rng.integers(0, 30, frame.shape)).astype(np.uint8)
    dragged = DraggedBox(16.0 * scale, 16.0 * scale, 54.0 * scale, 44.0 * scale)
    found = placed(object_in_box(frame, dragged), frame.shape[:2])
    truth = np.zeros(frame.shape[:2], bool)
    truth[20 * scale : 40 * scale, 20 * scale : 50 * scale] = True
    assert (found & truth).sum() / (found | truth).sum() > 0.9
    again = placed(object_in_box(frame, dragged), frame.shape[:2])
    assert np.array_equal(found, again)


def test_a_box_as_large_as_the_frame_is_no_error() -> None:
    box, pixels = object_in_box(a_frame(), DraggedBox(0.0, 0.0, 80.0, 60.0))
    assert box == Box(0, 0, *HW) and pixels.shape == HW


@given(st.integers(-60, 60), st.integers(-40, 40))
def test_a_mask_moves_by_whole_pixels_and_is_cut_at_the_edge(dx: int, dy: int) -> None:
    pixels = np.zeros(HW, bool)
    pixels[20:30, 30:45] = True
    pixels[20, 30] = False
    expected = np.zeros(HW, bool)
    rows, columns = np.nonzero(pixels)
    inside = (rows + dy >= 0) & (rows + dy < 60) & (columns + dx >= 0) & (columns + dx < 80)
    expected[rows[inside] + dy, columns[inside] + dx] = True
    assert np.array_equal(placed(moved(pixels, dx, dy, 1.0, HW)), expected)


def test_a_mask_is_scaled_about_its_middle() -> None:
    pixels = np.zeros(HW, bool)
    pixels[20:30, 30:50] = True
    box, found = moved(pixels, 0, 0, 2.0, HW)
    assert (box.y, box.x, box.h, box.w) == (15, 20, 20, 40)
    assert found.mean() > 0.95
