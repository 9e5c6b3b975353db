"""Reading COCO instances: images of clips, annotations tied together by a track's number."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from vosgui.core.issues import Issue, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.formats.coco.rle import Segmentation, pixels_of, rle_of
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw, tied
from vosgui.formats.tree.find_frames import first_plain, frames_beside, names_of_files
from vosgui.media.images import natural_key


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
    segmentation: Segmentation = None
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
class CocoClip(ShapesClip):
    """The images of one clip, in order, each with its annotations."""

    name: str
    file: Path
    frames: Path | None
    images: tuple[_Image, ...] = field(repr=False)
    annotations: tuple[tuple[_Annotation, ...], ...] = field(repr=False)
    categories: dict[int, str] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Tie the annotations to objects."""
        issues: list[Issue] = []
        hw = self.images[0].height, self.images[0].width
        objects: dict[Hashable, FileObject] = {}
        shapes: list[tuple[int, list[Shape]]] = []
        for t, (image, found) in enumerate(zip(self.images, self.annotations, strict=True)):
            if (image.height, image.width) != hw:
                raise DatasetError(
                    f"{self.file}: the image {image.file_name} is {image.width}x{image.height}, "
                    f"others of the clip {self.name} are {hw[1]}x{hw[0]}."
                )
            shapes.append((t, []))
            for key, one in self._keyed(found, issues):
                category = self.categories.get(one.category_id, "")
                objects.setdefault(key, FileObject(one.object_id or one.track, category))
                shapes[t][1].append(Shape(key, partial(self._pixels, one, hw, image.file_name)))
        if all(one.number is not None for one in objects.values()):
            objects = dict(sorted(objects.items(), key=lambda pair: pair[1].number or 0))
        names = names_of_files(image.file_name for image in self.images)
        return Outline(self.frames, names, hw, objects, shapes, issues=issues)

    def _keyed(
        self, found: Sequence[_Annotation], issues: list[Issue]
    ) -> Iterator[tuple[Hashable, _Annotation]]:
        """Yield each annotation with what tells its object: its track, or category and order."""
        n_of: dict[Hashable, int] = {}
        for one in found:
            if one.iscrowd:
                text = "An annotation of a crowd (iscrowd) was left out."
                issues.append(warning(text, clip=self.name))
            elif one.track is not None:
                yield one.track, one
            else:
                text = "An annotation has no track: it was tied to others by category and order."
                issues.append(warning(text, clip=self.name, fix="Check who is who."))
                yield tied(one.category_id, n_of), one

    def _pixels(self, one: _Annotation, hw: tuple[int, int], frame: str) -> Pixels | None:
        try:
            rle = rle_of(one.segmentation, hw)
        except ValueError as error:
            raise DatasetError(f"{self.file}: annotation {one.id} of {frame}: {error}.") from error
        return None if rle is None else pixels_of(rle)


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
        checked_hw(image.height, image.width, f"{file}: image {image.id}")
        groups.setdefault(_clip_name(image, videos, file), []).append(image)
    categories = {category.id: category.name for category in content.categories}
    clips = []
    for name, images in groups.items():
        images.sort(key=_order)
        found = tuple(tuple(by_image[image.id]) for image in images)
        frames = frames_beside(file, images[0].file_name)
        clips.append(CocoClip(name, file, frames, tuple(images), found, categories))
    return clips


def _clip_name(image: _Image, videos: dict[int, str], file: Path) -> str:
    """Return the name of an image's clip: the video's, its folder's, or the file's."""
    said = videos.get(image.video_id, "") if image.video_id is not None else ""
    folder = PurePosixPath(image.file_name).parent.name
    return first_plain(PurePosixPath(said).stem, folder, file.stem)


def _order(image: _Image) -> tuple[int, Any]:
    index = image.frame_id if image.frame_id is not None else image.frame_index
    return (index if index is not None else 0), natural_key(image.file_name)
