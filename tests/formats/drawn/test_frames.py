"""Frames on which people drew, whatever tool they drew with."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.trees import put_frames
from vosgui.core.mask import Pixels
from vosgui.errors import DatasetError
from vosgui.formats.drawn.frames import DrawnClip, DrawnFrame, Figure
from vosgui.formats.shapes import Outline

HW = (6, 8)
FILE = Path("some.json")


def everywhere(hw: tuple[int, int]) -> Pixels:
    return np.ones(hw, bool)


def frame(name: str, *figures: Figure, **more: object) -> DrawnFrame:
    return DrawnFrame(name, FILE, figures, **{"hw": HW, **more})  # type: ignore[arg-type]


def said(outline: Outline) -> str:
    return " ".join(map(str, outline.issues))


def test_an_object_is_a_number_within_a_label_or_a_key_of_its_own() -> None:
    figures = [
        Figure("car", everywhere, 1),
        Figure("dog", everywhere, 1),
        Figure("dog", everywhere, "k", is_sure=True),
        Figure("cat", everywhere, "k", is_sure=True),
    ]
    outline = DrawnClip("c", [frame("0", *figures)]).outline()
    assert [one.category for one in outline.objects.values()] == ["car", "dog", "dog"]


def test_objects_that_are_listed_keep_their_order() -> None:
    figures = [Figure("car", everywhere, key, is_sure=True) for key in "bca"]
    outline = DrawnClip("c", [frame("0", *figures)], order=tuple("abx")).outline()
    assert list(outline.objects) == [("track", key) for key in "abc"]


def test_frames_are_found_by_any_name_that_their_image_has(tmp_path: Path) -> None:
    put_frames(tmp_path, ["00000", "00001", "up-00002"], HW)
    one = partial(Figure, "car", everywhere, 1)
    frames = [frame("00001", one()), frame("00002", one(), also=("up-00002",)), frame("9", one())]
    outline = DrawnClip("c", frames, tmp_path).outline()
    assert outline.frame_names == ("00000", "00001", "up-00002")
    assert [t for t, _ in outline.shapes] == [1, 2]
    assert "frame 9" in said(outline)


def test_a_number_of_one_frame_is_not_the_first_of_another(tmp_path: Path) -> None:
    """A shape without a number is tied to others by its order, never to a shape that has one."""
    one, other = Figure("car", everywhere, 1), Figure("car", everywhere)
    outline = DrawnClip("c", [frame("0", one), frame("1", other)]).outline()
    assert len(outline.objects) == 2


def test_frames_of_other_digits_are_found_by_their_number(tmp_path: Path) -> None:
    put_frames(tmp_path, ["000004", "000005"], HW)
    frames = [frame(name, Figure("car", everywhere, 1)) for name in ("0004", "0005")]
    outline = DrawnClip("c", frames, tmp_path).outline()
    assert [t for t, _ in outline.shapes] == [0, 1]
    assert "0004 is of frame 000004" in said(outline)


def test_a_frame_that_is_there_twice_is_said() -> None:
    frames = [frame("0", Figure("car", everywhere, 1)), frame("0", Figure("car", everywhere, 1))]
    outline = DrawnClip("c", frames).outline()
    assert [len(shapes) for _, shapes in outline.shapes] == [2]
    assert "frame 0" in said(outline)
    assert "more than once" in said(outline)


@pytest.mark.parametrize("n_frames", [0, -1, 10**9])
def test_an_absurd_number_of_frames_is_refused(n_frames: int) -> None:
    with pytest.raises(DatasetError, match="frames"):
        DrawnClip("c", [], n_frames=n_frames).outline()


def test_a_clip_without_a_size_says_what_to_do() -> None:
    with pytest.raises(DatasetError, match="called c"):
        DrawnClip("c", [frame("0", hw=None)]).outline()


def test_sizes_that_differ_name_their_frames() -> None:
    with pytest.raises(DatasetError, match=r"8x6 \(.*frame a\).*9x9 \(.*frame b\)"):
        DrawnClip("c", [frame("a"), frame("b", hw=(9, 9))]).outline()
