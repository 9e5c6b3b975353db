"""Shapes that annotation tools store - polygons, boxes, ellipses, crops - as pixels.

What covers no pixel - a line, a polygon of two points, one beyond the frame - is a ShapeError that
says so; what makes no shape at all is one too. Whoever draws adds where it stands.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
from collections.abc import Sequence
from math import ceil, floor

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from pycocotools import mask as coco

from vosgui.core.mask import Pixels
from vosgui.core.words import counted
from vosgui.errors import ShapeError
from vosgui.media.palette import BROKEN_IMAGE

Point = Sequence[float]  # x, y
Box = tuple[int, int, int, int]  # left, top, right, bottom; the last two are outside
Corners = npt.NDArray[np.float64]  # (N, 2), x and y

_FAR = 1e5  # pixels; what lies further off is drawn as if it lay there
_FLAT = 1e-6  # square pixels: an area below is none
_SURE = 1e-3  # a triangle of twice this area has three corners that are on no line
_N_OF_ELLIPSE = 180  # corners of an ellipse that is turned


def polygon(points: Sequence[Point], hw: tuple[int, int]) -> Pixels:
    """Return the inside of a polygon as COCO's tools draw it, bool (H, W)."""
    flat = _with_area("polygon", points).reshape(-1).tolist()
    return _on_the_frame(np.asarray(coco.decode(coco.frPyObjects([flat], *hw)), bool)[..., 0])


def bordered_polygon(points: Sequence[Point], hw: tuple[int, int]) -> Pixels:
    """Return a polygon with its border, as labelme draws it, bool (H, W)."""
    from PIL import ImageDraw  # with the fonts that it brings, slow to load

    corners = _with_area("polygon", points)
    # What lies beyond it is left. Moved to the corner of the frame, it would be rounded otherwise.
    last = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (hw[1] - 1, hw[0] - 1))
    image = Image.new("L", (int(last[0]) + 1, int(last[1]) + 1))
    ImageDraw.Draw(image).polygon(corners.reshape(-1).tolist(), outline=1, fill=1)
    return placed(np.asarray(image, bool), 0, 0, hw)


def sure_box(points: Sequence[Point], hw: tuple[int, int]) -> Box | None:
    """Return a box around a bordered polygon that surely has pixels; None: drawing it tells.

    It has some where its corners are on no line, and one of them, which is drawn, is in the frame.
    """
    height, width = hw
    try:
        xs, ys = zip(*points, strict=True)
    except (TypeError, ValueError):
        return None
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    is_near = min(left, top) > -_FAR and max(right, bottom) < _FAR
    if not is_near or not math.isfinite(sum(xs) + sum(ys)):
        return None
    is_inside = any(1 <= x < width - 1 and 1 <= y < height - 1 for x, y in points)
    if not is_inside or all(map(_are_on_a_line, points, points[1:], points[2:])):
        return None
    around = floor(left) - 1, floor(top) - 1, ceil(right) + 2, ceil(bottom) + 2
    return max(around[0], 0), max(around[1], 0), min(around[2], width), min(around[3], height)


def _are_on_a_line(a: Point, b: Point, c: Point) -> bool:
    return abs((a[0] - c[0]) * (b[1] - c[1]) - (a[1] - c[1]) * (b[0] - c[0])) < _SURE


def box(points: Sequence[Point], hw: tuple[int, int], degrees: float = 0.0) -> Pixels:
    """Return a box with its border, bool (H, W).

    points : two corners that lie across, or all four, which may be those of a turned box.
    degrees : how far it is turned about its centre, clockwise as one sees it.
    """
    corners = _finite(points)
    if len(corners) < 2:
        raise ShapeError(f"a box of {_counted(corners)} has no area", has_no_area=True)
    if len(corners) == 2:
        corners = corners[[[0, 0], [1, 0], [1, 1], [0, 1]], [0, 1]]
    return bordered_polygon(_turned(corners, degrees).tolist(), hw)


def ellipse(centre: Point, radii: Point, hw: tuple[int, int], degrees: float = 0.0) -> Pixels:
    """Return an ellipse with its border, bool (H, W); radii along x and y before it is turned."""
    from PIL import ImageDraw

    (x, y), (rx, ry) = _finite([centre, radii])
    if min(abs(rx), abs(ry)) ** 2 < _FLAT:
        raise ShapeError("an ellipse without a width or a height has no area", has_no_area=True)
    rx, ry = abs(rx), abs(ry)
    if degrees % 180 and rx != ry:
        angles = np.linspace(0, 2 * np.pi, _N_OF_ELLIPSE, endpoint=False)
        around = np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], axis=1)
        return bordered_polygon(_turned(around, degrees).tolist(), hw)
    image = Image.new("1", (hw[1], hw[0]))
    ImageDraw.Draw(image).ellipse([x - rx, y - ry, x + rx, y + ry], outline=1, fill=1)
    return _on_the_frame(np.array(image, bool))


