"""The rules that readers of COCO instances rely on, and tracks over them, checked in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from vosgui.core.issues import Issue, Severity, error, warning
from vosgui.formats.checks import Checks
from vosgui.formats.coco.json_checks import (
    PlacedIssue,
    at,
    check_file,
    check_numbers,
    check_sizes,
    link_issue,
    read_rle,
)
from vosgui.formats.coco.reader import coco_files
from vosgui.formats.dataset import ListClips
from vosgui.formats.tree.names import image_stem
from vosgui.formats.tree.tree_checks import tree_checks

_TRACKS = ("track_id", "instance_id", "object_id")


def coco_checks(path: Path, list_clips: ListClips) -> Checks:
    """Return the issues of the files at a path, and the checks of their clips if there are none."""
    found = tuple(one for file in coco_files(path) for one in check_coco(file))
    if any(one.severity == Severity.ERROR for one in found):
        return Checks(found)  # reading it would only stop at the first of these
    checks = tree_checks(path, list_clips)
    return Checks((*found, *checks.issues), checks.clips)


def check_coco(path: Path) -> tuple[Issue, ...]:
    """Return every issue of a file, each with its line."""
    return check_file(path, _issues)


def _issues(content: Any) -> Iterator[PlacedIssue]:
    try:
        images = {image["id"]: image for image in content["images"]}
        categories = [category["id"] for category in content["categories"]]
        annotations = content["annotations"]
        yield from check_numbers("categories", categories)
        for key in ("images", "annotations"):
            yield from _distinct(key, [one.get("id") for one in content[key]])
    except (KeyError, TypeError, AttributeError) as problem:
        text = f"It is not a file of COCO instances: {problem!r} is missing or garbled."
        yield error(text), ()
        return
    for n, image in enumerate(content["images"]):
        yield from at(("images", n), _image(image))
    tracks: set[tuple[Any, Any]] = set()
    for n, entry in enumerate(annotations):
        where = ("annotations", n)
        if wrong := link_issue(entry, "image_id", images, "image"):
            yield wrong, where
            continue
        if wrong := link_issue(entry, "category_id", categories, "category"):
            yield wrong, where
        yield from at(where, _annotation(entry, images[entry["image_id"]], tracks))


def _distinct(key: str, ids: list[Any]) -> Iterator[PlacedIssue]:
    seen: set[Any] = set()
    for n, one in enumerate(ids):
        if not isinstance(one, int | float | str):
            yield error(f"Its id {one!r} is not a whole number."), (key, n)
            continue
        if not isinstance(one, int):
            text = f"Its id {one!r} is not a whole number, as some readers want it."
            yield warning(text, fix="Number them."), (key, n)
        if one in seen:
            yield error(f"Another one has its id, {one}.", fix="Number them anew."), (key, n)
        seen.add(one)


def _image(image: Mapping[str, Any]) -> Iterator[Issue]:
    name = image.get("file_name")
    if not isinstance(name, str) or not name:
        yield error("It has no file_name.")
    elif name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name:
        yield error(f"Its file_name is {name!r}.", fix="Name it below the folder of images.")
    for key in ("width", "height"):
        if not isinstance(image.get(key), int) or image[key] < 1:
            yield error(f"Its {key} is not a whole number from 1 on.")


def _annotation(
    entry: Mapping[str, Any], image: Mapping[str, Any], tracks: set[tuple[Any, Any]]
) -> Iterator[Issue]:
    where = {"frame": image_stem(str(image.get("file_name")))}
    named = (entry.get(key) for key in _TRACKS)
    track = next((one for one in named if isinstance(one, int | float | str)), None)
    if track is not None and (entry["image_id"], track) in tracks:
        yield error(f"Track {track} is twice in one image.", **where, fix="Join the two masks.")
    tracks.add((entry["image_id"], track))
    mask = entry.get("segmentation") or []
    rle = read_rle(mask, (image.get("height"), image.get("width")), **where)
    if isinstance(rle, Issue):
        yield rle
    elif rle is None:
        yield warning("It has no mask.", **where, fix="Take it out, or draw one.")
    elif isinstance(mask, dict):  # of polygons, tools count the area in their own ways
        yield from check_sizes(rle, entry.get("area"), entry.get("bbox"), **where)
