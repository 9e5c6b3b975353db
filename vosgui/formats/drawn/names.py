"""Names of clips and frames, and who an object is, from what a file of a tool says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import TypeVar

from vosgui.formats.tree.find_frames import first_plain
from vosgui.formats.tree.layout import is_plain_name
from vosgui.media.image_files import SUFFIXES

_T = TypeVar("_T")
_FEW = 64

# What people call an attribute that says which object a shape is of.
IDENTITIES = ("track_id", "trackid", "object_id", "objectid", "instance_id", "instanceid", "id")


def first_few(found: Iterable[_T]) -> list[_T]:
    """Return what is looked at to recognise a format: a folder may hold thousands of files."""
    return list(islice(found, _FEW))


def image_stem(name: str) -> str:
    """Return the name of a frame from its file's: without the folders and the ending of an image.

    A dot that begins no such ending is part of the name.
    """
    file = PurePosixPath(name.replace("\\", "/"))
    return file.stem if file.suffix.lower() in SUFFIXES else file.name


def distinct_names(paths: Sequence[Sequence[str]], otherwise: str) -> list[str]:
    """Return a name for each clip, no two alike, from the folders that it lies in, outermost first.

    It is the innermost folder's where that tells the clip from all others, else as many as it
    takes, joined by _. otherwise : the name of one that lies in no folder.
    """
    plain = [tuple(part for part in path if is_plain_name(part)) for path in paths]
    names: list[str] = []
    taken: set[str] = set()
    for path in plain:
        n = 1
        while n < len(path) and sum(other[-n:] == path[-n:] for other in plain) > 1:
            n += 1
        base = first_plain("_".join(path[-n:]), otherwise)
        name, again = base, 2
        while name in taken:
            name, again = f"{base}_{again}", again + 1
        taken.add(name)
        names.append(name)
    return names


def identity_said(attributes: Iterable[tuple[str, object]]) -> object:
    """Return the value of the first attribute that says who an object is; None where none does."""
    said = {name.casefold().replace(" ", "_").replace("-", "_"): one for name, one in attributes}
    return next((said[name] for name in IDENTITIES if said.get(name) not in (None, "")), None)
