"""Single images with masks of their own: Cityscapes, and PASCAL VOC's SegmentationObject.

Their instances are numbered in each image anew: nothing says who is who in another. So each image
is a clip of one frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.colours import voc_palette
from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import VOID
from vosgui.core.words import some_of
from vosgui.errors import DatasetError, MaskError
from vosgui.files.text_file import read_text
from vosgui.formats.coded.clip import CodedClip, Left
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.shapes import FileObject
from vosgui.formats.tree.frame_palettes import FramePalettes
from vosgui.formats.tree.layout import folders_in
from vosgui.media.images import is_jpeg, list_images
from vosgui.media.mask_files import Codes, StoredMask, checked_ids, read_stored
from vosgui.media.soft_edges import Colours

_NOTE = "Each image is a clip of its own: its file does not say who is who in other images."

_CITYSCAPES = "_instanceIds.png"
_CITYSCAPES_AT = ("", "*/", "*/*/", "gtFine/*/*/", "gtCoarse/*/*/")
# Of cityscapesscripts' labels those that have instances, by id.
_THINGS = {24: "person", 25: "rider", 26: "car", 27: "truck", 28: "bus", 29: "caravan"}
_THINGS |= {30: "trailer", 31: "train", 32: "motorcycle", 33: "bicycle"}

_VOC, _VOC_CLASSES, _VOC_IMAGES = "SegmentationObject", "SegmentationClass", "JPEGImages"
# PASCAL VOC 2012, the classes of 1 to 20.
_VOC_NAMES = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa"),
    *("train", "tvmonitor"),
)


class CityscapesClip(CodedClip):
    """One image, whose mask has class * 1000 + instance, or a class alone."""

    def files(self, issues: list[Issue]) -> Mapping[str, Path]:
        """Return the one mask."""
        return {self.name: self.masks}

    def meaning(self, code: int, frame: str) -> FileObject | Left | None:
        """Return the object of a value."""
        kind = code // 1000 if code >= 1000 else code
        if code >= 1000:
            return FileObject(None, _THINGS.get(kind, f"class {kind}"), called=str(code))
        if kind in _THINGS:
            text = "Groups whose members have no number were left out:"
            return Left(text, f"{_THINGS[kind]} ({kind})", True)
        return Left("Classes without instances became background:", str(kind)) if code else None


@dataclass(frozen=True)
class VocClip(CodedClip):
    """One image. classes : the mask that says of what class pixels are; None for none.

    labels : names of the classes of 0 on, and their colours as a file lists them; empty for VOC's.
    """

    classes: Path | None
    labels: tuple[tuple[str, int], ...]

    def files(self, issues: list[Issue]) -> Mapping[str, Path]:
        """Return the one mask."""
        return {self.name: self.masks}

    def codes(self, path: Path) -> Codes:
        """Return the ids of a mask, int32 (H, W): its values, or what VOC's colours stand for."""
        stored = read_stored(path)
        image = checked_ids(path, stored.values)
        if image.ndim == 2:
            return self._palette.ids(stored).astype(np.int32)
        colours = _codes_of(image)
        table = {code: i for i, code in enumerate(_codes_of(voc_palette()).tolist())}
        values, places = np.unique(colours, return_inverse=True)
        strange = [value for value in values.tolist() if value not in table]
        if strange:
            said = some_of([_rgb(value) for value in strange])
            raise MaskError(
                f"The mask {path} holds colours that are none of PASCAL VOC's: {said}. "
                "Save it with its palette, or as object ids."
            )
        ids = np.array([table[value] for value in values.tolist()], np.int32)
        return ids[places].reshape(colours.shape)

    def meaning(self, code: int, frame: str) -> FileObject | Left | None:
        """Return the object of a value; 255 is the border that nobody scores."""
        if code == VOID:
            return Left("The border that is void became background:", str(VOID))
        return FileObject(code, self._categories.get(code, ""), called=str(code)) if code else None

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return what became of indices whose palette is not VOC's."""
        return (self._palette.note,) if self._palette.note else ()

    @cached_property
    def _palette(self) -> FramePalettes:
        return FramePalettes([self.masks])

    @cached_property
    def _categories(self) -> dict[int, str]:
        """Return the class that most pixels of each object have."""
        if self.classes is None:
            return {}
        stored, objects = read_stored(self.classes), self.codes(self.masks)
        image = checked_ids(self.classes, stored.values)
        if image.shape[:2] != objects.shape:
            raise MaskError(f"The masks {self.classes} and {self.masks} differ in size.")
        colours = self._colours_in(stored) if image.ndim == 2 else image
        names = self._names_of_ids() if colours is None else self._names_of_colours()
        kinds = image.astype(np.int32) if colours is None else _codes_of(colours)
        found = {}
        for value in np.unique(objects[(objects > 0) & (objects != VOID)]).tolist():
            kind, n = np.unique(kinds[objects == value], return_counts=True)
            found[value] = names.get(int(kind[n.argmax()]), "")
        return found

    def _colours_in(self, stored: StoredMask) -> Colours | None:
        """Return the colours of a palette mask, uint8 (H, W, 3), where all are those of classes."""
        table = np.frombuffer(stored.palette, np.uint8).reshape(-1, 3)
        used = np.unique(stored.values)
        if used[-1] >= len(table):
            return None
        known = {0, _code(*voc_palette()[VOID].tolist()), *self._names_of_colours()}
        is_told = {*_codes_of(table[used]).tolist()} <= known
        return table[stored.values] if is_told else None

    def _names_of_ids(self) -> dict[int, str]:
        names = [name for name, _ in self.labels] or ["", *_VOC_NAMES]
        return {n: name for n, name in enumerate(names) if n}

    def _names_of_colours(self) -> dict[int, str]:
        own = dict(zip(_codes_of(voc_palette()[1:]).tolist(), _VOC_NAMES, strict=False))
        return {colour: name for name, colour in self.labels if colour} or own


