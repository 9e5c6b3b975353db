"""Clips that are validated on: the best weights are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.training.test_samples import make_clip
from tests.engine.training.tiny_training import run, tiny
from vosgui.engine.models.config import read_config
from vosgui.engine.training.log import read_log
from vosgui.engine.training.train import BEST
from vosgui.engine.training.tree_source import annotated_clips
from vosgui.engine.training.validation import find_validation
from vosgui.errors import DatasetError
from vosgui.media.palette import write_mask


def test_validation_keeps_the_best(tmp_path: Path) -> None:
    make_clip(tmp_path / "tree", "a", 4, 1, (3, 4))
    clips = annotated_clips(tmp_path / "tree")
    run(tiny(), tmp_path / "run", validation=clips, validate_steps=3)
    rows = [row for row in read_log(tmp_path / "run" / "log.csv") if row["J"]]
    assert [int(row["step"]) for row in rows] == [3, 6]
    best = max(float(row["J"]) for row in rows)
    scores = read_config(tmp_path / "run" / BEST).scores
    assert scores["J"] == pytest.approx(best, abs=1e-4)


def test_validation_passes_over_masks_that_show_nothing(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    make_clip(tree, "late", 4, 1, (3,))
    write_mask(tree / "Annotations" / "late" / "00000.png", np.zeros((32, 48), np.uint8))
    run(tiny(2), tmp_path / "run", validation=find_validation(tree), validate_steps=2)
    (row,) = [row for row in read_log(tmp_path / "run" / "log.csv") if row["J"]]
    assert 0 <= float(row["J"]) <= 1


def test_clips_without_a_second_mask_or_unknown_are_no_validation(tmp_path: Path) -> None:
    make_clip(tmp_path / "one", "single", 4, 5)
    with pytest.raises(DatasetError, match="nothing to score"):
        find_validation(tmp_path / "one")
    make_clip(tmp_path / "one", "whole", 4, 1)
    assert [clip.name for clip in find_validation(tmp_path / "one")] == ["whole"]
    with pytest.raises(DatasetError, match="no clip single, typo"):
        find_validation(tmp_path / "one", ["whole", "typo", "single"])
