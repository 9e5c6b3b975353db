"""Rasterising: a pixel is covered where its centre is; nothing leaks, nothing has gaps."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.core import raster
from vosgui.core.mask import Box, Pixels

HW = (40, 50)
coordinates = st.tuples(st.floats(-20, 70), st.floats(-20, 60))


def whole(box: Box, pixels: Pixels, hw: tuple[int, int] = HW) -> Pixels:
    frame = np.zeros(hw, bool)
    frame[box.slices] = pixels
    return frame


def centres() -> tuple[np.ndarray, np.ndarray]:
    ys, xs = np.mgrid[0 : HW[0], 0 : HW[1]]
    return xs + 0.5, ys + 0.5


@given(coordinates, coordinates, st.floats(1, 60))
def test_a_segment_covers_the_pixels_whose_centre_is_within_its_radius(
    start: tuple[float, float], end: tuple[float, float], diameter: float
) -> None:
    covered = whole(*raster.segment(start, end, diameter, HW))
    xs, ys = centres()
    step = np.subtract(end, start)
    length = float(step @ step)
    along = ((xs - start[0]) * step[0] + (ys - start[1]) * step[1]) / length if length else 0 * xs
    along = np.clip(along, 0, 1)
    distance = np.hypot(xs - start[0] - along * step[0], ys - start[1] - along * step[1])
    sure = np.abs(distance - diameter / 2) > 1e-6
    for x, y in (start, end):  # the pixels under the ends are covered in any case
        if 0 <= x < HW[1] and 0 <= y < HW[0]:
            assert covered[int(y), int(x)]
            sure[int(y), int(x)] = False
    assert np.array_equal(covered[sure], (distance <= diameter / 2)[sure])


@given(st.lists(st.tuples(st.floats(0, 49), st.floats(0, 39)), min_size=2, max_size=8))
def test_the_thinnest_stroke_has_no_gap(points: list[tuple[float, float]]) -> None:
    covered = np.zeros(HW, bool)
    for start, end in pairwise(points):
        covered |= whole(*raster.segment(start, end, 1.0, HW))
    n_pieces, _ = cv2.connectedComponents(covered.astype(np.uint8), connectivity=8)
    assert n_pieces == 2  # background and one piece


def test_a_segment_outside_the_frame_covers_nothing() -> None:
    box, pixels = raster.segment((-30, -30), (-20, -25), 8, HW)
    assert not box
    assert pixels.size == 0


@given(st.lists(coordinates, min_size=3, max_size=9))
def test_a_polygon_covers_the_pixels_whose_centre_is_inside(
    corners: list[tuple[float, float]],
) -> None:
    covered = whole(*raster.polygon(corners, HW))
    xs, ys = centres()
    inside = np.zeros(HW, bool)
    unsure = np.zeros(HW, bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        spans = (ay <= ys) != (by <= ys)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            cross = ax + (ys - ay) * (bx - ax) / (by - ay)
        inside ^= spans & (cross <= xs)
        unsure |= spans & (np.abs(cross - xs) < 1e-6)
    assert np.array_equal(covered[~unsure], inside[~unsure])


def test_a_polygon_on_pixel_edges_is_exactly_its_pixels() -> None:
    box, pixels = raster.polygon([(3, 4), (9, 4), (9, 10), (3, 10)], HW)
    assert box == Box(4, 3, 6, 6)
    assert pixels.all()


def test_fewer_than_three_corners_cover_nothing() -> None:
    assert not raster.polygon([(1, 1), (9, 9)], HW)[0]


def test_a_region_of_background_does_not_leak_through_a_diagonal_line() -> None:
    mask = np.eye(9, dtype=np.uint8)
    region = raster.region_at(mask, 8, 0)
    assert np.array_equal(region, np.triu(np.ones((9, 9), bool), 1))
    assert np.array_equal(raster.region_at(mask, 0, 0), mask.astype(bool))


def test_holes_are_what_a_region_closes_off() -> None:
    ring = np.zeros(HW, bool)
    ring[5:15, 5:15] = True
    ring[8:11, 8:11] = False
    holes = raster.holes_in(ring)
    assert holes.sum() == 9
    assert holes[8:11, 8:11].all()
    ring[0:9, 9] = False  # a channel to the outside: no hole any more
    assert not raster.holes_in(ring).any()
    assert not raster.holes_in(np.zeros(HW, bool)).any()


@pytest.mark.parametrize("coarseness", [0.3, 1.2])
def test_an_outline_covers_its_region_again(coarseness: float) -> None:
    rows, columns = np.indices((60, 80))
    region = (columns - 40) ** 2 / 900 + (rows - 28) ** 2 / 500 <= 1
    region[20:24, 30:34] = False
    corners = raster.outline(region, coarseness)
    box, inside = raster.polygon(corners, region.shape)
    found = np.zeros(region.shape, bool)
    found[box.slices] = inside
    filled = region | raster.holes_in(region)
    assert (found & filled).sum() / (found | filled).sum() > (0.99 if coarseness < 1 else 0.96)
    assert len(corners) < 200
