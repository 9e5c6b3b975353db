"""Reading LVOS: a tree of frames of eight digits, from 1 on, with `*_meta.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.formats.tree.find_clips import Tree, list_tree
from vosgui.formats.tree.layout import Split, find_splits
from vosgui.formats.tree.meta import ListedObject, ObjectTable


class _Object(msgspec.Struct):
    frame_range: dict[str, Any] | None = None
    category: str = ""


class _Video(msgspec.Struct):
    objects: dict[str, _Object] = {}


class _Meta(msgspec.Struct):
    videos: dict[str, _Video]


def is_lvos(root: Path) -> bool:
    """Return whether a folder is an LVOS tree or one of its splits."""
    return any(_meta_of(split) is not None for split in find_splits(root))


def list_lvos(root: Path) -> Tree:
    """Return the clips of all splits; raise DatasetError where there is none or one is broken."""
    return list_tree(root, _listed_objects)


def _listed_objects(split: Split) -> ObjectTable | None:
    meta = _meta_of(split)
    return _read_meta(meta) if meta else None


def _meta_of(split: Split) -> Path | None:
    name = split.name or "train"
    spellings = [f"{name}_meta.json"] + (["valid_meta.json"] if name == "val" else [])
    for folder in (split.root, split.root.parent):
        for spelling in spellings:
            if (folder / spelling).is_file():
                return folder / spelling
    return None


def _read_meta(path: Path) -> ObjectTable:
    meta = read_json(path, _Meta, "the meta file of LVOS")
    try:
        return {
            clip: {int(key): _listed(entry) for key, entry in video.objects.items()}
            for clip, video in meta.videos.items()
        }
    except (ValueError, TypeError) as error:
        raise DatasetError(
            f"{path} is not the meta file of LVOS: {error}. Expected "
            '{"videos": {CLIP: {"objects": {ID: {"frame_range": {"start": ..., "end": ...}}}}}}.'
        ) from error


def _listed(entry: _Object) -> ListedObject:
    """Return an object with its first frame; LVOS writes numbers as text or as numbers."""
    start = (entry.frame_range or {}).get("start")
    frames = None if start is None else frozenset([f"{int(start):08d}"])
    return ListedObject(entry.category, frames)
