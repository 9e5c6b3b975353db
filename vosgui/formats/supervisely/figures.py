"""Supervisely's geometries as pixels, as its SDK draws them."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError
from vosgui.formats.drawing import placed
from vosgui.formats.drawn.geometry import (
    box,
    filled_with_holes,
    points_of,
    turned,
)
from vosgui.media.palette import BROKEN_IMAGE

_MAX_BYTES = 1 << 26  # of a bitmap's PNG
_HAVE_ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")


def pixels_of_geometry(kind: str, about: Mapping[str, Any], hw: tuple[int, int]) -> Pixels:
    """Return the pixels of a geometry, bool (H, W).

    kind : its geometryType.
    Raises ShapeError for one that covers none, ValueError where it is broken.
    """
    if kind in ("bitmap", "alpha_mask"):
        bitmap = _table(about, "bitmap")
        ((x, y),) = points_of([bitmap.get("origin", (0, 0))])
        return placed(_bitmap(bitmap.get("data")), int(y), int(x), hw)
    if kind == "polygon":
        return _polygon(_table(about, "points"), hw)
    if kind == "multipolygon":
        pixels = np.zeros(hw, bool)
        for part in about.get("parts") or ():
            pixels |= _polygon(part, hw)
        return pixels
    if kind in ("rectangle", "oriented_bbox"):
        found = about.get("points")
        corners = points_of((found.get("exterior") if isinstance(found, Mapping) else found) or ())
        if len(corners) != 2:
            raise ValueError(f"a {kind} has {len(corners)} corners in place of 2")
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        if kind == "rectangle":
            corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
            return filled_with_holes(corners, (), hw)
        about_centre = (left + right) / 2, (top + bottom) / 2
        degrees = float(np.degrees(float(about.get("angle") or 0)))
        upright = box(left, top, right - left, bottom - top)
        return filled_with_holes(turned(upright, about_centre, degrees), (), hw)
    raise ShapeError(f"a {kind or 'shape'} has no area", has_no_area=True)


def _polygon(rings: Any, hw: tuple[int, int]) -> Pixels:
    if not isinstance(rings, Mapping):
        raise ValueError("its points are missing")
    holes = [points_of(ring) for ring in rings.get("interior") or ()]
    return filled_with_holes(points_of(rings.get("exterior") or ()), holes, hw)


def _table(about: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = about.get(key)
    if not isinstance(found, Mapping):
        raise ValueError(f"its {key} is missing")
    return found


def _bitmap(text: Any) -> Pixels:
    """Return a crop, a PNG that is packed with zlib and written in base64, bool (h, w).

    What is not transparent belongs to it, or of one without transparency what is not black.
    """
    try:
        packed = base64.b64decode(text, validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, _MAX_BYTES) if packed[:1] == b"\x78" else packed
        with Image.open(io.BytesIO(data)) as image:
            if image.mode in _HAVE_ALPHA or "transparency" in image.info:
                return np.array(image.convert("RGBA").getchannel("A")).astype(bool)
            return np.asarray(np.array(image.convert("RGB")).any(axis=2))
    except (TypeError, binascii.Error, zlib.error, *BROKEN_IMAGE) as error:
        raise ValueError(f"its bitmap is not a PNG in zlib and base64: {error}") from error
