"""Panoptic masks: colours of R + 256 G + 65536 B, whose segments a JSON file lists by frame.

VIPSeg and its like list videos, COCO's panoptic files images alone. Things are objects, stuff is no
object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np

from vosgui.core.issues import Issue, note, warning
from vosgui.errors import DatasetError
from vosgui.files.json_file import has_keys, read_json
from vosgui.files.loose_json import key_of
from vosgui.files.ordinary import is_ordinary
from vosgui.formats.coded.clip import CodedClip, Left
from vosgui.formats.dataset import ClipSource, Dataset, without_broken
from vosgui.formats.shapes import FileObject
from vosgui.formats.tree.find_frames import first_plain, frames_named
from vosgui.formats.tree.layout import FRAMES_IN, is_plain_name
from vosgui.media.mask_files import Codes, codes_in, read_stored

_WHAT = "a file of panoptic segments"
# Where the masks of a file lie, seen from its folder or the one above, beside its own name.
_MASKS = ("panomasksRGB", "panoptic", "panoptic_masks", "masks")
_NO_THING = "It calls no category a thing: all segments were taken for objects."
_NOTE = "Each image is a clip of its own: the file does not say who is who in other images."


class _Segment(msgspec.Struct):
    id: int
    category_id: int
    iscrowd: int = 0


class _Frame(msgspec.Struct):
    file_name: str
    segments_info: list[_Segment]
    image_id: int | str = ""


class _Entry(msgspec.Struct):
    """A frame, or in files of videos a clip with its frames."""

    annotations: list[_Frame] | None = None
    video_id: int | str = ""
    file_name: str = ""
    segments_info: list[_Segment] | None = None
    image_id: int | str = ""


class _Image(msgspec.Struct):
    id: int | str
    file_name: str = ""
    video_id: int | str = ""


class _Category(msgspec.Struct):
    id: int
    name: str
    isthing: int = 1


class _Content(msgspec.Struct):
    annotations: list[_Entry]
    categories: list[_Category]
    images: list[_Image] = []


@dataclass(frozen=True)
class _Segments:
    """The segments of one frame: the object of each by its id, or why it is none. mask : path."""

    mask: str
    meant: Mapping[int, FileObject | Left]


@dataclass(frozen=True)
class PanopticClip(CodedClip):
    """The frames of one clip, by name, as a file lists them. masks : where their paths start."""

    file: Path
    listed: Mapping[str, _Segments] = field(repr=False)

    def files(self, issues: list[Issue]) -> Mapping[str, Path]:
        """Return the masks by the name of their frame."""
        return {frame: self.masks / one.mask for frame, one in self.listed.items()}

    def codes(self, path: Path) -> Codes:
        """Return the ids of a mask, int32 (H, W), of colours or of what its palette shows."""
        stored = read_stored(path)
        if stored.values.ndim == 3:
            return codes_in(stored.values)
        values = stored.values.astype(np.int32)
        used = np.unique(values)
        table = codes_in(np.frombuffer(stored.palette, np.uint8).reshape(-1, 3))
        if used[-1] >= table.size:
            return values
        listed = [*self.listed[path.stem].meant]
        as_values, as_colours = (np.isin(one, listed).sum() for one in (used, table[used]))
        return table[values] if as_colours > as_values else values

    def meaning(self, code: int, frame: str) -> FileObject | Left | None:
        """Return the object of a segment."""
        if code == 0:
            return None
        text = "Segments that the file does not list were left out:"
        return self.listed[frame].meant.get(code) or Left(text, str(code), True)


def is_panoptic(path: Path) -> bool:
    """Return whether a path is such a file, or a folder that has one and no other annotations."""
    found = _files(path)
    return bool(found) and (path.is_file() or not any(_is_instances(one) for one in _jsons(path)))


def list_panoptic(path: Path) -> Dataset:
    """Return the clips of the files; raise DatasetError where one is broken or there is none."""
    clips: list[ClipSource] = []
    issues: list[Issue] = []
    stills = 0
    files = [path] if path.is_file() else _files(path)
    whole, broken = without_broken(files, lambda file: read_json(file, _Content, _WHAT))
    for file, content in whole:
        found, n_stills = _clips(file, content, issues)
        clips += found
        stills += n_stills
    if not clips:
        raise DatasetError(f"There are no panoptic segments in {path}.")
    return Dataset((*clips, *broken), (*issues, *([note(_NOTE)] if stills > 1 else [])))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix == ".json" and _is_panoptic(path) else []
    return [file for file in _jsons(path) if _is_panoptic(file)]


def _jsons(path: Path) -> list[Path]:
    return sorted((*path.glob("*.json"), *path.glob("annotations/*.json")))


def _is_instances(file: Path) -> bool:
    return has_keys(file, "segmentation") and not has_keys(file, "segments_info")


def _is_panoptic(file: Path) -> bool:
    return has_keys(file, "segments_info", "categories")


def _clips(file: Path, content: _Content, issues: list[Issue]) -> tuple[list[PanopticClip], int]:
    """Return the clips of a file, and how many are single images."""
    kinds = {one.id: one for one in content.categories}
    if not any(one.isthing for one in kinds.values()):
        issues.append(warning(_NO_THING, file=str(file)))
        kinds = {key: msgspec.structs.replace(one, isthing=1) for key, one in kinds.items()}
    images = {key_of(one.id): one for one in content.images}
    groups: dict[tuple[str, ...], dict[str, _Segments]] = {}
    stills: dict[tuple[str, ...], dict[str, _Segments]] = {}
    for entry in content.annotations:
        if entry.annotations is not None:
            group = groups.setdefault((str(entry.video_id),), {})
            for frame in entry.annotations:
                _add(group, file, frame.file_name, frame.segments_info, kinds, entry.video_id)
            continue
        image = images.get(key_of(entry.image_id))
        if entry.segments_info is None or not entry.file_name:
            raise DatasetError(f"{file}: image {entry.image_id} has no segments_info or file_name.")
        said = entry.video_id or (image.video_id if image else "")
        folder = PurePosixPath(entry.file_name.replace("\\", "/")).parent.parts
        name = (str(said),) if said != "" else folder
        if name:
            group = groups.setdefault(name, {})
        else:
            group = stills.setdefault((PurePosixPath(entry.file_name).stem,), {})
        _add(group, file, entry.file_name, entry.segments_info, kinds, "")
    clips = [_clip(file, name, listed, False) for name, listed in groups.items()]
    return [*clips, *(_clip(file, n, listed, True) for n, listed in stills.items())], len(stills)


def _add(
    group: dict[str, _Segments],
    file: Path,
    name: str,
    segments: Sequence[_Segment],
    kinds: Mapping[int, _Category],
    video: int | str,
) -> None:
    """Take a frame; raise DatasetError for a path that climbs, or a frame that comes twice."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not is_plain_name(path.stem):
        raise DatasetError(f"{file}: {name!r} is no file of a mask.", file=str(file))
    mask = str(path) if video == "" else f"{video}/{path}"
    if path.stem in group:
        raise DatasetError(f"{file}: two frames of one clip are called {path.stem}.")
    group[path.stem] = _Segments(mask, {one.id: _meant(one, kinds) for one in segments})


