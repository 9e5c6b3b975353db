"""What an XML file of CVAT says, element by element, before anything is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vosgui.errors import DatasetError
from vosgui.files.loose_json import whole
from vosgui.files.ordinary import open_file, read_bytes
from vosgui.formats.shapes import is_frame_size
from vosgui.formats.tree.names import identity_in

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SHAPES = ("mask", "polygon", "box", "ellipse", "cuboid", "polyline", "points", "skeleton")
_DRAWN = ("mask", "polygon", "box", "ellipse", "cuboid")
_MAX_FRAMES = 1_000_000
_LINE = "\n"  # among the attributes of an element: no attribute of a file has this name
# In the meta of files that we write: every image is annotated, one without a shape is empty.
WHOLE = "every_image_is_annotated"


@dataclass(frozen=True)
class CvatShape:
    """A shape. values : its attributes as they are written. identity : who people say it is."""

    kind: str
    label: str
    values: Mapping[str, str]
    line: int
    group: int | str | None
    z_order: int
    outside: bool
    identity: int | str | None

    @property
    def is_drawn(self) -> bool:
        """Return whether it is of a kind that has an area."""
        return self.kind in _DRAWN


@dataclass(frozen=True)
class CvatImage:
    """An image of a task. hw : None where the file does not say. task : its id, "" for none.

    problem : what is wrong with it, None for nothing.
    """

    name: str
    hw: tuple[int, int] | None
    task: str
    subset: str
    shapes: tuple[CvatShape, ...] = ()
    problem: DatasetError | None = None


@dataclass(frozen=True)
class CvatTrack:
    """A track: the shapes of its keyframes by the frame's number in the video.

    n_between : shapes that CVAT interpolated, which nobody drew. problem : as an image has it.
    """

    id: int
    label: str
    task: str
    subset: str
    group: int | str | None
    shapes: tuple[tuple[int, CvatShape], ...] = ()
    n_between: int = 0
    problem: DatasetError | None = None


@dataclass(frozen=True)
class CvatTask:
    """What the file says of a task, or of a job.

    first, step : which frames of the video were taken; last : the number of the last, None where
        the file does not say. hw : of its video, None for images. source : what it was made from.
    """

    id: str = ""
    name: str = ""
    source: str = ""
    subset: str = ""
    n_frames: int | None = None
    first: int = 0
    last: int | None = None
    step: int = 1
    hw: tuple[int, int] | None = None


@dataclass
class CvatFile:
    """All that a file says. project : its name, where it is of one. is_whole : see `WHOLE`."""

    path: Path
    tasks: list[CvatTask] = field(default_factory=list)
    images: list[CvatImage] = field(default_factory=list)
    tracks: list[CvatTrack] = field(default_factory=list)
    is_whole: bool = False


def read_cvat(path: Path) -> CvatFile:
    """Read a file; raise DatasetError where it is missing, broken, or holds a DTD or entities."""
    file = CvatFile(path)
    for element in _elements(path):
        if element.tag == "image":
            file.images.append(_image(element, path))
        elif element.tag == "track":
            file.tracks.append(_track(element, path))
        else:
            file.is_whole |= element.find(f".//{WHOLE}") is not None
            found = [*element.iter("task"), *element.iter("job")]
            file.tasks += [_task(one) for one in found or element.iter("project")]
    return file


def _elements(path: Path) -> Iterator[Element]:
    """Yield what there is to know of tasks, images and tracks, each forgotten afterwards."""
    # Loaded with the first file of CVAT, and not with the window.
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with open_file(path) as opened:
            for _, element in iterparse(opened, parser=_lined_parser()):
                if element.tag in ("meta", "image", "track"):
                    yield element
                    element.clear()
    except OSError as error:
        raise DatasetError(f"Cannot read {path}: {error.strerror}.") from error
    except DefusedXmlException as error:
        raise DatasetError(
            f"{path} defines entities or a document type, which no file of CVAT does; it was not "
            "read. Do not trust it."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else None
        text = _encoding_text(path) or f"{path} is not an XML file of CVAT: {error}."
        raise DatasetError(text, file=str(path), line=line) from error


def _encoding_text(path: Path) -> str:
    """Return what to do with a file that is not in the encoding that it says; "" where it is."""
    data = read_bytes(path)
    head = re.match(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)", data[:200])
    said = head[1].decode("ascii", "replace") if head is not None else "utf-8"
    try:
        if said.casefold() in ("utf-8", "utf8"):
            data.decode("utf-8")
            return ""
        if said.casefold().startswith("utf-16"):
            return ""
    except UnicodeDecodeError:
        pass
    return (
        f"{path} is not in UTF-8, as CVAT writes it. Save it again in UTF-8, as its first line "
        'then says (encoding="utf-8"): open it in an editor in the encoding that it was written '
        "in, or with iconv (Chinese Windows: iconv -f GBK -t UTF-8)."
    )


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


def _task(element: Element) -> CvatTask:
    def said(name: str) -> str:
        return (element.findtext(name) or "").strip()

    step = re.search(r"step\s*=\s*([0-9]+)", said("frame_filter"))
    height, width = whole(said("original_size/height")), whole(said("original_size/width"))
    return CvatTask(
        id=said("id"),
        name=said("name"),
        source=said("source"),
        subset=said("subset"),
        n_frames=whole(said("size")),
        first=whole(said("start_frame")) or 0,
        last=whole(said("stop_frame")),
        step=max(1, int(step[1])) if step is not None else 1,
        hw=(height, width) if height and width and is_frame_size(height, width) else None,
    )


def _image(element: Element, path: Path) -> CvatImage:
    values = element.attrib
    about = (values.get("name", ""), values.get("task_id", ""), values.get("subset", ""))
    name, task, subset = about
    try:
        hw = None
        if "width" in values or "height" in values:
            hw = _whole(values, "height"), _whole(values, "width")
            if not is_frame_size(*hw):
                raise ValueError(f"a size ({hw[1]}x{hw[0]})")
        shapes = [_shape(one, one.attrib.get("label", "")) for one in element if one.tag in _SHAPES]
        if not name:
            raise ValueError("its name")
    except ValueError as error:
        return CvatImage(name, None, task, subset, problem=_garbled(element, path, error))
    return CvatImage(name, hw, task, subset, tuple(shapes))


def _track(element: Element, path: Path) -> CvatTrack:
    values = element.attrib
    label, task, subset = (values.get(key, "") for key in ("label", "task_id", "subset"))
    shapes, n_between = [], 0
    try:
        track = _whole(values, "id")
        for child in element:
            if child.tag not in _SHAPES:
                continue
            frame = _whole(child.attrib, "frame")
            if not 0 <= frame < _MAX_FRAMES:
                raise ValueError(f"a frame number ({frame})")
            shape = _shape(child, label)
            if _is_yes(child.attrib.get("keyframe", "1")) or shape.outside:
                shapes.append((frame, shape))
            else:
                n_between += 1
    except ValueError as error:
        problem = _garbled(element, path, error)
        return CvatTrack(0, label, task, subset, None, problem=problem)
    return CvatTrack(track, label, task, subset, _group(values), tuple(shapes), n_between)


def _garbled(element: Element, path: Path, error: ValueError) -> DatasetError:
    text = f"{path}: a {element.tag} lacks or garbles {error}."
    return DatasetError(text, file=str(path), line=int(element.attrib[_LINE]))


def _shape(element: Element, label: str) -> CvatShape:
    values = dict(element.attrib)
    line = int(values.pop(_LINE))
    said = {one.get("name", ""): (one.text or "").strip() for one in element.iter("attribute")}
    outside, z_order = _is_yes(values.get("outside", "0")), whole(values.get("z_order", 0)) or 0
    about = (element.tag, label, values, line, _group(values), z_order, outside)
    return CvatShape(*about, identity_in(said) if said else None)


def _group(values: Mapping[str, str]) -> int | str | None:
    """Return the group that a shape or a track is in; None for none."""
    said = values.get("group_id", "").strip()
    number = whole(said)
    return (said if number is None else number) or None  # 0 is no group


def _is_yes(text: str) -> bool:
    return text.strip().casefold() in ("1", "true", "yes")


def _whole(values: Mapping[str, str], key: str) -> int:
    number = whole(values.get(key))
    if number is None:
        raise ValueError(repr(values.get(key, key)))
    return number
