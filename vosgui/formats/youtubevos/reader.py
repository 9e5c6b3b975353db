"""Reading YouTube-VOS 2018, 2019 and 2022: splits with a `meta.json`, of a grid or all frames."""

from __future__ import annotations

from pathlib import Path

from vosgui.formats.tree.layout import Split, find_splits
from vosgui.formats.tree.meta import META, ObjectTable, read_object_table


def is_youtubevos(root: Path) -> bool:
    """Return whether a folder is a YouTube-VOS tree or one of its splits."""
    return any((split.root / META).is_file() for split in find_splits(root))


def listed_objects(split: Split) -> ObjectTable | None:
    """Return what the `meta.json` of a split lists; DatasetError where it is broken."""
    meta = split.root / META
    return read_object_table(meta) if meta.is_file() else None
