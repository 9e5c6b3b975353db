"""Images of several sizes in one folder: photographs, frames, and those that tracks tie."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.core.issues import Issue
from vosgui.formats.tree.by_size import SizeGroup, size_said, told_by_size

A, B, C = (48, 64), (96, 128), (64, 48)
Hw = tuple[int, int]


def told(stems: str, sizes: list[Hw | None], *, tied: bool = False) -> list[SizeGroup[int]]:
    issues: list[Issue] = []
    places, names = range(len(sizes)), stems.split()
    found = told_by_size(places, names, sizes, ("d", "c"), Path("f"), issues, are_tied=tied)
    assert [one.clip for one in issues] == ["c"] * (len(found) > 1)
    return found


@pytest.mark.parametrize(
    ("stems", "sizes"),
    [
        ("", []),
        ("a b", [A, A]),
        ("a b c", [A, None, A]),
        ("0 5 10 15", [A, A, B, A]),  # one frame of another size, or said to be
        ("00000 00001", [A, B]),
        ("f_3 f_4 f_5 f_6 x", [A, A, A, A, C]),
    ],
)
def test_frames_of_one_size_or_of_a_video_stay_one_clip(stems: str, sizes: list[Hw | None]) -> None:
    assert told(stems, sizes) == [SizeGroup(("d", "c"), tuple(range(len(sizes))))]


@pytest.mark.parametrize(
    ("stems", "sizes"),
    [
        ("dog cat", [A, B]),
        ("1 2", [A, C]),  # upright and across
        ("1 2 3", [A, B, C]),
        ("139 285 632 724", [A, A, B, None]),
        ("139 285", [A, B]),
        ("1 01", [A, B]),
    ],
)
def test_photographs_are_each_a_clip(stems: str, sizes: list[Hw | None]) -> None:
    groups = (SizeGroup(("d", "c", stem), (n,), True, True) for n, stem in enumerate(stems.split()))
    assert told(stems, sizes) == [*groups]


def test_what_tracks_tie_is_a_clip_for_each_size() -> None:
    assert told("a b c d e f", [A, B, None, A, B, C], tied=True) == [
        SizeGroup(("d", "c"), (0, 2, 3), False, True),
        SizeGroup(("d", "c_128x96"), (1, 4), False, True),
        SizeGroup(("d", "c", "f"), (5,), True, True),
    ]


def test_sizes_are_found_in_a_piece_of_json() -> None:
    assert size_said(b'{"height": 1, "width" : 2}') == (1, 2)
    assert size_said(b'{"imageHeight":3,"imageWidth":4', b"imageHeight", b"imageWidth") == (3, 4)
    assert size_said(b'{"height": 0, "width": 2}') is None
    assert size_said(b'{"height": null}') is None
