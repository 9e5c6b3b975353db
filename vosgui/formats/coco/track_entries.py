"""Objects of a clip as tracks of run lengths: what YouTube-VIS and COCO files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco

from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Mask, box_of, ids_in
from vosgui.core.progress import Progress
from vosgui.formats.categories import youtube_vis_2019, youtube_vis_2021
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.frame_files import write_frames
from vosgui.formats.plan import (
    ClipPlan,
    chosen_frames,
    five_digit_stems,
    no_images,
    own_ids,
)
from vosgui.formats.writer import Writer

NO_CATEGORY = "object"
# What the list of 2021 calls what that of 2019 has and it lacks (youtube-vos.org, VIS page).
_NAME_OF_2021 = {"eagle": "bird", "owl": "bird", "ape": "monkey", "sedan": "car"}


@dataclass(frozen=True)
class TrackMask:
    """One object's mask in one frame: COCO's run lengths as text, its area, its box x y w h."""

    rle: dict[str, Any]
    area: int
    bbox: list[float]


def track_masks(ids: Iterable[int], mask: Mask) -> dict[int, TrackMask]:
    """Return the masks of those objects that have a pixel in `mask`, uint8 (H, W) of ids."""
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


def with_images(writer: Writer, clip: LabelledClip, folder: str) -> ClipPlan:
    """Return the plan of a clip whose frames are images, its masks in a file about all clips."""
    frames = chosen_frames(clip.annotation, writer.options.frames)
    stems, renamed = five_digit_stems(clip, frames)
    issues = (*renamed, *no_images(clip))
    return ClipPlan(clip, frames, stems, own_ids(clip), image_folder=folder, issues=issues)


class TrackWriter(Writer):
    """A format that numbers the tracks of all clips, and gives categories numbers."""

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        """Write the images of a plan; return each frame's `TrackMask`s."""
        return write_frames(plan, frames, root, progress, partial(track_masks, tuple(plan.ids)))

    def in_words(self, plans: Sequence[ClipPlan]) -> list[Mapping[int, str]]:
        """Return each object's number as a track, and that of its category if it is known yet."""
        names = [category_names(plan.clip.annotation) for plan in plans]
        pairs = list(zip(plans, names, strict=True))
        used = [of_clip[i] for plan, of_clip in pairs for i in plan.ids]
        numbers = {} if self.options.reference else self.category_ids(used)[0]
        track = count(1)
        return [
            {
                i: f"track {next(track)}" + (f", category {numbers[of_clip[i]]}" if numbers else "")
                for i in plan.ids
            }
            for plan, of_clip in pairs
        ]

    def category_ids(self, used: Iterable[str]) -> tuple[Mapping[str, int], list[Issue]]:
        """Return an id for each category, and what is to be said of them."""
        return category_ids(used, self.options.vis_year)


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
