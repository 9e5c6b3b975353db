"""Where in what a person names a dataset lies, and of which format it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from vosgui.core.issues import warning
from vosgui.files.archive import sole_folders
from vosgui.formats.dataset import Dataset
from vosgui.formats.format import Format
from vosgui.formats.registry import FORMATS, detect, read_format

# In folders of any names these are found: what lies deeper may be of a stricter form.
_ANY_FOLDERS = ("object-folders", "masks")
# These are recognised by images, or by a file beside each: a tree of masks is no other dataset.
_OF_IMAGES = {"mots", "panoptic", "cityscapes", "voc", "sa-1b", "sa-v-masks"}
_OF_IMAGES |= {*_ANY_FOLDERS, "refer-youtube-vos-submission"}


def locate(path: Path, name: str) -> tuple[Format, Path]:
    """Return the format that a path holds, and where: there, or in the one folder that it holds.

    name : of the format, or "auto": then the row's reader says which others lie there, too.
    Raises InputError where there is none.
    """
    row, place = _located(path, name)
    others = also_there(row, place) if name == "auto" else []
    return (replace(row, reader=partial(_read_alone, row, others)) if others else row), place


def also_there(row: Format, place: Path) -> list[Format]:
    """Return the formats whose own files a place holds beside those of the one it is read as.

    A tree is of several forms of trees, a stricter one and looser ones: that is no other dataset.
    """
    if row.name in _OF_IMAGES:
        return []
    rest = (one for one in FORMATS if one.reader and one.name not in (row.name, *_OF_IMAGES))
    return [one for one in rest if not (one.is_tree and row.is_tree) and one.holds(place)]


def _read_alone(row: Format, others: list[Format], place: Path) -> Dataset:
    dataset = row.list_clips(place)
    text = f"It was read as {row.title}. {others[0].title} lies there as well, and was left."
    fix = f"Name the format where that is meant: {', '.join(one.name for one in others)}."
    said = warning(text, file=str(place), fix=fix, option="--format")
    return replace(dataset, issues=(*dataset.issues, said))


def _located(path: Path, name: str) -> tuple[Format, Path]:
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
