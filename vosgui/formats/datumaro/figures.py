"""Datumaro's annotations as pixels, filled as its own transforms to masks fill them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError
from vosgui.files.loose_json import value_of
from vosgui.formats.coco.rle import StoredRle, pixels_of, rle_of
from vosgui.formats.drawing import polygon
from vosgui.formats.drawn.geometry import box, oval, points_of, turned

# Kinds that cover no pixels. What a caption or a label says is of the image as a whole.
NO_AREA = ("label", "caption", "points", "polyline", "cuboid_3d", "cuboid_2d", "skeleton")


def annotation_of(text: msgspec.Raw) -> dict[str, Any]:
    """Return what the text of an annotation says; raise ValueError where it is none."""
    said = value_of(text)
    if not isinstance(said, dict):
        raise ValueError("an annotation is no table { }")
    return said


def pixels_of_annotation(text: msgspec.Raw, hw: tuple[int, int]) -> Pixels:
    """Return the pixels of a mask, polygon, box or ellipse, bool (H, W).

    Raises ShapeError or ValueError where there are none.
    """
    about = annotation_of(text)
    kind = about.get("type")
    if kind == "mask":
        found = rle_of(_rle(about), hw)
        if found is None:
            raise ValueError("its mask is missing")
        return pixels_of(found)
    if kind == "polygon":
        return polygon(points_of(about.get("points") or ()).tolist(), hw)
    if kind in ("bbox", "ellipse"):
        said = about.get("bbox") if kind == "bbox" else about.get("points")
        (x, y), (third, fourth) = points_of(said or ())
        width, height = (third, fourth) if kind == "bbox" else (third - x, fourth - y)
        middle = x + width / 2, y + height / 2
        if kind == "bbox":
            around = box(x, y, width, height)
        else:
            around = oval(*middle, width / 2, height / 2)
        return polygon(turned(around, middle, _rotation(about)).tolist(), hw)
    raise ShapeError(f"annotations of the kind {kind} are not read", has_no_area=True)


def size_in(text: msgspec.Raw) -> tuple[int, int] | None:
    """Return the height and width of the frame where an annotation is a mask, else None."""
    try:
        height, width = _rle(annotation_of(text)).size
    except ValueError:
        return None
    return height, width


def is_of_track(about: Mapping[str, Any]) -> bool:
    """Return whether an annotation is of a track whose keyframes are marked, as CVAT's are."""
    attributes = about.get("attributes")
    return isinstance(attributes, Mapping) and isinstance(attributes.get("keyframe"), bool)


def _rle(about: Mapping[str, Any]) -> StoredRle:
    try:
        return msgspec.convert(about.get("rle"), StoredRle)
    except msgspec.ValidationError as error:
        raise ValueError("its run lengths are broken") from error


def _rotation(about: Mapping[str, Any]) -> float:
    attributes = about.get("attributes")
    said = attributes.get("rotation") if isinstance(attributes, Mapping) else 0
    return float(np.float64(said or 0))
