"""Reading SA-1B: images with a JSON of masks each, none of which has a class or a name.

Masks lie over each other, parts over wholes; the smaller is on top here. Nothing ties the masks of
one image to those of another, so each image is a clip of one frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import has_keys, read_json
from vosgui.files.ordinary import is_ordinary
from vosgui.formats.coco.rle import MaskText, drawn_of
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.tree.names import distinct_names, image_stem
from vosgui.media.image_files import SUFFIXES
from vosgui.media.images import natural_key

_LOOKED_AT = 64  # files of a folder that may hold thousands


class _Image(msgspec.Struct):
    width: int
    height: int
    file_name: str = ""


class _Annotation(msgspec.Struct):
    segmentation: MaskText
    id: int | str | None = None
    area: float = 0.0


class _File(msgspec.Struct):
    image: _Image
    annotations: list[_Annotation]


@dataclass(frozen=True)
class Sa1bClip(ShapesClip):
    """One image and its masks."""

    name: str
    file: Path
    frames: Path | None

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the file; raise DatasetError where it is broken."""
        content = read_json(self.file, _File, "a file of SA-1B")
        hw = checked_hw(content.image.height, content.image.width, str(self.file))
        issues: list[Issue] = []
        found = sorted(content.annotations, key=lambda one: -one.area)
        if len(found) > MAX_OBJECT_ID:
            n_left_out = len(found) - MAX_OBJECT_ID
            text = f"It has {len(found)} masks; the {n_left_out} smallest were left out."
            issues.append(warning(text, clip=self.name, file=str(self.file)))
        kept = found[:MAX_OBJECT_ID]
        objects = {n: FileObject() for n in range(len(kept))}
        shapes = [Shape(n, partial(self._pixels, one, hw)) for n, one in enumerate(kept)]
        names = (image_stem(content.image.file_name) or self.name,)
        about = (self.frames, names, hw, objects, [(0, shapes)])
        return Outline(*about, stride=1, last_on_top=True, issues=issues)

    def _pixels(self, one: _Annotation, hw: tuple[int, int]) -> Pixels | None:
        return drawn_of(one.segmentation, hw, f"annotation {one.id}", self.file)


def is_sa_1b(path: Path) -> bool:
    """Return whether a path is a file of SA-1B, or a folder with some."""
    return any(map(_is_file, islice(_files(path), _LOOKED_AT)))


def list_sa_1b(path: Path) -> Dataset:
    """Return the images of a folder, a clip of one frame each; DatasetError where none."""
    files = sorted(filter(_is_file, _files(path)), key=lambda file: natural_key(str(file)))
    if not files:
        raise DatasetError(f"There are no files of SA-1B in {path}.")
    names = distinct_names([(file.parent.name, file.stem) for file in files], "image")
    clips: list[ClipSource] = [
        Sa1bClip(name, file, _image(file)) for name, file in zip(names, files, strict=True)
    ]
    text = "Each image is a clip of its own: its file does not say who is who in other images."
    return Dataset(tuple(clips), (note(text, file=str(path)),))


def _image(file: Path) -> Path | None:
    """Return the image beside a file of its name, None where there is none."""
    found = (file.with_name(f"{file.stem}{ending}") for ending in sorted(SUFFIXES))
    return next((image for image in found if is_ordinary(image)), None)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield from [path] if path.suffix.lower() == ".json" else []
        return
    for folder in (path, *(path / name for name in folders_in(path))):
        yield from folder.glob("*.json")


def _is_file(file: Path) -> bool:
    return has_keys(file, "image", "annotations", "segmentation")
