"""Reading COCO instances: images of clips, annotations tied together by a track's number."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import numpy as np
from pycocotools import mask as coco

from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.formats.coco.rle import checked_rle, polygons_as_rle
from vosgui.formats.dataset import AnnotationBuilder, ClipSource, Dataset, LabelledClip
from vosgui.formats.tree.layout import is_plain_name
from vosgui.formats.tree.numbering import numbered
from vosgui.formats.tree.overlaps import FIRST_WINS, flattened
from vosgui.media.images import natural_key

_IMAGES = ("", "images", "JPEGImages", "train", "val", "train2017", "val2017")


class _Rle(msgspec.Struct):
    size: list[int]
    counts: str | list[int]


class _Image(msgspec.Struct):
    id: int
    file_name: str
    width: int
    height: int
    video_id: int | None = None
    frame_id: int | None = None
    frame_index: int | None = None


class _Annotation(msgspec.Struct):
    image_id: int
    category_id: int
    id: int = 0
    segmentation: _Rle | list[list[float]] | None = None
    iscrowd: int = 0
    track_id: int | None = None
    instance_id: int | None = None
    object_id: int | None = None
    attributes: dict[str, Any] | None = None

    @property
    def track(self) -> int | None:
        """Return the number that ties an object's annotations together, None for none."""
        said = (self.attributes or {}).get("track_id")
        numbers = (self.track_id, self.instance_id, said if isinstance(said, int) else None)
        return next((number for number in numbers if number is not None), self.object_id)


class _Named(msgspec.Struct):
    id: int
    name: str


class _Content(msgspec.Struct):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Named]
    videos: list[_Named] = []


@dataclass(frozen=True)
class CocoClip:
    """The images of one clip, in order, each with its annotations."""

    name: str
    file: Path
    frames: Path | None
    images: tuple[_Image, ...] = field(repr=False)
    annotations: tuple[tuple[_Annotation, ...], ...] = field(repr=False)
    categories: dict[int, str] = field(repr=False)

    def read(self, progress: Progress = NO_PROGRESS) -> LabelledClip:
        """Flatten the annotations into one mask per frame."""
        issues: list[Issue] = []
        hw = self.images[0].height, self.images[0].width
        names = _frame_names(self.images)
        keyed = [self._keyed(found, issues) for found in self.annotations]
        wanted = {key: one.object_id or one.track for found in keyed for key, one in found}
        if all(isinstance(n, int) for n in wanted.values()):
            wanted = dict(sorted(wanted.items(), key=lambda pair: pair[1] or 0))
        ids, more = numbered(wanted, self.name)
        issues += more
        builder = AnnotationBuilder(hw, len(names))
        categories: dict[int, str] = {}
        for t, (image, found) in enumerate(zip(self.images, keyed, strict=True)):
            if (image.height, image.width) != hw:
                raise DatasetError(
                    f"{self.file}: the image {image.file_name} is {image.width}x{image.height}, "
                    f"others of the clip {self.name} are {hw[1]}x{hw[0]}."
                )
            layers: list[tuple[int, Pixels]] = []
            for key, one in found:
                categories.setdefault(ids[key], self.categories.get(one.category_id, ""))
                pixels = self._pixels(one, hw, image.file_name, issues)
                if pixels is not None:
                    layers.append((ids[key], pixels))
            layers.sort(key=lambda layer: layer[0])
            mask, n_shared = flattened(hw, layers)
            if n_shared:
                where = {"clip": self.name, "frame": names[t]}
                issues.append(warning(FIRST_WINS, **where, count=n_shared))
            builder.add(t, mask)
            progress.report(t + 1)
        objects = [new_object(i, category=name) for i, name in sorted(categories.items())]
        annotation = builder.build(objects)
        return LabelledClip(self.name, self.frames, names, annotation, gathered(issues))

    def _keyed(
        self, found: Sequence[_Annotation], issues: list[Issue]
    ) -> list[tuple[Hashable, _Annotation]]:
        """Return each annotation with what tells its object: its track, or category and order."""
        keyed: list[tuple[Hashable, _Annotation]] = []
        n_of: dict[int, int] = {}
        for one in found:
            if one.iscrowd:
                text = "An annotation of a crowd (iscrowd) was left out."
                issues.append(warning(text, clip=self.name))
                continue
            if one.track is not None:
                keyed.append((one.track, one))
                continue
            n_of[one.category_id] = n_of.get(one.category_id, 0) + 1
            keyed.append(((one.category_id, n_of[one.category_id]), one))
            text = "An annotation has no track: it was tied to others by category and order."
            issues.append(warning(text, clip=self.name, fix="Check who is who."))
        return keyed

    def _pixels(
        self, one: _Annotation, hw: tuple[int, int], frame: str, issues: list[Issue]
    ) -> Pixels | None:
        try:
            if isinstance(one.segmentation, _Rle):
                if tuple(one.segmentation.size) != hw:
                    raise ValueError(f"its mask is of size {one.segmentation.size}, not {list(hw)}")
                rle = checked_rle(one.segmentation.size, one.segmentation.counts)
            else:
                found = polygons_as_rle(one.segmentation or [], hw)
                if found is None:
                    text = "An annotation has no mask; it was left out."
                    issues.append(warning(text, clip=self.name, frame=PurePosixPath(frame).stem))
                    return None
                rle = found
        except ValueError as error:
            raise DatasetError(f"{self.file}: annotation {one.id} of {frame}: {error}.") from error
        return np.asarray(coco.decode(rle), bool)


