"""The objects of a dataset's clips, as `meta.json` (YouTube-VOS) or DAVIS's like lists them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from vosgui.errors import DatasetError, TargetError
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import read_json
from vosgui.formats.categories import MISSPELT
from vosgui.formats.tree.layout import folders_about

Meta = dict[str, Any]  # {"videos": {clip: ...}}
META = "meta.json"
SEMANTICS = "davis_semantics.json"


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


def read_semantics(path: Path) -> ObjectTable:
    """Read the categories of every clip's objects from DAVIS's `davis_semantics.json`.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    content = read_json(path, dict[str, dict[str, str]], "the davis_semantics.json of DAVIS")
    try:
        return {
            clip: {int(key): ListedObject(name, None) for key, name in objects.items()}
            for clip, objects in content.items()
        }
    except ValueError as error:
        raise DatasetError(f"{path} has an object that is no number: {error}.") from error


def read_objects(path: Path) -> ObjectTable:
    """Read the objects of every clip from either file; raise DatasetError as its reader does."""
    return read_semantics(path) if path.name == SEMANTICS else read_object_table(path)


def find_object_table(root: Path) -> Path | None:
    """Return the file that lists a tree's objects, given its root or a folder of its masks."""
    files = (folder / name for folder in folders_about(root) for name in (META, SEMANTICS))
    return next((file for file in files if file.is_file()), None)


def _listed(entry: _Object) -> ListedObject:
    category = MISSPELT.get(entry.category, entry.category)
    frames = None if entry.frames is None else frozenset(entry.frames)
    return ListedObject(category, frames, entry.category if category != entry.category else "")


def read_meta(target: Path) -> Meta:
    """Read the `meta.json` of a tree; raise TargetError where there is no such tree."""
    path = target / META
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(meta["videos"], dict):
            return dict(meta)
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
    else:
        reason = '"videos" is not a table of clips'
    raise TargetError(
        f"{target} is not a dataset that clips can be added to: {path.name}: {reason}. "
        "Choose another folder."
    )


def write_meta(path: Path, meta: Meta) -> None:
    """Write `meta.json` as the dataset's authors do: sorted keys, indented by 4."""
    text = json.dumps(meta, sort_keys=True, indent=4, ensure_ascii=False, allow_nan=False)
    with atomic_file(path) as file:
        file.write(text.encode())
