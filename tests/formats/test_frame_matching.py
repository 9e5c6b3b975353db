"""Which frame a mask is of, however differently both are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.formats.frame_matching import match_frames


def names(pattern: str, numbers: list[int]) -> list[str]:
    return [pattern.format(n) for n in numbers]


@pytest.mark.parametrize("mask", ["{}", "{:05d}", "mask_{:03d}", "frame_{:05d}_mask", "{:07d}.seg"])
@pytest.mark.parametrize("frame", ["{:06d}", "frame_{:05d}", "{:04d}_left"])
@pytest.mark.parametrize("numbers", [[0, 1, 2], [10, 15, 20], [0, 4, 9]])
def test_the_number_tells_the_frame(frame: str, mask: str, numbers: list[int]) -> None:
    frames = names(frame, list(range(30)))
    matched = match_frames(names(mask, numbers), frames)
    assert list(matched.places.values()) == numbers
    assert matched.how


@given(
    frames=st.sets(st.integers(0, 300), min_size=1, max_size=30),
    more=st.sets(st.integers(0, 300), max_size=5),
    digits=st.tuples(st.integers(1, 8), st.integers(1, 8)),
)
def test_no_mask_goes_to_a_frame_of_another_number(
    frames: set[int], more: set[int], digits: tuple[int, int]
) -> None:
    there = sorted(frames)
    wanted = sorted({*there[::2], *more})
    frame_names = [f"{n:0{digits[0]}d}" for n in there]
    mask_names = [f"{n:0{digits[1]}d}" for n in wanted]
    matched = match_frames(mask_names, frame_names)
    if "in order" in matched.how:
        assert len(wanted) == len(there)
        return
    found = {int(name): there[t] for name, t in matched.places.items()}
    assert found == {n: n for n in wanted if n in frames}


def test_names_alone_need_no_word() -> None:
    matched = match_frames(["b", "a"], ["a", "b", "c"])
    assert (matched.places, matched.how) == ({"b": 1, "a": 0}, "")


@pytest.mark.parametrize(
    ("frames", "masks"),
    [
        ([1, 2, 3], [0, 1, 2]),  # one counts from 1: by number all would be one frame off
        ([0, 1, 2], [1, 2, 3]),
        ([0, 5, 10], [0, 1, 2]),
        ([10, 15, 20], [0, 1, 2]),
    ],
)
def test_even_rows_of_one_length_belong_together(frames: list[int], masks: list[int]) -> None:
    matched = match_frames(names("{:05d}", masks), names("{:05d}", frames))
    assert list(matched.places.values()) == list(range(len(frames)))
    assert "in order" in matched.how
    assert f"{frames[0]:05d}" in matched.how and f"{masks[0]:05d}" in matched.how


def test_a_number_that_may_mean_two_frames_means_none() -> None:
    frames = [f"frame_{n:04d}" for n in range(1, 9)]
    assert match_frames(["00006"], frames).places == {}
    assert match_frames(["00000", "00006"], frames).places == {"00000": 0, "00006": 6}
    assert match_frames(["00008"], frames).places == {"00008": 7}
    assert match_frames(["mask_6"], frames).places == {"mask_6": 5}


def test_what_has_no_frame_is_left_out() -> None:
    matched = match_frames(["0001", "0009", "x"], ["1", "2", "3"])
    assert matched.places == {}
    matched = match_frames(["0001", "0009"], ["1", "2", "3"])
    assert matched.places == {"0001": 0}
    assert match_frames(["a1", "b1"], ["1", "2"]).places == {}


def test_frames_of_a_video_have_no_number_in_a_name() -> None:
    frames = [f"{t:05d}" for t in range(5)]
    first = match_frames(["shot_000", "shot_003"], frames, are_counted=True)
    assert first.places == {"shot_000": 0, "shot_003": 3}
    for counted in (False, True):  # frames so named may have been a video
        names = ["shot_001", "shot_003"]
        assert match_frames(names, frames, are_counted=counted).places == {}
    assert match_frames(["1", "3"], frames, are_counted=True).places == {"1": 1, "3": 3}
