"""The rules that readers of YouTube-VIS rely on, checked in `instances.json` or `results.json`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from vosgui.core.issues import Issue, Severity, error
from vosgui.files.ordinary import head_of
from vosgui.formats.checks import Checks
from vosgui.formats.coco.json_checks import (
    KNOWN,
    Id,
    PlacedIssue,
    Records,
    at,
    check_file,
    check_ids,
    check_sizes,
    link_issue,
    read_rle,
)
from vosgui.formats.coco.rle import MaskText
from vosgui.formats.dataset import ListClips
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.youtubevis.reader import instance_files

_START = 1 << 16  # bytes, in which a results.json has its first track
_KEYS = (b'"video_id"', b'"segmentations"')


class _File(msgspec.Struct):
    videos: list[msgspec.Raw]
    categories: list[msgspec.Raw]
    annotations: list[msgspec.Raw] | None = None


class _Video(msgspec.Struct):
    file_names: list[str]
    width: int
    height: int
    length: int | None = None


class _Entry(msgspec.Struct):
    """A track: a mask, its area and its box for each frame."""

    video_id: int
    category_id: int
    segmentations: list[MaskText]
    areas: list[int | float | None] | None = None
    bboxes: list[list[float] | None] | None = None


class _Result(msgspec.Struct):
    """A track of the results."""

    video_id: int
    category_id: int
    score: float
    segmentations: list[MaskText]


_VIDEO, _ENTRY, _RESULT = Records(_Video), Records(_Entry), Records(_Result)


def is_results(path: Path) -> bool:
    """Return whether a path is a `results.json`, or a folder with one."""
    path = path / "results.json" if path.is_dir() else path
    if path.suffix != ".json" or not path.is_file():
        return False
    start = head_of(path, _START).lstrip()
    is_called = path.name == "results.json"
    return start.startswith(b"[") and (is_called or any(key in start for key in _KEYS))


def youtubevis_checks(path: Path, list_clips: ListClips) -> Checks:
    """Return the issues of a file, or of those in a folder, and the checks of their clips.

    A file is looked at as what it is, results too: these have no clips. Raises DatasetError where
    there is none.
    """
    files = [path] if path.is_file() else instance_files(path)
    if not files and is_results(path):
        files = [path / "results.json"]
    found = tuple(one for file in files for one in check_youtubevis(file))
    is_broken = any(one.severity == Severity.ERROR for one in found)
    if is_broken or any(map(is_results, files)):
        return Checks(found)  # reading it would only stop at the first of these
    checks = tree_checks(path, list_clips)
    return Checks((*found, *checks.issues), checks.clips)


def check_youtubevis(path: Path) -> tuple[Issue, ...]:
    """Return every issue of a file, each with its line."""
    form: type[_File | list[msgspec.Raw]] = _File | list[msgspec.Raw]  # type: ignore[assignment]
    return check_file(path, form, "a file of YouTube-VIS", _issues)


def _issues(content: _File | list[msgspec.Raw]) -> Iterator[PlacedIssue]:
    if isinstance(content, list):
        for text in content:
            found = _RESULT.decode(text)
            yield from at(text, [found] if isinstance(found, Issue) else _masks(found, None))
        return
    categories: list[Id] = []
    yield from check_ids("categories", content.categories, categories)
    yield from check_ids("videos", content.videos, [])
    annotations = content.annotations or []
    yield from check_ids("annotations", annotations, [])
    videos: dict[Id, _Video | None] = {}
    for text in content.videos:
        known, video = KNOWN.decode(text), _VIDEO.decode(text)
        yield from at(text, [video] if isinstance(video, Issue) else _video(video))
        if not isinstance(known, Issue):
            videos[known.id] = None if isinstance(video, Issue) else video
    for text in annotations:
        entry = _ENTRY.decode(text)
        if isinstance(entry, Issue):
            yield entry, text
            continue
        if wrong := link_issue(entry.video_id, "video_id", videos, "clip"):
            yield wrong, text
            continue
        if wrong := link_issue(entry.category_id, "category_id", categories, "category"):
            yield wrong, text
        if one := videos[entry.video_id]:
            yield from at(text, _entry(entry, one))


def _video(video: _Video) -> Iterator[Issue]:
    names = video.file_names
    if video.length != len(names):
        text = f"Its length is {video.length}, but it has {len(names)} file_names."
        yield error(text, fix="Make them agree.")
    if any(name.count("/") != 1 or "\\" in name for name in names):
        yield error("A file name is not CLIP/FRAME.jpg.", fix="Use one folder and a slash.")


def _entry(entry: _Entry, video: _Video) -> Iterator[Issue]:
    """Yield what is wrong with a track of a clip."""
    masks = entry.segmentations
    length = len(video.file_names) or len(masks)
    is_null = [bytes(one) == b"null" for one in masks]
    lists = (("segmentations", masks), ("areas", entry.areas), ("bboxes", entry.bboxes))
    for key, values in lists:
        if values is None or len(values) != length:
            n = "no" if values is None else len(values)
            fix = "Give one for each frame, null where the object is absent."
            yield error(f"It has {n} {key} for {length} frames.", fix=fix)
            return
        if key != "segmentations" and [one is None for one in values] != is_null:
            yield error(f"Its {key} and segmentations are null in different frames.")
            return
    yield from _masks(entry, video)


def _masks(entry: _Entry | _Result, video: _Video | None) -> Iterator[Issue]:
    """Yield what is wrong with masks. video : that they are of; None for those of the results."""
    hw = None if video is None else (video.height, video.width)
    for t, mask in enumerate(entry.segmentations):
        if bytes(mask) == b"null":
            continue
        rle = read_rle(mask, hw, frame=str(t))
        if rle is None:
            yield error("Its mask is broken: no polygon has three points.", frame=str(t))
        elif isinstance(rle, Issue):
            yield rle
        elif isinstance(entry, _Entry):
            area, box = (entry.areas or ())[t], (entry.bboxes or ())[t]
            yield from check_sizes(rle, area, box, frame=str(t))
