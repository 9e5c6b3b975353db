"""Reading Refer-YouTube-VOS: a YouTube-VOS tree and the expressions about its objects."""

from __future__ import annotations

from pathlib import Path

from vosgui.core.annotation import Expression
from vosgui.core.issues import Issue, note, warning
from vosgui.errors import DatasetError
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.meta import read_object_table
from vosgui.formats.tree.splits import find_splits, joined, split_dataset
from vosgui.formats.youtubevos.reader import META
from vosgui.formats.youtubevos.refer_expressions import read_expressions

_FILE = "meta_expressions.json"


def is_refer(root: Path) -> bool:
    """Return whether a folder is a tree of which one split has expressions."""
    return any(_expressions_of(root, split.name) for split in find_splits(root))


def list_refer(root: Path) -> Dataset:
    """Return the clips of all splits, with their expressions where the file says whose they are.

    Raises DatasetError where there is none or one is broken.
    """
    splits = find_splits(root)
    if not splits:
        raise DatasetError(
            f"{root} is not a Refer-YouTube-VOS tree. Expected {root}/train/Annotations and "
            f"{root}/meta_expressions/train/{_FILE}."
        )
    datasets = []
    for split in splits:
        meta = split.root / META
        table = read_object_table(meta) if meta.is_file() else None
        file = _expressions_of(root, split.name)
        said, issues = _read(file) if file else ({}, [])
        dataset = split_dataset(split, table, said)
        datasets.append(Dataset(dataset.clips, (*dataset.issues, *issues)))
    return joined(datasets)


def expression_files(root: Path) -> list[Path]:
    """Return the files of expressions of a tree's splits."""
    found = (_expressions_of(root, split.name) for split in find_splits(root))
    return [file for file in found if file is not None]


def _expressions_of(root: Path, split: str) -> Path | None:
    for base in (root, root.parent):
        for folder in (base / "meta_expressions" / (split or "train"), base / "meta_expressions"):
            if (folder / _FILE).is_file():
                return folder / _FILE
    return None


def _read(file: Path) -> tuple[dict[str, dict[int, tuple[Expression, ...]]], list[Issue]]:
    said: dict[str, dict[int, tuple[Expression, ...]]] = {}
    issues: list[Issue] = []
    for clip in read_expressions(file):
        objects = said.setdefault(clip.name, {})
        n_unknown = 0
        for one in clip.expressions:
            if one.object_id is None:
                n_unknown += 1
                continue
            expression = Expression(one.text, one.first_frame_only)
            if expression in objects.get(one.object_id, ()):
                where = {"clip": clip.name, "file": str(file), "object_id": one.object_id}
                issues.append(warning(f"{one.text!r} is there twice; kept once.", **where))
                continue
            objects[one.object_id] = (*objects.get(one.object_id, ()), expression)
        if n_unknown:
            text = "An expression does not say which object it means; it was left out."
            issues.append(note(text, clip=clip.name, file=str(file), count=n_unknown))
    return said, issues
