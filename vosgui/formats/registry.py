"""The table of dataset formats: how each is recognised, listed and read, and how it is written.

Adding a format is a row; import, export, convert and the window go by this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vosgui.errors import DatasetError
from vosgui.formats.coco import reader as coco
from vosgui.formats.coco.track_entries import NO_CATEGORY
from vosgui.formats.coco.writer import CocoWriter
from vosgui.formats.cvat import reader as cvat
from vosgui.formats.cvat.writer import CvatWriter
from vosgui.formats.dataset import Dataset
from vosgui.formats.davis import reader as davis
from vosgui.formats.davis.writer import Davis2016Writer, DavisWriter
from vosgui.formats.others import labelme, mose_lvos, object_folders, sav
from vosgui.formats.others.pictures import CutoutsWriter, PicturesWriter
from vosgui.formats.tree import plain as plain_masks
from vosgui.formats.tree.writer import MaskTreeWriter
from vosgui.formats.writer import WriteOptions, Writer
from vosgui.formats.youtubevis import reader as youtubevis
from vosgui.formats.youtubevis.writer import YoutubeVisResultsWriter, YoutubeVisWriter
from vosgui.formats.youtubevos import reader as youtubevos_tree
from vosgui.formats.youtubevos import refer_reader as referyoutubevos
from vosgui.formats.youtubevos.writer import (
    ReferSubmissionWriter,
    ReferYoutubeVosWriter,
    SubmissionWriter,
    YoutubeVosWriter,
)


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
        "refer-youtube-vos",
        "Refer-YouTube-VOS",
        referyoutubevos.is_refer,
        referyoutubevos.list_refer,
    ),
    ReadFormat(
        "youtube-vis",
        "YouTube-VIS 2019, 2021 or 2022",
        youtubevis.is_youtubevis,
        youtubevis.list_youtubevis,
    ),
    ReadFormat("cvat", "CVAT XML 1.1", cvat.is_cvat, cvat.list_cvat),
    ReadFormat("sa-v", "SA-V, videos with JSON", sav.is_sav, sav.list_sav),
    ReadFormat("coco", "COCO instances", coco.is_coco, coco.list_coco),
    ReadFormat("labelme", "labelme", labelme.is_labelme, labelme.list_labelme),
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
    ReadFormat(
        "refer-youtube-vos-submission",
        "Refer-YouTube-VOS, for its server",
        object_folders.is_submission,
        object_folders.list_object_folders,
    ),
    ReadFormat(
        "object-folders",
        "a folder of binary masks per object",
        object_folders.is_object_folders,
        object_folders.list_object_folders,
    ),
    ReadFormat(
        "mose", "a tree of masks (MOSE and the like)", mose_lvos.is_mose, mose_lvos.list_mose
    ),
    ReadFormat("masks", "folders of masks", plain_masks.is_plain, plain_masks.list_plain),
)


@dataclass(frozen=True)
class WriteFormat:
    """A format that can be written.

    has_categories : whether it says what the objects are. no_category : what it says of one of
        which that is not known; "" for nothing.
    wants_ten_digits : whether a converter that the field uses cuts clips' names after ten letters.
    """

    name: str
    title: str
    writer: Callable[[WriteOptions], Writer]
    has_categories: bool = True
    no_category: str = ""
    wants_ten_digits: bool = False


WRITE_FORMATS = (
    WriteFormat("youtube-vos", "YouTube-VOS, train", YoutubeVosWriter, wants_ten_digits=True),
    WriteFormat(
        "youtube-vos-valid",
        "YouTube-VOS, valid",
        lambda o: YoutubeVosWriter(o, "valid"),
        wants_ten_digits=True,
    ),
    WriteFormat(
        "youtube-vos-submission",
        "YouTube-VOS, for its server",
        SubmissionWriter,
        has_categories=False,
    ),
    WriteFormat(
        "youtube-vis",
        "YouTube-VIS instances.json",
        YoutubeVisWriter,
        no_category=NO_CATEGORY,
    ),
    WriteFormat(
        "youtube-vis-results",
        "YouTube-VIS results.json",
        YoutubeVisResultsWriter,
        no_category=NO_CATEGORY,
    ),
    WriteFormat(
        "refer-youtube-vos", "Refer-YouTube-VOS", ReferYoutubeVosWriter, wants_ten_digits=True
    ),
    WriteFormat(
        "refer-youtube-vos-submission",
        "Refer-YouTube-VOS, for its server",
        ReferSubmissionWriter,
        has_categories=False,
    ),
    WriteFormat("davis", "DAVIS 2017", DavisWriter),
    WriteFormat("davis-2016", "DAVIS 2016", Davis2016Writer, has_categories=False),
    WriteFormat("coco", "COCO instances with tracks", CocoWriter, no_category=NO_CATEGORY),
    WriteFormat("cvat", "CVAT for images 1.1", CvatWriter, no_category=NO_CATEGORY),
    WriteFormat("masks", "folders of palette masks", MaskTreeWriter, has_categories=False),
    WriteFormat(
        "overlay",
        "film of the objects, MP4",
        lambda o: PicturesWriter(o, "overlay"),
        has_categories=False,
    ),
    WriteFormat(
        "gif", "film of the objects, GIF", lambda o: PicturesWriter(o, "gif"), has_categories=False
    ),
    WriteFormat(
        "contact-sheet",
        "contact sheet, PNG",
        lambda o: PicturesWriter(o, "contact-sheet"),
        has_categories=False,
    ),
    WriteFormat("cutouts", "cut-out objects, PNG", CutoutsWriter, has_categories=False),
)


def write_format(name: str) -> WriteFormat:
    """Return a row by its name; StopIteration where there is none."""
    return next(row for row in WRITE_FORMATS if row.name == name)


def read_format(name: str) -> ReadFormat:
    """Return a row by its name; StopIteration where there is none."""
    return next(row for row in READ_FORMATS if row.name == name)


def is_known(path: Path) -> bool:
    """Return whether a path holds a format that can be read."""
    return any(row.recognises(path) for row in READ_FORMATS)


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
