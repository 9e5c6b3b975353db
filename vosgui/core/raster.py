"""Which pixels a gesture covers: brush segments, polygons, connected regions and holes.

Points are (x, y) in image pixels as floats: pixel (i, j) covers x in [j, j + 1), y in [i, i + 1).
A pixel is covered where its centre is, so edges are hard and the same shape is drawn the same way
wherever it lies on the grid.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.mask import Box, Mask, Pixels, box_of

Point = tuple[float, float]
Floats = npt.NDArray[np.float64]

_HAIR = 1e-9  # pixels


def segment(start: Point, end: Point, diameter: float, hw: tuple[int, int]) -> tuple[Box, Pixels]:
    """Return what a round brush covers on its way from `start` to `end`.

    The pixels under both ends are always covered, so that the thinnest stroke has no gap.
    diameter : in image pixels. hw : height and width of the frame.
    Returns the box, cut to the frame and empty outside it, and its pixels, bool (h, w).
    """
    radius = diameter / 2 + _HAIR  # a centre on the very edge is covered, whatever rounding says
    ends: Floats = np.array([start, end], np.float64)  # (2, 2)
    low = np.floor(ends.min(axis=0) - radius - _HAIR).astype(int)
    high = np.floor(ends.max(axis=0) + radius + _HAIR).astype(int) + 1
    box = _cut(low[0], low[1], high[0], high[1], hw)
    pixels = np.zeros((box.h, box.w), bool)
    rows, columns = np.arange(box.h) + box.y + 0.5, np.arange(box.w) + box.x + 0.5
    for x, y in ends.tolist():
        pixels |= (columns - x) ** 2 <= radius**2 - (rows[:, None] - y) ** 2
        row, column = int(np.floor(y)) - box.y, int(np.floor(x)) - box.x
        if 0 <= row < box.h and 0 <= column < box.w:
            pixels[row, column] = True
    step = ends[1] - ends[0]
    length = float(np.hypot(*step))
    if length > 0:
        across = np.array([-step[1], step[0]]) / length * radius
        (left, right), (far_left, far_right) = ((p + across, p - across) for p in ends)
        between, inside = polygon((left, far_left, far_right, right), hw)
        y, x = between.y - box.y, between.x - box.x
        pixels[y : y + between.h, x : x + between.w] |= inside
    return box, pixels


def polygon(points: Sequence[Point] | Sequence[Floats], hw: tuple[int, int]) -> tuple[Box, Pixels]:
    """Return what a closed polygon covers, by the even-odd rule.

    cv2.fillPoly also covers every pixel that an edge touches, which makes shapes half a pixel fat.
    Returns the box, cut to the frame and empty outside it, and its pixels, bool (h, w).
    """
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return Box(0, 0, 0, 0), np.zeros((0, 0), bool)
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    box = _cut(int(low[0]), int(low[1]), int(high[0]), int(high[1]), hw)
    if not box:
        return box, np.zeros((0, 0), bool)
    rows, xs = _crossings(corners, box.y, box.h)
    # A crossing at x turns every pixel whose centre lies right of it; column w takes the rest.
    columns = np.clip(np.ceil(xs - 0.5) - box.x, 0, box.w).astype(np.intp)
    turns = np.zeros((box.h, box.w + 1), np.uint8)
    np.bitwise_xor.at(turns, (rows, columns), 1)
    inside = np.bitwise_xor.accumulate(turns[:, : box.w], axis=1)
    return box, inside.astype(bool)


def region_at(mask: Mask, x: int, y: int) -> Pixels:
    """Return the connected region of one id around a pixel, bool (H, W).

    Background is joined over edges, objects also over corners, so that a line one pixel wide
    holds the background apart on its two sides.
    """
    same = (mask == mask[y, x]).astype(np.uint8)
    connectivity = 8 if mask[y, x] else 4
    reached = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), np.uint8)
    flags = connectivity | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    cv2.floodFill(same, reached, (x, y), (1,), flags=flags)
    return np.asarray(reached[1:-1, 1:-1], bool)


def holes_in(pixels: Pixels) -> Pixels:
    """Return the holes of a region: what it closes off from the frame's edge, bool (H, W)."""
    holes = np.zeros(pixels.shape, bool)
    box = box_of(pixels)
    if box:
        outside = np.pad(~pixels[box.slices], 1, constant_values=True).astype(np.uint8)
        cv2.floodFill(outside, None, (0, 0), (0,), flags=4)
        holes[box.slices] = outside[1:-1, 1:-1] == 1
    return holes


def touches_edge(pixels: Pixels) -> bool:
    """Return whether a region, bool (H, W), reaches the edge of the frame."""
    return bool(pixels[0].any() or pixels[-1].any() or pixels[:, 0].any() or pixels[:, -1].any())


def _cut(left: int, top: int, right: int, bottom: int, hw: tuple[int, int]) -> Box:
    """Return the box from (left, top) to before (right, bottom), cut to the frame."""
    left, top = max(int(left), 0), max(int(top), 0)
    width, height = min(int(right), hw[1]) - left, min(int(bottom), hw[0]) - top
    return Box(top, left, height, width) if width > 0 and height > 0 else Box(0, 0, 0, 0)


def _crossings(corners: Floats, top: int, n_rows: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return where a polygon's edges cross the middle of each row.

    corners : (n, 2). Returns the row, counted from `top`, and the x of each crossing.
    """
    start, end = corners, np.roll(corners, -1, axis=0)
    upper, lower = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    # Half-open, so that a corner in the middle of a row is crossed once by its two edges.
    first = np.clip(np.ceil(upper - 0.5) - top, 0, n_rows).astype(np.intp)
    last = np.clip(np.ceil(lower - 0.5) - top, 0, n_rows).astype(np.intp)
    counts = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(corners)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = first[edge] + within
    # A share of the edge, not its slope: that of an edge which is all but level overflows.
    reach = (end - start)[edge]
    share = (rows + top + 0.5 - start[edge, 1]) / reach[:, 1]
    return rows, start[edge, 0] + share * reach[:, 0]
