"""MOTS and KITTI-MOTS: PNGs of 16 bits whose values are class * 1000 + instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from vosgui.core.issues import Issue
from vosgui.errors import DatasetError
from vosgui.files.ordinary import open_file
from vosgui.files.text_file import read_text
from vosgui.formats.coded.clip import CodedClip, Left
from vosgui.formats.dataset import Dataset
from vosgui.formats.shapes import FileObject
from vosgui.formats.tree.layout import folders_in, mask_files
from vosgui.media.images import list_images
from vosgui.media.palette import BROKEN_IMAGE

INSTANCES, IMAGES, LABELS = "instances", "images", "labels.txt"
PER_CLASS = 1000
IGNORED = 10  # the class of regions that nobody scores; 10000 in masks
# What class ids are where no labels.txt says it (www.vision.rwth-aachen.de/page/mots).
CLASSES = ("car", "pedestrian")
# Where the frames of clips lie, seen from the folder of `instances` or the one above.
_FRAMES = (IMAGES, "image_02", "training/image_02", "testing/image_02", "train/images", "img1")


@dataclass(frozen=True)
class MotsClip(CodedClip):
    """A folder of such masks. labels : names of the classes, of number 1 on."""

    labels: tuple[str, ...] = CLASSES

    def files(self, issues: list[Issue]) -> Mapping[str, Path]:
        """Return the masks by their stems."""
        return {path.stem: path for path in mask_files(self.masks)}

    def meaning(self, code: int, frame: str) -> FileObject | Left | None:
        """Return the object of a value: its class and the number of the instance."""
        kind, instance = divmod(code, PER_CLASS)
        if code == 0:
            return None
        if kind == IGNORED:
            return Left("Regions to ignore became background:", str(code))
        if kind == 0:
            return Left("Values below 1000 name no class and were left out:", str(code), True)
        return FileObject(instance, class_name(kind, self.labels), called=str(code))


def class_name(kind: int, labels: tuple[str, ...]) -> str:
    """Return what a class is called, or its number in words."""
    return labels[kind - 1] if kind <= len(labels) else f"class {kind}"


def read_labels(*folders: Path) -> tuple[str, ...]:
    """Return the names of the classes from the first labels.txt of some folders, or MOTS's own.

    Raises DatasetError where it cannot be read.
    """
    file = next((one / LABELS for one in folders if (one / LABELS).is_file()), None)
    if file is None:
        return CLASSES
    lines = read_text(file).splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def frames_of(name: str, *roots: Path) -> Path | None:
    """Return the folder of a clip's frames near some folders; None where there is none."""
    folders = (root / inner / name for root in roots for inner in _FRAMES)
    return next((folder for folder in folders if list_images(folder)), None)


def is_mots(root: Path) -> bool:
    """Return whether a folder holds instances/CLIP/FRAME.png of 16 bits."""
    return any(_is_16_bit(mask_files(masks)) for _, masks in _clips(root))


def list_mots(root: Path) -> Dataset:
    """Return the clips, those of `instances` and of its like in splits; DatasetError where none."""
    clips = []
    for name, masks in _clips(root):
        inside = masks if masks.name == INSTANCES else masks.parent
        base = inside.parent
        frames = frames_of("" if masks == inside else name, base, base.parent)
        clips.append(MotsClip(name, masks, frames, read_labels(inside, base)))
    if not clips:
        raise DatasetError(
            f"There are no masks of MOTS in {root}. Expected {INSTANCES}/CLIP/*.png."
        )
    return Dataset(tuple(clips))


def _clips(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of each clip and the folder of its masks."""
    above = root.resolve()
    bases = [root, *(root / name for name in folders_in(root))]
    found = [base / INSTANCES for base in bases if (base / INSTANCES).is_dir()]
    for folder in [root] if above.name == INSTANCES else found:
        if mask_files(folder):
            yield folder.resolve().parent.name, folder
        for name in folders_in(folder):
            if mask_files(folder / name):
                yield name, folder / name


def _is_16_bit(files: list[Path]) -> bool:
    if not files:
        return False
    try:
        with open_file(files[0]) as file, Image.open(file) as image:
            return image.mode.startswith("I")
    except BROKEN_IMAGE:
        return False
