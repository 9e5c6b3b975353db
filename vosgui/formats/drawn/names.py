"""Names as the readers of tools' files need them; most are those of all formats."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

from vosgui.formats.tree.names import distinct_names, identity_said, image_stem

__all__ = ["distinct_names", "first_few", "identity_said", "image_stem"]
_T = TypeVar("_T")
_FEW = 64


def first_few(found: Iterable[_T]) -> list[_T]:
    """Return what is looked at to recognise a format: a folder may hold thousands of files."""
    return list(islice(found, _FEW))
