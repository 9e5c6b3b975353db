"""Reading MeViS: `mask_dict.json`, and `meta_expressions.json` with lists of obj_id and anno_id.

Its loaders take a mask by the number that a frame is named by; ReVOS and others are laid out alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from vosgui.core.issues import Issue, error, note
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import has_keys, read_json
from vosgui.files.loose_json import Loose, in_words
from vosgui.formats.coco.rle import MaskText, StoredRle, drawn_of, is_missing, segmentation_of
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw
from vosgui.formats.tree.find_frames import frames_named
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.tree.names import as_path, distinct_names, image_stem
from vosgui.formats.youtubevos.refer_expressions import ExpressionClip, Said, read_expressions

MASKS, EXPRESSIONS = "mask_dict.json", "meta_expressions.json"
_SEGMENTATIONS = Loose(list[MaskText])  # of one object, one for each frame


@dataclass(frozen=True)
class MevisClip(ShapesClip):
    """A clip of which expressions tell the objects.

    masks : the text of each object's, by its number in the clip.
    """

    name: str
    file: Path
    frames: Path | None
    said: ExpressionClip = field(repr=False)
    masks: Mapping[int, msgspec.Raw] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Decode the masks; raise DatasetError where none of them can be."""
        issues: list[Issue] = []
        said = Said(self.name, self.file)
        for one in self.said.expressions.values():
            ids = one.object_ids or tuple(i for i in one.annotation_ids if isinstance(i, int))
            said.add(one, [i for i in ids if i in self.masks])
        issues += said.issues()
        found = {i: self._decoded(i, text, issues) for i, text in self.masks.items()}
        objects = {
            i: FileObject(i, expressions=said.of.get(i, ()))
            for i in sorted(found)
            if found[i] is not None
        }
        masks = {i: one for i, one in found.items() if one is not None}
        n_frames = max((len(one) for one in masks.values()), default=0)
        names = tuple(image_stem(name) for name in self.said.frames)
        names = names or tuple(f"{t:05d}" for t in range(n_frames))
        hw = self._hw(masks)
        shapes = []
        for t, name in enumerate(names):
            at = int(name) if name.isdecimal() and n_frames > len(names) else t
            drawn = [
                Shape(i, partial(self._pixels, one[at], hw, i))
                for i, one in masks.items()
                if at < len(one) and not is_missing(one[at])
            ]
            if at < n_frames:
                shapes.append((t, drawn))
        return Outline(self.frames, names, hw, objects, shapes, stride=1, issues=issues)

    def _decoded(self, i: int, text: msgspec.Raw, issues: list[Issue]) -> Sequence[MaskText] | None:
        try:
            return _SEGMENTATIONS.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            said = f"The masks of object {i} are not as MeViS has them: {in_words(problem)}"
            issues.append(error(f"{said}; they were left out.", clip=self.name))
            return None

    def _hw(self, masks: Mapping[int, Sequence[MaskText]]) -> tuple[int, int]:
        texts = (one for of_object in masks.values() for one in of_object)
        size = next((size for one in texts if (size := _size_in(one)) is not None), None)
        if size is None:
            raise DatasetError(f"{self.file}: the clip {self.name} has no mask.")
        return checked_hw(size[0], size[1], str(self.file))

    def _pixels(self, one: MaskText, hw: tuple[int, int], i: int) -> Pixels | None:
        return drawn_of(one, hw, f"object {i}", self.file)


def _size_in(text: MaskText) -> list[int] | None:
    """Return the height and width that a mask says; None where it does not, or is broken."""
    try:
        said = None if is_missing(text) else segmentation_of(text)
    except ValueError:
        return None
    return said.size if isinstance(said, StoredRle) and len(said.size) == 2 else None


def is_mevis(root: Path) -> bool:
    """Return whether a folder is a split of MeViS, or holds some."""
    return any(True for _ in _splits(root))


def list_mevis(root: Path) -> Dataset:
    """Return the clips of all splits that have masks; raise DatasetError for a broken file."""
    issues: list[Issue] = []
    found: list[tuple[tuple[str, ...], MevisClip]] = []
    for split in _splits(root):
        masks = read_json(split / MASKS, dict[str, msgspec.Raw], "the mask_dict.json of MeViS")
        for file in _expression_files(split):
            for name, clip in read_expressions(file).items():
                parts = as_path(name).parts
                own = _masks_of(clip, masks)
                if not own:
                    text = "No expression says which masks it means; the clip was left out."
                    issues.append(note(text, clip=name, file=str(file)))
                    continue
                frames = frames_named(split, name)
                source = MevisClip(parts[-1], split / MASKS, frames, clip, own)
                found.append(((split.name, *parts), source))
    if not found:
        raise DatasetError(f"There are no clips of MeViS with masks in {root}.")
    names = distinct_names([path for path, _ in found], "clip")
    clips: list[ClipSource] = [
        MevisClip(name, one.file, one.frames, one.said, one.masks)
        for name, (_, one) in zip(names, found, strict=True)
    ]
    return Dataset(tuple(clips), tuple(issues))


def _masks_of(clip: ExpressionClip, masks: Mapping[str, msgspec.Raw]) -> dict[int, msgspec.Raw]:
    """Return the masks of each object that expressions speak of, by its number in the clip."""
    found: dict[int, msgspec.Raw] = {}
    for one in clip.expressions.values():
        keys = one.annotation_ids
        numbers = one.object_ids or tuple(key for key in keys if isinstance(key, int))
        for number, key in zip(numbers, keys, strict=False):
            if str(key) in masks:
                found.setdefault(number, masks[str(key)])
    return found


def _splits(root: Path) -> list[Path]:
    folders = [root, *(root / name for name in folders_in(root))] if root.is_dir() else []
    return [one for one in folders if (one / MASKS).is_file() and _expression_files(one)]


def _expression_files(split: Path) -> list[Path]:
    files = sorted(split.glob("meta_expressions*.json"))
    return [file for file in files if has_keys(file, "videos", "anno_id")]
