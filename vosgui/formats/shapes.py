"""Clips of shapes: each object of each frame is drawn for itself, and all go into one mask.

So most files of annotations hold them. A reader says what there is to draw; who an object is, what
wins where two overlap, and what is wrong with which shape stand here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vosgui.core.annotation import Annotation, Expression, ObjectInfo
from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, error, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, Mask, Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError, ShapeError
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip, Numbering
from vosgui.formats.drawing import Box
from vosgui.formats.frame_checks import broken_frames

_LONG_RUN = 4  # numbers in a row that are still said one by one
_MAX_SIDE = 1 << 15  # of a frame, in pixels
_WINNERS = {
    False: "Objects overlap; of two the one first in the list kept the pixels.",
    True: "Objects overlap; of two the one drawn later kept the pixels.",
}


@dataclass(frozen=True)
class Shape:
    """One object in one frame.

    key : what tells the object from others, in all frames of the clip; one that is not among the
        outline's objects is of a kind that is never drawn.
    draw : returns its pixels, bool (H, W), or None where the file has none for it. Raises
        ShapeError where it cannot be drawn: it is left out alone; any other InputError where what
        it lies in cannot be read, which ends the clip unless it is to be skipped. None, or no
        pixel among them: the object is said not to be there.
    sure : returns a box around its pixels where it surely has some, which takes less time than to
        draw it; None where only drawing it tells.
    """

    key: Hashable
    draw: Callable[[], Pixels | None] | None
    sure: Callable[[], Box | None] | None = None


@dataclass(frozen=True)
class FileObject:
    """What a file says of an object. number : its id there. called : what it is called there."""

    number: int | None = None
    category: str = ""
    name: str = ""
    called: str = ""
    expressions: tuple[Expression, ...] = ()

    @property
    def is_background(self) -> bool:
        """Return whether it marks what is no object, as converters of labelme and ISAT have it."""
        return self.category in ("__ignore__", "_background_", "__background__")


@dataclass(frozen=True)
class Outline:
    """All of a clip but its pixels.

    objects : by their shapes' key, in the order in which they get ids.
    shapes : of each frame that the file has, by its index.
    says_all : objects without a shape are absent in a frame that has others, else nothing is known
        of them.
    says_empty : in a frame without any shape all objects are absent, else nothing is known of it.
    last_on_top : of two shapes the later one wins, else that of the object first in the list.
    numbering : as `LabelledClip` has it.
    """

    frames: Path | None
    frame_names: tuple[str, ...]
    hw: tuple[int, int]
    objects: Mapping[Any, FileObject]
    shapes: Sequence[tuple[int, Sequence[Shape]]]
    stride: int = 5
    says_all: bool = True
    last_on_top: bool = False
    says_empty: bool = True
    numbering: Numbering | None = None
    issues: list[Issue] = field(default_factory=list)


class ShapesClip(ABC):
    """A clip of a dataset that is read by drawing its shapes."""

    name: str

    @abstractmethod
    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Return what there is to draw; raise InputError where the file is broken."""

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        """Draw all shapes; raise InputError where the file is broken, or nothing can be drawn."""
        broken = BrokenFrames(self.name, skip=skip_broken)
        outline = self.readable(broken, progress)
        drawing = _Drawing(self.name, outline, broken)
        drawing.add_all(progress)
        about = (self.name, outline.frames, outline.frame_names, drawing.annotation())
        return LabelledClip(
            *about, drawing.issues(), outline.numbering, len(broken), drawing.called
        )

    def issues(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return what `read` has to say, and raise what it raises; draw what has to be drawn.

        Frames that cannot be read are named as well.
        """
        broken = BrokenFrames(self.name)
        outline = self.readable(broken, progress)
        drawing = _Drawing(self.name, outline, broken, keep=False)
        drawing.add_all(progress)
        frames = broken_frames(self.name, outline.frames, outline.frame_names)
        return (*drawing.issues(), *frames)

    def readable(self, broken: BrokenFrames, progress: Progress = NO_PROGRESS) -> Outline:
        """Return what there is to draw of what can be read, where each frame has a file."""
        return self.outline(progress)

    def problems(self) -> Iterator[InputError]:
        """Yield all that keeps the clip from being read, not the first alone."""
        return problems_of(self.outline)


class _Drawing:
    """A clip whose shapes are drawn frame by frame, and what is to be said of them.

    keep : masks are asked for, too; else a frame is drawn only where that has something to tell.
    """

    def __init__(
        self, clip: str, outline: Outline, broken: BrokenFrames, *, keep: bool = True
    ) -> None:
        self._keep, self._n_added = keep, 0
        self._clip, self._outline, self._broken = clip, outline, broken
        self._issues, self._left_out = outline.issues, list[Issue]()
        true = {key: one for key, one in outline.objects.items() if not one.is_background}
        self._ids = numbered(true, clip, self._issues)
        self.called = called_in_file(true, self._ids)
        self._background = outline.objects.keys() - true.keys()
        self._builder = AnnotationBuilder(outline.hw, len(outline.frame_names), outline.stride)
        self._empty: list[str] = []
        self._seen, self._lost = set[int](), set[int]()

    def add_all(self, progress: Progress) -> None:
        """Draw all frames; raise DatasetError where all that there was to draw was left out."""
        for n, (t, shapes) in enumerate(self._outline.shapes, start=1):
            self._add(t, shapes)
            progress.report(n)
        self._broken.check_left(self._n_added)
        if self._left_out and not self._seen:
            first = self._left_out[0]
            raise DatasetError(
                f"Nothing of the clip {self._clip} can be drawn: {first.words.partition(';')[0]}.",
                file=first.file,
                line=first.line,
            )

    def _add(self, t: int, shapes: Sequence[Shape]) -> None:
        frame, outline = self._outline.frame_names[t], self._outline
        if not shapes and not outline.says_empty:
            self._empty.append(frame)
            return
        are_known = bool(shapes) and all(one.key in outline.objects for one in shapes)
        if not self._keep and are_known and _are_apart(shapes):
            seen = {i for one in shapes if (i := self._id_of(one)) is not None}
            self._seen |= seen
            self._n_added += bool(seen)
            return
        layers: list[tuple[int, Pixels]] = []
        lost: set[int] = set()
        for one in shapes:
            pixels = self._pixels(one, frame)
            object_id = self._id_of(one)
            if object_id is None or one.draw is None:
                continue
            if pixels is None:
                lost.add(object_id)
            else:
                layers.append((object_id, pixels))
        gone = [one.key for one in shapes if one.draw is None]
        absent = {self._ids[key] for key in gone if key in self._ids}
        absent |= {i for i, pixels in layers if i and not pixels.any()}
        self._seen |= absent | {i for i, _ in layers}
        self._lost |= lost
        if shapes and not layers and not absent:
            return  # all that it has was left out
        if not outline.last_on_top:
            layers.sort(key=lambda layer: layer[0], reverse=True)
        mask, n_shared = flattened(outline.hw, layers)
        if n_shared:
            text = _WINNERS[outline.last_on_top]
            self._issues.append(warning(text, clip=self._clip, frame=frame, count=n_shared))
        self._n_added += 1
        if not self._keep:
            return
        unknown = lost - {i for i, _ in layers}
        self._builder.add(t, mask, complete=outline.says_all, absent=absent, unknown=unknown)

    def _id_of(self, one: Shape) -> int | None:
        """Return whose a shape is: 0 of the background, None of nobody."""
        return 0 if one.key in self._background else self._ids.get(one.key)

    def _pixels(self, one: Shape, frame: str) -> Pixels | None:
        """Return a shape's pixels; None where it has none, and say so."""
        if one.draw is None:
            return None
        where: dict[str, Any] = {"clip": self._clip, "frame": frame}
        n_broken = len(self._broken)
        pixels = None
        try:
            with self._broken.at(frame):
                pixels = one.draw()
        except ShapeError as problem:
            where |= {"file": problem.file, "line": problem.line}
            text = f"{str(problem).removesuffix('.')}; it was left out."
            self._left_out.append((warning if problem.has_no_area else error)(text, **where))
            return None
        if pixels is None and len(self._broken) == n_broken:
            text = "An annotation has no mask; it was left out."
            self._issues.append(warning(text, **where))
        return pixels

    def annotation(self) -> Annotation:
        """Return what was drawn."""
        objects = [
            _object(i, self._outline.objects[key])
            for key, i in self._ids.items()
            if i in self._seen or i not in self._lost
        ]
        return self._builder.build(objects)

    def issues(self) -> tuple[Issue, ...]:
        """Return all that is to be said; to be asked once."""
        if self._empty:
            text = "No shape at all: taken for not annotated, so nothing is known of these frames."
            fix = "Where objects are absent there, mark them so in a project."
            frame, *further = self._empty
            where = {"clip": self._clip, "frame": frame, "further": tuple(further)}
            self._issues.append(note(text, fix=fix, **where))
        if self._background:
            labels = {self._outline.objects[key].category for key in self._background}
            text = f"Shapes labelled {' and '.join(sorted(labels))} were taken for background."
            self._issues.append(note(text, clip=self._clip))
        return (*gathered(self._issues), *self._left_out, *self._broken.issues)


def _are_apart(shapes: Sequence[Shape]) -> bool:
    """Return whether all have pixels, surely, and no two of them have one in common."""
    boxes: list[Box] = []
    for one in shapes:
        found = None if one.draw is None or one.sure is None else one.sure()
        if found is None:
            return False
        left, top, right, bottom = found
        if any(left < x1 and x0 < right and top < y1 and y0 < bottom for x0, y0, x1, y1 in boxes):
            return False
        boxes.append(found)
    return True


def _object(object_id: int, said: FileObject) -> ObjectInfo:
    entry = new_object(object_id, said.name, said.category)
    return replace(entry, expressions=said.expressions) if said.expressions else entry


def problems_of(outline: Callable[[], Outline]) -> Iterator[InputError]:
    """Yield what is wrong with a file, or with each of its shapes."""
    try:
        found = outline()
    except InputError as broken:
        yield broken
        return
    for t, shapes in found.shapes:
        for one in shapes:
            try:
                if one.draw is not None:
                    one.draw()
            except ShapeError as left:
                text = f"Frame {found.frame_names[t]}: {left}"
                yield DatasetError(text, file=left.file, line=left.line)
            except InputError as broken:
                yield broken


def tied(label: Hashable, n_of: dict[Hashable, int]) -> Hashable:
    """Return what ties a shape without an object's number to those of other frames.

    That is its label and its place among those of its label in the frame. n_of : how many of each
    label the frame had by now.
    """
    n_of[label] = n_of.get(label, 0) + 1
    return label, n_of[label]


def numbered(objects: Mapping[Any, FileObject], clip: str, issues: list[Issue]) -> dict[Any, int]:
    """Return an id for each object: those that the file has where all fit, or 1, 2, ... in order.

    Raises DatasetError where there are more objects than ids.
    """
    if len(objects) > MAX_OBJECT_ID:
        raise DatasetError(
            f"The clip {clip} has {len(objects)} objects; at most {MAX_OBJECT_ID} fit into one. "
            "Split it, or leave objects out."
        )
    numbers = [one.number or 0 for one in objects.values()]
    if all(1 <= n <= MAX_OBJECT_ID for n in numbers) and len(numbers) == len(set(numbers)):
        return dict(zip(objects, numbers, strict=True))
    ids = {key: n for n, key in enumerate(objects, start=1)}
    changes = [(one.called or one.number, ids[key]) for key, one in objects.items()]
    if said := renumbering([(old, new) for old, new in changes if old not in (None, new)]):
        issues.append(note(f"Objects were numbered: {said}.", clip=clip))
    return ids


def called_in_file(objects: Mapping[Any, FileObject], ids: Mapping[Any, int]) -> dict[int, str]:
    """Return what a file calls each object, by its id; nothing where ids are the file's own.

    It is the number or name there, else the category, and which one of it where there are several.
    """
    if all(one.number == ids[key] for key, one in objects.items()):
        return {}
    called: dict[int, str] = {}
    n_of: dict[str, int] = {}
    for key, one in objects.items():
        said = one.called or ("" if one.number is None else str(one.number))
        if not said:
            n = n_of[one.category] = n_of.get(one.category, 0) + 1
            said = one.category if n == 1 else f"{one.category} {n}"
        called[ids[key]] = said
    return called


def renumbering(changes: Sequence[tuple[int | str | None, int]]) -> str:
    """Return what every object is now in words, numbers that moved alike in one: 3-9 are 4-10."""
    runs: list[list[tuple[int | str | None, int]]] = []
    for old, new in changes:
        last = runs[-1][-1] if runs else ("", 0)
        if isinstance(old, int) and last == (old - 1, new - 1):
            runs[-1].append((old, new))
        else:
            runs.append([(old, new)])
    words = []
    for run in runs:
        (old, new), (last_old, last_new) = run[0], run[-1]
        is_long = len(run) > _LONG_RUN
        long = [f"{old}-{last_old} are {new}-{last_new}"]
        words += long if is_long else [f"{old} is {new}" for old, new in run]
    return ", ".join(words)


def flattened(hw: tuple[int, int], layers: Iterable[tuple[int, Pixels]]) -> tuple[Mask, int]:
    """Return one mask, uint8 (H, W), of objects' pixels, and how many pixels several claimed.

    layers : object ids, 0 for background, with bool (H, W), the topmost last.
    """
    mask = np.zeros(hw, np.uint8)
    n_shared = n_before = 0
    for object_id, pixels in layers:
        n_own = cv2.countNonZero(pixels.view(np.uint8))
        below = mask.copy() if n_before else mask
        # A masked copy of OpenCV takes a tenth of the time of numpy's indexing.
        cv2.copyTo(np.full_like(mask, object_id), pixels.view(np.uint8), mask)
        n_after = cv2.countNonZero(mask)
        if object_id and n_after < n_before + n_own:
            found = below[pixels]
            n_shared += int(np.count_nonzero(found[found != object_id]))
        n_before = n_after
    return mask, n_shared


def is_frame_size(height: int, width: int) -> bool:
    """Return whether a frame can have these sides, in pixels."""
    return 0 < height < _MAX_SIDE and 0 < width < _MAX_SIDE


def checked_hw(height: int, width: int, file: str) -> tuple[int, int]:
    """Return the height and width that a file gives; raise DatasetError where no frame has them."""
    if not is_frame_size(height, width):
        raise DatasetError(f"{file} gives the size {width}x{height}, which no frame has.")
    return height, width
