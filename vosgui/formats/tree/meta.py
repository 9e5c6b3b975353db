"""The objects of a dataset's clips, as `meta.json` (YouTube-VOS) or DAVIS's like lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from vosgui.core.metrics.lvos import Span
from vosgui.errors import DatasetError, TargetError
from vosgui.files.json_file import read_json, write_json
from vosgui.files.loose_json import whole
from vosgui.formats.categories import MISSPELT
from vosgui.formats.tree.layout import folders_about

Meta = dict[str, Any]  # {"videos": {clip: ...}}
META = "meta.json"
SEMANTICS = "davis_semantics.json"
OF_LVOS = ("valid_meta.json", "val_meta.json", "train_meta.json", "test_meta.json")


class _Range(msgspec.Struct):
    start: str | int | None = None
    end: str | int | None = None
    frame_nums: str | int | None = None

    def span(self) -> Span | None:
        """Return the range in numbers; None where it is not all there."""
        numbers = [whole(one) for one in (self.start, self.end, self.frame_nums)]
        start, end, n = numbers
        return None if start is None or end is None or n is None else Span(start, end, n)


class _Object(msgspec.Struct):
    category: str = ""
    frames: list[str] | None = None
    frame_range: _Range | None = None  # of LVOS, in place of `frames`

    def listed(self) -> ListedObject:
        """Return what is said of the object; LVOS writes the first frame's number or its name."""
        category, frames = MISSPELT.get(self.category, self.category), self.frames
        if self.frame_range is not None and self.frame_range.start is not None:
            frames = [f"{self.frame_range.start:0>8}"]
        spelt = self.category if category != self.category else ""
        span = self.frame_range.span() if self.frame_range is not None else None
        return ListedObject(category, None if frames is None else frozenset(frames), spelt, span)


class _Video(msgspec.Struct):
    objects: dict[int, _Object] | list[int]  # MOSEv2 lists their ids alone

    def listed(self) -> dict[int, ListedObject]:
        """Return what is said of each object, by its id."""
        if isinstance(self.objects, dict):
            return {key: one.listed() for key, one in self.objects.items()}
        return {key: ListedObject("", None) for key in self.objects}


class _Meta(msgspec.Struct):
    videos: dict[str, _Video]


@dataclass(frozen=True)
class ListedObject:
    """What `meta.json` says of an object: its category and the frames it is listed in.

    frames : None where the file lists none, which is not the same as an empty list.
    spelt : the category as the file has it, where that is a known misspelling.
    span : the range that LVOS lists in place of frames; then `frames` has the first alone.
    """

    category: str
    frames: frozenset[str] | None
    spelt: str = ""
    span: Span | None = None


_META = 'the meta.json of YouTube-VOS, {"videos": {CLIP: {"objects": ...}}}'
ObjectTable = Mapping[str, Mapping[int, ListedObject]]  # by clip, by object id


def read_object_table(path: Path, what: str = _META) -> ObjectTable:
    """Read the objects of every clip from a `meta.json`, as YouTube-VOS and LVOS have it.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    meta = read_json(path, _Meta, what)
    return {clip: video.listed() for clip, video in meta.videos.items()}


def read_frame_lists(path: Path) -> dict[str, dict[int, list[str] | None]]:
    """Read the frames of every clip's objects in the order of the file, None where it lists none.

    Objects of which the file has the id alone, as MOSEv2, are left out.
    Raises what `read_object_table` raises.
    """
    videos = read_json(path, _Meta, _META).videos
    tables = {clip: video.objects for clip, video in videos.items()}
    return {
        clip: {i: one.frames for i, one in objects.items()} if isinstance(objects, dict) else {}
        for clip, objects in tables.items()
    }


def read_semantics(path: Path) -> ObjectTable:
    """Read the categories of every clip's objects from DAVIS's `davis_semantics.json`.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    content = read_json(path, dict[str, dict[int, str]], "the davis_semantics.json of DAVIS")
    return {
        clip: {key: ListedObject(name, None) for key, name in objects.items()}
        for clip, objects in content.items()
    }


def read_objects(path: Path) -> ObjectTable:
    """Read the objects of every clip from either file; raise DatasetError as its reader does."""
    return read_semantics(path) if path.name == SEMANTICS else read_object_table(path)


def find_object_table(root: Path) -> Path | None:
    """Return the file that lists a tree's objects, given its root or a folder of its masks."""
    names = (META, SEMANTICS, *OF_LVOS)
    files = (folder / name for folder in folders_about(root) for name in names)
    return next((file for file in files if file.is_file()), None)


def read_meta(target: Path) -> Meta:
    """Read the `meta.json` of a tree; raise TargetError where there is no such tree."""
    try:
        meta = read_json(target / META, Meta, "the meta.json of YouTube-VOS")
        reason = f'"videos" of {META} is not a table of clips.'
    except DatasetError as error:
        meta, reason = {}, str(error)
    if isinstance(meta.get("videos"), dict):
        return meta
    raise TargetError(
        f"{target} is not a dataset that clips can be added to: {reason} Choose another folder."
    )


def write_meta(path: Path, meta: Meta) -> None:
    """Write `meta.json` as the dataset's authors do: sorted keys, indented by 4."""
    write_json(path, meta, indent=4, is_sorted=True)