def circle(centre: Point, edge: Point, hw: tuple[int, int]) -> Pixels:
    """Return a circle with its border, given a point of it, bool (H, W)."""
    r = math.dist(centre, edge)
    return ellipse(centre, (r, r), hw)


def hull(points: Sequence[Point], hw: tuple[int, int]) -> Pixels:
    """Return what lies between all of some points, as a cuboid is seen, bool (H, W)."""
    around = cv2.convexHull(_with_area("cuboid", points).astype(np.float32))
    return bordered_polygon(around.reshape(-1, 2).tolist(), hw)


def pasted(text: str, corner: Point, hw: tuple[int, int]) -> Pixels:
    """Return a crop, PNG in base64, put at its top left corner, bool (H, W)."""
    try:
        data = base64.b64decode(text, validate=True)
        with Image.open(io.BytesIO(data)) as image:
            crop = np.array(image.convert("L")) > 0
    except (binascii.Error, *BROKEN_IMAGE) as error:
        raise ShapeError(f"its mask is not a PNG in base64: {error}") from error
    ((x, y),) = _finite([corner])
    return placed(crop, round(y), round(x), hw)


def row_major(
    runs: Sequence[int], within: tuple[int, int, int, int], hw: tuple[int, int]
) -> Pixels:
    """Return runs of zeros and ones, row by row within a box, bool (H, W).

    within : left, top, width and height of the box.
    """
    left, top, width, height = within
    if not (0 < width < 1 << 15 and 0 < height < 1 << 15):
        raise ShapeError(f"its box {list(within)} has no size")
    lengths = np.asarray(runs, np.int64)
    if (lengths < 0).any() or lengths.sum() != width * height:
        raise ShapeError(f"its runs do not fill {width}x{height} pixels")
    values = np.arange(len(lengths)) % 2 == 1
    return placed(np.repeat(values, lengths).reshape(height, width), top, left, hw)


def _counted(corners: Corners) -> str:
    return counted(len(corners), "point") if len(corners) else "no points"


def _finite(points: Sequence[Point]) -> Corners:
    corners = np.asarray(points, np.float64)
    if corners.size and (corners.ndim != 2 or corners.shape[1] != 2):
        raise ShapeError("a point is not an x and a y")
    corners = corners.reshape(-1, 2)
    if not np.isfinite(corners).all():
        raise ShapeError("a point is not finite")
    return np.asarray(np.clip(corners, -_FAR, _FAR).round(9))


def _with_area(kind: str, points: Sequence[Point]) -> Corners:
    """Return a shape's corners; raise ShapeError where they lie on one line."""
    corners = _finite(points)
    if len(corners) < 3:
        raise ShapeError(f"a {kind} of {_counted(corners)} has no area", has_no_area=True)
    sides = corners[1:] - corners[0]
    longest = sides[np.hypot(*sides.T).argmax()]
    if np.abs(sides[:, 0] * longest[1] - sides[:, 1] * longest[0]).max() < _FLAT:
        text = f"a {kind} whose points lie on one line has no area"
        raise ShapeError(text, has_no_area=True)
    return corners


def _turned(corners: Corners, degrees: float) -> Corners:
    if not degrees % 360:
        return corners
    if not math.isfinite(degrees):
        raise ShapeError("its rotation is no number of degrees")
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    # y points down, so that this turns clockwise
    turned = (corners - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle
    return np.asarray(turned.round(9))  # a quarter turn hits whole pixels again


def _on_the_frame(pixels: Pixels) -> Pixels:
    if not pixels.any():
        raise ShapeError("no pixel of the frame is in it", has_no_area=True)
    return pixels


def placed(crop: Pixels, y: int, x: int, hw: tuple[int, int]) -> Pixels:
    """Return a crop put at its top left corner, bool (H, W)."""
    pixels = np.zeros(hw, bool)
    height, width = crop.shape
    y0, x0, y1, x1 = max(y, 0), max(x, 0), min(y + height, hw[0]), min(x + width, hw[1])
    if y0 < y1 and x0 < x1:
        pixels[y0:y1, x0:x1] = crop[y0 - y : y1 - y, x0 - x : x1 - x]
    return _on_the_frame(pixels)