def is_cityscapes(root: Path) -> bool:
    """Return whether a folder holds masks of Cityscapes, by their names."""
    return next(_instance_ids(root), None) is not None


def list_cityscapes(root: Path) -> Dataset:
    """Return the images, each as a clip; raise DatasetError where there is none."""
    clips: list[ClipSource] = []
    for mask in _instance_ids(root):
        name = re.sub(r"_gt(Fine|Coarse)$", "", mask.name.removesuffix(_CITYSCAPES))
        clips.append(CityscapesClip(name, mask, _cityscapes_image(mask, name)))
    if not clips:
        raise DatasetError(f"There are no masks of Cityscapes in {root}: *{_CITYSCAPES}.")
    return Dataset(tuple(clips), (note(_NOTE),) if len(clips) > 1 else ())


def _instance_ids(root: Path) -> Iterator[Path]:
    if root.is_dir():
        for at in _CITYSCAPES_AT:
            yield from sorted(root.glob(f"{at}*{_CITYSCAPES}"))


def _cityscapes_image(mask: Path, name: str) -> Path | None:
    """Return leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png of gtFine/SPLIT/CITY, or one beside."""
    city = mask.resolve().parent
    beside = city.parents[2] / "leftImg8bit" / city.parent.name / city.name
    names = (f"{name}{end}" for end in ("_leftImg8bit.png", "_leftImg8bit.jpg", ".jpg"))
    files = (folder / image for image in names for folder in (city, beside))
    return next((file for file in files if file.is_file()), None)


def is_voc(root: Path) -> bool:
    """Return whether a folder, or VOC2012 or the like within, has SegmentationObject."""
    return bool(_voc_roots(root))


def list_voc(root: Path) -> Dataset:
    """Return the images, each as a clip; raise DatasetError where there is none."""
    clips: dict[str, ClipSource] = {}
    issues: list[Issue] = []
    for base in _voc_roots(root):
        labels = _labelmap(base / "labelmap.txt")
        images = {path.stem: path for path in list_images(base / _VOC_IMAGES)}
        there = {path.stem: path for path in list_images(base / _VOC) if not is_jpeg(path)}
        for name, mask in there.items():
            classes = base / _VOC_CLASSES / mask.name
            known = classes if classes.is_file() else None
            clips.setdefault(name, VocClip(name, mask, images.get(name), known, labels))
        for name, file in _listed(base).items():
            if name not in there:
                text = "It is listed but has no mask; it was left out."
                issues.append(warning(text, clip=name, file=str(file)))
    if not clips:
        raise DatasetError(f"There are no masks in {root}. Expected {_VOC}/IMAGE.png there.")
    return Dataset(tuple(clips.values()), (*([note(_NOTE)] if len(clips) > 1 else []), *issues))


def _voc_roots(root: Path) -> list[Path]:
    inner = [root / name for name in folders_in(root)]
    kit = [root / "VOCdevkit" / name for name in folders_in(root / "VOCdevkit")]
    return [one for one in (root, *inner, *kit) if list_images(one / _VOC)]


def _listed(base: Path) -> dict[str, Path]:
    """Return the images that the lists of a split name, with the list."""
    found: dict[str, Path] = {}
    for file in sorted((base / "ImageSets/Segmentation").glob("*.txt")):
        lines = read_text(file).splitlines()
        found |= {line.split()[0]: file for line in lines if line.strip()}
    return found


def _labelmap(file: Path) -> tuple[tuple[str, int], ...]:
    """Return the classes of a labelmap.txt, `name:r,g,b:parts:actions` a line; none without."""
    if not file.is_file():
        return ()
    found: list[tuple[str, int]] = []
    try:
        for line in read_text(file).splitlines():
            name, _, rest = line.strip().partition(":")
            if name and not name.startswith("#"):
                levels = [int(level) for level in rest.split(":")[0].split(",") if level]
                own = voc_palette()[len(found) & 255].tolist()  # datumaro leaves colours out
                found.append((name, _code(*(levels or own))))
    except (ValueError, TypeError) as error:
        raise DatasetError(f"{file} is no labelmap.txt: {error}.", file=str(file)) from error
    return tuple(found)


def _code(red: int, green: int, blue: int) -> int:
    return (red << 16) | (green << 8) | blue


def _rgb(code: int) -> tuple[int, int, int]:
    return code >> 16, code >> 8 & 255, code & 255


def _codes_of(colours: np.ndarray[Any, Any]) -> Codes:
    red, green, blue = np.moveaxis(colours.astype(np.int32), -1, 0)
    return np.asarray((red << 16) | (green << 8) | blue, np.int32)
