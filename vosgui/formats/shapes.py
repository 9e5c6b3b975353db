"""Clips of shapes: each object of each frame is drawn for itself, and all go into one mask.

So most files of annotations hold them. A reader says what there is to draw; who an object is, what
wins where two overlap, and what is wrong with which shape stand here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, Mask, Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import DatasetError, InputError
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip

_MAX_SIDE = 1 << 15  # of a frame, in pixels
_WINNERS = {
    False: "Objects overlap; of two the one first in the list kept the pixels.",
    True: "Objects overlap; of two the one drawn later kept the pixels.",
}


@dataclass(frozen=True)
class Shape:
    """One object in one frame.

    key : what tells the object from others, in all frames of the clip.
    draw : returns its pixels, bool (H, W), or None where it has none, and raises InputError where
        it is broken. None: the object is said not to be there.
    """

    key: Hashable
    draw: Callable[[], Pixels | None] | None


@dataclass(frozen=True)
class FileObject:
    """What a file says of an object. number : its id there. called : what it is called there."""

    number: int | None = None
    category: str = ""
    name: str = ""
    called: str = ""


@dataclass(frozen=True)
class Outline:
    """All of a clip but its pixels.

    objects : by their shapes' key, in the order in which they get ids.
    shapes : of each frame that is annotated, by its index.
    says_all : objects without a shape are absent in a frame, else nothing is known of them.
    last_on_top : of two shapes the later one wins, else that of the object first in the list.
    """

    frames: Path | None
    frame_names: tuple[str, ...]
    hw: tuple[int, int]
    objects: Mapping[Any, FileObject]
    shapes: Sequence[tuple[int, Sequence[Shape]]]
    stride: int = 5
    says_all: bool = True
    last_on_top: bool = False
    issues: list[Issue] = field(default_factory=list)


class ShapesClip(ABC):
    """A clip of a dataset that is read by drawing its shapes."""

    name: str

    @abstractmethod
    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Return what there is to draw; raise InputError where the file is broken."""

    def read(self, progress: Progress = NO_PROGRESS) -> LabelledClip:
        """Draw all shapes; raise InputError where the file or one of them is broken."""
        outline = self.outline(progress)
        ids = numbered(outline.objects, self.name, outline.issues)
        builder = AnnotationBuilder(outline.hw, len(outline.frame_names), outline.stride)
        for n, (t, shapes) in enumerate(outline.shapes, start=1):
            where = {"clip": self.name, "frame": outline.frame_names[t]}
            layers = []
            for one in shapes:
                pixels = one.draw() if one.draw is not None else None
                if pixels is not None:
                    layers.append((ids[one.key], pixels))
                elif one.draw is not None:
                    text = "An annotation has no mask; it was left out."
                    outline.issues.append(warning(text, **where))
            if not outline.last_on_top:
                layers.sort(key=lambda layer: layer[0], reverse=True)
            mask, n_shared = flattened(outline.hw, layers)
            if n_shared:
                text = _WINNERS[outline.last_on_top]
                outline.issues.append(warning(text, **where, count=n_shared))
            absent = {ids[one.key] for one in shapes if one.draw is None}
            builder.add(t, mask, complete=outline.says_all, absent=absent)
            progress.report(n)
        objects = [
            new_object(ids[key], one.name, one.category) for key, one in outline.objects.items()
        ]
        annotation, issues = builder.build(objects), gathered(outline.issues)
        return LabelledClip(self.name, outline.frames, outline.frame_names, annotation, issues)

    def problems(self) -> Iterator[InputError]:
        """Yield all that keeps the clip from being read, not the first alone."""
        return problems_of(self.outline)


def problems_of(outline: Callable[[], Outline]) -> Iterator[InputError]:
    """Yield what is wrong with a file, or with each of its shapes."""
    try:
        shapes = [one for _, shapes in outline().shapes for one in shapes]
    except InputError as broken:
        yield broken
        return
    for one in shapes:
        try:
            if one.draw is not None:
                one.draw()
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
    called = {key: one.called or (one.number or "") for key, one in objects.items()}
    given = [f"{called[key]} is {n}" for key, n in ids.items() if called[key]]
    if given:
        issues.append(note(f"Objects were numbered: {some_of(given)}.", clip=clip))
    return ids


def flattened(hw: tuple[int, int], layers: Iterable[tuple[int, Pixels]]) -> tuple[Mask, int]:
    """Return one mask, uint8 (H, W), of objects' pixels, and how many pixels several claimed.

    layers : object ids with bool (H, W), the topmost last.
    """
    mask = np.zeros(hw, np.uint8)
    n_shared = 0
    for object_id, pixels in layers:
        n_shared += int(np.count_nonzero(mask[pixels]))
        mask[pixels] = object_id
    return mask, n_shared


def is_frame_size(height: int, width: int) -> bool:
    """Return whether a frame can have these sides, in pixels."""
    return 0 < height < _MAX_SIDE and 0 < width < _MAX_SIDE


def checked_hw(height: int, width: int, file: str) -> tuple[int, int]:
    """Return the height and width that a file gives; raise DatasetError where no frame has them."""
    if not is_frame_size(height, width):
        raise DatasetError(f"{file} gives the size {width}x{height}, which no frame has.")
    return height, width
