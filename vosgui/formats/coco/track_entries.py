"""Objects of a clip as tracks of run lengths: what YouTube-VIS and COCO files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, ClassVar

import numpy as np
from pycocotools import mask as coco

from vosgui.core.annotation import Annotation
from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Mask, box_of, ids_in
from vosgui.core.track import Source
from vosgui.formats.categories import lists
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, chosen_frames, five_digit_stems, no_images, own_ids
from vosgui.formats.writer import Writer, WrittenClip

NO_CATEGORY = "object"
# What the list of 2021 calls what that of 2019 has and it lacks (youtube-vos.org, VIS page).
_NAME_OF_2021 = {"eagle": "bird", "owl": "bird", "ape": "monkey", "sedan": "car"}


def track_masks(ids: Iterable[int], mask: Mask) -> dict[int, dict[str, Any]]:
    """Return of each object that has a pixel in `mask`, uint8 (H, W) of ids, what COCO has of one.

    COCO's run lengths as text, the area in pixels, and the box x y w h.
    """
    result = {}
    present = set(ids_in(mask))
    by_column = np.ascontiguousarray(mask.T)  # once a frame, not once an object
    for object_id in ids:
        if object_id in present:
            pixels = (by_column == object_id).T
            box = box_of(pixels)
            rle = coco.encode(pixels.view(np.uint8))
            result[object_id] = {
                "segmentation": {
                    "size": [int(side) for side in rle["size"]],
                    "counts": rle["counts"].decode(),
                },
                "area": int(np.count_nonzero(pixels)),
                "bbox": [float(box.x), float(box.y), float(box.w), float(box.h)],
            }
    return result


def with_images(writer: Writer, clip: LabelledClip, folder: str) -> ClipPlan:
    """Return the plan of a clip whose frames are images, its masks in a file about all clips."""
    frames = chosen_frames(clip.annotation, writer.options.frames)
    stems, renamed = five_digit_stems(clip, frames)
    images, issues = folder if clip.frames else "", (*renamed, *no_images(clip))
    return ClipPlan(clip, frames, stems, own_ids(clip), images=images, issues=issues)


class TrackWriter(Writer):
    """A format that numbers the tracks of all clips, and gives categories numbers.

    heeds_year : whether these are of the list that was asked for.
    """

    tell = staticmethod(track_masks)
    heeds_year: ClassVar[bool] = True

    def in_words(self, plans: Sequence[ClipPlan]) -> list[Mapping[int, str]]:
        """Return each object's number as a track, and that of its category if it is known yet."""
        names = [category_names(plan.clip.annotation) for plan in plans]
        pairs = list(zip(plans, names, strict=True))
        used = [of_clip[i] for plan, of_clip in pairs for i in plan.ids]
        numbers = {} if self.options.reference else self.category_ids(used)[0]
        words = {name: f", category {number}" for name, number in numbers.items()}
        track = count(1)
        return [
            {i: f"track {next(track)}{words.get(of_clip[i], '')}" for i in plan.ids}
            for plan, of_clip in pairs
        ]

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's size, its frames, and its tracks: for each frame a mask or null."""
        annotation = plan.clip.annotation
        names = category_names(annotation)
        tracks = [
            {
                "id": i,
                "category": names[i],
                "score": _score(annotation, i, plan.frames),
                "masks": [found.get(i) for found in told],
            }
            for i in plan.ids
        ]
        return {"hw": list(annotation.hw), "stems": list(plan.stems), "tracks": tracks}

    def category_ids(self, used: Iterable[str]) -> tuple[Mapping[str, int], list[Issue]]:
        """Return an id for each category, and what is to be said of them."""
        return category_ids(used, self.options.vis_year if self.heeds_year else None)


def used_categories(clips: Sequence[WrittenClip]) -> list[str]:
    """Return the categories of all tracks."""
    return [track["category"] for clip in clips for track in clip.entry["tracks"]]


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
    by_year = {2019: lists().youtube_vis_2019, 2021: lists().youtube_vis_2021}
    fitting = [one for one, known in by_year.items() if names and set(names) <= set(known)]
    chosen = year or next(iter(fitting), None)
    if chosen is None:
        said = f"Categories are in neither list of YouTube-VIS: they are numbered from 1: {names}."
        return {name: n for n, name in enumerate(names, start=1)}, [note(said)] if names else []
    known = by_year[chosen]
    issues = [note(f"Categories have the ids of YouTube-VIS {chosen}.")]
    for name in sorted(set(names) - set(known)):
        text = f"The category {name!r} is not in the list of YouTube-VIS {chosen}."
        now = _NAME_OF_2021.get(name) if chosen == 2021 else None
        fix = f"There it is {now}." if now else "It was added after the list."
        issues.append(warning(text, fix=fix))
    every = [*known, *(name for name in names if name not in known)]
    return {name: n for n, name in enumerate(every, start=1)}, issues


def category_entries(ids: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the `categories` of a file; of two names of one number the first."""
    names: dict[int, str] = {}
    for name, n in ids.items():
        names.setdefault(n, name)
    return [{"id": n, "name": name, "supercategory": "object"} for n, name in names.items()]


def _score(annotation: Annotation, object_id: int, frames: Sequence[int]) -> float:
    """Return the mean confidence of an object's masks, a given one's being 1."""
    track = annotation.track(object_id)[list(frames)]
    propagated = track["source"] == Source.PROPAGATED
    confidence = np.where(propagated & np.isfinite(track["confidence"]), track["confidence"], 1.0)
    return round(float(confidence.mean()), 4)
