"""The objects of a dataset's clips, as `meta.json` (YouTube-VOS) or DAVIS's like lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from vosgui.errors import DatasetError, TargetError
from vosgui.files.json_file import read_json, write_json
from vosgui.formats.categories import MISSPELT
from vosgui.formats.tree.layout import folders_about

Meta = dict[str, Any]  # {"videos": {clip: ...}}
META = "meta.json"
SEMANTICS = "davis_semantics.json"


class _Range(msgspec.Struct):
    start: str | int | None = None


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
        return ListedObject(category, None if frames is None else frozenset(frames), spelt)


class _Video(msgspec.Struct):
    objects: dict[int, _Object]


class _Meta(msgspec.Struct):
    videos: dict[str, _Video]


@dataclass(frozen=True)
class ListedObject:
    """What `meta.json` says of an object: its category and the frames it is listed in.

    frames : None where the file lists none, which is not the same as an empty list.
    spelt : the category as the file has it, where that is a known misspelling.
    """

    category: str
    frames: frozenset[str] | None
    spelt: str = ""


_META = 'the meta.json of YouTube-VOS, {"videos": {CLIP: {"objects": ...}}}'
ObjectTable = Mapping[str, Mapping[int, ListedObject]]  # by clip, by object id


def read_object_table(path: Path, what: str = _META) -> ObjectTable:
    """Read the objects of every clip from a `meta.json`, as YouTube-VOS and LVOS have it.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    meta = read_json(path, _Meta, what)
    return {
        clip: {key: one.listed() for key, one in video.objects.items()}
        for clip, video in meta.videos.items()
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
    files = (folder / name for folder in folders_about(root) for name in (META, SEMANTICS))
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
