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
_FINER = 4


def segment(start: Point, end: Point, diameter: float, hw: tuple[int, int]) -> tuple[Box, Pixels]:
    """Return what a round brush covers on its way from `start` to `end`.

    The pixels under both ends are always covered, so that the thinnest stroke has no gap.
    diameter : in image pixels. hw : height and width of the frame.
    Returns the box, cut to the frame and empty outside it, and its pixels, bool (h, w).
    """
    radius = diameter / 2
    ends: Floats = np.array([start, end], np.float64)  # (2, 2)
    low = np.floor(ends.min(axis=0) - radius).astype(int)
    high = np.floor(ends.max(axis=0) + radius).astype(int) + 1
    box = _cut(low[0], low[1], high[0], high[1], hw)
    if not box:
        return box, np.zeros((0, 0), bool)
    left, right = _spans(ends, radius, np.arange(box.y, box.y + box.h, dtype=np.float64) + 0.5)
    columns = np.arange(box.x, box.x + box.w) + 0.5
    pixels = (columns >= left[:, None]) & (columns <= right[:, None])
    for x, y in ((int(np.floor(x)), int(np.floor(y))) for x, y in (start, end)):
        if 0 <= y - box.y < box.h and 0 <= x - box.x < box.w:
            pixels[y - box.y, x - box.x] = True
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


def outline(pixels: Pixels, coarseness: float) -> list[Point]:
    """Return the corners of the outline of a connected region, bool (H, W); its holes have none.

    They lie between pixels, so that `polygon` covers the region again, but for `coarseness` pixels.
    """
    # Seen four times as large, an outline through pixels' centres runs an eighth inside the edge.
    box = box_of(pixels)
    large = np.pad(pixels[box.slices], 1).astype(np.uint8).repeat(_FINER, 0).repeat(_FINER, 1)
    found, _ = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    longest = max(found, key=cv2.contourArea)
    corners = cv2.approxPolyDP(longest, coarseness * _FINER, True).reshape(-1, 2)
    return [((x + 0.5) / _FINER - 1 + box.x, (y + 0.5) / _FINER - 1 + box.y) for x, y in corners]


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


def _spans(ends: Floats, radius: float, ys: Floats) -> tuple[Floats, Floats]:
    """Return the leftmost and rightmost x within `radius` of a segment on each line y.

    The shape is convex, so that each line cuts it in one span: the union of those of the two
    round ends and of the straight part. Spans that are not there run from inf to -inf.
    ends : (2, 2), x and y. ys : (n,).
    """
    left, right = np.full(ys.shape, np.inf), np.full(ys.shape, -np.inf)
    for x, y in ends:
        reach = radius**2 - (ys - y) ** 2
        half = np.sqrt(np.maximum(reach, 0))
        left = np.where(reach >= 0, np.minimum(left, x - half), left)
        right = np.where(reach >= 0, np.maximum(right, x + half), right)
    step = ends[1] - ends[0]
    length = float(np.hypot(*step))
    if length > 0:
        along = step / length
        across = np.array([-along[1], along[0]])
        low, high = np.full(ys.shape, -np.inf), np.full(ys.shape, np.inf)
        for axis, near, far in ((along, 0.0, length), (across, -radius, radius)):
            low, high = _within(axis, near, far, ends[0], ys, low, high)
        there = low <= high
        left = np.where(there, np.minimum(left, low), left)
        right = np.where(there, np.maximum(right, high), right)
    return left, right


def _within(
    axis: Floats, near: float, far: float, origin: Floats, ys: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Narrow each line's span [low, high] to where near <= (p - origin) · axis <= far."""
    offset = (ys - origin[1]) * axis[1]
    if abs(axis[0]) < 1e-12:
        outside = (offset < near) | (offset > far)
        return np.where(outside, np.inf, low), np.where(outside, -np.inf, high)
    bounds = np.stack([near - offset, far - offset]) / axis[0] + origin[0]
    return np.maximum(low, bounds.min(axis=0)), np.minimum(high, bounds.max(axis=0))


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
