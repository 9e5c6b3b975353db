"""Objects of a clip as tracks of run lengths: what YouTube-VIS and COCO files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pycocotools import mask as coco

from vosgui.core.annotation import Annotation
from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Mask, box_of, ids_in
from vosgui.formats.categories import youtube_vis_2019, youtube_vis_2021

NO_CATEGORY = "object"
# What the list of 2021 calls what that of 2019 has and it lacks (youtube-vos.org, VIS page).
_NAME_OF_2021 = {"eagle": "bird", "owl": "bird", "ape": "monkey", "sedan": "car"}


@dataclass(frozen=True)
class TrackMask:
    """One object's mask in one frame: COCO's run lengths as text, its area, its box x y w h."""

    rle: dict[str, Any]
    area: int
    bbox: list[float]


def track_masks(mask: Mask, ids: Iterable[int]) -> dict[int, TrackMask]:
    """Return the masks of those objects that have a pixel."""
    result = {}
    present = set(ids_in(mask))
    by_column = np.ascontiguousarray(mask.T)  # once a frame, not once an object
    for object_id in ids:
        if object_id not in present:
            continue
        pixels = (by_column == object_id).T
        box = box_of(pixels)
        rle = coco.encode(pixels.view(np.uint8))
        text = {"size": [int(side) for side in rle["size"]], "counts": rle["counts"].decode()}
        bbox = [float(box.x), float(box.y), float(box.w), float(box.h)]
        result[object_id] = TrackMask(text, int(np.count_nonzero(pixels)), bbox)
    return result


def category_names(annotation: Annotation) -> dict[int, str]:
    """Return the category of each object, "object" for one without."""
    return {entry.id: entry.category or NO_CATEGORY for entry in annotation.objects}


def category_ids(
    used: Iterable[str], year: int | None = None
) -> tuple[Mapping[str, int], list[Issue]]:
    """Return an id from 1 on for each category, and what is to be said of them.

    year : of the list of YouTube-VIS whose ids they get, others after its 40. None for the list
        that holds all names in use, 2019 before 2021, or these alone in order where neither does.
    """
    names = sorted(set(used))
    lists = {2019: youtube_vis_2019(), 2021: youtube_vis_2021()}
    fitting = [one for one, known in lists.items() if names and set(names) <= set(known)]
    chosen = year or next(iter(fitting), None)
    if chosen is None:
        said = f"Categories are in neither list of YouTube-VIS: they are numbered from 1: {names}."
        return {name: n for n, name in enumerate(names, start=1)}, [note(said)] if names else []
    known = lists[chosen]
    issues = [note(f"Categories have the ids of YouTube-VIS {chosen}.")]
    for name in sorted(set(names) - set(known)):
        text = f"The category {name!r} is not in the list of YouTube-VIS {chosen}."
        now = _NAME_OF_2021.get(name) if chosen == 2021 else None
        fix = f"There it is {now}." if now else "It was added after the list."
        issues.append(warning(text, fix=fix))
    every = [*known, *(name for name in names if name not in known)]
    return {name: n for n, name in enumerate(every, start=1)}, issues


def category_entries(ids: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the `categories` of a file."""
    return [{"id": n, "name": name, "supercategory": "object"} for name, n in ids.items()]
