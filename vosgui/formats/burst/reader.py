"""Reading BURST: sequences with the annotated frames' run lengths, by track."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from vosgui.core.issues import Issue, error, note
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.errors import DatasetError
from vosgui.files.json_file import has_keys, read_json
from vosgui.files.loose_json import Loose, in_words, key_of
from vosgui.formats.coco.rle import NO_MASK, MaskText, drawn_of
from vosgui.formats.dataset import BrokenClip, Dataset, stride_of, without_broken
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw
from vosgui.formats.tree.find_frames import frames_of_files
from vosgui.formats.tree.frames_beside import FramesBeside
from vosgui.formats.tree.layout import SPLITS
from vosgui.formats.tree.names import as_path, distinct_names

_T = TypeVar("_T")
_Id = int | str
_WHAT = "a file of BURST"
_WHOLE = "all_classes.json"  # of val and test, beside files with a part of the same


class _Mask(msgspec.Struct):
    rle: MaskText = NO_MASK


class _Sequence(msgspec.Struct):
    """All of a sequence but its masks. kinds : what the first version calls track_category_ids."""

    width: int
    height: int
    seq_name: str
    annotated_image_paths: list[str]
    dataset: str = ""
    all_image_paths: list[str] = []
    track_category_ids: dict[str, _Id | None] = {}
    kinds: dict[str, _Id | None] = msgspec.field(name="categories", default={})


class _Masks(msgspec.Struct):
    segmentations: list[dict[str, _Mask | None] | None]


class _Category(msgspec.Struct):
    id: _Id
    name: str = ""


class _File(msgspec.Struct):
    sequences: list[msgspec.Raw]
    categories: list[msgspec.Raw] = []
    split: str | None = None


_SEQUENCE, _MASKS, _CATEGORY = Loose(_Sequence), Loose(_Masks), Loose(_Category)


@dataclass(frozen=True)
class BurstClip(ShapesClip):
    """A sequence, its masks not decoded yet. at : its place in the file, for messages."""

    name: str
    file: Path
    at: str
    frames: Path | None
    hw: tuple[int, int]
    images: tuple[str, ...] = field(repr=False)
    all_images: tuple[str, ...] = field(repr=False)
    kinds: Mapping[str, str] = field(repr=False)
    text: msgspec.Raw = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Decode the masks; raise DatasetError where they are not one table for each frame."""
        masks = _decoded(self.text, _MASKS, f"{self.file}: {self.at}").segmentations
        if len(masks) != len(self.images):
            raise DatasetError(
                f"{self.file}: {self.at} has masks of {counted(len(masks), 'frame')}, and "
                f"{len(self.images)} annotated_image_paths. Give one table for each."
            )
        found = {track: None for of_frame in masks for track in of_frame or {}}
        objects = {track: self._object(track) for track in found}
        if all(one.number is not None for one in objects.values()):
            objects = dict(sorted(objects.items(), key=lambda pair: pair[1].number or 0))
        about = (self.images, self.frames, self.file, self.name, self.at)
        names, folder, issues = frames_of_files(*about)
        shapes = [(t, list(self._shapes(of_frame or {}))) for t, of_frame in enumerate(masks)]
        places = {image: t for t, image in enumerate(self.all_images)}
        at = [places[image] for image in self.images if image in places]
        stride = stride_of(at) if folder is not None and len(at) == len(self.images) else 1
        return Outline(folder, names, self.hw, objects, shapes, stride, issues=issues)

    def _object(self, track: str) -> FileObject:
        number, kind = key_of(track), self.kinds.get(track, "")
        if isinstance(number, int):
            return FileObject(number, kind)
        return FileObject(None, kind, track, called=track)

    def _shapes(self, masks: Mapping[str, _Mask | None]) -> Iterator[Shape]:
        for track, mask in masks.items():
            if mask is not None:
                yield Shape(track, partial(self._pixels, track, mask))

    def _pixels(self, track: str, mask: _Mask) -> Pixels | None:
        return drawn_of(mask.rle, self.hw, f"track {track}", self.file)


def is_burst(path: Path) -> bool:
    """Return whether a path is a file of BURST, or holds some."""
    return bool(_files(path))


def list_burst(path: Path) -> Dataset:
    """Return the sequences of all files; raise DatasetError for a broken one."""
    issues: list[Issue] = []
    found: list[tuple[tuple[str, ...], BurstClip | BrokenClip]] = []
    files = _files(path)
    whole, broken = without_broken(_chosen(files), lambda file: [*_clips(file, issues)])
    for _, of_file in whole:
        found += of_file
    found += [((one.name,), one) for one in broken]
    text = "Its masks are in another file too; it was left."
    issues += [note(text, file=str(file)) for file in files if file not in _chosen(files)]
    if not found:
        raise DatasetError(f"There are no sequences of BURST in {path}.")
    names = distinct_names([place for place, _ in found], "clip")
    clips = [replace(clip, name=name) for name, (_, clip) in zip(names, found, strict=True)]
    return Dataset(tuple(clips), tuple(issues))


def _clips(file: Path, issues: list[Issue]) -> Iterator[tuple[tuple[str, ...], BurstClip]]:
    content = read_json(file, _File, _WHAT)
    listed = [_decoded(one, _CATEGORY, f"{file}: a category") for one in content.categories]
    categories = {key_of(one.id): one.name for one in listed}
    split = content.split or file.parent.name
    frames_beside = FramesBeside(file)
    for n, text in enumerate(content.sequences):
        try:
            one = _decoded(text, _SEQUENCE, f"{file}: sequence {n}")
        except DatasetError as problem:
            issues.append(error(f"{str(problem).removesuffix('.')}; it was left out."))
            continue
        checked_hw(one.height, one.width, f"{file}: sequence {n}")
        inner = (*as_path(one.dataset).parts, *as_path(one.seq_name).parts)
        first = one.annotated_image_paths[0] if one.annotated_image_paths else ""
        folder = frames_beside.folder("/".join((split, *inner, first))) if first else None
        said = one.track_category_ids or one.kinds
        kinds = {track: categories.get(key_of(kind), "") for track, kind in said.items()}
        about = (folder, (one.height, one.width), tuple(one.annotated_image_paths))
        about_masks = (tuple(one.all_image_paths), kinds, text)
        at = f"sequence {one.seq_name}"
        yield (split, *inner), BurstClip(one.seq_name, file, at, *about, *about_masks)


def _decoded(text: msgspec.Raw, form: Loose[_T], at: str) -> _T:
    try:
        return form.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise DatasetError(f"{at} is not as BURST has it: {in_words(problem)}.") from problem


def _files(path: Path) -> list[Path]:
    if path.is_file():
        found = [path] if path.suffix.lower() == ".json" else []
    else:
        folders = ("", "annotations", *SPLITS, *(f"annotations/{split}" for split in SPLITS))
        found = [file for inner in folders for file in sorted((path / inner).glob("*.json"))]
    return [file for file in found if has_keys(file, "sequences", "annotated_image_paths")]


def _chosen(files: Sequence[Path]) -> list[Path]:
    """Return the files to read: of those of one folder the one with all classes, where it is."""
    whole = {file.parent for file in files if file.name == _WHOLE}
    return [file for file in files if file.name == _WHOLE or file.parent not in whole]
