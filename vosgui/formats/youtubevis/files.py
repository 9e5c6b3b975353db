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

from vosgui.core.issues import Issue, error
from vosgui.core.words import counted
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.files.loose_json import Loose, in_words, key_of
from vosgui.formats.categories import MISSPELT, OVIS_MISSPELT
from vosgui.formats.coco.rle import MaskText, Rle, rle_of
from vosgui.formats.youtubevis.tracks import Track

_T = TypeVar("_T")
_TRUTH, _RESULTS = "the instances.json of YouTube-VIS", "a results.json of YouTube-VIS"
_SPELT = MISSPELT | OVIS_MISSPELT
_Id = int | str
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Video(msgspec.Struct):
    id: _Id
    width: int = 0
    height: int = 0
    file_names: list[str] = []
    name: str = ""


class _Category(msgspec.Struct):
    id: _Id
    name: str = ""


class _Truth(msgspec.Struct):
    videos: list[msgspec.Raw]
    categories: list[msgspec.Raw] = []
    annotations: list[msgspec.Raw] | None = None


class _Owned(msgspec.Struct):
    video_id: _Id
    id: _Id | None = None


class _Annotation(msgspec.Struct):
    category_id: _Id | None
    segmentations: list[MaskText]
    iscrowd: bool | int = 0
    areas: list[float | None] | None = None
    id: _Id | None = None
    track_id: _Id | None = None
    instance_id: _Id | None = None


class _Result(msgspec.Struct):
    category_id: _Id
    score: float
    segmentations: list[MaskText]


# Made once: a file has many thousand entries.
_VIDEO, _CATEGORY, _OWNED = Loose(_Video), Loose(_Category), Loose(_Owned)
_ANNOTATION, _RESULT = Loose(_Annotation), Loose(_Result)


@dataclass(frozen=True)
class VisClip:
    """A clip of the truth; its name is the folder of its frames, file_names one for each.

    hw : (0, 0) where the file leaves it to the frames.
    """

    id: int | str
    name: str
    hw: tuple[int, int]
    file_names: tuple[str, ...]


@dataclass(frozen=True)
class StoredTrack:
    """A track as its file has it, its masks not drawn yet.

    at : its name there, for messages. number : of its annotation, None where it has none. who :
    which object of its clip it is, where the file says more than that.
    """

    at: str
    category_id: int | str
    masks: Sequence[MaskText]
    crowd: bool
    number: int | str | None = None
    who: int | str | None = None


@dataclass(frozen=True)
class ClipTexts:
    """What files say of one clip's tracks: each entry's place, for messages, and its text.

    true : entries of `instances.json`. found : of `results.json`, where there is one.
    """

    clip: VisClip
    categories: frozenset[int | str]
    found: tuple[tuple[str, msgspec.Raw], ...]
    true: tuple[tuple[str, msgspec.Raw], ...]

    def found_tracks(self) -> list[Track]:
        """Return the tracks of `results.json`, in its order: bool masks, all of one (H, W).

        Raises DatasetError that names the entry with the mistake: a category that the truth does
        not have, and any number of masks but one per frame of the clip, even null.
        """
        tracks = []
        for at, text in self.found:
            entry = _decoded(text, _RESULT, at)
            category_id = _key(entry.category_id)
            if category_id not in self.categories:
                raise DatasetError(f"{at} is of category {category_id}, unknown to the truth.")
            if not np.isfinite(entry.score):
                raise DatasetError(f"{at} has the score {entry.score}; a number is needed.")
            tracks.append(Track(category_id, self._masks(entry.segmentations, at), entry.score))
        return tracks

    def true_tracks(self, areas_of_file: bool) -> list[Track]:
        """Return the tracks of `instances.json`, as `found_tracks`: bool masks of one (H, W).

        areas_of_file : whether a track's mean area, which says if it is small or large, comes from
            the `areas` of the file, as the evaluator has it, or is counted from the masks.
        """
        tracks = []
        for at, text in self.true:
            entry = self._entry(at, text)
            listed = [area for area in entry.areas or () if area is not None]
            area = float(np.mean(listed)) if listed and areas_of_file else None
            masks, crowd = self._masks(entry.segmentations, at), bool(entry.iscrowd)
            tracks.append(Track(_key(entry.category_id), masks, crowd=crowd, listed_area=area))
        return tracks

    def stored_tracks(self, issues: list[Issue]) -> list[StoredTrack]:
        """Return the tracks of `instances.json` that can be read, their masks as they are stored.

        issues : gets those that cannot. Raises DatasetError where no track can be read.
        """
        tracks, broken = [], []
        for at, text in self.true:
            try:
                entry = self._entry(at, text)
            except DatasetError as problem:
                broken.append(problem)
                continue
            is_crowd, kind = bool(entry.iscrowd), _key(entry.category_id)
            place = at.rpartition(": ")[2]
            number, who = key_of(entry.id), key_of(entry.track_id)
            who = key_of(entry.instance_id) if who is None else who
            tracks.append(StoredTrack(place, kind, entry.segmentations, is_crowd, number, who))
        if broken and not tracks:
            raise broken[0]
        issues += [
            error(f"{str(one).removesuffix('.')}; it was left out.", clip=self.clip.name)
            for one in broken
        ]
        return tracks

    def _entry(self, at: str, text: msgspec.Raw) -> _Annotation:
        """Return a true track; raise DatasetError where it has not one mask for each frame."""
        entry = _decoded(text, _ANNOTATION, at)
        self._check_length(entry.segmentations, at)
        return entry

    def _check_length(self, masks: Sequence[MaskText], at: str) -> None:
        length = len(self.clip.file_names)
        if len(masks) != length:
            raise DatasetError(
                f"{at} has {counted(len(masks), 'mask')}, its clip {self.clip.name} has "
                f"{counted(length, 'frame')}. Give one for each frame, null where the object "
                "is absent."
            )

    def _masks(self, masks: Sequence[MaskText], at: str) -> tuple[Rle | None, ...]:
        """Return the run lengths of each frame; raise DatasetError for one that is broken."""
        self._check_length(masks, at)
        found = []
        for t, one in enumerate(masks):
            try:
                found.append(rle_of(one, self.clip.hw))
            except ValueError as problem:
                text = f"{at}, frame {t} of clip {self.clip.name}: {problem}."
                raise DatasetError(text) from problem
        return tuple(found)


