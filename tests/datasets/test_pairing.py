"""Clips and frames that belong together though they are called, or stored, in another way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.datasets.test_evaluate import mask, score, write_clip
from tests.trees import put_image
from vosgui.errors import DatasetError


def test_predictions_of_other_digits_are_found_by_number_and_told(tmp_path: Path) -> None:
    write_clip(tmp_path / "truth/a", [mask((1, 0, 0))] * 4)
    write_clip(tmp_path / "pred/a", {f"{t:07d}": mask((1, 0, 0)) for t in range(4)})
    (result,) = score(tmp_path)
    assert [one.J for one in result.series] == [(1.0, 1.0, 1.0, 1.0)]
    assert any("number" in note for note in result.notes)


def test_names_that_differ_are_what_is_missing(tmp_path: Path) -> None:
    for clip in ("a", "b"):
        write_clip(tmp_path / "truth" / clip, [mask((1, 0, 0))] * 4)
        write_clip(tmp_path / "pred" / f"{clip}_out", [mask((1, 0, 0))] * 4)
    with pytest.raises(DatasetError, match=r"The truth has a, b, the predictions a_out, b_out"):
        score(tmp_path)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0))] * 3)
    for n, path in enumerate(sorted((tmp_path / "pred/a").glob("*.png"))):
        path.rename(path.with_name(f"frame{'abc'[n]}.png"))
    write_clip(tmp_path / "pred/b", [mask((1, 0, 0))] * 4)
    with pytest.raises(DatasetError, match=r"framea to framec"):
        score(tmp_path)


def test_colours_and_numbers_are_the_same_object_on_both_sides(tmp_path: Path) -> None:
    wide = np.zeros((3, 20, 30), np.uint16)
    wide[0, 2:9, 2:9], wide[1, 2:9, 2:9], wide[1:, 10:18, 10:20] = 300, 300, 1000
    for side, frames in (("truth", wide), ("pred", wide * (wide != 300))):
        for t, one in enumerate(frames):
            put_image(tmp_path / side / "a" / f"{t}.png", one)
    (result,) = score(tmp_path)
    assert {one.object_id: one.J for one in result.series} == {"1": (0, 0, 1), "2": (1, 1)}
    for side, order in (("truth", (0, 1)), ("pred", (1, 0))):
        for t in range(3):
            image = np.zeros((20, 30, 3), np.uint8)
            for n in order[t == 0 and side == "pred" :]:  # one of them appears first in each
                image[2 + 9 * n : 9 + 9 * n, 2:20] = [(200, 40, 90), (20, 90, 220)][n]
            put_image(tmp_path / side / "a" / f"{t}.png", image)
    (result,) = score(tmp_path)
    assert sorted(np.mean(one.J) for one in result.series) == [pytest.approx(2 / 3), 1]
