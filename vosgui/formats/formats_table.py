"""The table of dataset formats: how each is recognised, listed and read, and how it is written.

Adding a format is a row; import, export, convert and the window go by this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vosgui.errors import DatasetError
from vosgui.formats import davis, mose_lvos, object_folders, plain_masks, sav, youtubevos_tree
from vosgui.formats.labelled_clip import Dataset


@dataclass(frozen=True)
class ReadFormat:
    """A format that can be read.

    recognises : whether a path holds it, by names alone. list_clips : its clips, unread yet.
    """

    name: str
    title: str
    recognises: Callable[[Path], bool]
    list_clips: Callable[[Path], Dataset]


# In the order in which they are tried: a stricter form before a looser one.
READ_FORMATS = (
    ReadFormat(
        "davis",
        "DAVIS 2016 or 2017",
        davis.is_davis,
        davis.list_davis,
    ),
    ReadFormat(
        "youtube-vos",
        "YouTube-VOS 2018, 2019 or 2022",
        youtubevos_tree.is_youtubevos,
        youtubevos_tree.list_youtubevos,
    ),
    ReadFormat("lvos", "LVOS", mose_lvos.is_lvos, mose_lvos.list_lvos),
    ReadFormat(
        "sa-v-masks",
        "SA-V, folders of binary masks",
        object_folders.is_sav_folders,
        object_folders.list_object_folders,
    ),
    ReadFormat("sa-v", "SA-V, videos with JSON", sav.is_sav, sav.list_sav),
    ReadFormat(
        "object-folders",
        "a folder of binary masks per object",
        object_folders.is_object_folders,
        object_folders.list_object_folders,
    ),
    ReadFormat("mose", "MOSE", mose_lvos.is_mose, mose_lvos.list_mose),
    ReadFormat("masks", "folders of masks", plain_masks.is_plain, plain_masks.list_plain),
)


def read_format(name: str) -> ReadFormat:
    """Return a row by its name; StopIteration where there is none."""
    return next(row for row in READ_FORMATS if row.name == name)


def detect(path: Path) -> ReadFormat:
    """Return the format that a path holds; raise DatasetError where none is recognised."""
    if not path.exists():
        raise DatasetError(f"There is nothing at {path}.")
    for row in READ_FORMATS:
        if row.recognises(path):
            return row
    raise DatasetError(
        f"{path} is of no known format. Give the folder that holds the masks or the splits, or "
        f"name the format: {', '.join(row.name for row in READ_FORMATS)}."
    )
