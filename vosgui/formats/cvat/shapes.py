"""Shapes that annotation tools store - polygons, boxes, circles - as pixels."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image
from pycocotools import mask as coco

from vosgui.core.mask import Pixels
from vosgui.formats.coco.rle import polygons_as_rle
from vosgui.media.palette import BROKEN_IMAGE

Point = Sequence[float]  # x, y


def polygon(points: Sequence[Point], hw: tuple[int, int]) -> Pixels:
    """Return the inside of a polygon as COCO's tools draw it, bool (H, W).

    Raises ValueError for fewer than three points or one that is not finite.
    """
    rle = polygons_as_rle([[value for point in points for value in point]], hw)
    if rle is None:
        raise ValueError("a polygon has fewer than three points")
    return np.asarray(coco.decode(rle), bool)


def drawn(kind: str, points: Sequence[Point], hw: tuple[int, int]) -> Pixels:
    """Return a polygon, rectangle or circle with its border, as labelme draws it, bool (H, W).

    Raises ValueError for other kinds and for points that do not make one.
    """
    from PIL import ImageDraw  # with the fonts that it brings, slow to load

    limited = [(float(np.clip(x, -1e5, 1e5)), float(np.clip(y, -1e5, 1e5))) for x, y in points]
    if not np.isfinite(limited).all():
        raise ValueError("a point is not finite")
    image = Image.new("1", (hw[1], hw[0]))
    draw = ImageDraw.Draw(image)
    if kind == "rectangle" and len(points) == 2:
        (x0, y0), (x1, y1) = limited
        box = [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]
        draw.rectangle(box, outline=1, fill=1)
    elif kind == "circle" and len(points) == 2:
        (x, y), (edge_x, edge_y) = limited
        r = float(np.hypot(x - edge_x, y - edge_y))
        draw.ellipse([x - r, y - r, x + r, y + r], outline=1, fill=1)
    elif kind in ("polygon", "oriented_rectangle") and len(points) > 2:
        draw.polygon(limited, outline=1, fill=1)
    else:
        raise ValueError(f"{len(points)} points make no {kind}")
    return np.array(image, dtype=bool)


def pasted(text: str, points: Sequence[Point], hw: tuple[int, int]) -> Pixels:
    """Return a crop, PNG in base64, put at its top left point, bool (H, W).

    Raises ValueError where it is no image.
    """
    try:
        data = base64.b64decode(text, validate=True)
        with Image.open(io.BytesIO(data)) as image:
            crop = np.array(image.convert("L")) > 0
    except (binascii.Error, *BROKEN_IMAGE) as error:
        raise ValueError(f"its mask is not a PNG in base64: {error}") from error
    x, y = (round(value) for value in points[0])
    return _placed(crop, y, x, hw)


def row_major(runs: Sequence[int], box: tuple[int, int, int, int], hw: tuple[int, int]) -> Pixels:
    """Return the runs of CVAT, row by row within a box (left, top, width, height), bool (H, W).

    Raises ValueError where they do not fill the box.
    """
    left, top, width, height = box
    if not (0 < width < 1 << 15 and 0 < height < 1 << 15):
        raise ValueError(f"its box {list(box)} has no size")
    lengths = np.asarray(runs, np.int64)
    if (lengths < 0).any() or lengths.sum() != width * height:
        raise ValueError(f"its runs do not fill {width}x{height} pixels")
    values = np.arange(len(lengths)) % 2 == 1
    return _placed(np.repeat(values, lengths).reshape(height, width), top, left, hw)


def _placed(crop: Pixels, y: int, x: int, hw: tuple[int, int]) -> Pixels:
    pixels = np.zeros(hw, bool)
    height, width = crop.shape
    y0, x0, y1, x1 = max(y, 0), max(x, 0), min(y + height, hw[0]), min(x + width, hw[1])
    if y0 < y1 and x0 < x1:
        pixels[y0:y1, x0:x1] = crop[y0 - y : y1 - y, x0 - x : x1 - x]
    return pixels
