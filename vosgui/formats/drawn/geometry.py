"""Shapes of annotation tools as points, and points as pixels in the ways that those tools have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError

Points = npt.NDArray[np.float64]  # (N, 2), x and y

_FAR = 1e5  # pixels: no frame reaches so far, and integers of a drawing library do
_OVAL_POINTS = 720  # as datumaro has them


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
    mask = np.zeros(hw, bool)
    here = points.astype(np.int64)
    ends = np.roll(here, -1, axis=0)
    flat = here[:, 1] == ends[:, 1]
    for y in range(max(0, here[:, 1].min()), min(hw[0] - 1, here[:, 1].max()) + 1):
        low, high = np.minimum(here[:, 1], ends[:, 1]), np.maximum(here[:, 1], ends[:, 1])
        crossed = (low <= y) & (y < high)
        start, end = here[crossed], ends[crossed]
        along = (y - start[:, 1]) / (end[:, 1] - start[:, 1])
        crossings = np.sort(start[:, 0] + along * (end[:, 0] - start[:, 0]))
        on_row = flat & (here[:, 1] == y)
        spans = [*zip(crossings[::2], crossings[1::2], strict=True)]
        spans += [
            (min(pair), max(pair)) for pair in zip(here[on_row, 0], ends[on_row, 0], strict=True)
        ]
        spans += [(x, x) for x in here[here[:, 1] == y, 0]]
        for left, right in spans:
            first, last = int(np.ceil(left - 1e-9)), int(np.floor(right + 1e-9))
            mask[y, max(first, 0) : max(last + 1, 0)] = True
    return mask
