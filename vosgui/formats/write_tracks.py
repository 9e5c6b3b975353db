"""Objects of a clip as tracks of run lengths: what YouTube-VIS and COCO files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pycocotools import mask as coco

from vosgui.core.annotation import Annotation
from vosgui.core.mask import Mask, box_of
from vosgui.formats.categories import youtube_vis_2019, youtube_vis_2021
from vosgui.formats.remarks import Remark, note

NO_CATEGORY = "object"


@dataclass(frozen=True)
class TrackMask:
    """One object's mask in one frame: COCO's run lengths as text, its area, its box x y w h."""

    rle: dict[str, Any]
    area: int
    bbox: list[float]


def track_masks(mask: Mask, ids: Iterable[int]) -> dict[int, TrackMask]:
    """Return the masks of those objects that have a pixel."""
    result = {}
    for object_id in ids:
        pixels = mask == object_id
        box = box_of(pixels)
        if not box:
            continue
        rle = coco.encode(np.asfortranarray(pixels, dtype=np.uint8))
        text = {"size": [int(side) for side in rle["size"]], "counts": rle["counts"].decode()}
        bbox = [float(box.x), float(box.y), float(box.w), float(box.h)]
        result[object_id] = TrackMask(text, int(np.count_nonzero(pixels)), bbox)
    return result


def category_names(annotation: Annotation) -> dict[int, str]:
    """Return the category of each object, "object" for one without."""
    return {entry.id: entry.category or NO_CATEGORY for entry in annotation.objects}


def category_ids(used: Iterable[str]) -> tuple[Mapping[str, int], list[Remark]]:
    """Return an id from 1 on for each category, and which list they were taken from.

    The list of YouTube-VIS 2019 or 2021 where one holds all names in use, else these in order.
    """
    names = sorted(set(used))
    lists: Sequence[tuple[str, tuple[str, ...]]] = (
        ("YouTube-VIS 2019", youtube_vis_2019()),
        ("YouTube-VIS 2021", youtube_vis_2021()),
    )
    for title, known in lists:
        if names and set(names) <= set(known):
            text = f"Categories have the ids of {title}."
            return {name: n for n, name in enumerate(known, start=1)}, [note(text)]
    text = f"Categories are in neither list of YouTube-VIS: they are numbered from 1: {names}."
    return {name: n for n, name in enumerate(names, start=1)}, [note(text)] if names else []


def category_entries(ids: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the `categories` of a file."""
    return [{"id": n, "name": name, "supercategory": "object"} for name, n in ids.items()]
