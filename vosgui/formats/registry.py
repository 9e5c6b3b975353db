"""The table of dataset formats. A row says everything of one, and adding a format is a row.

Import, export, convert, validate and the window go by this table; nothing else asks for a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from vosgui.errors import DatasetError, InputError
from vosgui.formats.checks import Checks
from vosgui.formats.coco import reader as coco
from vosgui.formats.coco.checks import coco_checks
from vosgui.formats.coco.track_entries import NO_CATEGORY
from vosgui.formats.coco.writer import CocoWriter
from vosgui.formats.cvat import reader as cvat
from vosgui.formats.cvat.writer import CvatWriter
from vosgui.formats.dataset import Dataset
from vosgui.formats.davis import reader as davis
from vosgui.formats.davis.writer import Davis2016Writer, DavisWriter
from vosgui.formats.others import labelme, lvos, object_folders, sav
from vosgui.formats.others.pictures import (
    ContactSheetWriter,
    CutoutsWriter,
    FilmWriter,
    GifWriter,
)
from vosgui.formats.plan import FrameChoice
from vosgui.formats.tree.find_clips import is_mask_folder, is_tree, list_tree
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.tree.writer import MaskTreeWriter
from vosgui.formats.writer import WriteOptions, Writer
from vosgui.formats.youtubevis import reader as youtubevis
from vosgui.formats.youtubevis.checks import is_results, results_checks, youtubevis_checks
from vosgui.formats.youtubevis.writer import YoutubeVisResultsWriter, YoutubeVisWriter
from vosgui.formats.youtubevos import reader as youtubevos
from vosgui.formats.youtubevos import refer_reader as refer
from vosgui.formats.youtubevos.refer_checks import refer_checks, submission_checks
from vosgui.formats.youtubevos.writer import (
    ReferSubmissionWriter,
    ReferYoutubeVosWriter,
    SubmissionWriter,
    YoutubeVosWriter,
)


@dataclass(frozen=True)
class Format:
    """A format that can be read, written, or both.

    title : in words. written_title : of the one form that is written, where others are read too.
    recognises : whether a path holds it, by names alone. reader : returns the clips of a path,
        unread yet; None where it is written only. is_of_one_clip : whether it is masks of one clip
        as a rule.
    checks : returns what there is to check at a path; by default, whether each clip can be read.
    fixed_as : the format as which a fixed copy is written; "" where it cannot be fixed.
    make_writer : None where it is read only. options : those of WriteOptions that it heeds.
    split : folder of the split that an export fills, to which clips can be added; "" where it makes
        a new folder. valid_as : the format that is its style of a valid set.
    is_film : shows frames without a mask too where all are asked for.
    has_categories : whether it says what objects are. no_category : what it says of one of which
        that is not known; "" for nothing.
    wants_ten_digits : whether a converter that the field uses cuts clips' names after ten letters.
    """

    name: str
    title: str
    written_title: str = ""
    recognises: Callable[[Path], bool] | None = None
    reader: Callable[[Path], Dataset] | None = None
    is_of_one_clip: bool = False
    checks: Callable[[Path], Checks] | None = None
    fixed_as: str = ""
    make_writer: Callable[[WriteOptions], Writer] | None = None
    options: tuple[str, ...] = ()
    split: str = ""
    valid_as: str = ""
    is_film: bool = False
    has_categories: bool = True
    no_category: str = ""
    wants_ten_digits: bool = False

    def list_clips(self, path: Path) -> Dataset:
        """Return the clips that a path holds; raise DatasetError where there are none."""
        if self.reader is None:
            raise DatasetError(f"A dataset of the format {self.name} cannot be read.")
        return self.reader(path)

    def to_check(self, path: Path) -> Checks:
        """Return what there is to check at a path; raise DatasetError where nothing is there."""
        return self.checks(path) if self.checks else tree_checks(path, self.list_clips)

    def writer(self, options: WriteOptions) -> Writer:
        """Return the format's writer; raise InputError where it has none."""
        if self.make_writer is None:
            raise InputError(f"The format {self.name} cannot be written.")
        return self.make_writer(options)

    def exported_frames(self, choice: FrameChoice) -> FrameChoice:
        """Return which frames an export writes: none without a mask, but for a film."""
        return "annotated" if choice == "all" and not self.is_film else choice


_PICTURES: Any = {"options": ("objects",), "has_categories": False}

