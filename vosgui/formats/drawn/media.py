"""Where the files of an annotation tool lie, and its images and videos beside them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from vosgui.files.ordinary import is_ordinary
from vosgui.formats.tree.find_frames import frames_named
from vosgui.formats.tree.layout import FRAMES_IN

_T = TypeVar("_T")
FEW = 64  # files or folders by which a format is recognised: there may be thousands


def first_few(found: Iterable[_T]) -> list[_T]:
    """Return what is looked at to recognise a format."""
    return list(islice(found, FEW))


def parts_of(path: str) -> tuple[str, ...]:
    """Return the folders and the file of a path of any system, without a drive, root or climb."""
    pure = PurePosixPath(path.replace("\\", "/"))
    return tuple(one for one in pure.parts if one not in ("/", "..") and not one.endswith(":"))


def file_beside(file: Path, said: str, inner: Iterable[str] = ()) -> Path | None:
    """Return a file that a file of annotations names, or the nearest to it that there is.

    Its path may be that of another machine: the longest end of it that is found counts.
    inner : folders beside those in which frames lie as a rule.
    """
    parts = parts_of(said)
    bases = [
        base / one for base in (file.parent, file.parent.parent) for one in (*inner, *FRAMES_IN)
    ]
    for n in range(len(parts)):
        for base in bases:
            found = base.joinpath(*parts[n:])
            if is_ordinary(found):
                return found
    return None


def frames_of(file: Path, name: str) -> Path | None:
    """Return the folder of images or the video of a clip, beside a file of annotations."""
    places = (file.parent, file.parent.parent)
    return next((one for place in places if (one := frames_named(place, name)) is not None), None)
