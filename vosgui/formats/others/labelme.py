"""Reading labelme: one JSON file per frame, beside the frame."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

import msgspec

from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import line_of
from vosgui.formats.cvat.shapes import drawn, pasted
from vosgui.formats.dataset import (
    AnnotationBuilder,
    ClipSource,
    Dataset,
    LabelledClip,
    failure,
    stride_of,
)
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.tree.numbering import numbered
from vosgui.formats.tree.overlaps import LAST_WINS, flattened
from vosgui.media.images import list_images, natural_key

_WHAT = "a file of labelme"
_NO_AREA = ("line", "linestrip", "point", "points")


class _Shape(msgspec.Struct):
    label: str
    points: list[tuple[float, float]]
    shape_type: str | None = "polygon"
    group_id: int | None = None
    mask: str | None = None


class _File(msgspec.Struct, rename="camel"):
    shapes: list[_Shape]
    image_height: int
    image_width: int
    image_path: str = ""


@dataclass(frozen=True)
class LabelmeClip:
    """A folder of frames and the files about some of them."""

    name: str
    folder: Path

    def read(self, progress: Progress = NO_PROGRESS) -> LabelledClip:
        """Draw the shapes of each file; of two that overlap the later is on top, as in labelme."""
        issues: list[Issue] = []
        contents = {}
        for path in self._files():
            contents[path] = read_json(path, _File, _WHAT)
            progress.report(0)
        images = [path.stem for path in list_images(self.folder)]
        stems = {path: self._stem(path, content, images) for path, content in contents.items()}
        names = tuple(images) or tuple(dict.fromkeys(stems.values()))
        places = {name: t for t, name in enumerate(names)}
        keyed = {path: self._keyed(content, issues) for path, content in contents.items()}
        wanted: dict[Hashable, int | None] = {}
        labels: dict[Hashable, str] = {}
        for shapes in keyed.values():
            for key, shape in shapes:
                wanted.setdefault(key, None)
                labels.setdefault(key, shape.label)
        ids, _ = numbered(wanted, self.name)
        hw = self._size(contents)
        known = sorted(places[stem] for stem in stems.values() if stem in places)
        builder = AnnotationBuilder(hw, len(names), stride_of(known))
        for path, shapes in keyed.items():
            where = {"clip": self.name, "frame": stems[path], "file": str(path)}
            if stems[path] not in places:
                issues.append(warning("There is no such frame; the file was left out.", **where))
                continue
            layers = [
                (ids[key], self._pixels(shape, hw, path, contents[path])) for key, shape in shapes
            ]
            mask, n_shared = flattened(hw, layers, last_wins=True)
            if n_shared:
                issues.append(warning(LAST_WINS, **where, count=n_shared))
            builder.add(places[stems[path]], mask)
            progress.report(len(builder.annotated))
        objects = [new_object(ids[key], category=label) for key, label in labels.items()]
        annotation = builder.build(objects)
        frames = self.folder if images else None
        return LabelledClip(self.name, frames, names, annotation, gathered(issues))

    def faults(self) -> Iterator[InputError]:
        """Yield what keeps each file from being read and each of its shapes from being drawn."""
        for path in self._files():
            try:
                content = read_json(path, _File, _WHAT)
                hw = self._size({path: content})
            except DatasetError as broken:
                yield broken
                continue
            for shape in content.shapes:
                if shape.shape_type not in _NO_AREA:
                    yield from failure(self._pixels, shape, hw, path, content)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"), key=lambda path: natural_key(path.name))

    def _stem(self, path: Path, content: _File, images: list[str]) -> str:
        """Return the frame that a file is about: the one it names, or else of its own name."""
        said = PureWindowsPath(content.image_path).stem  # takes both kinds of slashes
        return said if said in images or (said and not images) else path.stem

    def _size(self, contents: dict[Path, _File]) -> tuple[int, int]:
        sizes = {(one.image_height, one.image_width): path for path, one in contents.items()}
        for (height, width), path in sizes.items():
            if not (0 < height < 1 << 15 and 0 < width < 1 << 15):
                raise DatasetError(f"{path} gives the size {width}x{height}; that is no image.")
        if len(sizes) != 1:
            files = ", ".join(str(path) for path in sizes.values())
            raise DatasetError(f"The frames of {self.folder} differ in size: see {files}.")
        return next(iter(sizes))

    def _keyed(self, content: _File, issues: list[Issue]) -> list[tuple[Hashable, _Shape]]:
        """Return each shape with what tells its object: label and group, or label and order."""
        keyed: list[tuple[Hashable, _Shape]] = []
        n_of: dict[str, int] = {}
        for shape in content.shapes:
            if shape.shape_type in _NO_AREA:
                text = f"A shape of the kind {shape.shape_type} has no area; it was left out."
                issues.append(warning(text, clip=self.name))
                continue
            if shape.group_id is not None:
                keyed.append(((shape.label, shape.group_id), shape))
                continue
            n_of[shape.label] = n_of.get(shape.label, 0) + 1
            keyed.append(((shape.label, "no group", n_of[shape.label]), shape))
            if n_of[shape.label] > 1:
                text = f"Several shapes {shape.label!r} have no group_id: told apart by order."
                issues.append(warning(text, clip=self.name, fix="Check who is who."))
        return keyed

    def _pixels(self, shape: _Shape, hw: tuple[int, int], path: Path, content: _File) -> Pixels:
        try:
            if shape.shape_type == "mask":
                if not shape.mask or not shape.points:
                    raise ValueError("its mask or its corners are missing")
                return pasted(shape.mask, shape.points, hw)
            return drawn(shape.shape_type or "polygon", shape.points, hw)
        except (ValueError, OverflowError) as error:
            text = f"{path}: a shape {shape.label!r} is broken: {error}."
            line = line_of(path, ("shapes", content.shapes.index(shape)))
            raise DatasetError(text, file=str(path), line=line) from error


def is_labelme(path: Path) -> bool:
    """Return whether a folder, or folders in it, hold files of labelme."""
    return any(
        _is_file(file) for folder in _folders(path) for file in sorted(folder.glob("*.json"))
    )


def list_labelme(path: Path) -> Dataset:
    """Return the clips, one per folder; raise DatasetError where there is none."""
    clips: list[ClipSource] = [
        LabelmeClip(folder.resolve().name, folder)
        for folder in _folders(path)
        if any(folder.glob("*.json"))
    ]
    if not clips:
        raise DatasetError(f"There are no files of labelme in {path}.")
    return Dataset(tuple(clips))


def _folders(path: Path) -> list[Path]:
    return [path, *(path / name for name in folders_in(path))] if path.is_dir() else []


def _is_file(file: Path) -> bool:
    text = file.read_bytes()
    return b'"shapes"' in text and b'"imageHeight"' in text