def is_coco(path: Path) -> bool:
    """Return whether a path is a file of COCO instances, or the tree of one."""
    return any(_is_instances(file) for file in _files(path))


def list_coco(path: Path) -> Dataset:
    """Return the clips of the files; raise DatasetError for a broken one."""
    clips: list[ClipSource] = []
    for file in coco_files(path):
        clips += _clips(file)
    if not clips:
        raise DatasetError(f"There is no file of COCO instances with images in {path}.")
    return Dataset(tuple(clips))


def coco_files(path: Path) -> list[Path]:
    """Return the files of COCO instances that a path holds."""
    return [file for file in _files(path) if path.is_file() or _is_instances(file)]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix == ".json" else []
    return sorted((*path.glob("*.json"), *path.glob("annotations/*.json")))


def _is_instances(file: Path) -> bool:
    text = file.read_bytes()
    if all(key in text for key in (b'"images"', b'"annotations"', b'"categories"')):
        return True
    # One that breaks off early lacks what comes last: reading it says so.
    breaks_off = not text.rstrip().endswith(b"}")
    return breaks_off and b'"images"' in text and b'"file_name"' in text


def _clips(file: Path) -> list[CocoClip]:
    content = read_json(file, _Content, "a file of COCO instances")
    by_image: dict[int, list[_Annotation]] = {image.id: [] for image in content.images}
    for one in content.annotations:
        if one.image_id not in by_image:
            raise DatasetError(
                f"{file}: annotation {one.id} is of image {one.image_id}: not there."
            )
        by_image[one.image_id].append(one)
    videos = {video.id: video.name for video in content.videos}
    groups: dict[str, list[_Image]] = {}
    for image in content.images:
        if not (0 < image.height < 1 << 15 and 0 < image.width < 1 << 15):
            raise DatasetError(f"{file}: image {image.id} has no size that an image can have.")
        groups.setdefault(_clip_name(image, videos, file), []).append(image)
    categories = {category.id: category.name for category in content.categories}
    clips = []
    for name, images in groups.items():
        images.sort(key=_order)
        found = tuple(tuple(by_image[image.id]) for image in images)
        frames = _frames(file, images[0].file_name)
        clips.append(CocoClip(name, file, frames, tuple(images), found, categories))
    return clips


def _clip_name(image: _Image, videos: dict[int, str], file: Path) -> str:
    """Return the name of an image's clip: the video's, its folder's, or the file's."""
    said = videos.get(image.video_id, "") if image.video_id is not None else ""
    for name in (PurePosixPath(said).stem, PurePosixPath(image.file_name).parent.name, file.stem):
        if is_plain_name(name):
            return name
    return "clip"


def _order(image: _Image) -> tuple[int, Any]:
    index = image.frame_id if image.frame_id is not None else image.frame_index
    return (index if index is not None else 0), natural_key(image.file_name)


def _frames(file: Path, file_name: str) -> Path | None:
    if ".." in PurePosixPath(file_name).parts or file_name.startswith("/"):
        return None
    for base in (file.parent, file.parent.parent):
        for inner in _IMAGES:
            if (base / inner / file_name).is_file():
                return (base / inner / file_name).parent
    return None


def _frame_names(images: Sequence[_Image]) -> tuple[str, ...]:
    stems = tuple(PurePosixPath(image.file_name.replace("\\", "/")).stem for image in images)
    return stems if len(set(stems)) == len(stems) else tuple(f"{t:05d}" for t in range(len(stems)))
