"""The tracks of YouTube-VIS: one object's masks in every frame of a clip, read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from vosgui.errors import DatasetError
from vosgui.formats.coco.rle import Rle, Segmentation, rle_of


class _Annotation(msgspec.Struct):
    category_id: int
    segmentations: list[Segmentation]
    iscrowd: int = 0
    areas: list[float | None] | None = None


class _Result(msgspec.Struct):
    category_id: int
    score: float
    segmentations: list[Segmentation]


@dataclass(frozen=True)
class VisClip:
    """A clip of the truth; its name is the folder of its frames, file_names one for each."""

    id: int
    name: str
    hw: tuple[int, int]
    length: int
    file_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Track:
    """One object of a clip: its mask in each frame, None where it has none.

    listed_area : mean area of its masks in pixels, where a file says it.
    """

    category_id: int
    masks: tuple[Rle | None, ...]
    confidence: float = 1.0
    crowd: bool = False
    listed_area: float | None = None

    @cached_property
    def areas(self) -> npt.NDArray[np.int64]:
        """Return the pixels of each frame, int64 (length,)."""
        areas = np.zeros(len(self.masks), dtype=np.int64)
        held = [t for t, mask in enumerate(self.masks) if mask is not None]
        if held:
            areas[held] = coco.area([self.masks[t] for t in held])
        return areas

    @property
    def mean_area(self) -> float:
        """Return the mean area of the masks that it has, listed or counted; 0 without a mask."""
        if self.listed_area is not None:
            return self.listed_area
        areas = self.areas[[mask is not None for mask in self.masks]]
        return float(areas.mean()) if areas.size else 0.0


def track_iou(found: Track, true: Track) -> float:
    """Return the overlap of two tracks over their whole clip: summed intersections over unions."""
    both = [
        t
        for t, (a, b) in enumerate(zip(found.masks, true.masks, strict=True))
        if a is not None and b is not None
    ]
    shared = [coco.merge([found.masks[t], true.masks[t]], intersect=True) for t in both]
    intersection = int(np.sum(coco.area(shared))) if shared else 0
    union = int(found.areas.sum() + true.areas.sum()) - intersection
    return intersection / union if union else 0.0


def true_track(text: msgspec.Raw, clip: VisClip, areas_of_file: bool, at: str) -> Track:
    """Read an annotation of `instances.json`.

    areas_of_file : whether its mean area, which says if it is small or large, comes from the
        `areas` of the file, as the evaluator has it, or is counted from the masks.
    at : its place, for messages. Raises DatasetError for any number of masks but one per frame of
        the clip, even null, and for a broken one.
    """
    entry = decoded_entry(text, _Annotation, at)
    masks = _masks(entry.segmentations, clip, at)
    areas = [area for area in entry.areas or () if area is not None] if areas_of_file else []
    return Track(
        entry.category_id,
        masks,
        crowd=bool(entry.iscrowd),
        listed_area=float(np.mean(areas)) if areas else None,
    )


def found_track(text: msgspec.Raw, clip: VisClip, categories: frozenset[int], at: str) -> Track:
    """Read an entry of `results.json`, as `true_track` does an annotation.

    categories : ids that the truth has; another is refused.
    """
    entry = decoded_entry(text, _Result, at)
    if entry.category_id not in categories:
        raise DatasetError(f"{at} is of category {entry.category_id}, unknown to the truth.")
    if not np.isfinite(entry.score):
        raise DatasetError(f"{at} has the score {entry.score}; a number is needed.")
    return Track(entry.category_id, _masks(entry.segmentations, clip, at), entry.score)


_T = TypeVar("_T")


def decoded_entry(text: msgspec.Raw, form: type[_T], at: str) -> _T:
    """Return an entry of a list as `form`; raise DatasetError with its place for another."""
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DatasetError(f"{at} is not as YouTube-VIS has it: {error}.") from error


def _masks(
    segmentations: Sequence[Segmentation], clip: VisClip, where: str
) -> tuple[Rle | None, ...]:
    if len(segmentations) != clip.length:
        raise DatasetError(
            f"{where} has {len(segmentations)} masks, its clip {clip.name} has {clip.length} "
            "frames. Give one for each frame, null where the object is absent."
        )
    masks: list[Rle | None] = []
    for t, one in enumerate(segmentations):
        try:
            masks.append(rle_of(one, clip.hw))
        except ValueError as error:
            raise DatasetError(f"{where}, frame {t} of clip {clip.name}: {error}.") from error
    return tuple(masks)
