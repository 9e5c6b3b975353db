"""Reading Supervisely: a dataset of a project is a clip of images, or holds videos.

PROJECT/DATASET/ann/NAME.json tells of the image PROJECT/DATASET/img/NAME, or of the video
PROJECT/DATASET/video/NAME.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from vosgui.core.issues import Issue, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import JsonPath
from vosgui.files.loose_json import key_of, value_of
from vosgui.files.ordinary import head_of
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.drawn.frames import DrawnClip, DrawnFrame, Figure, Hw
from vosgui.formats.drawn.media import FEW, first_few
from vosgui.formats.shapes import Outline, ShapesClip
from vosgui.formats.supervisely.figures import pixels_of_geometry
from vosgui.formats.tree.by_size import SizeGroup, size_said, told_by_size
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.tree.names import (
    distinct_names,
    identity_said,
    image_stem,
    told_by_name,
)
from vosgui.media.images import list_images, natural_key

_ANNOTATIONS, _IMAGES, _VIDEOS, _INNER, _META = "ann", "img", "video", "datasets", "meta.json"
_HEAD = 1 << 16
_DEEPEST = 8  # datasets within datasets


class _Class(msgspec.Struct):
    title: str
    shape: str = ""


class _Meta(msgspec.Struct):
    classes: list[_Class] = []


class _Size(msgspec.Struct):
    height: int
    width: int


class _ImageFile(msgspec.Struct):
    size: _Size
    objects: list[msgspec.Raw] = []  # as values, points take ten times as much


class _Frame(msgspec.Struct):
    index: int
    figures: list[msgspec.Raw] = []


class _VideoFile(msgspec.Struct, rename="camel"):
    size: _Size
    objects: list[dict[str, Any]] = []
    frames: list[_Frame] = []
    frames_count: int | None = None


@dataclass(frozen=True)
class ImagesClip(ShapesClip):
    """The images of one clip of a dataset. files : what is said of each.

    strangers : names of other clips' frames among the images. is_apart : others there are of
    another size.
    """

    name: str
    folder: Path
    files: tuple[Path, ...] = field(repr=False)
    shapes: Mapping[str, str] = field(repr=False)
    strangers: frozenset[str] = field(default=frozenset(), repr=False)
    is_apart: bool = False

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read all files; what is later in the list is on top."""
        return self.readable(BrokenFrames(), progress)

    def readable(self, broken: BrokenFrames, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the files that can be read."""
        contents = {}
        seen: Counter[Hashable] = Counter()
        for path in self.files:
            with broken.at(image_stem(path.stem), path):
                content = read_json(path, _ImageFile, "a file of a Supervisely image")
                told = [_told(one, path) for one in content.objects]
                seen.update({key for one in told if (key := _text(one, "instance"))})
                contents[path] = content
            progress.report(0)
        broken.check_left(len(contents))
        frames = [
            DrawnFrame(
                image_stem(path.stem),
                path,
                tuple(self._figures(content, seen)),
                (content.size.height, content.size.width),
            )
            for path, content in contents.items()
        ]
        images = self.folder / _IMAGES
        folder = images if list_images(images) else None
        about = (self.name, frames, folder)
        drawn = DrawnClip(*about, strangers=self.strangers, broken=broken)
        drawn.is_apart = self.is_apart
        return drawn.outline()

    def _figures(self, content: _ImageFile, seen: Mapping[Hashable, int]) -> Iterator[Figure]:
        """Yield what was drawn in an image; parts that are tied within it alone as one."""
        parts: dict[str, list[int]] = {}
        for n, text in enumerate(content.objects):
            parts.setdefault(_text(_said(text), "instance") or f"no {n}", []).append(n)
        for key, places in parts.items():
            texts = [content.objects[n] for n in places]
            tied = [*map(_said, texts)]
            label = _text(tied[0], "classTitle")
            who = key_of(next((said for one in tied if (said := _tagged(one))), None))
            if who is None and seen.get(key, 0) > 1:
                who = key
            kinds = [self._kind(one) for one in tied]
            draw = partial(_drawn, tuple(zip(kinds, texts, strict=True)))
            yield Figure(label, draw, who, place=("objects", places[0]))

    def _kind(self, one: Mapping[str, Any]) -> str:
        said = _text(one, "geometryType") or _text(one, "shape")
        return said or self.shapes.get(_text(one, "classTitle"), "")


@dataclass(frozen=True)
class VideoClip(ShapesClip):
    """A video of a project."""

    name: str
    file: Path
    video: Path | None

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the file; what is later in a frame's list is on top, or of a higher priority."""
        content = read_json(self.file, _VideoFile, "a file of a Supervisely video")
        size = content.size.height, content.size.width
        classes = {key: _text(one, "classTitle") for one in content.objects for key in _keys(one)}
        ids = {key: key_of(one.get("id")) for one in content.objects for key in _keys(one)}
        issues: list[Issue] = []
        frames = []
        for k, frame in enumerate(content.frames):
            figures = []
            told = [(n, _told(one, self.file)) for n, one in enumerate(frame.figures)]
            for n, one in sorted(told, key=lambda pair: _priority(pair[1])):
                key = _text(one, "objectKey") or key_of(one.get("objectId"))
                if key not in classes:
                    text = "A figure belongs to no object of the file; it was left out."
                    where = {"frame": f"{frame.index:05d}", "file": str(self.file)}
                    issues.append(warning(text, clip=self.name, **where))
                    continue
                draw = partial(_drawn, ((_text(one, "geometryType"), frame.figures[n]),))
                place: JsonPath = ("frames", k, "figures", n)
                figures.append(Figure(classes[key], draw, ids[key] or key, True, place))
            name = f"{frame.index:05d}"
            frames.append(DrawnFrame(name, self.file, tuple(figures), size))
        last = max((frame.index for frame in content.frames), default=-1)
        n_frames = max(content.frames_count or 0, last + 1)
        about_clip = (self.name, frames, self.video, n_frames)
        order = tuple(ids[key] or key for key in classes)
        return DrawnClip(*about_clip, says_all=False, order=order, issues=issues).outline()


def _drawn(parts: Sequence[tuple[str, msgspec.Raw]], hw: Hw) -> Pixels:
    """Return the pixels of figures, or of objects, which are their own geometry."""
    pixels = np.zeros(hw, bool)
    for kind, text in parts:
        said = _said(text)
        geometry = said.get("geometry")
        about = geometry if isinstance(geometry, Mapping) else said
        pixels |= pixels_of_geometry(kind, about, hw)
    return pixels


def _told(text: msgspec.Raw, file: Path) -> dict[str, Any]:
    """Return what an object or a figure of a file says; raise DatasetError where it is broken."""
    try:
        return _said(text)
    except ValueError as problem:
        raise DatasetError(f"{file} is broken: {problem}.", file=str(file)) from problem


def _said(text: msgspec.Raw) -> dict[str, Any]:
    """Return what an object or a figure says; raise ValueError where it is no table."""
    said = value_of(text)
    if not isinstance(said, dict):
        raise ValueError("an object is no table { }")
    return said


def _text(one: Mapping[str, Any], key: str) -> str:
    said = one.get(key)
    return said if isinstance(said, str) else ""


def _keys(one: Mapping[str, Any]) -> list[Hashable]:
    return [key for key in (_text(one, "key"), key_of(one.get("id"))) if key]


def _priority(figure: Mapping[str, Any]) -> float:
    said = figure.get("priority")
    return said if isinstance(said, int | float) else 0


def _tagged(one: Mapping[str, Any]) -> object:
    tags = one.get("tags")
    found = [tag for tag in tags if isinstance(tag, Mapping)] if isinstance(tags, list) else []
    return identity_said((_text(tag, "name"), tag.get("value")) for tag in found)


def is_supervisely(path: Path) -> bool:
    """Return whether a folder is a project of Supervisely, or a dataset of one."""
    return any(_kind_of(folder) for folder, _ in _datasets(path, most=FEW))


def list_supervisely(path: Path) -> Dataset:
    """Return the clips: one per dataset of images, one per video.

    Raises DatasetError where there is none, or a file of the project's classes is broken.
    """
    found: list[tuple[SizeGroup[Path], Path, str]] = []
    issues: list[Issue] = []
    for folder, inner in _datasets(path):
        kind, files = _kind_of(folder), _files(folder)
        if kind == "images":
            stems = [file.stem for file in files]
            for parts, of_clip in told_by_name(files, stems, inner, folder, issues):
                found += [(one, folder, kind) for one in _by_size(of_clip, parts, folder, issues)]
        elif kind == "videos":
            for file in files:
                found.append((SizeGroup((*inner, Path(file.stem).stem), (file,)), folder, kind))
    if not found:
        raise DatasetError(
            f"There is no project of Supervisely in {path}. Expected meta.json and folders with "
            f"{_ANNOTATIONS} and {_IMAGES} or {_VIDEOS} there."
        )
    names = distinct_names([one.path for one, *_ in found], path.resolve().name)
    shapes = _shapes(path)
    clips: list[ClipSource] = []
    for name, (own, folder, kind) in zip(names, found, strict=True):
        if kind == "images":
            others = {file for one, other, _ in found if other == folder for file in one.images}
            strangers = frozenset(image_stem(file.stem) for file in others - {*own.images})
            clips.append(ImagesClip(name, folder, own.images, shapes, strangers, own.is_apart))
        else:
            (file,) = own.images
            video = folder / _VIDEOS / file.stem
            clips.append(VideoClip(name, file, video if video.is_file() else None))
    return Dataset(tuple(clips), tuple(issues))


def _by_size(
    files: Sequence[Path], path: tuple[str, ...], folder: Path, issues: list[Issue]
) -> list[SizeGroup[Path]]:
    """Return the files of each clip of images that may differ in size."""
    sizes = [_size_in(file) for file in files]
    stems = [image_stem(file.stem) for file in files]
    tied = len({*sizes} - {None}) > 1 and any(map(_has_identity, files))
    return told_by_size(files, stems, sizes, path, folder, issues, are_tied=tied)


def _size_in(file: Path) -> tuple[int, int] | None:
    """Return the height and width in the head of a file; None where it does not tell."""
    said = re.search(rb'"size"\s*:\s*\{[^}]*\}', head_of(file, _HEAD))
    return size_said(said[0]) if said else None


def _has_identity(file: Path) -> bool:
    """Return whether a tag of some object says who it is; a broken file says nothing."""
    try:
        content = read_json(file, _ImageFile, "a file of a Supervisely image")
        return any(_tagged(_told(one, file)) is not None for one in content.objects)
    except DatasetError:
        return False


def _datasets(
    path: Path, above: tuple[str, ...] = (), most: int | None = None
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the folders with annotations, and how they are called within the project.

    most : how many folders of the project are looked at; None for all.
    """
    has_annotations = (path / _ANNOTATIONS).is_dir()
    if has_annotations:
        yield path, above or (path.resolve().name,)
    if not above and not has_annotations:
        for name in folders_in(path)[:most]:
            yield from _datasets(path / name, (name,))
    elif len(above) < _DEEPEST:
        for name in folders_in(path / _INNER):
            yield from _datasets(path / _INNER / name, (*above, name))


def _files(folder: Path) -> tuple[Path, ...]:
    files = (folder / _ANNOTATIONS).glob("*.json")
    return tuple(sorted(files, key=lambda file: natural_key(file.name)))


def _kind_of(folder: Path) -> str:
    """Return what a dataset holds by what its first files say; "" where it is no such dataset."""
    files = _files(folder)
    for file in first_few(files):  # the first may be broken
        head = head_of(file, _HEAD)
        if b'"size"' in head and b'"objects"' in head:
            is_video = b'"frames"' in head or (folder / _VIDEOS).is_dir()
            return "videos" if is_video else "images"
    return ""


def _shapes(path: Path) -> dict[str, str]:
    """Return the shape of each class that the project has, by its title."""
    file = next((one for one in (path / _META, path.parent / _META) if one.is_file()), None)
    if file is None:
        return {}
    meta = read_json(file, _Meta, "the list of a Supervisely project's classes")
    return {one.title: one.shape for one in meta.classes}
