"""Run lengths of COCO: ours against pycocotools, and what it must never be given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from vosgui.formats.coco.rle import (
    StoredRle,
    checked_rle,
    drawn_of,
    polygons_as_rle,
    runs,
    short_runs,
)


@given(
    height=st.integers(1, 60),
    width=st.integers(1, 60),
    density=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_runs_are_those_of_the_mask(height: int, width: int, density: float, seed: int) -> None:
    mask = (np.random.default_rng(seed).random((height, width)) < density).astype(np.uint8)
    text = coco.encode(np.asfortranarray(mask))["counts"].decode()
    found = runs(text)
    values = np.arange(found.size) % 2
    assert (np.repeat(values, found) == mask.ravel(order="F")).all()
    assert short_runs(text) == found.tolist()
    for counts in (text, found.tolist()):
        drawn = drawn_of(StoredRle([height, width], counts), (height, width), "it", Path())
        assert drawn is not None and drawn.dtype == bool
        assert (drawn == mask).all()
    assert checked_rle([height, width], text)["counts"] == text.encode()
    assert checked_rle([height, width], found.tolist())["counts"] == text.encode()


@pytest.mark.parametrize(
    ("text", "lengths"), [("327", [3, 2, 7]), ("01;", [0, 1, 11]), ("<", [12]), ("0<", [0, 12])]
)
def test_published_texts(text: str, lengths: list[int]) -> None:
    assert runs(text).tolist() == short_runs(text) == lengths
    checked_rle([3, 4], text)


@given(st.text("/0129?@AOPo\u00e9 ", max_size=12))
def test_short_and_long_texts_are_refused_alike(text: str) -> None:
    found: list[list[int] | None] = []
    for read in (lambda: runs(text).tolist(), lambda: short_runs(text)):
        try:
            found.append(read())
        except ValueError:
            found.append(None)
    assert found[0] == found[1]


def test_long_runs() -> None:
    text = coco.frPyObjects({"size": [4000, 4000], "counts": [7, 15_999_993]}, 4000, 4000)
    assert runs(text["counts"].decode()).tolist() == [7, 15_999_993]


@pytest.mark.parametrize(
    "counts",
    ["", "327x", "3", "32", "P", "32o", "é", " ", [], [12, 1], [-1, 13], [5], "oooooooo0", "3J"],
)
def test_anything_that_does_not_fill_the_mask_is_refused(counts: str | list[int]) -> None:
    with pytest.raises(ValueError, match=r"its run length|a run length"):
        checked_rle([3, 4], counts)


@pytest.mark.parametrize("size", [[], [3], [0, 4], [3, -4], [3, 4, 1], [1 << 20, 1 << 20]])
def test_sizes_that_are_none_are_refused(size: list[int]) -> None:
    with pytest.raises(ValueError, match="its size"):
        checked_rle(size, "<")


def test_polygons_are_joined_as_by_coco() -> None:
    first, second = [1.0, 1, 6, 1, 6, 5, 1, 5], [10.0, 2, 14, 2, 12, 9]
    found = polygons_as_rle([first, [0.0, 0, 1, 1], second], (12, 20))
    expected = coco.merge(coco.frPyObjects([first, second], 12, 20))
    assert found is not None
    assert (coco.decode(found) == coco.decode(expected)).all()
    assert polygons_as_rle([], (12, 20)) is None
    assert polygons_as_rle([[0.0, 0, 5, 5]], (12, 20)) is None
    with pytest.raises(ValueError, match="polygon"):
        polygons_as_rle([[0.0, 0, 5, 5, 1]], (12, 20))
    with pytest.raises(ValueError, match="polygon"):
        polygons_as_rle([[0.0, 0, 5, float("inf"), 1, 1]], (12, 20))
