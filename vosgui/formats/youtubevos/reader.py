"""Reading YouTube-VOS 2018, 2019 and 2022: splits with a `meta.json`, of a grid or all frames."""

from __future__ import annotations

from pathlib import Path

from vosgui.errors import DatasetError
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.meta import read_object_table
from vosgui.formats.tree.splits import find_splits, joined, split_dataset

META = "meta.json"


def is_youtubevos(root: Path) -> bool:
    """Return whether a folder is a YouTube-VOS tree or one of its splits."""
    return any((split.root / META).is_file() for split in find_splits(root))


def list_youtubevos(root: Path) -> Dataset:
    """Return the clips of all splits; raise DatasetError where there is none or one is broken."""
    splits = [split for split in find_splits(root) if (split.root / META).is_file()]
    if not splits:
        raise DatasetError(
            f"{root} is not a YouTube-VOS tree. Expected {root}/train/{{JPEGImages,Annotations}} "
            f"and {root}/train/{META} (or valid, test), or one such split itself."
        )
    return joined([split_dataset(one, read_object_table(one.root / META)) for one in splits])