def read_vis_truth(
    path: Path, issues: list[Issue] | None = None
) -> tuple[list[ClipTexts], dict[int | str, str]]:
    """Read the clips of `instances.json`, their tracks not decoded; and the categories by id.

    issues : gets entries that cannot be read, or are of a clip that the file does not have; None
        to raise DatasetError there, as where the file is broken.
    """
    videos, categories, annotations = _read_truth(path)
    if annotations is None:
        raise DatasetError(
            f"{path} has no annotations, like those of valid and test sets. Give that of the "
            "training set, or another with annotations."
        )
    clips = {one.id: one for one in videos}
    if len(clips) < len(videos):
        text = f"{path}: two videos have the same id. Number them anew."
        raise DatasetError(text, file=str(path))
    true = _by_clip(annotations, clips, path, "annotation", issues)
    known = frozenset(categories)
    return [ClipTexts(clip, known, (), tuple(true[i])) for i, clip in clips.items()], categories


def read_vis_texts(truth: Path, results: Path) -> tuple[list[ClipTexts], dict[int | str, str]]:
    """Read `instances.json` and `results.json` clip by clip, not decoded; and the categories by id.

    Clips of which neither says anything are left out. Raises DatasetError where a file is broken or
    has an entry of a clip that the truth does not have.
    """
    texts, categories = read_vis_truth(truth)
    clips = {one.clip.id: one.clip for one in texts}
    found = _by_clip(read_json(results, list[msgspec.Raw], _RESULTS), clips, results, "result")
    texts = [replace(one, found=tuple(found[one.clip.id])) for one in texts]
    said = [one for one in texts if one.found or one.true]
    return sorted(said, key=lambda one: (isinstance(one.clip.id, str), one.clip.id)), categories


def read_vis_clips(path: Path) -> tuple[list[VisClip], dict[int | str, str]]:
    """Read the clips and the categories (by id) of a file, of a valid or test set too.

    Raises DatasetError where it is broken.
    """
    videos, categories, _ = _read_truth(path)
    return videos, categories


def _read_truth(
    path: Path,
) -> tuple[list[VisClip], dict[int | str, str], list[msgspec.Raw] | None]:
    content = read_json(path, _Truth, _TRUTH)
    videos = [_decoded(one, _VIDEO, f"{path}: video {n}") for n, one in enumerate(content.videos)]
    found = enumerate(content.categories)
    categories = [_decoded(one, _CATEGORY, f"{path}: category {n}") for n, one in found]
    names = {_key(one.id): _SPELT.get(one.name, one.name) for one in categories}
    return [_clip(one) for one in videos], names, content.annotations


def _key(said: int | str | None) -> int | str:
    key = key_of(said)
    return "" if key is None else key


def _by_clip(
    entries: Sequence[msgspec.Raw],
    clips: Mapping[int | str, VisClip],
    path: Path,
    what: str,
    issues: list[Issue] | None = None,
) -> dict[int | str, list[tuple[str, msgspec.Raw]]]:
    """Return of each clip its entries: their place in the file, and their text."""
    found: dict[int | str, list[tuple[str, msgspec.Raw]]] = {i: [] for i in clips}
    for n, text in enumerate(entries):
        try:
            entry = _decoded(text, _OWNED, f"{path}: {what} {n}")
            at = f"{path}: {what} {n if entry.id is None else entry.id}"
            video_id = _key(entry.video_id)
            if video_id not in clips:
                text_of = f"{at} is of clip {video_id}, which the truth does not have."
                raise DatasetError(text_of)
            found[video_id].append((at, text))
        except DatasetError as problem:
            if issues is None:
                raise
            issues.append(error(f"{str(problem).removesuffix('.')}; it was left out."))
    return found


def _decoded(text: msgspec.Raw, form: Loose[_T], at: str) -> _T:
    """Return an entry of a list as `form` has it; raise DatasetError with its place for another."""
    try:
        return form.decode(text)
    except _BROKEN as problem:
        raise DatasetError(f"{at} is not as YouTube-VIS has it: {in_words(problem)}.") from problem


def _clip(video: _Video) -> VisClip:
    first = video.file_names[0].replace("\\", "/") if video.file_names else ""
    name = first.rsplit("/", 1)[0] if "/" in first else video.name or str(video.id)
    names = tuple(video.file_names)
    return VisClip(_key(video.id), name, (video.height, video.width), names)
