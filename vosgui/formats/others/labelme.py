"""Reading labelme: one JSON file per frame, beside the frame."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PureWindowsPath

import msgspec

from vosgui.core.issues import Issue, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.errors import DatasetError, InputError, ShapeError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import line_of
from vosgui.formats.dataset import ClipSource, Dataset, stride_of
from vosgui.formats.drawing import bordered_polygon, box, circle, pasted
from vosgui.formats.shapes import (
    FileObject,
    Outline,
    Shape,
    ShapesClip,
    checked_hw,
    problems_of,
    tied,
)
from vosgui.formats.tree.find_frames import clip_frames
from vosgui.formats.tree.layout import folders_in
from vosgui.media.images import list_images, natural_key

_WHAT = "a file of labelme"
_NO_AREA = ("line", "linestrip", "point", "points")
# X-AnyLabeling calls a turned box a rotation, and has shapes of four corners.
_POLYGONS = ("polygon", "oriented_rectangle", "rotation", "quadrilateral")


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
class LabelmeClip(ShapesClip):
    """A folder of frames and the files about some of them."""

    name: str
    folder: Path

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read all files; of two shapes that overlap the later is on top, as in labelme."""
        return self._outline(self._files(), progress)

    def problems(self) -> Iterator[InputError]:
        """Yield what keeps each file from being read and each of its shapes from being drawn."""
        for path in self._files():
            yield from problems_of(partial(self._outline, [path]))

    def _outline(self, files: Sequence[Path], progress: Progress = NO_PROGRESS) -> Outline:
        contents = {}
        for path in files:
            contents[path] = read_json(path, _File, _WHAT)
            progress.report(0)
        hw = self._size(contents)
        images = {path.stem for path in list_images(self.folder)}
        stems = {path: self._stem(path, content, images) for path, content in contents.items()}
        frames = clip_frames(self.folder, stems.values())
        issues: list[Issue] = []
        objects: dict[Hashable, FileObject] = {}
        shapes: dict[int, list[Shape]] = {}
        for path, content in contents.items():
            keyed = list(self._keyed(content, issues))
            for key, one in keyed:
                if one.shape_type not in _NO_AREA:
                    objects.setdefault(key, FileObject(category=one.label))
            t = frames.places.get(stems[path])
            if t is None:
                where = {"clip": self.name, "frame": stems[path], "file": str(path)}
                issues.append(warning("There is no such frame; the file was left out.", **where))
                continue
            shapes[t] = [Shape(key, partial(_pixels, one, hw, path, content)) for key, one in keyed]
        about = (frames.folder, frames.names, hw, objects, list(shapes.items()))
        return Outline(*about, stride_of(sorted(shapes)), last_on_top=True, issues=issues)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"), key=lambda path: natural_key(path.name))

    def _stem(self, path: Path, content: _File, images: Collection[str]) -> str:
        """Return the frame that a file is about: the one it names, or else of its own name."""
        said = PureWindowsPath(content.image_path).stem  # takes both kinds of slashes
        return said if said in images or (said and not images) else path.stem

    def _size(self, contents: dict[Path, _File]) -> tuple[int, int]:
        sizes = {(one.image_height, one.image_width): path for path, one in contents.items()}
        for (height, width), path in sizes.items():
            checked_hw(height, width, str(path))
        if len(sizes) != 1:
            files = ", ".join(str(path) for path in sizes.values())
            raise DatasetError(f"The frames of {self.folder} differ in size: see {files}.")
        return next(iter(sizes))

    def _keyed(self, content: _File, issues: list[Issue]) -> Iterator[tuple[Hashable, _Shape]]:
        """Yield each shape with what tells its object: label and group, or label and order."""
        n_of: dict[Hashable, int] = {}
        for shape in content.shapes:
            if shape.group_id is not None:
                yield (shape.label, shape.group_id), shape
            else:
                key = tied((shape.label, "no group"), n_of)
                if n_of[shape.label, "no group"] > 1:
                    text = f"Several shapes {shape.label!r} have no group_id: told apart by order."
                    issues.append(warning(text, clip=self.name, fix="Check who is who."))
                yield key, shape


def _pixels(shape: _Shape, hw: tuple[int, int], path: Path, content: _File) -> Pixels:
    try:
        return _drawn(shape, hw)
    except ShapeError as problem:
        raise ShapeError(
            f"a shape {shape.label!r} cannot be drawn: {problem}",
            file=str(path),
            line=line_of(path, ("shapes", content.shapes.index(shape))),
            has_no_area=problem.has_no_area,
        ) from problem


def _drawn(shape: _Shape, hw: tuple[int, int]) -> Pixels:
    kind = shape.shape_type or "polygon"
    if kind in _NO_AREA:
        raise ShapeError(f"a {kind} has no area", has_no_area=True)
    if kind == "mask":
        if not shape.mask or not shape.points:
            raise ShapeError("its mask or its corners are missing")
        return pasted(shape.mask, shape.points[0], hw)
    if kind == "rectangle":
        return box(shape.points, hw)
    if kind == "circle" and len(shape.points) == 2:
        return circle(shape.points[0], shape.points[1], hw)
    if kind in _POLYGONS:
        return bordered_polygon(shape.points, hw)
    raise ShapeError(f"nothing is known of {counted(len(shape.points), 'point')} as {kind}")


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
