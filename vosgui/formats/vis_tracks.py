"""The tracks of YouTube-VIS files: `instances.json` (truth) and `results.json`, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from vosgui.errors import DatasetError
from vosgui.formats.rle import Rle, checked_rle, polygons_as_rle


class _Rle(msgspec.Struct):
    size: list[int]
    counts: str | list[int]


_Segmentation = _Rle | list[list[float]] | None


class _Video(msgspec.Struct):
    id: int
    width: int
    height: int
    file_names: list[str]


class _Category(msgspec.Struct):
    id: int
    name: str


class _Annotation(msgspec.Struct):
    video_id: int
    category_id: int
    segmentations: list[_Segmentation]
    id: int = 0
    iscrowd: int = 0
    areas: list[float | None] | None = None


class _Truth(msgspec.Struct):
    videos: list[_Video]
    categories: list[_Category]
    annotations: list[_Annotation] | None = None


class _Result(msgspec.Struct):
    video_id: int
    category_id: int
    score: float
    segmentations: list[_Segmentation]


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

    mean_area : of its masks, in pixels; 0 where it has none at all.
    """

    category_id: int
    masks: tuple[Rle | None, ...]
    mean_area: float
    confidence: float = 1.0
    crowd: bool = False

    @cached_property
    def areas(self) -> npt.NDArray[np.int64]:
        """Return the pixels of each frame, int64 (length,)."""
        areas = np.zeros(len(self.masks), dtype=np.int64)
        held = [t for t, mask in enumerate(self.masks) if mask is not None]
        if held:
            areas[held] = coco.area([self.masks[t] for t in held])
        return areas


@dataclass(frozen=True)
class VisTruth:
    """What `instances.json` holds: clips and categories by id, tracks by the clip's id."""

    clips: dict[int, VisClip]
    categories: dict[int, str]
    tracks: dict[int, list[Track]]


def read_vis_truth(path: Path, areas_of_file: bool = True) -> VisTruth:
    """Read `instances.json`.

    areas_of_file : whether a track's mean area, which says if it is small or large, comes from the
        `areas` of the file, as the evaluator has it, or is counted from the masks.
    Raises DatasetError that names the entry at fault.
    """
    content = _decoded(path, _Truth, "the instances.json of YouTube-VIS")
    if content.annotations is None:
        raise DatasetError(f"{path} has no annotations, like those of valid and test sets.")
    clips = {one.id: _clip(one) for one in content.videos}
    tracks: dict[int, list[Track]] = {i: [] for i in clips}
    for entry in content.annotations:
        where = f"{path}: annotation {entry.id}"
        clip = _clip_of(clips, entry.video_id, where)
        masks = _masks(entry.segmentations, clip, where)
        track = Track(entry.category_id, masks, 0.0, crowd=bool(entry.iscrowd))
        given = [a for a in entry.areas or () if a is not None] if areas_of_file else []
        areas = given or track.areas[[m is not None for m in masks]]
        mean = float(np.mean(areas)) if len(areas) else 0.0
        tracks[clip.id].append(Track(track.category_id, masks, mean, crowd=track.crowd))
    return VisTruth(clips, {one.id: one.name for one in content.categories}, tracks)


def read_vis_clips(path: Path) -> tuple[list[VisClip], dict[int, str]]:
    """Read the clips and the categories (by id) of a file, of a valid or test set too.

    Raises DatasetError where it is broken.
    """
    content = _decoded(path, _Truth, "the instances.json of YouTube-VIS")
    categories = {one.id: one.name for one in content.categories}
    return [_clip(one) for one in content.videos], categories


def read_vis_results(path: Path, truth: VisTruth) -> dict[int, list[Track]]:
    """Read `results.json`, tracks by the clip's id, in the order of the file.

    Raises DatasetError that names the entry at fault: a clip or category that the truth does not
    have, and any number of masks but one per frame of the clip, even null.
    """
    results = _decoded(path, list[_Result], "a results.json of YouTube-VIS")
    tracks: dict[int, list[Track]] = {i: [] for i in truth.clips}
    for i, entry in enumerate(results):
        where = f"{path}: result {i}"
        clip = _clip_of(truth.clips, entry.video_id, where)
        if entry.category_id not in truth.categories:
            raise DatasetError(f"{where} is of category {entry.category_id}, unknown to the truth.")
        if not np.isfinite(entry.score):
            raise DatasetError(f"{where} has the score {entry.score}; a number is needed.")
        masks = _masks(entry.segmentations, clip, where)
        track = Track(entry.category_id, masks, 0.0, entry.score)
        areas = track.areas[[m is not None for m in masks]]
        mean = float(areas.mean()) if areas.size else 0.0
        tracks[clip.id].append(Track(track.category_id, masks, mean, entry.score))
    return tracks


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


_T = TypeVar("_T")


def _decoded(path: Path, form: type[_T], what: str) -> _T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except OSError as error:
        raise DatasetError(f"Cannot read {path}: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DatasetError(f"{path} is not {what}: {error}.") from error


def _clip(video: _Video) -> VisClip:
    names = tuple(video.file_names)
    name = video.file_names[0].rsplit("/", 1)[0] if video.file_names else str(video.id)
    return VisClip(video.id, name, (video.height, video.width), len(names), names)


def _clip_of(clips: dict[int, VisClip], video_id: int, where: str) -> VisClip:
    if video_id not in clips:
        raise DatasetError(f"{where} is of clip {video_id}, which the truth does not have.")
    return clips[video_id]


def _masks(
    segmentations: Sequence[_Segmentation], clip: VisClip, where: str
) -> tuple[Rle | None, ...]:
    if len(segmentations) != clip.length:
        raise DatasetError(
            f"{where} has {len(segmentations)} masks, its clip {clip.name} has {clip.length} "
            "frames. Give one for each frame, null where the object is absent."
        )
    masks: list[Rle | None] = []
    for t, one in enumerate(segmentations):
        try:
            masks.append(_mask(one, clip.hw))
        except ValueError as error:
            raise DatasetError(f"{where}, frame {t} of clip {clip.name}: {error}.") from error
    return tuple(masks)


def _mask(one: _Segmentation, hw: tuple[int, int]) -> Rle | None:
    if one is None:
        return None
    if isinstance(one, list):
        return polygons_as_rle(one, hw)
    if tuple(one.size) != hw:
        raise ValueError(f"its mask is of size {one.size}, the clip of {list(hw)}")
    return checked_rle(one.size, one.counts)
