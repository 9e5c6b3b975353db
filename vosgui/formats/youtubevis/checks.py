"""The rules that readers of YouTube-VIS rely on, checked in `instances.json` or `results.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, error
from vosgui.files.ordinary import head_of
from vosgui.formats.checks import Checks
from vosgui.formats.coco.json_checks import (
    PlacedIssue,
    at,
    check_file,
    check_numbers,
    check_sizes,
    check_whole,
    link_issue,
    read_rle,
)
from vosgui.formats.dataset import ListClips
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.youtubevis.reader import instance_files

_LISTS = ("segmentations", "areas", "bboxes")


_START = 1 << 16  # bytes, in which a results.json has its first track
_KEYS = (b'"video_id"', b'"segmentations"')


def is_results(path: Path) -> bool:
    """Return whether a path is a `results.json`, or a folder with one."""
    path = path / "results.json" if path.is_dir() else path
    if path.suffix != ".json" or not path.is_file():
        return False
    start = head_of(path, _START).lstrip()
    is_called = path.name == "results.json"
    return start.startswith(b"[") and (is_called or any(key in start for key in _KEYS))


def youtubevis_checks(path: Path, list_clips: ListClips) -> Checks:
    """Return the issues of a file, or of those in a folder; raise DatasetError where there is none.

    A file is looked at as what it is, results too.
    """
    files = [path] if path.is_file() else instance_files(path)
    if not files and is_results(path):
        files = [path / "results.json"]
    if not files:
        return tree_checks(path, list_clips)
    return Checks(tuple(one for file in files for one in check_youtubevis(file)))


def check_youtubevis(path: Path) -> tuple[Issue, ...]:
    """Return every issue of a file, each with its line."""
    return check_file(path, _issues)


def _issues(content: Any) -> Iterator[PlacedIssue]:
    if isinstance(content, list):
        for n, entry in enumerate(content):
            yield from at((n,), _entry(entry, None))
        return
    try:
        videos = {video["id"]: video for video in content["videos"]}
        categories = [category["id"] for category in content["categories"]]
        annotations = content.get("annotations") or []
        for key, ids in (("videos", list(videos)), ("categories", categories)):
            yield from check_numbers(key, ids)
        yield from check_numbers("annotations", [one["id"] for one in annotations])
    except (KeyError, TypeError) as problem:
        yield error(f"It is not a file of YouTube-VIS: {problem!r} is missing or garbled."), ()
        return
    for n, video in enumerate(content["videos"]):
        yield from at(("videos", n), _video(video))
    for n, entry in enumerate(annotations):
        where = ("annotations", n)
        if wrong := link_issue(entry, "video_id", videos, "clip"):
            yield wrong, where
            continue
        if wrong := link_issue(entry, "category_id", categories, "category"):
            yield wrong, where
        yield from at(where, _entry(entry, videos[entry["video_id"]]))


def _video(video: Mapping[str, Any]) -> Iterator[Issue]:
    names = video.get("file_names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        yield error("Its file_names are not a list of names.")
        return
    if video.get("length") != len(names):
        text = f"Its length is {video.get('length')}, but it has {len(names)} file_names."
        yield error(text, fix="Make them agree.")
    if any(name.count("/") != 1 or "\\" in name for name in names):
        yield error("A file name is not CLIP/FRAME.jpg.", fix="Use one folder and a slash.")
    yield from check_whole(video, "width", "height")


def _entry(entry: Any, video: Mapping[str, Any] | None) -> Iterator[Issue]:
    """Yield what is wrong with a track. video : that it is of; None for one of the results."""
    masks = entry.get("segmentations") if isinstance(entry, dict) else None
    if not isinstance(masks, list):
        yield error("It has no list of segmentations.")
        return
    yield from check_whole(entry, "video_id", "category_id")
    names = (video or {}).get("file_names")
    length = len(names) if isinstance(names, list) and names else len(masks)
    for key in _LISTS if video is not None else _LISTS[:1]:
        values = entry.get(key)
        if not isinstance(values, list) or len(values) != length:
            n = len(values) if isinstance(values, list) else "no"
            fix = "Give one for each frame, null where the object is absent."
            yield error(f"It has {n} {key} for {length} frames.", fix=fix)
            return
        if [one is None for one in values] != [one is None for one in masks]:
            yield error(f"Its {key} and segmentations are null in different frames.")
            return
    if video is None and not isinstance(entry.get("score"), int | float):
        yield error("It has no score.")
    hw = None if video is None else (video.get("height"), video.get("width"))
    for t, mask in enumerate(masks):
        rle = (
            None
            if mask is None
            else read_rle(mask, hw, frame=str(t))
            or error("Its mask is broken: no polygon has three points.", frame=str(t))
        )
        if isinstance(rle, Issue):
            yield rle
        elif rle is not None and video is not None:
            yield from check_sizes(rle, entry["areas"][t], entry["bboxes"][t], frame=str(t))
