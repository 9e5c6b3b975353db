"""Where in what a person names a dataset lies, and of which format it is."""

from __future__ import annotations

from pathlib import Path

from vosgui.files.archive import sole_folders
from vosgui.formats.format import Format
from vosgui.formats.registry import FORMATS, detect, read_format

# In folders of any names these are found: what lies deeper may be of a stricter form.
_ANY_FOLDERS = ("object-folders", "masks")


def locate(path: Path, name: str) -> tuple[Format, Path]:
    """Return the format that a path holds, and where: there, or in the one folder that it holds.

    name : of the format, or "auto". Raises InputError where there is none.
    """
    places = list(sole_folders(path))
    if name != "auto":
        row = read_format(name)
        fits = (one for one in places if row.holds(one))
        return row, next(fits, path)
    strict = [row for row in FORMATS if row.reader and row.name not in _ANY_FOLDERS]
    for place in places:
        if any(row.holds(place) for row in strict):
            return detect(place), place  # of any form: a tree may be one of objects' folders
    return detect(path), path
