"""Reading Refer-YouTube-VOS: a YouTube-VOS tree and the expressions about its objects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vosgui.core.issues import Issue
from vosgui.formats.tree.find_clips import Expressions, Tree, list_tree
from vosgui.formats.tree.layout import Split, find_splits
from vosgui.formats.youtubevos.reader import listed_objects
from vosgui.formats.youtubevos.refer_expressions import FILE, Said, read_expressions


def is_refer(root: Path) -> bool:
    """Return whether a folder is a tree of which one split has expressions."""
    return any(_expressions_of(root, split.name) for split in find_splits(root))


def list_refer(root: Path) -> Tree:
    """Return the clips of all splits, with their expressions where the file says whose they are.

    Raises DatasetError where there is none or one is broken.
    """
    issues: list[Issue] = []

    def expressions(split: Split) -> Expressions:
        file = _expressions_of(root, split.name)
        return _read(file, issues) if file else {}

    tree = list_tree(root, listed_objects, expressions)
    return replace(tree, issues=(*tree.issues, *issues))


def expression_files(root: Path) -> list[Path]:
    """Return the files of expressions of a tree's splits."""
    found = (_expressions_of(root, split.name) for split in find_splits(root))
    return [file for file in found if file is not None]


def _expressions_of(root: Path, split: str) -> Path | None:
    for base in (root, root.parent):
        for folder in (base / "meta_expressions" / (split or "train"), base / "meta_expressions"):
            if (folder / FILE).is_file():
                return folder / FILE
    return None


def _read(file: Path, issues: list[Issue]) -> Expressions:
    said = {}
    for name, clip in read_expressions(file).items():
        gathered = Said(name, file)
        for one in clip.expressions.values():
            gathered.add(one, one.object_ids)
        said[name] = gathered.of
        issues += gathered.issues()
    return said
