"""Label Studio's regions: what several results of one id say together, and as pixels."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError
from vosgui.files.loose_json import value_of, whole
from vosgui.formats.drawing import polygon
from vosgui.formats.drawn.geometry import box, oval, points_of, turned
from vosgui.formats.labelstudio.brush import brush_pixels
from vosgui.formats.tree.names import identity_said
from vosgui.media.palette import BROKEN_IMAGE

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Region:
    """What was drawn once: all results that share an id.

    texts : of its results: as values, points and brush masks take ten times as much.
    place : of the first of them in its list. item : of several images of a task, which one.
    who : what a result such as a text called track_id says. hw, rotation : of the image.
    """

    id: str
    place: int
    label: str
    texts: tuple[msgspec.Raw, ...]
    who: object
    hw: tuple[int, int] | None
    rotation: int
    item: int
    is_sequence: bool

    @property
    def value(self) -> Value:
        """Return what its results say of it together."""
        return _joined(map(_said, self.texts))


def regions_of(results: Iterable[msgspec.Raw]) -> list[Region]:
    """Return the regions among the results of an annotation, in order."""
    found: dict[str, list[tuple[int, msgspec.Raw]]] = {}
    for n, text in enumerate(results):
        one = _said(text)
        if one:
            found.setdefault(str(one.get("id") or f"no id {n}"), []).append((n, text))
    regions = (_region(key, parts) for key, parts in found.items())
    return [region for region in regions if region is not None]


def _said(text: msgspec.Raw) -> Mapping[str, Any]:
    """Return a result; an empty one of what says nothing of a region."""
    try:
        one = value_of(text)
    except ValueError:
        return {}
    return one if isinstance(one, dict) and isinstance(one.get("value"), dict) else {}


def _joined(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for one in parts:
        value |= one["value"]
    return value


def _region(key: str, texts: list[tuple[int, msgspec.Raw]]) -> Region | None:
    """Return a region, None where it is none: an answer about the image as a whole, a relation."""
    parts = [_said(text) for _, text in texts]
    value = _joined(parts)
    is_shape = any(name in value for name in ("x", "points", "rle", "sequence", "imageDataURL"))
    if not is_shape and "vertices" not in value:
        return None
    labels = (said for name, said in value.items() if name.endswith("labels") and said)
    label = next((str(said[0]) for said in labels if isinstance(said, list)), "")
    who = identity_said((str(one.get("from_name")), _answer(one["value"])) for one in parts)
    height, width = (
        next((n for one in parts if (n := whole(one.get(side)))), 0)
        for side in ("original_height", "original_width")
    )
    hw = (height, width) if height and width else None
    rotation, item = (whole(parts[0].get(key)) or 0 for key in ("image_rotation", "item_index"))
    own = tuple(text for _, text in texts)
    is_sequence = isinstance(value.get("sequence"), list)
    return Region(key, texts[0][0], label, own, who, hw, rotation % 360, item, is_sequence)


def _answer(value: Value) -> object:
    """Return what a text, a number or a choice about a region says."""
    for name in ("text", "number", "choices"):
        said = value.get(name)
        said = said[0] if isinstance(said, list) and len(said) == 1 else said
        if isinstance(said, str | int | float):
            return said
    return None


def pixels_of_region(region: Region, hw: tuple[int, int]) -> Pixels:
    """Return the pixels of a region, bool (H, W); raise as `region_pixels` does."""
    return region_pixels(region.value, region.rotation, hw)


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
    try:
        return bytes(said if isinstance(said, list) else [said])
    except (TypeError, ValueError) as error:
        raise ValueError("its brush mask is no list of bytes") from error


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
