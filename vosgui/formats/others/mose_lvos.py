"""Reading MOSE (palette masks alone) and LVOS (eight digits, from 1 on, `*_meta.json`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.meta import ListedObject, ObjectTable
from vosgui.formats.tree.splits import Split, find_splits, joined, split_dataset


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


def list_lvos(root: Path) -> Dataset:
    """Return the clips of all splits; raise DatasetError where there is none or one is broken."""
    splits = find_splits(root)
    if not splits:
        raise DatasetError(f"{root} is not an LVOS tree: there is no {root}/train/Annotations.")
    tables = [(split, _meta_of(split)) for split in splits]
    return joined([split_dataset(one, _read_meta(meta) if meta else None) for one, meta in tables])


def is_mose(root: Path) -> bool:
    """Return whether a folder is a tree of splits with masks and no file that lists objects."""
    splits = find_splits(root)
    return bool(splits) and (splits[0].name != "" or splits[0].frames.is_dir())


def list_mose(root: Path) -> Dataset:
    """Return the clips of all splits; raise DatasetError where there is none."""
    splits = find_splits(root)
    if not splits:
        raise DatasetError(
            f"{root} is not a MOSE tree. Expected {root}/train/{{JPEGImages,Annotations}}/CLIP."
        )
    return joined([split_dataset(split, None) for split in splits])


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
