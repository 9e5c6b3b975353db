"""The table of dataset formats. A row says everything of one, and adding a format is a row.

Import, export, convert, validate and the window go by this table; nothing else asks for a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from vosgui.errors import DatasetError, InputError
from vosgui.formats.burst import reader as burst
from vosgui.formats.burst.writer import BurstWriter
from vosgui.formats.checks import read_checks
from vosgui.formats.coco import reader as coco
from vosgui.formats.coco.checks import coco_checks
from vosgui.formats.coco.track_entries import NO_CATEGORY
from vosgui.formats.coco.writer import CocoWriter
from vosgui.formats.coded import mots, mots_text, panoptic, stills
from vosgui.formats.coded.mots_writer import MotsTextWriter, MotsWriter
from vosgui.formats.cvat import reader as cvat
from vosgui.formats.cvat.writer import CvatWriter
from vosgui.formats.datumaro import reader as datumaro
from vosgui.formats.davis import reader as davis
from vosgui.formats.davis import ref_reader as ref_davis
from vosgui.formats.davis.writer import Davis2016Writer, DavisWriter
from vosgui.formats.format import Format
from vosgui.formats.isat import reader as isat
from vosgui.formats.labelstudio import reader as labelstudio
from vosgui.formats.mevis import reader as mevis
from vosgui.formats.mevis.writer import MevisWriter
from vosgui.formats.others import labelme, lvos, object_folders, sa_1b, sav
from vosgui.formats.others.mose import MoseWriter
from vosgui.formats.others.pictures import CutoutsWriter, PicturesWriter
from vosgui.formats.others.sav_writer import SavMasksWriter, SavWriter
from vosgui.formats.supervisely import reader as supervisely
from vosgui.formats.tree.find_clips import is_mask_folder, is_tree, list_tree
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.tree.writer import MaskTreeWriter
from vosgui.formats.youtubevis import reader as youtubevis
from vosgui.formats.youtubevis.checks import is_results, youtubevis_checks
from vosgui.formats.youtubevis.ovis_writer import OvisWriter
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

# In the order in which they are tried: a stricter form before a looser one.
FORMATS: tuple[Format, ...] = (
    Format(
        "ref-davis",
        "Ref-DAVIS17, DAVIS with sentences",
        ref_davis.is_ref_davis,
        ref_davis.list_ref_davis,
        checks=partial(tree_checks, is_davis=True),
        fixed_as="refer-youtube-vos",
        is_tree=True,
    ),
    Format(
        "voc",
        "PASCAL VOC SegmentationObject",
        stills.is_voc,
        stills.list_voc,
        checks=read_checks,
    ),
    Format(
        "cityscapes",
        "Cityscapes instanceIds",
        stills.is_cityscapes,
        stills.list_cityscapes,
        checks=read_checks,
    ),
    Format(
        "davis",
        "DAVIS 2016 or 2017",
        davis.is_davis,
        davis.list_davis,
        DavisWriter,
        "DAVIS 2017",
        checks=partial(tree_checks, is_davis=True),
        fixed_as="davis",
        is_tree=True,
    ),
    Format("davis-2016", "DAVIS 2016", None, None, Davis2016Writer, no_category=None),
    Format(
        "refer-youtube-vos",
        "Refer-YouTube-VOS",
        refer.is_refer,
        refer.list_refer,
        ReferYoutubeVosWriter,
        checks=refer_checks,
        fixed_as="refer-youtube-vos",
        wants_ten_digits=True,
        is_tree=True,
    ),
    Format(
        "mevis",
        "MeViS",
        mevis.is_mevis,
        mevis.list_mevis,
        MevisWriter,
        "MeViS, train",
        checks=read_checks,
        fixed_as="mevis",
        no_category=None,
    ),
    Format(
        "youtube-vis",
        "YouTube-VIS 2019, 2021 or 2022, or OVIS",
        youtubevis.is_youtubevis,
        youtubevis.list_youtubevis,
        YoutubeVisWriter,
        "YouTube-VIS instances.json",
        ("vis_year",),
        youtubevis_checks,
        fixed_as="youtube-vis",
        no_category=NO_CATEGORY,
    ),
    Format(
        "ovis",
        "OVIS, annotations_train.json",
        make_writer=OvisWriter,
        no_category=NO_CATEGORY,
    ),
    Format(
        "youtube-vis-results",
        "YouTube-VIS results.json",
        is_results,
        make_writer=YoutubeVisResultsWriter,
        options=("vis_year", "reference"),
        checks=youtubevis_checks,
        no_category=NO_CATEGORY,
    ),
    Format(
        "burst",
        "BURST",
        burst.is_burst,
        burst.list_burst,
        BurstWriter,
        "BURST, train",
        checks=read_checks,
        fixed_as="burst",
        no_category=NO_CATEGORY,
    ),
    Format(
        "cvat",
        "CVAT XML 1.1",
        cvat.is_cvat,
        cvat.list_cvat,
        CvatWriter,
        "CVAT for images 1.1",
        fixed_as="cvat",
        no_category=NO_CATEGORY,
    ),
    Format(
        "sa-v",
        "SA-V, videos with JSON",
        sav.is_sav,
        sav.list_sav,
        SavWriter,
        "SA-V, train: frames with JSON",
        no_category=None,
    ),
    Format(
        "mots",
        "MOTS or KITTI-MOTS, PNGs of 16 bits",
        mots.is_mots,
        mots.list_mots,
        MotsWriter,
        "MOTS, PNGs of 16 bits",
        checks=read_checks,
        fixed_as="mots",
        no_category=NO_CATEGORY,
    ),
    Format(
        "mots-txt",
        "MOTS or KITTI-MOTS, text",
        mots_text.is_mots_text,
        mots_text.list_mots_text,
        MotsTextWriter,
        "MOTS, text",
        checks=read_checks,
        fixed_as="mots-txt",
        no_category=NO_CATEGORY,
    ),
    Format(
        "panoptic",
        "panoptic masks with JSON (VIPSeg, COCO)",
        panoptic.is_panoptic,
        panoptic.list_panoptic,
        checks=read_checks,
    ),
    Format(
        "label-studio",
        "Label Studio, JSON or JSON-MIN",
        labelstudio.is_labelstudio,
        labelstudio.list_labelstudio,
    ),
    Format("datumaro", "datumaro JSON", datumaro.is_datumaro, datumaro.list_datumaro),
    Format("isat", "ISAT", isat.is_isat, isat.list_isat),
    Format(
        "supervisely",
        "Supervisely, images or videos",
        supervisely.is_supervisely,
        supervisely.list_supervisely,
    ),
    Format(
        "coco",
        "COCO instances",
        coco.is_coco,
        coco.list_coco,
        CocoWriter,
        "COCO instances with tracks",
        checks=coco_checks,
        fixed_as="coco",
        no_category=NO_CATEGORY,
    ),
    Format("sa-1b", "SA-1B, images with JSON", sa_1b.is_sa_1b, sa_1b.list_sa_1b),
    Format("labelme", "labelme", labelme.is_labelme, labelme.list_labelme),
    Format(
        "youtube-vos",
        "YouTube-VOS 2018, 2019 or 2022",
        youtubevos.is_youtubevos,
        partial(list_tree, objects=youtubevos.listed_objects),
        YoutubeVosWriter,
        "YouTube-VOS, train",
        checks=partial(tree_checks, has_meta=True),
        fixed_as="youtube-vos",
        split="train",
        valid_as="youtube-vos-valid",
        wants_ten_digits=True,
        is_tree=True,
    ),
    Format(
        "youtube-vos-valid",
        "YouTube-VOS, valid",
        make_writer=partial(YoutubeVosWriter, style="valid"),
        split="valid",
        wants_ten_digits=True,
    ),
    Format(
        "youtube-vos-submission",
        "YouTube-VOS, for its server",
        make_writer=SubmissionWriter,
        no_category=None,
    ),
    Format(
        "lvos",
        "LVOS",
        lvos.is_lvos,
        partial(list_tree, objects=lvos.listed_objects),
        lvos.LvosWriter,
        "LVOS, train",
        checks=partial(tree_checks, digits=8),
        fixed_as="lvos",
        is_tree=True,
    ),
    Format(
        "sa-v-masks",
        "SA-V, folders of binary masks",
        object_folders.is_sav_folders,
        object_folders.list_object_folders,
        SavMasksWriter,
        "SA-V, valid: folders of binary masks",
        no_category=None,
    ),
    Format(
        "refer-youtube-vos-submission",
        "Refer-YouTube-VOS, for its server",
        object_folders.is_submission,
        object_folders.list_object_folders,
        ReferSubmissionWriter,
        checks=submission_checks,
        is_of_one_clip=True,
        no_category=None,
    ),
    Format(
        "object-folders",
        "a folder of binary masks per object",
        object_folders.is_object_folders,
        object_folders.list_object_folders,
        is_of_one_clip=True,
    ),
    Format(
        "mose",
        "a tree of masks (MOSE and the like)",
        is_tree,
        list_tree,
        MoseWriter,
        "MOSE, train",
        fixed_as="mose",
        no_category=None,
        is_tree=True,
    ),
    Format(
        "masks",
        "folders of masks",
        is_mask_folder,
        list_tree,
        MaskTreeWriter,
        "folders of palette masks",
        checks=partial(tree_checks, digits=0),
        fixed_as="masks",
        is_of_one_clip=True,
        no_category=None,
        is_tree=True,
    ),
    *(
        Format(name, title, None, None, writer, "", ("objects",), is_film=film, no_category=None)
        for name, title, film, writer in (
            ("overlay", "film of the objects, MP4", True, PicturesWriter),
            ("gif", "film of the objects, GIF", True, partial(PicturesWriter, suffix=".gif")),
            ("contact-sheet", "contact sheet, PNG", True, partial(PicturesWriter, suffix=".png")),
            ("cutouts", "cut-out objects, PNG", False, CutoutsWriter),
        )
    ),
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
        if row.holds(path):
            return row
    raise DatasetError(
        f"{path} is of no known format. Give the folder that holds the masks or the splits, or "
        f"name the format: {', '.join(row.name for row in readable())}."
    )
