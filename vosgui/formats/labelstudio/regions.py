"""Label Studio's regions: what several results of one id say together, and as pixels."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError
from vosgui.files.loose_json import whole
from vosgui.formats.drawing import polygon
from vosgui.formats.drawn.geometry import box, oval, points_of, turned
from vosgui.formats.labelstudio.brush import brush_pixels
from vosgui.formats.tree.names import identity_said
from vosgui.media.palette import BROKEN_IMAGE

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Region:
    """What was drawn once: all results that share an id.

    place : of the first of them in its list. item : of several images of a task, which one.
    who : what a result such as a text called track_id says. hw, rotation : of the image.
    """

    id: str
    place: int
    label: str
    value: Value
    who: object
    hw: tuple[int, int] | None
    rotation: int
    item: int

    @property
    def is_sequence(self) -> bool:
        """Return whether it is a box that moves through a video."""
        return isinstance(self.value.get("sequence"), list)


def regions_of(results: Iterable[Any]) -> list[Region]:
    """Return the regions among the results of an annotation, in order."""
    found: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for n, one in enumerate(results):
        if isinstance(one, Mapping) and isinstance(one.get("value"), Mapping):
            found.setdefault(str(one.get("id") or f"no id {n}"), []).append((n, one))
    regions = (_region(key, parts) for key, parts in found.items())
    return [region for region in regions if region is not None]


def _region(key: str, parts: list[tuple[int, Mapping[str, Any]]]) -> Region | None:
    """Return a region, None where it is none: an answer about the image as a whole, a relation."""
    value: dict[str, Any] = {}
    for _, one in parts:
        value |= one["value"]
    is_shape = any(name in value for name in ("x", "points", "rle", "sequence", "imageDataURL"))
    if not is_shape and "vertices" not in value:
        return None
    first = parts[0][1]
    labels = (said for name, said in value.items() if name.endswith("labels") and said)
    label = next((str(said[0]) for said in labels if isinstance(said, list)), "")
    who = identity_said((str(one.get("from_name")), _answer(one["value"])) for _, one in parts)
    height, width = (
        next((n for _, one in parts if (n := whole(one.get(side)))), 0)
        for side in ("original_height", "original_width")
    )
    hw = (height, width) if height and width else None
    rotation, item = whole(first.get("image_rotation")) or 0, whole(first.get("item_index")) or 0
    return Region(key, parts[0][0], label, value, who, hw, rotation % 360, item)


def _answer(value: Value) -> object:
    """Return what a text, a number or a choice about a region says."""
    for name in ("text", "number", "choices"):
        said = value.get(name)
        said = said[0] if isinstance(said, list) and len(said) == 1 else said
        if isinstance(said, str | int | float):
            return said
    return None


def region_pixels(value: Value, rotation: int, hw: tuple[int, int]) -> Pixels:
    """Return the pixels of a region, bool (H, W); its coordinates are percent of the frame's sides.

    rotation : by which the image was turned when it was drawn, in degrees.
    Raises ShapeError or ValueError where it has none.
    """
    if "rle" in value:
        return brush_pixels(_bytes(value["rle"]), hw)
    if "imageDataURL" in value:
        return _bitmask(value["imageDataURL"], hw)
    if rotation:
        raise ShapeError(f"it was drawn on the image turned by {rotation} degrees")
    if "radiusX" in value:
        x, y, radius_x, radius_y = _pixels_of(value, ("x", "y", "radiusX", "radiusY"), hw)
        return _filled(oval(x, y, radius_x, radius_y), (x, y), value, hw)
    if "points" in value:
        if value.get("closed") is False:
            raise ShapeError("a polygon that was not closed has no area", has_no_area=True)
        points = points_of(value["points"]) * (hw[1] / 100, hw[0] / 100)
        return polygon(points.tolist(), hw)
    if "width" in value and "height" in value:
        x, y, width, height = _pixels_of(value, ("x", "y", "width", "height"), hw)
        return _filled(box(x, y, width, height), (x, y), value, hw)  # turned about its top left
    raise ShapeError("a keypoint, or another shape that covers no pixels", has_no_area=True)


def _pixels_of(value: Value, keys: Iterable[str], hw: tuple[int, int]) -> list[float]:
    sides = (hw[1], hw[0]) * 2
    try:
        return [float(value[key]) * side / 100 for key, side in zip(keys, sides, strict=True)]
    except (KeyError, TypeError) as error:
        raise ValueError(f"it lacks or garbles {error}") from error


def _filled(
    around: np.ndarray[Any, np.dtype[np.float64]],
    about: tuple[float, float],
    value: Value,
    hw: tuple[int, int],
) -> Pixels:
    degrees = float(value.get("rotation") or 0)
    return polygon(turned(around, about, degrees).tolist(), hw)


def _bytes(said: Any) -> bytes:
    if not isinstance(said, bytes):
        raise ValueError("its brush mask is no list of bytes")
    return said


def _bitmask(said: Any, hw: tuple[int, int]) -> Pixels:
    """Return what is not transparent in a PNG that is written as a data URL, bool (H, W)."""
    try:
        data = base64.b64decode(str(said).partition(",")[2], validate=True)
        with Image.open(io.BytesIO(data)) as image:
            if (image.height, image.width) != hw:
                raise ValueError(f"its mask is {image.width}x{image.height} pixels")
            return np.array(image.convert("RGBA"))[..., 3] > 0
    except (binascii.Error, *BROKEN_IMAGE) as error:
        raise ValueError(f"its mask is not a PNG in base64: {error}") from error
