"""Label Studio's tasks: which image or video each is about, and whose annotation counts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import JsonPath
from vosgui.files.loose_json import key_of, value_of
from vosgui.files.ordinary import head_of
from vosgui.formats.drawn.media import parts_of
from vosgui.media.image_files import SUFFIXES
from vosgui.media.open_clip import VIDEO_SUFFIXES

_UPLOADED = re.compile(r"[0-9a-f]{8}-(?=.)")  # put before the name of a file that is uploaded
_WHAT = "a JSON export of Label Studio"
# What tells a region from others where ids are left out.
_SHAPE = (
    *("x", "y", "width", "height", "rotation", "radiusX", "radiusY"),
    *("points", "rle", "imageDataURL", "sequence"),
)
_PREFERRED = ("image", "img", "images", "video")  # keys of a task's data


class Annotation(msgspec.Struct):
    """What one person drew in a task."""

    result: list[msgspec.Raw] = []
    was_cancelled: bool = False
    ground_truth: bool = False
    updated_at: str = ""


class _Task(msgspec.Struct):
    data: dict[str, Any]
    annotations: list[Annotation] = []
    completions: list[Annotation] = []  # what annotations were called before 2021


@dataclass(frozen=True)
class Medium:
    """An image or a video of a task. said : its path as the file has it, without a host.

    name : of its file, without what an upload put before it. is_upload : its folder says nothing.
    """

    said: str
    name: str
    is_video: bool
    is_upload: bool

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders that it lies in, outermost first."""
        return () if self.is_upload else parts_of(self.said)[:-1]


@dataclass(frozen=True)
class Task:
    """A task: its media, and what was drawn; None where nobody did. n_others : who drew as well."""

    media: tuple[Medium, ...]
    results: tuple[msgspec.Raw, ...] | None
    place: JsonPath
    n_others: int


def is_export(file: Path) -> bool:
    """Return whether a file is a JSON export of Label Studio, or a single task of one."""
    head = _head(file)
    is_list, is_one = head.startswith(b"["), head.startswith(b"{")
    has_data, has_result = b'"data"' in head, b'"result"' in head
    is_full = (is_list and (has_data or has_result)) or (is_one and has_data and has_result)
    has_annotations = b'"annotations"' in head or b'"completions"' in head
    return (is_full and has_annotations) or (is_list and _is_min(head))


def tasks_of(file: Path) -> list[Task]:
    """Return the tasks of a JSON export, JSON-MIN too, that are about images or videos.

    Raises DatasetError where it is none.
    """
    head = _head(file)
    if head.startswith(b"[") and _is_min(head):
        return _tasks_of_min(file)
    is_one = head.startswith(b"{")
    tasks = [read_json(file, _Task, _WHAT)] if is_one else read_json(file, list[_Task], _WHAT)
    found = []
    for n, task in enumerate(tasks):
        media = _media(task.data)
        if not media:
            continue
        key = "annotations" if task.annotations else "completions"
        given = task.annotations or task.completions
        counted = [k for k, one in enumerate(given) if not one.was_cancelled]
        place: JsonPath = () if is_one else (n,)
        if not counted:
            found.append(Task(media, None, place, 0))
            continue
        best = max(counted, key=lambda k: (given[k].ground_truth, given[k].updated_at, k))
        where: JsonPath = (*place, key, best, "result")
        found.append(Task(media, tuple(given[best].result), where, len(counted) - 1))
    return found


def _tasks_of_min(file: Path) -> list[Task]:
    """Return the tasks of JSON-MIN: an item has the data, and a list of regions for each tag.

    What several tags say of one region has its shape in common, for ids are left out.
    """
    items = read_json(file, list[dict[str, msgspec.Raw]], _WHAT)
    try:
        return _tasks_of_items(items)
    except ValueError as problem:
        raise DatasetError(f"{file} is not {_WHAT}: {problem}.", file=str(file)) from problem


def _tasks_of_items(items: Sequence[Mapping[str, msgspec.Raw]]) -> list[Task]:
    by_task: dict[object, list[int]] = {}
    for n, item in enumerate(items):
        by_task.setdefault(key_of(_value(item.get("id"))) or ("no id", n), []).append(n)
    found = []
    for places in by_task.values():
        best = max(places, key=lambda n: (str(_value(items[n].get("updated_at"))), n))
        item = {name: _value(text) for name, text in items[best].items()}
        results = tuple(msgspec.Raw(msgspec.json.encode(one)) for one in _results_of_min(item))
        media = _media(item)
        if media:
            found.append(Task(media, results, (best,), len(places) - 1))
    return found


def _value(text: msgspec.Raw | None) -> Any:
    return None if text is None else value_of(text)


def _results_of_min(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, regions in item.items():
        for value in regions if isinstance(regions, list) else ():
            shape = [value.get(key) for key in _SHAPE] if isinstance(value, dict) else []
            if any(one is not None for one in shape):
                sides = {key: value.get(key) for key in ("original_width", "original_height")}
                digest = hashlib.blake2b(msgspec.json.encode(shape), digest_size=16).hexdigest()
                yield {"id": digest, "from_name": name, "value": value, **sides}


def _is_min(head: bytes) -> bool:
    return b'"annotation_id"' in head and (b'"original_width"' in head or b'"sequence"' in head)


def _head(file: Path) -> bytes:
    """Return how a file begins, without a byte order mark and blanks."""
    return head_of(file, 1 << 20).removeprefix(b"\xef\xbb\xbf").lstrip()


def _media(data: Mapping[str, Any]) -> tuple[Medium, ...]:
    found: dict[str, tuple[Medium, ...]] = {}
    for key, value in data.items():
        values = value if isinstance(value, list) else [value]
        media = tuple(one for said in values if (one := _medium(said)) is not None)
        if media and len(media) == len(values):
            found[key] = media
    first = next((key for key in _PREFERRED if key in found), next(iter(found), ""))
    return found.get(first, ())


def _medium(said: Any) -> Medium | None:
    """Return an image or a video by its address; None where it is neither by its ending."""
    if not isinstance(said, str):
        return None
    try:
        parts = urlsplit(said)
    except ValueError:
        return None
    local = parse_qs(parts.query).get("d")
    path = local[0] if local else unquote(parts.path)
    if parts.scheme and not parts.scheme.startswith("http"):
        path = f"{parts.netloc}{path}"  # a bucket
    suffix = PurePosixPath(path.replace("\\", "/")).suffix.lower()
    if suffix not in SUFFIXES and suffix not in VIDEO_SUFFIXES:
        return None
    is_upload = "data/upload/" in path or path.startswith("upload/")
    name = (parts_of(path) or ("",))[-1]
    name = _UPLOADED.sub("", name, count=1) if is_upload else name
    return Medium(path, name, suffix in VIDEO_SUFFIXES, is_upload)