# In the order in which they are tried: a stricter form before a looser one.
FORMATS: tuple[Format, ...] = (
    Format(
        "davis",
        "DAVIS 2016 or 2017",
        "DAVIS 2017",
        davis.is_davis,
        davis.list_davis,
        checks=partial(tree_checks, list_clips=davis.list_davis, is_davis=True),
        fixed_as="davis",
        make_writer=DavisWriter,
    ),
    Format("davis-2016", "DAVIS 2016", make_writer=Davis2016Writer, has_categories=False),
    Format(
        "refer-youtube-vos",
        "Refer-YouTube-VOS",
        recognises=refer.is_refer,
        reader=refer.list_refer,
        checks=refer_checks,
        fixed_as="refer-youtube-vos",
        make_writer=ReferYoutubeVosWriter,
        wants_ten_digits=True,
    ),
    Format(
        "youtube-vis",
        "YouTube-VIS 2019, 2021 or 2022",
        "YouTube-VIS instances.json",
        youtubevis.is_youtubevis,
        youtubevis.list_youtubevis,
        checks=youtubevis_checks,
        fixed_as="youtube-vis",
        make_writer=YoutubeVisWriter,
        options=("vis_year",),
        no_category=NO_CATEGORY,
    ),
    Format(
        "youtube-vis-results",
        "YouTube-VIS results.json",
        recognises=is_results,
        checks=results_checks,
        make_writer=YoutubeVisResultsWriter,
        options=("vis_year", "reference"),
        no_category=NO_CATEGORY,
    ),
    Format(
        "cvat",
        "CVAT XML 1.1",
        "CVAT for images 1.1",
        cvat.is_cvat,
        cvat.list_cvat,
        fixed_as="cvat",
        make_writer=CvatWriter,
        no_category=NO_CATEGORY,
    ),
    Format("sa-v", "SA-V, videos with JSON", recognises=sav.is_sav, reader=sav.list_sav),
    Format(
        "coco",
        "COCO instances",
        "COCO instances with tracks",
        coco.is_coco,
        coco.list_coco,
        checks=coco_checks,
        fixed_as="coco",
        make_writer=CocoWriter,
        no_category=NO_CATEGORY,
    ),
    Format("labelme", "labelme", recognises=labelme.is_labelme, reader=labelme.list_labelme),
    Format(
        "youtube-vos",
        "YouTube-VOS 2018, 2019 or 2022",
        "YouTube-VOS, train",
        youtubevos.is_youtubevos,
        youtubevos.list_youtubevos,
        checks=partial(tree_checks, list_clips=youtubevos.list_youtubevos, has_meta=True),
        fixed_as="youtube-vos",
        make_writer=YoutubeVosWriter,
        split="train",
        valid_as="youtube-vos-valid",
        wants_ten_digits=True,
    ),
    Format(
        "youtube-vos-valid",
        "YouTube-VOS, valid",
        make_writer=lambda options: YoutubeVosWriter(options, "valid"),
        split="valid",
        wants_ten_digits=True,
    ),
    Format(
        "youtube-vos-submission",
        "YouTube-VOS, for its server",
        make_writer=SubmissionWriter,
        has_categories=False,
    ),
    Format(
        "lvos",
        "LVOS",
        recognises=lvos.is_lvos,
        reader=lvos.list_lvos,
        checks=partial(tree_checks, list_clips=lvos.list_lvos, digits=8),
        fixed_as="youtube-vos",
    ),
    Format(
        "sa-v-masks",
        "SA-V, folders of binary masks",
        recognises=object_folders.is_sav_folders,
        reader=object_folders.list_object_folders,
    ),
    Format(
        "refer-youtube-vos-submission",
        "Refer-YouTube-VOS, for its server",
        recognises=object_folders.is_submission,
        reader=object_folders.list_object_folders,
        is_of_one_clip=True,
        checks=partial(submission_checks, list_clips=object_folders.list_object_folders),
        make_writer=ReferSubmissionWriter,
        has_categories=False,
    ),
    Format(
        "object-folders",
        "a folder of binary masks per object",
        recognises=object_folders.is_object_folders,
        reader=object_folders.list_object_folders,
        is_of_one_clip=True,
    ),
    Format(
        "mose",
        "a tree of masks (MOSE and the like)",
        recognises=is_tree,
        reader=list_tree,
        fixed_as="youtube-vos",
    ),
    Format(
        "masks",
        "folders of masks",
        "folders of palette masks",
        is_mask_folder,
        list_tree,
        is_of_one_clip=True,
        checks=partial(tree_checks, list_clips=list_tree, digits=0),
        fixed_as="masks",
        make_writer=MaskTreeWriter,
        has_categories=False,
    ),
    Format(
        "overlay",
        "film of the objects, MP4",
        make_writer=FilmWriter,
        is_film=True,
        **_PICTURES,
    ),
    Format(
        "gif",
        "film of the objects, GIF",
        make_writer=GifWriter,
        is_film=True,
        **_PICTURES,
    ),
    Format(
        "contact-sheet",
        "contact sheet, PNG",
        make_writer=ContactSheetWriter,
        is_film=True,
        **_PICTURES,
    ),
    Format("cutouts", "cut-out objects, PNG", make_writer=CutoutsWriter, **_PICTURES),
)


def readable() -> tuple[Format, ...]:
    """Return the formats that can be read."""
    return tuple(row for row in FORMATS if row.reader)


def writable() -> tuple[Format, ...]:
    """Return the formats that can be written."""
    return tuple(row for row in FORMATS if row.make_writer)


def read_format(name: str) -> Format:
    """Return the row of a format that can be read; raise InputError where there is none."""
    return _named(name, readable(), "read")


def write_format(name: str) -> Format:
    """Return the row of a format that can be written; raise InputError where there is none."""
    return _named(name, writable(), "write")


def _named(name: str, rows: Iterable[Format], what: str) -> Format:
    known = {row.name: row for row in rows}
    if name not in known:
        raise InputError(f"There is no format {name!r} to {what}. There are: {', '.join(known)}.")
    return known[name]


def detect(path: Path) -> Format:
    """Return the format that a path holds; raise DatasetError where none is recognised.

    A format that can be read comes before one that can be checked alone.
    """
    if not path.exists():
        raise DatasetError(f"There is nothing at {path}.")
    for row in sorted(FORMATS, key=lambda row: row.reader is None):
        if row.recognises and row.recognises(path):
            return row
    raise DatasetError(
        f"{path} is of no known format. Give the folder that holds the masks or the splits, or "
        f"name the format: {', '.join(row.name for row in readable())}."
    )
