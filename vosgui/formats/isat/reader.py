"""Reading ISAT: one JSON file per image, polygons in layers.

An object is what shares a category and a group. ISAT's video mode gives an object one group in all
frames; drawn image by image, groups are numbered anew in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import is_json, read_json
from vosgui.files.loose_json import key_of, value_of
from vosgui.files.ordinary import head_of
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.drawing import Box, sure_box
from vosgui.formats.drawn.frames import DrawnClip, DrawnFrame, Figure, Hw
from vosgui.formats.drawn.geometry import points_of, whole_points_within
from vosgui.formats.drawn.media import first_few
from vosgui.formats.shapes import Outline, ShapesClip
from vosgui.formats.tree.by_size import size_said, told_by_size
from vosgui.formats.tree.frames_beside import frames_beside
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.tree.names import (
    distinct_names,
    image_stem,
    is_numbered_like,
    told_by_name,
)
from vosgui.media.images import list_images, natural_key

_MARK = b'"ISAT"'  # of info.description, at the top of every file
_HEAD = 4096
_LABELS = ("labels", "label", "annotations", "json", "jsons", "isat")  # folders beside the images


_CORNERS = msgspec.json.Decoder(list[tuple[float, float]])
_NOTHING = msgspec.Raw(b"null")


class _Info(msgspec.Struct):
    width: int
    height: int
    name: str = ""


class _Object(msgspec.Struct):
    category: str = ""
    group: Any = None
    segmentation: msgspec.Raw = _NOTHING
    bbox: msgspec.Raw = _NOTHING
    layer: float = 1.0
    iscrowd: bool = False


class _File(msgspec.Struct):
    info: _Info
    objects: list[_Object] = []


@dataclass(frozen=True)
class IsatClip(ShapesClip):
    """Files of one folder, one per image. strangers : names of others' frames in it.

    is_apart : others in it are of another size.
    """

    name: str
    folder: Path
    files: tuple[Path, ...] = field(repr=False)
    strangers: frozenset[str] = field(default=frozenset(), repr=False)
    is_apart: bool = False

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read all files; the higher layer is on top."""
        return self.readable(BrokenFrames(), progress)

    def readable(self, broken: BrokenFrames, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the files that can be read."""
        issues: list[Issue] = []
        frames, images = [], []
        for path in self.files:
            with broken.at(path.stem, path):
                content = read_json(path, _File, "a file of ISAT")
                images.append(content.info.name or path.stem)
                frames.append(self._frame(path, content, issues))
            progress.report(0)
        broken.check_left(len(frames))
        if any(one.who is not None for frame in frames for one in frame.figures or ()):
            text = (
                "Objects were told apart by category and group. ISAT gives them the same group in "
                "all frames in its video mode alone."
            )
            issues.append(note(text, clip=self.name, fix="Check who is who."))
        folder = _images(self.folder, images)
        drawn = DrawnClip(self.name, frames, folder, has_parts=True, issues=issues, broken=broken)
        drawn.strangers, drawn.is_apart = self.strangers, self.is_apart
        return drawn.outline()

    def _frame(self, path: Path, content: _File, issues: list[Issue]) -> DrawnFrame:
        name = image_stem(content.info.name) or path.stem
        order = sorted(range(len(content.objects)), key=lambda n: content.objects[n].layer)
        figures = []
        for n in order:
            one = content.objects[n]
            if one.iscrowd:
                text = "A shape of a crowd (iscrowd) was left out."
                issues.append(warning(text, clip=self.name, frame=name, file=str(path)))
                continue
            group = key_of(one.group)
            who = None if group == 0 else group
            draw = partial(_pixels, one.segmentation, one.bbox)
            figures.append(
                Figure(
                    one.category,
                    draw,
                    who,
                    place=("objects", n),
                    sure=partial(_sure, one.segmentation),
                )
            )
        hw = content.info.height, content.info.width
        return DrawnFrame(name, path, tuple(figures), hw, also=(path.stem,))


def _pixels(outline: msgspec.Raw, around: msgspec.Raw, hw: Hw) -> Pixels:
    """Return what ISAT's own PNG export has: whole coordinates, the border is part of it."""
    segmentation, bbox = value_of(outline), value_of(around)
    points = points_of(segmentation or ()) if segmentation else None
    if points is None and bbox:
        (left, top), (right, bottom) = points_of(bbox)
        points = points_of([(left, top), (right, top), (right, bottom), (left, bottom)])
    return whole_points_within(points_of(()) if points is None else points, hw)


def _sure(outline: msgspec.Raw, hw: Hw) -> Box | None:
    try:
        return sure_box(_CORNERS.decode(outline), hw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None  # drawing it tells


def is_isat(path: Path) -> bool:
    """Return whether a folder, or folders in it, hold files of ISAT."""
    folders = first_few(_folders(path))
    return any(_is_file(file) for folder in folders for file in first_few(_json_files(folder)))


def list_isat(path: Path) -> Dataset:
    """Return the clips, one per folder; raise DatasetError where there is none."""
    found: list[tuple[tuple[str, ...], IsatClip]] = []
    root = path.resolve()
    issues: list[Issue] = []
    for folder in _folders(path):
        files = _json_files(folder)
        own = tuple(file for file in files if _is_file(file))
        if own:
            images = {image.stem for image in list_images(folder)}
            lost = (file for file in files if file not in own and not is_json(file))
            own += tuple(one for one in lost if one.stem in images or is_numbered_like(one, own))
            own = tuple(file for file in files if file in own)
        parts = _named_after(root.name, folder.resolve().relative_to(root).parts)
        stems = [file.stem for file in own]
        for named, of_clip in told_by_name(own, stems, parts, folder, issues):
            own_stems, sizes = [file.stem for file in of_clip], [_size_in(file) for file in of_clip]
            strangers = frozenset({*stems} - {*own_stems})
            for one in told_by_size(of_clip, own_stems, sizes, named, folder, issues):
                clip = IsatClip("", folder, one.images, strangers, one.is_apart)
                found.append((one.path, clip))
        if own:
            text = "It is no file of ISAT; it was left out."
            issues += [note(text, file=str(file)) for file in files if file not in own]
    if not found:
        raise DatasetError(f"There are no files of ISAT in {path}.")
    names = distinct_names([parts for parts, _ in found], root.name)
    pairs = zip(names, found, strict=True)
    clips: list[ClipSource] = [replace(clip, name=name) for name, (_, clip) in pairs]
    return Dataset(tuple(clips), tuple(issues))


def _size_in(file: Path) -> Hw | None:
    """Return the height and width in the head of a file; None where it does not tell."""
    return size_said(head_of(file, _HEAD))


def _named_after(root: str, inner: Sequence[str]) -> tuple[str, ...]:
    parts = [root, *inner]
    while len(parts) > 1 and parts[-1].casefold() in _LABELS:
        parts.pop()
    return tuple(parts)


def _folders(path: Path) -> Iterator[Path]:
    """Yield the folders in which files may lie, those first that are called so."""
    if not path.is_dir():
        return
    yield path
    names = folders_in(path)
    for name in (name for name in names if name.casefold() in _LABELS):
        yield path / name
        yield from (path / name / inner for inner in folders_in(path / name))
    yield from (path / name for name in names if name.casefold() not in _LABELS)


def _json_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"), key=lambda file: natural_key(file.name))


def _is_file(file: Path) -> bool:
    head = head_of(file, _HEAD)
    return _MARK in head and b'"description"' in head


def _images(folder: Path, names: Sequence[str]) -> Path | None:
    """Return the folder of the images: that of the files, or one where the first of them lies."""
    if list_images(folder):
        return folder
    inner = folder.resolve().name
    tries = (image for name in names[:1] for image in (name, f"{inner}/{name}"))
    found = (frames_beside(folder / "x.json", image) for image in tries)
    above = (frames_beside(folder.parent / "x.json", f"{inner}/{name}") for name in names[:1])
    return next((one for one in (*found, *above) if one is not None), None)
