"""The objects of a dataset's clips, as its `meta.json` lists them (YouTube-VOS)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vosgui.errors import DatasetError
from vosgui.formats.categories import MISSPELT


class _Object(msgspec.Struct):
    category: str = ""
    frames: list[str] | None = None


class _Video(msgspec.Struct):
    objects: dict[str, _Object]


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


ObjectTable = Mapping[str, Mapping[int, ListedObject]]  # by clip, by object id


def read_object_table(path: Path) -> ObjectTable:
    """Read the objects of every clip from a YouTube-VOS `meta.json`.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    try:
        meta = msgspec.json.decode(path.read_bytes(), type=_Meta)
        return {
            clip: {int(key): _listed(value) for key, value in video.objects.items()}
            for clip, video in meta.videos.items()
        }
    except OSError as error:
        raise DatasetError(f"Cannot read {path}: {error.strerror}.") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise DatasetError(
            f"{path} is not the meta.json of YouTube-VOS: {error}. Expected "
            '{"videos": {CLIP: {"objects": {ID: {"category": NAME, "frames": [...]}}}}}.'
        ) from error


def find_object_table(root: Path) -> Path | None:
    """Return the `meta.json` of a tree, given its root or the folder of its clips."""
    for folder in (root, root.resolve().parent):
        if (folder / "meta.json").is_file():
            return folder / "meta.json"
    return None


def _listed(entry: _Object) -> ListedObject:
    category = MISSPELT.get(entry.category, entry.category)
    frames = None if entry.frames is None else frozenset(entry.frames)
    return ListedObject(category, frames, entry.category if category != entry.category else "")
