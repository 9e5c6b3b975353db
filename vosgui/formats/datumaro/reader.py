"""Reading datumaro's JSON: ROOT/annotations/SUBSET.json, with images in ROOT/images/SUBSET.

An object is what shares a track's number, or else a label and a group. CVAT exports this form too,
with the rotation of boxes among the attributes, and keyframes of tracks marked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import JsonPath
from vosgui.files.loose_json import key_of, whole
from vosgui.files.ordinary import head_of
from vosgui.formats.dataset import ClipSource, Dataset, without_broken
from vosgui.formats.datumaro.figures import (
    NO_AREA,
    annotation_of,
    is_of_track,
    pixels_of_annotation,
    size_in,
)
from vosgui.formats.drawn.frames import DrawnClip, DrawnFrame, Figure, Hw
from vosgui.formats.drawn.media import file_beside, first_few, frames_of, parts_of
from vosgui.formats.shapes import Outline, ShapesClip
from vosgui.formats.tree.by_size import SizeGroup, told_by_size
from vosgui.formats.tree.names import (
    distinct_names,
    identity_said,
    image_stem,
    told_by_name,
)
from vosgui.media.images import natural_key

_WHAT = "a file of datumaro"
_HEAD = 1 << 20
_DEFAULT = "default"  # what datumaro and CVAT call the subset of those that are in none


class _Image(msgspec.Struct):
    path: str = ""
    size: list[int] | None = None


class _VideoFrame(msgspec.Struct):
    video_path: str = ""
    frame_index: int = -1


class _Item(msgspec.Struct):
    id: str
    annotations: list[msgspec.Raw] = []  # as values, points take ten times as much
    attr: dict[str, Any] = {}
    image: _Image | None = None
    video_frame: _VideoFrame | None = None


class _Label(msgspec.Struct):
    name: str = ""


class _Labels(msgspec.Struct):
    labels: list[_Label] = []


class _Categories(msgspec.Struct):
    label: _Labels | None = None


class _File(msgspec.Struct):
    categories: _Categories
    items: list[_Item]


@dataclass(frozen=True)
class DatumaroClip(ShapesClip):
    """The frames of one clip, in order. places : of its items in the file."""

    name: str
    file: Path
    items: tuple[_Item, ...] = field(repr=False)
    places: tuple[int, ...] = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)
    video: str = ""
    strangers: frozenset[str] = field(default=frozenset(), repr=False)
    is_apart: bool = False

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Put the shapes of each frame in order, those of a higher z_order on top."""
        found = (one for item in self.items for one in item.annotations)
        has_tracks = any(is_of_track(self._said(one)) for one in found)
        issues: list[Issue] = []
        frames = [
            self._frame(item, place, has_tracks, issues)
            for item, place in zip(self.items, self.places, strict=True)
        ]
        drawn = DrawnClip(self.name, frames, says_all=not has_tracks, issues=issues)
        drawn.strangers, drawn.is_apart = self.strangers, self.is_apart
        if self.video:
            frames_of_video = [one.video_frame for one in self.items if one.video_frame]
            drawn.n_frames = 1 + max(one.frame_index for one in frames_of_video)
            drawn.folder = file_beside(self.file, self.video, self._inner("videos"))
            drawn.folder = drawn.folder or frames_of(self.file, self.name)
        else:
            images = (item.image.path if item.image else item.id for item in self.items[:1])
            beside = (file_beside(self.file, one, self._inner("images")) for one in images)
            drawn.folder = next((one.parent for one in beside if one is not None), None)
            drawn.folder = drawn.folder or frames_of(self.file, self.name)
        return drawn.outline()

    def _inner(self, folder: str) -> tuple[str, ...]:
        return f"{folder}/{self.file.stem}", folder

    def _frame(self, item: _Item, place: int, has_tracks: bool, issues: list[Issue]) -> DrawnFrame:
        frame = item.video_frame
        name = _stem(item) if frame is None else f"{frame.frame_index:05d}"
        hw = _size_of(item)
        told = [(n, self._said(one)) for n, one in enumerate(item.annotations)]
        figures = []
        for n, one in sorted(told, key=lambda pair: _z_order(pair[1])):
            kind = one.get("type")
            if kind in NO_AREA:
                text = f"Annotations of the kind {kind} cover no pixels; they were left out."
                issues.append(warning(text, clip=self.name, frame=name))
            elif is_of_track(one) and not _attributes(one).get("keyframe", True):
                text = "Shapes between the keyframes of a track, which nobody drew, were left out."
                issues.append(note(text, clip=self.name, frame=name))
            else:
                where: JsonPath = ("items", place, "annotations", n)
                draw = partial(pixels_of_annotation, item.annotations[n])
                figures.append(self._figure(one, draw, where, has_tracks))
        also = (image_stem(item.image.path),) if item.image and item.image.path else ()
        is_filled_in = not figures and any(is_of_track(one) for _, one in told)
        return DrawnFrame(name, self.file, None if is_filled_in else tuple(figures), hw, also)

    def _said(self, text: msgspec.Raw) -> dict[str, Any]:
        try:
            return annotation_of(text)
        except ValueError as problem:
            raise DatasetError(f"{self.file} is not {_WHAT}: {problem}.") from problem

    def _figure(
        self,
        one: Mapping[str, Any],
        draw: Callable[[Hw], Pixels],
        place: JsonPath,
        has_tracks: bool,
    ) -> Figure:
        number = whole(one.get("label_id"))
        known = number is not None and 0 <= number < len(self.labels)
        label = self.labels[number] if known and number is not None else ""
        said = identity_said([("object_id", one.get("object_id"))])
        who: Hashable = key_of(said) if whole(said) != -1 else None
        # Beside tracks, the number of a shape that is of none is what CVAT fills in by default.
        if who is None and has_tracks == is_of_track(one):
            who = key_of(identity_said(_attributes(one).items()))
        group = key_of(one.get("group"))
        if who is None and group not in (None, 0):
            who = ("group", group)
        is_outside = _attributes(one).get("outside") is True
        return Figure(label, None if is_outside else draw, who, place=place)


