"""The robot that clicks: what it scores, with a network whose weights are set by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.clicks.tiny import disk_head, tiny_trunk
from tests.trees import boxes, put_frames, put_palette
from vosgui.engine.benchmark.click_scores import (
    EVERY,
    FIRST,
    Clicked,
    ClickJob,
    click_object,
    clicks_to_reach,
    score_clicks,
)
from vosgui.engine.clicks.segmenter import ClickSegmenter

HW = (96, 128)


@pytest.fixture
def segmenter() -> ClickSegmenter:
    return ClickSegmenter(tiny_trunk(), disk_head())


def scored(*J: float) -> Clicked:
    return Clicked("clip", 0, np.array(J), np.zeros(len(J)))


def test_every_click_covers_more_of_the_object(segmenter: ClickSegmenter) -> None:
    truth = np.zeros(HW, bool)
    truth[20:30, 30:45] = True
    found = click_object(segmenter, ("clip", 3), np.zeros((*HW, 3), np.uint8), truth, 6)
    assert (found.clip, found.t) == ("clip", 3)
    assert (np.diff(found.J[:4]) > 0).all()
    assert 0 < found.J[0] < found.J[-1] <= 1


def test_clicks_are_counted_until_j_is_reached_and_all_where_it_never_is() -> None:
    scores = [scored(0.5, 0.9, 0.7), scored(0.9, 0.95, 0.9), scored(0.1, 0.2, 0.3)]
    n, missed = clicks_to_reach(scores, 0.85)
    assert n == pytest.approx((2 + 1 + 3) / 3)
    assert missed == pytest.approx(1 / 3)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree of a clip with two objects, one too small to be clicked."""
    names = [f"{t:05d}" for t in range(FIRST + EVERY + 1)]
    put_frames(tmp_path / "JPEGImages" / "clip", names, HW)
    mask = boxes({1: (20, 30, 12, 12), 2: (60, 90, 3, 3)}, HW)
    for name in names:
        put_palette(tmp_path / "Annotations" / "clip" / f"{name}.png", mask)
    return tmp_path


def test_every_so_many_frames_of_a_tree_are_clicked(segmenter: ClickSegmenter, tree: Path) -> None:
    scores = score_clicks(segmenter, ClickJob(tree, n_clicks=2))
    assert [(one.clip, one.t) for one in scores] == [("clip", FIRST), ("clip", FIRST + EVERY)]
    assert all(one.J.shape == (2,) for one in scores)
    assert len(score_clicks(segmenter, ClickJob(tree, every=2, n_clicks=1))) == 1
    assert not score_clicks(segmenter, ClickJob(tree, clips=("other",)))
