"""Clips of shapes: one that cannot be drawn is left out alone, and what was not said is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.trees import assert_masks, boxes
from vosgui.core.issues import Severity
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.track import Source
from vosgui.errors import DatasetError, ShapeError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip

HW = (12, 16)
NAMES = ("00000", "00001", "00002")


@dataclass(frozen=True)
class Clip(ShapesClip):
    """A clip whose shapes a test gives, frame by frame."""

    shapes: Sequence[tuple[int, Sequence[Shape]]]
    says_empty: bool = True
    categories: dict[str, str] = field(default_factory=lambda: {"car": "car", "dog": "dog"})
    name: str = "clip"

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Return the shapes."""
        objects = {key: FileObject(category=category) for key, category in self.categories.items()}
        about = (None, NAMES, HW, objects, self.shapes)
        return Outline(*about, last_on_top=True, says_empty=self.says_empty)


def at(key: str, x: int, w: int = 3) -> Shape:
    return Shape(key, lambda: boxes({1: (2, x, 4, w)}, HW) > 0)


def broken(key: str, *, has_no_area: bool = False) -> Shape:
    def draw() -> Pixels:
        raise ShapeError(f"a {key} of two points", file="a.xml", line=7, has_no_area=has_no_area)

    return Shape(key, draw)


def sources(clip: LabelledClip, object_id: int) -> list[Source]:
    return [Source(one) for one in clip.annotation.track(object_id)["source"]]


@pytest.mark.parametrize("has_no_area", [True, False])
def test_a_shape_that_cannot_be_drawn_is_left_out_alone(has_no_area: bool) -> None:
    lost = broken("car", has_no_area=has_no_area)
    shapes = [(0, [at("car", 1), at("dog", 9)]), (1, [lost, at("dog", 9)]), (2, [at("dog", 9)])]
    clip = Clip(shapes).read()
    dog = boxes({2: (2, 9, 4, 3)}, HW)
    assert_masks(clip, {"00000": dog + boxes({1: (2, 1, 4, 3)}, HW), "00001": dog, "00002": dog})
    # A shape was there: that the car is not is said of the last frame alone.
    assert sources(clip, 1) == [Source.PAINTED, Source.NONE, Source.ABSENT]
    (issue,) = clip.issues
    assert issue.severity is (Severity.WARNING if has_no_area else Severity.ERROR)
    for word in ("a.xml:7", "clip clip", "frame 00001", "a car of two points"):
        assert word in str(issue)


def test_a_frame_whose_shapes_are_all_left_out_is_unknown() -> None:
    clip = Clip([(0, [at("car", 1)]), (1, [broken("car")])]).read()
    assert_masks(clip, {"00000": boxes({1: (2, 1, 4, 3)}, HW)})
    assert sources(clip, 1)[1] is Source.NONE


def test_an_object_that_can_be_drawn_nowhere_is_none() -> None:
    clip = Clip([(0, [broken("car"), at("dog", 1)])]).read()
    assert [one.category for one in clip.annotation.objects] == ["dog"]


def test_a_clip_of_which_nothing_can_be_drawn_is_refused() -> None:
    clip = Clip([(0, [broken("car")]), (2, [broken("dog")])])
    with pytest.raises(DatasetError, match=r"clip.*frame 00000.*car"):
        clip.read()
    assert [str(one)[:11] for one in clip.problems()] == ["Frame 00000", "Frame 00002"]


@pytest.mark.parametrize("says_empty", [True, False])
def test_frames_without_a_shape(says_empty: bool) -> None:
    clip = Clip([(0, [at("car", 1)]), (1, []), (2, [])], says_empty).read()
    (issue,) = clip.issues or (None,)
    if says_empty:
        assert sources(clip, 1) == [Source.PAINTED, Source.ABSENT, Source.ABSENT]
        assert issue is None
    else:
        assert sources(clip, 1) == [Source.PAINTED, Source.NONE, Source.NONE]
        assert "frames 00001, 00002" in str(issue)


@pytest.mark.parametrize("label", ["__ignore__", "_background_"])
def test_labels_of_no_object_are_background(label: str) -> None:
    categories = {"car": "car", "rest": label}
    clip = Clip([(0, [at("car", 1, 6), at("rest", 4, 6)])], categories=categories).read()
    assert_masks(clip, {"00000": boxes({1: (2, 1, 4, 3)}, HW)})
    assert [one.category for one in clip.annotation.objects] == ["car"]
    (issue,) = clip.issues
    assert label in str(issue)


def test_shapes_of_one_object_that_overlap_do_not_compete() -> None:
    clip = Clip([(0, [at("car", 1), at("car", 3)])]).read()
    assert_masks(clip, {"00000": boxes({1: (2, 1, 4, 5)}, HW)})
    assert not clip.issues


def test_an_empty_mask_says_that_the_object_is_absent() -> None:
    empty: Callable[[], Pixels] = lambda: np.zeros(HW, bool)  # noqa: E731
    clip = Clip([(0, [at("car", 1)]), (1, [Shape("car", empty)])]).read()
    assert sources(clip, 1)[1] is Source.ABSENT


def sure(key: str, box: tuple[int, int, int, int] | None) -> Shape:
    def draw() -> Pixels:
        raise AssertionError("It was drawn, which is not needed to say what is wrong.")

    return Shape(key, draw, lambda: box)


def test_what_is_apart_is_not_drawn_to_say_what_is_wrong() -> None:
    shapes = [(0, [sure("car", (0, 0, 8, 12)), sure("dog", (8, 0, 16, 12))])]
    assert Clip(shapes).issues() == ()


@pytest.mark.parametrize("box", [(7, 3, 16, 12), None])
def test_what_may_overlap_or_be_nothing_is_drawn(box: tuple[int, int, int, int] | None) -> None:
    shapes = [(0, [sure("car", (0, 0, 8, 12)), sure("dog", box)])]
    with pytest.raises(AssertionError):
        Clip(shapes).issues()


@pytest.mark.parametrize(
    "frames",
    [
        [(0, [at("car", 1), at("dog", 3)]), (1, [broken("car")]), (2, [])],
        [(0, [broken("car", has_no_area=True), at("dog", 3)]), (2, [Shape("car", None)])],
        [(0, [broken("car")]), (1, [broken("dog")])],
    ],
)
def test_what_is_said_is_what_reading_says(frames: Sequence[tuple[int, Sequence[Shape]]]) -> None:
    def said(clip: Clip, *, by_reading: bool) -> object:
        try:
            return clip.read().issues if by_reading else clip.issues()
        except DatasetError as refused:
            return str(refused)

    clip = Clip(frames, says_empty=False)
    assert said(clip, by_reading=False) == said(clip, by_reading=True)
