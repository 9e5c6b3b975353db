"""The rules that readers of COCO instances rely on, and tracks over them, checked in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from vosgui.core.issues import Issue, Severity, error, warning
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
from vosgui.formats.coco.reader import coco_files
from vosgui.formats.coco.rle import NO_MASK, MaskText
from vosgui.formats.dataset import ListClips
from vosgui.formats.tree.names import image_stem
from vosgui.formats.tree.tree_checks import tree_checks


class _File(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw]
    categories: list[msgspec.Raw]


class _Image(msgspec.Struct):
    file_name: str = ""
    width: int = 0
    height: int = 0


class _Annotation(msgspec.Struct):
    id: Id
    image_id: Id
    category_id: Id | None = None
    segmentation: MaskText = NO_MASK
    area: int | float | None = None
    bbox: list[float] | None = None
    track_id: Any = None
    instance_id: Any = None
    object_id: Any = None

    @property
    def track(self) -> Id | None:
        """Return what ties it to others, None for nothing."""
        named = (self.track_id, self.instance_id, self.object_id)
        return next((one for one in named if isinstance(one, int | float | str)), None)


_IMAGE, _ANNOTATION = Records(_Image), Records(_Annotation)


def coco_checks(path: Path, list_clips: ListClips) -> Checks:
    """Return the issues of the files at a path, and the checks of their clips if there are none."""
    found = tuple(one for file in coco_files(path) for one in check_coco(file))
    if any(one.severity == Severity.ERROR for one in found):
        return Checks(found)  # reading it would only stop at the first of these
    checks = tree_checks(path, list_clips)
    return Checks((*found, *checks.issues), checks.clips)


def check_coco(path: Path) -> tuple[Issue, ...]:
    """Return every issue of a file, each with its line."""
    return check_file(path, _File, "a file of COCO instances", _issues)


def _issues(content: _File) -> Iterator[PlacedIssue]:
    categories: list[Id] = []
    yield from check_ids("categories", content.categories, categories)
    images: dict[Id, _Image | None] = {}
    for text in content.images:
        known = KNOWN.decode(text)
        if isinstance(known, Issue):
            yield known, text
            continue
        yield from at(text, _id(known.id, known.id in images))
        image = _IMAGE.decode(text)
        yield from at(text, [image] if isinstance(image, Issue) else _image(image))
        images[known.id] = None if isinstance(image, Issue) else image
    yield from _annotations(content.annotations, images, set(categories))


def _annotations(
    texts: Sequence[msgspec.Raw], images: dict[Id, _Image | None], categories: set[Id]
) -> Iterator[PlacedIssue]:
    seen: set[Id] = set()
    tracks: set[tuple[Id, Id]] = set()
    for text in texts:
        entry = _ANNOTATION.decode(text)
        if isinstance(entry, Issue):
            yield entry, text
            continue
        yield from at(text, _id(entry.id, entry.id in seen))
        seen.add(entry.id)
        if wrong := link_issue(entry.image_id, "image_id", images, "image"):
            yield wrong, text
            continue
        if wrong := link_issue(entry.category_id, "category_id", categories, "category"):
            yield wrong, text
        if image := images[entry.image_id]:
            yield from at(text, _annotation(entry, image, tracks))


def _id(one: Id, is_twice: bool) -> Iterator[Issue]:
    if not isinstance(one, int):
        text = f"Its id {one!r} is not a whole number, as some readers want it."
        yield warning(text, fix="Number them.")
    if is_twice:
        yield error(f"Another one has its id, {one}.", fix="Number them anew.")


def _image(image: _Image) -> Iterator[Issue]:
    name = image.file_name
    if not name:
        yield error("It has no file_name.")
    elif name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name:
        yield error(f"Its file_name is {name!r}.", fix="Name it below the folder of images.")
    for key, side in (("width", image.width), ("height", image.height)):
        if side < 1:
            yield error(f"Its {key} is not a whole number from 1 on.")


def _annotation(entry: _Annotation, image: _Image, tracks: set[tuple[Id, Id]]) -> Iterator[Issue]:
    where = {"frame": image_stem(image.file_name)}
    track = entry.track
    if track is not None:
        if (entry.image_id, track) in tracks:
            text = f"Track {track} is twice in one image."
            yield error(text, **where, fix="Join the two masks.")
        tracks.add((entry.image_id, track))
    rle = read_rle(entry.segmentation, (image.height, image.width), **where)
    if isinstance(rle, Issue):
        yield rle
    elif rle is None:
        yield warning("It has no mask.", **where, fix="Take it out, or draw one.")
    elif bytes(entry.segmentation).startswith(b"{"):  # of polygons, tools count areas in other ways
        yield from check_sizes(rle, entry.area, entry.bbox, **where)