def _size_of(item: _Item) -> Hw | None:
    said = item.image.size if item.image else None
    if said and len(said) == 2:
        return said[0], said[1]
    return next((size for one in item.annotations if (size := size_in(one)) is not None), None)


def _attributes(one: Mapping[str, Any]) -> Mapping[str, Any]:
    found = one.get("attributes")
    return found if isinstance(found, Mapping) else {}


def _z_order(one: Mapping[str, Any]) -> int:
    return whole(one.get("z_order")) or 0


def _stem(item: _Item) -> str:
    return (parts_of(item.id) or (item.id,))[-1]


def is_datumaro(path: Path) -> bool:
    """Return whether a path is a file of datumaro's, or the tree of one."""
    return any(_is_file(file) for file in first_few(_json_files(path)))


def list_datumaro(path: Path) -> Dataset:
    """Return the clips: one per folder of images and per video, or that of a subset.

    Raises DatasetError where a file is broken or there is none.
    """
    found: list[tuple[tuple[str, ...], DatumaroClip]] = []
    issues: list[Issue] = []
    files = [*filter(_is_file, _json_files(path))]
    whole_ones, broken = without_broken(files, lambda one: read_json(one, _File, _WHAT))
    for file, content in whole_ones:
        table = content.categories.label
        labels = tuple(one.name for one in table.labels) if table else ()
        for (video, folders), items in _groups(content.items, file, issues).items():
            root = file.parent.parent if file.parent.name == "annotations" else file.parent
            above = (file.stem,) if file.stem != _DEFAULT or video or folders else ()
            within = (*folders, PurePosixPath(video).stem) if video else folders
            parts = (root.resolve().name, *above, *within)
            whole = SizeGroup(parts, tuple(_ordered(items)))
            of_sizes = [whole] if video else _by_size(whole.images, parts, file, issues)
            for one in of_sizes:
                at, own = tuple(n for n, _ in one.images), tuple(item for _, item in one.images)
                clip = DatumaroClip("", file, own, at, labels, video, is_apart=one.is_apart)
                found.append((one.path, clip))
    if not found:
        raise DatasetError(f"There is no file of datumaro with images in {path}.")
    names = distinct_names([parts for parts, _ in found], path.stem)
    clips: list[ClipSource] = []
    for name, (_, clip) in zip(names, found, strict=True):
        others = (one for _, other in found if other is not clip for one in other.items)
        strangers = frozenset(stem for one in others for stem in _all_stems(one))
        clips.append(replace(clip, name=name, strangers=strangers))
    return Dataset((*clips, *broken), tuple(issues))


def _by_size(
    items: Sequence[tuple[int, _Item]], path: tuple[str, ...], file: Path, issues: list[Issue]
) -> list[SizeGroup[tuple[int, _Item]]]:
    """Return the clips of images that may differ in size."""
    stems, sizes = [_stem(one) for _, one in items], [_size_of(one) for _, one in items]
    tied = any(_is_tied(one) for _, item in items for one in item.annotations)
    return told_by_size(items, stems, sizes, path, file, issues, are_tied=tied)


def _is_tied(text: msgspec.Raw) -> bool:
    try:
        one = annotation_of(text)
    except ValueError:
        return False  # it is said when its clip is read
    return is_of_track(one) or identity_said(_attributes(one).items()) is not None


def _all_stems(item: _Item) -> Iterator[str]:
    yield _stem(item)
    if item.image and item.image.path:
        yield image_stem(item.image.path)


def _groups(
    items: Sequence[_Item], file: Path, issues: list[Issue]
) -> dict[tuple[str, tuple[str, ...]], list[tuple[int, _Item]]]:
    """Return the items of each video, and of each folder of images or prefix of their names."""
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[int, _Item]]] = {}
    for n, item in enumerate(items):
        video = item.video_frame.video_path if item.video_frame else ""
        folders = parts_of(item.id)[:-1] if not video else parts_of(video)[:-1]
        groups.setdefault((video, folders), []).append((n, item))
    told: dict[tuple[str, tuple[str, ...]], list[tuple[int, _Item]]] = {}
    for (video, folders), found in groups.items():
        stems = [_stem(one) for _, one in found]
        by_name = told_by_name(found, stems, folders, file, issues) if not video else ()
        for path, own in by_name or [(folders, found)]:
            told.setdefault((video, path), []).extend(own)
    return told


def _ordered(items: list[tuple[int, _Item]]) -> list[tuple[int, _Item]]:
    numbers = [whole(item.attr.get("frame")) for _, item in items]
    if all(number is not None for number in numbers) and len(set(numbers)) == len(items):
        return sorted(items, key=lambda pair: whole(pair[1].attr["frame"]) or 0)
    return sorted(items, key=lambda pair: natural_key(pair[1].id))


def _json_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix == ".json" else []
    return sorted((*path.glob("annotations/*.json"), *path.glob("*.json")))


def _is_file(file: Path) -> bool:
    head = head_of(file, _HEAD)
    # Before version 1.0 a file did not say whose it is.
    is_own = b'"dm_format_version"' in head or (b'"infos"' in head and b'"categories"' in head)
    return is_own and b'"items"' in head
