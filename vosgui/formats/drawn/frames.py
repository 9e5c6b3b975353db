"""Frames on which people drew with an annotation tool, as a clip of shapes.

Tools differ in how they store what was drawn. What that makes - who an object is, which frame is
meant, of what size it is, where a broken shape stands - is the same for all, and stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.errors import DatasetError, ShapeError
from vosgui.files.json_lines import JsonPath, line_of
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import stride_of
from vosgui.formats.drawing import Box
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.shapes import Outline, Shape, checked_hw
from vosgui.formats.ties import Told, tie
from vosgui.formats.tree.find_frames import apart_frames, clip_frames
from vosgui.media.image_files import image_size
from vosgui.media.images import list_images
from vosgui.media.open_clip import open_clip

Hw = tuple[int, int]

MAX_FRAMES = 1_000_000
_MAX_BYTES = 1 << 25  # of a file: to find a line in a larger one takes longer than to read it


@dataclass(frozen=True)
class Figure:
    """A shape that was drawn in one frame.

    draw : returns its pixels on a frame of a size, bool (H, W), and raises ShapeError or ValueError
        where it cannot be drawn. None: the object is said not to be there.
    who : the object's number or key, the same in all frames; None where the file does not say it.
    is_sure : `who` alone tells the object, whatever the label; else numbers count within a label.
    place : in the file, for the line of a message. sure : as `Shape` has it, given the size.
    """

    label: str
    draw: Callable[[Hw], Pixels] | None
    who: Hashable | None = None
    is_sure: bool = False
    place: JsonPath = ()
    sure: Callable[[Hw], Box | None] | None = None


@dataclass(frozen=True)
class DrawnFrame:
    """A frame and what was drawn in it, what is on top last.

    figures : None where nobody annotated it. file : it says so. hw : as the file has it.
    also : other names under which its image may lie.
    """

    name: str
    file: Path
    figures: tuple[Figure, ...] | None
    hw: Hw | None = None
    also: tuple[str, ...] = ()


@dataclass
class DrawnClip:
    """A clip's frames, in order.

    folder : of its images, or a video; None where there is neither. n_frames : of a video, whose
    frames are named by their number. says_all, says_empty : as `Outline` has them.
    strangers : names of other clips' frames. order : who the objects are, in the order of their
    ids, where the file lists them. has_parts : a number of a label is there to tie parts of an
    object. is_apart : its images lie among others of another size. broken :
    takes frames of another size than most, where each has a file of its own.
    """

    clip: str
    frames: Sequence[DrawnFrame]
    folder: Path | None = None
    n_frames: int | None = None
    says_all: bool = True
    says_empty: bool = False
    strangers: frozenset[str] = frozenset()
    order: Sequence[Hashable] = ()
    has_parts: bool = False
    is_apart: bool = False
    issues: list[Issue] = field(default_factory=list)
    broken: BrokenFrames = field(default_factory=BrokenFrames)

    def outline(self) -> Outline:
        """Return what there is to draw; raise DatasetError where sizes differ or are unknown."""
        folder, names, places = self._places()
        hw = self._hw(folder)  # frames of another size may go
        told = [(one.name, [_told(figure) for figure in one.figures or ()]) for one in self.frames]
        ties = tie(told, self.clip, "number", ties_parts=self.has_parts)
        shapes: dict[int, list[Shape]] = {}
        for frame, keys in zip(self.frames, ties.keys, strict=True):
            t = next((places[name] for name in (frame.name, *frame.also) if name in places), None)
            if t is None and frame.figures:
                self._warn("There is no such frame; what was drawn in it was left out.", frame)
            elif t is not None and frame.figures is not None:
                if frame.figures and shapes.get(t):
                    text = (
                        "The file has this frame more than once; what was drawn in all was taken."
                    )
                    self._warn(text, frame, fix="Check who is who.")
                drawn = shapes.setdefault(t, [])
                pairs = zip(keys, frame.figures, strict=True)
                drawn += [_shape(key, frame, one, hw) for key, one in pairs]
        rank: dict[Hashable, int] = {("track", who): n for n, who in enumerate(self.order)}
        objects = sorted(ties.objects.items(), key=lambda pair: rank.get(pair[0], len(rank)))
        if all(one.number is not None for _, one in objects):
            objects.sort(key=lambda pair: pair[1].number or 0)
        stride = stride_of(sorted(shapes)) if self.says_all else 1
        about = (folder, names, hw, dict(objects), sorted(shapes.items()), stride, self.says_all)
        issues = [*self.issues, *ties.issues]
        return Outline(*about, last_on_top=True, says_empty=self.says_empty, issues=issues)

    def _places(self) -> tuple[Path | None, tuple[str, ...], Mapping[str, int]]:
        """Return where the frames lie, their names, and the index of each by its names."""
        if self.n_frames is not None:
            if not 0 < self.n_frames <= MAX_FRAMES:
                raise DatasetError(f"The clip {self.clip} is said to have {self.n_frames} frames.")
            names = tuple(f"{t:05d}" for t in range(self.n_frames))
            return self.folder, names, {name: t for t, name in enumerate(names)}
        if self.is_apart:
            apart = apart_frames(self.folder, [(one.name, *one.also) for one in self.frames])
            return apart.folder, apart.names, apart.places
        own = dict.fromkeys(frame.name for frame in self.frames)
        frames = clip_frames(self.folder, own)
        others = {name for frame in self.frames for name in (frame.name, *frame.also)}
        if frames.folder is not None and (self.strangers - others) & frames.places.keys():
            text = (
                f"The frames in {frames.folder} are of several clips, so none were taken: a clip's "
                "frames lie in a folder of its own."
            )
            self.issues.append(warning(text, clip=self.clip))
            frames = clip_frames(None, own)
        if all({frame.name, *frame.also} & frames.places.keys() for frame in self.frames):
            return frames.folder, frames.names, frames.places
        matched = match_frames([*own], frames.names)
        if matched.how:
            self.issues.append(note(matched.how, clip=self.clip))
        return frames.folder, frames.names, {**frames.places, **matched.places}

    def _hw(self, folder: Path | None) -> Hw:
        sizes = [
            (frame.name, frame.file, checked_hw(*frame.hw, str(frame.file)))
            for frame in self.frames
            if frame.hw is not None
        ]
        hw = self.broken.common_size(sizes, self.clip) if sizes else _size_of(folder)
        self.frames = [frame for frame in self.frames if frame.hw in (None, hw)]
        if hw is None:
            file = self.frames[0].file if self.frames else self.folder
            raise DatasetError(
                f"{file} does not say the size of the clip {self.clip}. Put its video, or a folder "
                f"of its frames, called {self.clip}, beside it."
            )
        return hw

    def _warn(self, text: str, frame: DrawnFrame, fix: str = "") -> None:
        where = {"clip": self.clip, "frame": frame.name, "file": str(frame.file)}
        self.issues.append(warning(text, **where, fix=fix))


def _told(one: Figure) -> Told:
    if one.is_sure:
        return Told(one.label, track=one.who)
    return Told(one.label, group=one.who)


def _shape(key: Hashable, frame: DrawnFrame, one: Figure, hw: Hw) -> Shape:
    sure = None if one.sure is None else partial(one.sure, hw)
    return Shape(key, _drawing(frame, one, hw), sure)


def _drawing(frame: DrawnFrame, one: Figure, hw: Hw) -> Callable[[], Pixels] | None:
    return None if one.draw is None else partial(_pixels, frame, one, hw)


def _pixels(frame: DrawnFrame, one: Figure, hw: Hw) -> Pixels:
    assert one.draw is not None
    try:
        pixels = one.draw(hw)
        if pixels.any():
            return pixels
        raise ShapeError("no pixel of the frame is in it", has_no_area=True)
    except (ShapeError, ValueError, TypeError, OverflowError) as problem:
        raise ShapeError(
            f"a shape {one.label!r} cannot be drawn: {problem}",
            file=str(frame.file),
            line=_line(frame.file, one.place),
            has_no_area=isinstance(problem, ShapeError) and problem.has_no_area,
        ) from problem


def _line(file: Path, place: JsonPath) -> int | None:
    return line_of(file, place) if place and file.stat().st_size <= _MAX_BYTES else None


def _size_of(folder: Path | None) -> Hw | None:
    """Return the height and width of a video, or of the images in a folder."""
    if folder is not None and folder.is_file():
        with open_clip(folder) as video:
            return video.info.hw
    images = list_images(folder) if folder is not None else []
    return image_size(images[0]) if images else None
