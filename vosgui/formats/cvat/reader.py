"""Reading CVAT XML 1.1: images with shapes, or tracks of them.

Of a track only keyframes are taken: between them CVAT interpolates polygons, which nobody drew.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, ShapeError
from vosgui.formats.dataset import ClipSource, Dataset, stride_of
from vosgui.formats.drawing import box, ellipse, hull, polygon, row_major
from vosgui.formats.shapes import (
    FileObject,
    Outline,
    Shape,
    ShapesClip,
    checked_hw,
    is_frame_size,
    tied,
)
from vosgui.formats.tree.find_frames import first_plain, frames_named
from vosgui.formats.tree.layout import is_plain_name
from vosgui.media.images import list_images

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SHAPES = ("mask", "polygon", "box", "ellipse", "cuboid")
_MAX_FRAMES = 1_000_000
_LINE = "\n"  # among the attributes of an element: no attribute of a file has this name


@dataclass(frozen=True)
class _Shape:
    """A shape as the file has it. wanted : the object's number there."""

    kind: str
    key: Hashable
    wanted: int | None
    label: str
    z_order: int
    outside: bool
    values: dict[str, str]


@dataclass(frozen=True)
class _Image:
    name: str
    shapes: tuple[_Shape, ...]


@dataclass(frozen=True)
class CvatClip(ShapesClip):
    """The annotated frames of one clip. every : whether they say all of their frame."""

    name: str
    file: Path
    hw: tuple[int, int]
    frames: Path | None
    every: bool
    images: tuple[_Image, ...] = field(repr=False)
    issues: tuple[Issue, ...] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Put the shapes of each frame in order, those of a higher z_order on top."""
        found = [one for image in self.images for one in image.shapes]
        objects = {one.key: FileObject(one.wanted, one.label) for one in found}
        names = tuple(image.name for image in self.images)
        numbers = [int(name) for name in names if name.isdecimal()]
        stride = 1 if self.every or len(numbers) < len(names) else stride_of(numbers)
        shapes = [(t, self._shapes(image)) for t, image in enumerate(self.images)]
        about = (self.frames, names, self.hw, objects, shapes, stride, self.every)
        return Outline(*about, last_on_top=True, issues=list(self.issues))

    def _shapes(self, image: _Image) -> list[Shape]:
        return [
            Shape(one.key, None if one.outside else partial(self._pixels, one))
            for one in sorted(image.shapes, key=lambda one: one.z_order)
        ]

    def _pixels(self, shape: _Shape) -> Pixels:
        try:
            return _drawn(shape.kind, shape.values, self.hw)
        except (ValueError, KeyError, OverflowError, ShapeError) as problem:
            raise ShapeError(
                f"a {shape.kind} of {shape.label!r} cannot be drawn: {problem}",
                file=str(self.file),
                line=int(shape.values[_LINE]),
                has_no_area=isinstance(problem, ShapeError) and problem.has_no_area,
            ) from problem


def _drawn(kind: str, values: Mapping[str, str], hw: tuple[int, int]) -> Pixels:
    """Return the pixels of a shape, as CVAT draws it.

    Raises KeyError, ValueError or OverflowError for what the file lacks or garbles.
    """
    degrees = float(values.get("rotation", "0"))
    if kind == "mask":
        left, top, width, height = (
            int(float(values[k])) for k in ("left", "top", "width", "height")
        )
        runs = [int(n) for n in values["rle"].split(",")]
        return row_major(runs, (left, top, width, height), hw)
    if kind == "box":
        corners = [float(values[key]) for key in ("xtl", "ytl", "xbr", "ybr")]
        return box([corners[:2], corners[2:]], hw, degrees)
    if kind == "ellipse":
        x, y, rx, ry = (float(values[key]) for key in ("cx", "cy", "rx", "ry"))
        return ellipse((x, y), (rx, ry), hw, degrees)
    if kind == "cuboid":
        sides = [(f"x{at}{n}", f"y{at}{n}") for n in (1, 2) for at in ("tl", "bl", "tr", "br")]
        return hull([(float(values[x]), float(values[y])) for x, y in sides], hw)
    if kind == "polygon":
        pairs = [point.split(",") for point in values["points"].split(";")]
        return polygon([(float(x), float(y)) for x, y in pairs], hw)
    raise ShapeError(f"a {kind} has no area", has_no_area=True)


def is_cvat(path: Path) -> bool:
    """Return whether a path is an XML file of CVAT, or a folder with one."""
    file = _file(path)
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return b"<annotations" in opened.read(4096)


def list_cvat(path: Path) -> Dataset:
    """Return the clips of a file: one per folder of images, or that of the tracks.

    Raises DatasetError where the file is missing, broken, or holds a DTD or entities.
    """
    file = _file(path)
    meta: dict[str, str] = {}
    groups: dict[str, list[tuple[tuple[int, int], _Image]]] = {}
    tracked: dict[int, list[_Shape]] = {}
    issues: list[Issue] = []
    for element in _elements(file):
        try:
            if element.tag == "image":
                name, hw, image = _image(element, issues)
                groups.setdefault(name or file.parent.resolve().name, []).append((hw, image))
            elif element.tag == "track":
                for frame, shape in _track(element, issues):
                    tracked.setdefault(frame, []).append(shape)
            else:
                meta.setdefault(element.tag, (element.text or "").strip())
        except (ValueError, KeyError, OverflowError) as error:
            text = f"{file}: an {element.tag} lacks or garbles {error}."
            line = int(element.attrib[_LINE])
            raise DatasetError(text, file=str(file), line=line) from error
    clips: list[ClipSource] = []
    for name, found in groups.items():
        sizes = {hw for hw, _ in found}
        if len(sizes) > 1:
            raise DatasetError(f"{file}: the images of {name} differ in size: {sorted(sizes)}.")
        frames = _frames(file, name)
        images = tuple(image for _, image in found)
        clips.append(CvatClip(name, file, sizes.pop(), frames, True, images, tuple(issues)))
    if tracked:
        clips.append(_tracked_clip(file, meta, tracked, issues))
    return Dataset(tuple(clips))


def _file(path: Path) -> Path:
    return path if path.is_file() or path.suffix == ".xml" else path / "annotations.xml"


def _elements(file: Path) -> Iterator[Element]:
    """Yield images, tracks and the facts about the task, each forgotten afterwards."""
    # Loaded with the first file of CVAT, and not with the window.
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with file.open("rb") as opened:
            for _, element in iterparse(opened, parser=_lined_parser()):
                if element.tag in ("image", "track"):
                    yield element
                    element.clear()
                elif element.tag in ("name", "width", "height", "size", "start_frame"):
                    yield element
    except OSError as error:
        raise DatasetError(f"Cannot read {file}: {error.strerror}.") from error
    except DefusedXmlException as error:
        raise DatasetError(
            f"{file} defines entities or a document type, which no file of CVAT does; it was not "
            "read. Do not trust it."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else None
        text = f"{file} is not an XML file of CVAT: {error}."
        raise DatasetError(text, file=str(file), line=line) from error


def _lined_parser() -> Any:
    """Return a parser that notes on each element the line on which it begins."""
    from xml.etree.ElementTree import TreeBuilder

    from defusedxml.ElementTree import XMLParser

    class LinedBuilder(TreeBuilder):
        def start(self, tag: str, attrs: dict[str, str], /) -> Element:
            element = super().start(tag, attrs)
            element.set(_LINE, str(parser.parser.CurrentLineNumber))
            return element

    parser = XMLParser(forbid_dtd=True, target=LinedBuilder())
    return parser


def _image(element: Element, issues: list[Issue]) -> tuple[str, tuple[int, int], _Image]:
    path = PurePosixPath(element.attrib["name"].replace("\\", "/"))
    hw = int(element.attrib["height"]), int(element.attrib["width"])
    if not is_frame_size(*hw):
        raise ValueError(f"a size ({hw[1]}x{hw[0]})")
    folder = path.parent.name if is_plain_name(path.parent.name) else ""
    n_of: dict[Hashable, int] = {}
    shapes = []
    for child in element:
        label = child.attrib.get("label", "")
        if child.tag not in _SHAPES:
            text = f"A {child.tag} of {label!r} has no area; it was left out."
            issues.append(warning(text, clip=folder, frame=path.stem))
            continue
        group = int(child.attrib.get("group_id", "0"))
        key = ("group", group) if group else tied(label, n_of)
        if not group:
            text = "A shape has no group_id: it was tied to others by label and order."
            issues.append(warning(text, clip=folder, fix="Check who is who."))
        shapes.append(_shape(child, key, group or None, label))
    return folder, hw, _Image(path.stem, tuple(shapes))


def _track(element: Element, issues: list[Issue]) -> Iterator[tuple[int, _Shape]]:
    label, track = element.attrib.get("label", ""), int(element.attrib["id"])
    n_between = 0
    for child in element:
        frame = int(child.attrib["frame"])
        if not 0 <= frame < _MAX_FRAMES:
            raise ValueError(f"a frame number ({frame})")
        if child.tag not in _SHAPES:
            text = f"A {child.tag} of {label!r} has no area; it was left out."
            issues.append(warning(text, frame=str(frame)))
        elif child.attrib.get("keyframe", "1") == "0" and child.attrib.get("outside") != "1":
            n_between += 1
        else:
            # Tracks count from 0, ids from 1.
            yield frame, _shape(child, ("track", track), track + 1, label)
    if n_between:
        text = f"Shapes of track {track} that CVAT interpolated were left out."
        issues.append(note(text, count=n_between))


def _shape(child: Element, key: Hashable, wanted: int | None, label: str) -> _Shape:
    z_order = int(child.attrib.get("z_order", "0"))
    outside = child.attrib.get("outside") == "1"
    return _Shape(child.tag, key, wanted, label, z_order, outside, dict(child.attrib))


def _tracked_clip(
    file: Path, meta: dict[str, str], tracked: dict[int, list[_Shape]], issues: list[Issue]
) -> CvatClip:
    try:
        hw = checked_hw(int(meta["height"]), int(meta["width"]), str(file))
    except (KeyError, ValueError) as error:
        raise DatasetError(
            f"{file} does not say the size of its video (<original_size>): {error}."
        ) from error
    name = first_plain(PurePosixPath(meta.get("name", "")).stem, file.resolve().parent.name)
    images = tuple(_Image(f"{frame:06d}", tuple(tracked[frame])) for frame in sorted(tracked))
    return CvatClip(name, file, hw, _frames(file, name), False, images, tuple(issues))


def _frames(file: Path, name: str) -> Path | None:
    images = file.parent / "images"
    return frames_named(file.parent, name) or (images if list_images(images) else None)
