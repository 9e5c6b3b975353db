"""Shapes of annotation tools as points, and points as pixels in the ways that those tools have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError

Points = npt.NDArray[np.float64]  # (N, 2), x and y
Numbers = npt.NDArray[Any]

_FAR = 1e5  # pixels: no frame reaches so far, and integers of a drawing library do
_OVAL_POINTS = 720  # as datumaro has them
_TINY = 1e-9  # pixels: what a crossing may be off by rounding


def _no_area(what: str) -> ShapeError:
    return ShapeError(f"{what} has no area", has_no_area=True)


def points_of(values: Iterable[object]) -> Points:
    """Return points from a list of x, y pairs, or from a flat one; raise ValueError for others."""
    try:
        found = np.asarray(list(values), np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("its points are no numbers") from error
    if found.ndim == 1 and found.size % 2 == 0:
        found = found.reshape(-1, 2)
    if found.ndim != 2 or found.shape[1] != 2:
        raise ValueError("its points are no pairs of x and y")
    if not np.isfinite(found).all():
        raise ValueError("a point is not finite")
    return np.clip(found, -_FAR, _FAR)


def box(left: float, top: float, width: float, height: float) -> Points:
    """Return the corners of an upright box; raise ShapeError where it has no area."""
    if not (width > 0 and height > 0):
        raise _no_area(f"a box of {width:g}x{height:g} pixels")
    right, bottom = left + width, top + height
    return points_of([(left, top), (right, top), (right, bottom), (left, bottom)])


def oval(x: float, y: float, radius_x: float, radius_y: float) -> Points:
    """Return an upright ellipse about x, y as a polygon; raise ShapeError where it has no area."""
    if not (radius_x > 0 and radius_y > 0):
        raise _no_area(f"an ellipse with radii of {radius_x:g} and {radius_y:g}")
    angles = np.linspace(0, 2 * np.pi, _OVAL_POINTS, endpoint=False)
    return points_of(np.stack([x + radius_x * np.cos(angles), y + radius_y * np.sin(angles)], 1))


def turned(points: Points, about: Sequence[float], degrees: float) -> Points:
    """Return points turned clockwise, as seen, about a point x, y."""
    if not np.isfinite(degrees):
        raise ValueError("its rotation is not finite")
    if degrees % 360 == 0:
        return points
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    centre = np.asarray(about, np.float64)
    return points_of((points - centre) @ np.array([[cos, sin], [-sin, cos]]) + centre)


def filled_with_holes(outer: Points, holes: Sequence[Points], hw: tuple[int, int]) -> Pixels:
    """Return a polygon with holes, its border and theirs as OpenCV draws them, bool (H, W).

    Coordinates are cut to whole pixels, as Supervisely's SDK does; a hole takes its border along.
    Raises ShapeError for fewer than three points.
    """
    if len(outer) < 3:
        raise _no_area("a polygon of fewer than three points")
    mask = np.zeros(hw, np.uint8)
    cv2.fillPoly(mask, [outer.astype(np.int32)], 1)
    if holes:
        cv2.fillPoly(mask, [hole.astype(np.int32) for hole in holes if len(hole)], 0)
    return mask.astype(bool)


def whole_points_within(points: Points, hw: tuple[int, int]) -> Pixels:
    """Return the pixels whose whole coordinates lie within a polygon or on it, bool (H, W).

    So scikit-image fills polygons; where one crosses itself, what is within twice is outside.
    points : cut to whole pixels. Raises ShapeError for fewer than three.
    """
    if len(points) < 3:
        raise _no_area("a polygon of fewer than three points")
    here = points.astype(np.int64)
    ends = np.roll(here, -1, axis=0)
    (x0, y0), (x1, y1) = here.T, ends.T
    # Where each side crosses the rows of the frame: at its upper end too, at its lower end not.
    low = np.clip(np.minimum(y0, y1), 0, hw[0])
    n_rows = np.clip(np.maximum(y0, y1), 0, hw[0]) - low
    side = np.repeat(np.arange(len(here)), n_rows)
    y = np.arange(n_rows.sum()) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows) + low[side]
    x = x0[side] + (y - y0[side]) / (y1 - y0)[side] * (x1 - x0)[side]
    order = np.lexsort((x, y))
    # Between every two crossings of a row it is inside; level sides and corners are added.
    level = y0 == y1
    rows = np.concatenate([y[order][::2], y0[level], y0])
    left = np.concatenate([x[order][::2], np.minimum(x0, x1)[level], x0])
    right = np.concatenate([x[order][1::2], np.maximum(x0, x1)[level], x0])
    return _spans(rows, np.ceil(left - _TINY), np.floor(right + _TINY), hw)


def _spans(rows: Numbers, left: Numbers, right: Numbers, hw: tuple[int, int]) -> Pixels:
    """Return the pixels from left to right, both included, of each row, bool (H, W)."""
    pixels = np.zeros(hw, bool)
    left, right = np.clip(left, 0, hw[1]), np.clip(right + 1, 0, hw[1])
    inside = (rows >= 0) & (rows < hw[0]) & (left < right)
    spans = zip(rows[inside], left[inside].astype(int), right[inside].astype(int), strict=True)
    for y, first, last in spans:  # some thousands, which is faster than to mark and sum up pixels
        pixels[y, first:last] = True
    return pixels
