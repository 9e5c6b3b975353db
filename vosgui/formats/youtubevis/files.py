"""The files of YouTube-VIS: `instances.json` (truth) and `results.json`.

Their masks fill gigabytes. What is scored is kept as the text of the file until its clip's turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.formats.coco.rle import Rle, Segmentation, rle_of
from vosgui.formats.youtubevis.tracks import Track

_T = TypeVar("_T")
_TRUTH, _RESULTS = "the instances.json of YouTube-VIS", "a results.json of YouTube-VIS"


class _Video(msgspec.Struct):
    id: int
    width: int
    height: int
    file_names: list[str]


class _Category(msgspec.Struct):
    id: int
    name: str


class _Truth(msgspec.Struct):
    videos: list[_Video]
    categories: list[_Category]
    annotations: list[msgspec.Raw] | None = None


class _Owned(msgspec.Struct):
    video_id: int
    id: int | str | None = None


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
    file_names: tuple[str, ...]


@dataclass(frozen=True)
class ClipTexts:
    """What files say of one clip's tracks: each entry's place, for messages, and its text.

    true : entries of `instances.json`. found : of `results.json`, where there is one.
    """

    clip: VisClip
    categories: frozenset[int]
    found: tuple[tuple[str, msgspec.Raw], ...]
    true: tuple[tuple[str, msgspec.Raw], ...]

    def found_tracks(self) -> list[Track]:
        """Return the tracks of `results.json`, in its order: bool masks, all of one (H, W).

        Raises DatasetError that names the entry with the mistake: a category that the truth does
        not have, and any number of masks but one per frame of the clip, even null.
        """
        tracks = []
        for at, text in self.found:
            entry = _decoded(text, _Result, at)
            if entry.category_id not in self.categories:
                raise DatasetError(
                    f"{at} is of category {entry.category_id}, unknown to the truth."
                )
            if not np.isfinite(entry.score):
                raise DatasetError(f"{at} has the score {entry.score}; a number is needed.")
            tracks.append(Track(entry.category_id, self._masks(entry, at), entry.score))
        return tracks

    def true_tracks(self, areas_of_file: bool) -> list[Track]:
        """Return the tracks of `instances.json`, as `found_tracks`: bool masks of one (H, W).

        areas_of_file : whether a track's mean area, which says if it is small or large, comes from
            the `areas` of the file, as the evaluator has it, or is counted from the masks.
        """
        tracks = []
        for at, text in self.true:
            entry = _decoded(text, _Annotation, at)
            listed = [area for area in entry.areas or () if area is not None]
            area = float(np.mean(listed)) if listed and areas_of_file else None
            masks, crowd = self._masks(entry, at), bool(entry.iscrowd)
            tracks.append(Track(entry.category_id, masks, crowd=crowd, listed_area=area))
        return tracks

    def _masks(self, entry: _Annotation | _Result, at: str) -> tuple[Rle | None, ...]:
        clip, masks = self.clip, []
        length = len(clip.file_names)
        if len(entry.segmentations) != length:
            raise DatasetError(
                f"{at} has {len(entry.segmentations)} masks, its clip {clip.name} has "
                f"{length} frames. Give one for each frame, null where the object is absent."
            )
        for t, one in enumerate(entry.segmentations):
            try:
                masks.append(rle_of(one, clip.hw))
            except ValueError as error:
                raise DatasetError(f"{at}, frame {t} of clip {clip.name}: {error}.") from error
        return tuple(masks)


def read_vis_truth(path: Path) -> tuple[list[ClipTexts], dict[int, str]]:
    """Read the clips of `instances.json`, their tracks not decoded; and the categories by id.

    Raises DatasetError where the file is broken or has an entry of a clip that it does not have.
    """
    content = read_json(path, _Truth, _TRUTH)
    if content.annotations is None:
        raise DatasetError(f"{path} has no annotations, like those of valid and test sets.")
    clips = {one.id: _clip(one) for one in content.videos}
    categories = {one.id: one.name for one in content.categories}
    true = _by_clip(content.annotations, clips, path, "annotation")
    known = frozenset(categories)
    return [ClipTexts(clip, known, (), tuple(true[i])) for i, clip in clips.items()], categories


def read_vis_texts(truth: Path, results: Path) -> tuple[list[ClipTexts], dict[int, str]]:
    """Read `instances.json` and `results.json` clip by clip, not decoded; and the categories by id.

    Clips of which neither says anything are left out. Raises DatasetError where a file is broken or
    has an entry of a clip that the truth does not have.
    """
    texts, categories = read_vis_truth(truth)
    clips = {one.clip.id: one.clip for one in texts}
    found = _by_clip(read_json(results, list[msgspec.Raw], _RESULTS), clips, results, "result")
    texts = [replace(one, found=tuple(found[one.clip.id])) for one in texts]
    said = [one for one in texts if one.found or one.true]
    return sorted(said, key=lambda one: one.clip.id), categories


def read_vis_clips(path: Path) -> tuple[list[VisClip], dict[int, str]]:
    """Read the clips and the categories (by id) of a file, of a valid or test set too.

    Raises DatasetError where it is broken.
    """
    content = read_json(path, _Truth, _TRUTH)
    categories = {one.id: one.name for one in content.categories}
    return [_clip(one) for one in content.videos], categories


def _by_clip(
    entries: Sequence[msgspec.Raw], clips: Mapping[int, VisClip], path: Path, what: str
) -> dict[int, list[tuple[str, msgspec.Raw]]]:
    """Return of each clip its entries: their place in the file, and their text."""
    found: dict[int, list[tuple[str, msgspec.Raw]]] = {i: [] for i in clips}
    for i, text in enumerate(entries):
        entry = _decoded(text, _Owned, f"{path}: {what} {i}")
        at = f"{path}: {what} {i if entry.id is None else entry.id}"
        if entry.video_id not in clips:
            raise DatasetError(f"{at} is of clip {entry.video_id}, which the truth does not have.")
        found[entry.video_id].append((at, text))
    return found


def _decoded(text: msgspec.Raw, form: type[_T], at: str) -> _T:
    """Return an entry of a list as `form`; raise DatasetError with its place for another."""
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DatasetError(f"{at} is not as YouTube-VIS has it: {error}.") from error


def _clip(video: _Video) -> VisClip:
    names = tuple(video.file_names)
    name = video.file_names[0].rsplit("/", 1)[0] if video.file_names else str(video.id)
    return VisClip(video.id, name, (video.height, video.width), names)
