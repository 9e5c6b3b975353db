"""Reading LVOS: a tree of frames of eight digits, from 1 on, with `*_meta.json`."""

from __future__ import annotations

from pathlib import Path

from vosgui.formats.tree.layout import Split, find_splits
from vosgui.formats.tree.meta import ObjectTable, read_object_table


def is_lvos(root: Path) -> bool:
    """Return whether a folder is an LVOS tree or one of its splits."""
    return any(_meta_of(split) is not None for split in find_splits(root))


def listed_objects(split: Split) -> ObjectTable | None:
    """Return what the meta file of a split lists; DatasetError where it is broken."""
    meta = _meta_of(split)
    return read_object_table(meta, "the meta file of LVOS") if meta else None


def _meta_of(split: Split) -> Path | None:
    name = split.name or "train"
    spellings = [f"{name}_meta.json"] + (["valid_meta.json"] if name == "val" else [])
    folders = (split.root, split.root.parent)
    files = (folder / spelling for folder in folders for spelling in spellings)
    return next((file for file in files if file.is_file()), None)