def _meant(segment: _Segment, kinds: Mapping[int, _Category]) -> FileObject | Left:
    kind = kinds.get(segment.category_id)
    name = kind.name if kind else f"class {segment.category_id}"
    if kind is not None and not kind.isthing:
        return Left("Stuff became background:", name)
    if segment.iscrowd:
        return Left("Crowds were left out:", name, True)
    return FileObject(segment.id, name, called=str(segment.id))


def _clip(
    file: Path, parts: tuple[str, ...], listed: dict[str, _Segments], is_still: bool
) -> PanopticClip:
    name = first_plain("-".join(parts), file.stem)
    bases = (file.resolve().parent, file.resolve().parent.parent)
    folders = [base / inner for base in bases for inner in (file.stem, *_MASKS, "")]
    first = next(iter(listed.values())).mask
    paths = [one.mask for one in listed.values()]  # of which single ones may be gone
    there = (one for one in folders if any(is_ordinary(one / path) for path in paths))
    masks = next(there, None)
    if masks is None:
        raise DatasetError(
            f"The masks that {file} lists are not beside it. Expected "
            f"{bases[0] / file.stem / first} or {bases[0] / _MASKS[0] / first}.",
            file=str(file),
        )
    near = [base for base in bases if base != masks]
    found = _still(near, name) if is_still else [frames_named(base, parts[-1]) for base in near]
    frames = next((one for one in found if one is not None), None)
    return PanopticClip(name, masks, frames, file, listed)


def _still(bases: Sequence[Path], name: str) -> list[Path | None]:
    """Return the image of a mask beside it, wherever frames may lie."""
    files = (base / inner / f"{name}.jpg" for base in bases for inner in FRAMES_IN)
    return [file for file in files if file.is_file()]
