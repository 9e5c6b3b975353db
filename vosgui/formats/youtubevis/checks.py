"""The rules that readers of YouTube-VIS rely on, checked in `instances.json` or `results.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, error
from vosgui.formats.checks import Checks
from vosgui.formats.coco.rle import checked_rle, polygons_as_rle
from vosgui.formats.tree.json_checks import (
    BROKEN_MASK,
    Fault,
    check_file,
    check_numbers,
    check_sizes,
)
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.youtubevis.reader import instance_files, list_youtubevis

_LISTS = ("segmentations", "areas", "bboxes")


def is_results(path: Path) -> bool:
    """Return whether a path is a `results.json`, or a folder with one."""
    path = path / "results.json" if path.is_dir() else path
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip().startswith(b"[")


def results_checks(path: Path) -> Checks:
    """Return the faults of a `results.json`, or of that in a folder."""
    return Checks(check_youtubevis(path / "results.json" if path.is_dir() else path))


def youtubevis_checks(path: Path) -> Checks:
    """Return the faults of a file, or of those of a tree; raise DatasetError where there is none.

    A file is looked at as what it is, results too.
    """
    files = [path] if path.is_file() else instance_files(path)
    if not files:
        return tree_checks(path, list_youtubevis)
    return Checks(tuple(one for file in files for one in check_youtubevis(file)))


def check_youtubevis(path: Path) -> tuple[Issue, ...]:
    """Return every fault of a file, each with its line."""
    return check_file(path, _faults)


def _faults(content: Any) -> Iterator[Fault]:
    if isinstance(content, list):
        for n, entry in enumerate(content):
            for issue in _entry(entry, None, results=True):
                yield issue, (n,)
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
        for issue in _video(video):
            yield issue, ("videos", n)
    for n, entry in enumerate(annotations):
        where = ("annotations", n)
        if not isinstance(entry, dict) or entry.get("video_id") not in videos:
            yield error("It is of no clip of the file.", fix="Fix its video_id."), where
            continue
        if entry.get("category_id") not in categories:
            yield error("It is of no category of the file.", fix="Fix its category_id."), where
        for issue in _entry(entry, videos[entry["video_id"]], results=False):
            yield issue, where


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
    for key in ("width", "height"):
        if not isinstance(video.get(key), int):
            yield error(f"Its {key} is not a whole number.")


def _entry(entry: Any, video: Mapping[str, Any] | None, *, results: bool) -> Iterator[Issue]:
    masks = entry.get("segmentations") if isinstance(entry, dict) else None
    if not isinstance(masks, list):
        yield error("It has no list of segmentations.")
        return
    for key in ("video_id", "category_id"):
        if not isinstance(entry.get(key), int):
            yield error(f"Its {key} is not a whole number.")
    length = len((video or {}).get("file_names") or masks)
    for key in _LISTS if not results else _LISTS[:1]:
        values = entry.get(key)
        if not isinstance(values, list) or len(values) != length:
            n = len(values) if isinstance(values, list) else "no"
            fix = "Give one for each frame, null where the object is absent."
            yield error(f"It has {n} {key} for {length} frames.", fix=fix)
            return
        if [one is None for one in values] != [one is None for one in masks]:
            yield error(f"Its {key} and segmentations are null in different frames.")
            return
    if results and not isinstance(entry.get("score"), int | float):
        yield error("It has no score.")
    for t, mask in enumerate(masks):
        if mask is not None:
            yield from _mask(entry, mask, t, video, results=results)


def _mask(
    entry: Mapping[str, Any], mask: Any, t: int, video: Mapping[str, Any] | None, *, results: bool
) -> Iterator[Issue]:
    where = {"frame": str(t)}
    try:
        if isinstance(mask, list):
            if results:
                raise ValueError("it is a list of polygons; results take run lengths alone")
            hw = int((video or {})["height"]), int((video or {})["width"])
            rle = polygons_as_rle(mask, hw)
            if rle is None:
                raise ValueError("no polygon has three points")
        else:
            if results and not isinstance(mask["counts"], str):
                raise ValueError("its counts are no text; the evaluator takes compressed ones only")
            rle = checked_rle(mask["size"], mask["counts"])
            if video is not None and list(mask["size"]) != [video["height"], video["width"]]:
                raise ValueError(f"its size {mask['size']} is not the clip's")
    except BROKEN_MASK as problem:
        yield error(f"A mask is broken: {problem}.", **where, fix="Write it again.")
        return
    if not results:
        yield from check_sizes(rle, entry["areas"][t], entry["bboxes"][t], **where)
