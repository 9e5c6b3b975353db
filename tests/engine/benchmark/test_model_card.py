"""Scores of a model: what is counted, which frame is given next, and what confidence catches."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.scenes import moving_squares
from vosgui.engine.benchmark.model_card import CopyPropagator, score_confidence, score_given
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.scored_run import AnnotatedClip, RunScores, score_run


@pytest.fixture(scope="module")
def annotated() -> AnnotatedClip:
    clip, truth = moving_squares(8, (96, 128), 30)
    return AnnotatedClip(clip, dict(enumerate(truth)))


def test_a_copy_of_the_first_mask_falls_behind_and_flow_does_not(annotated: AnnotatedClip) -> None:
    copied = score_run(annotated, CopyPropagator(), [0])
    carried = score_run(annotated, FlowPropagator(), [0])
    for t in range(1, 8):  # the squares move 2 pixels a frame
        expected = (30 - 2 * t) / (30 + 2 * t)
        assert copied.J[:, t] == pytest.approx([expected] * 2, abs=1e-6)
    assert carried.counted[0] > 0.8 > copied.counted[0]
    assert copied.counted[0] == pytest.approx(copied.J[:, 1:7].mean())
    assert (
        np.isnan(carried.confidence[:, 0]).all() and not np.isnan(carried.confidence[:, 1:]).any()
    )
    assert carried.frames_per_second > 0


def test_one_object_alone(annotated: AnnotatedClip) -> None:
    scores = score_run(annotated, FlowPropagator(), [0], objects=[2])
    assert scores.J.shape == (1, 8) and scores.counted[0] > 0.8


def test_the_frame_given_next_is_the_worst_one(annotated: AnnotatedClip) -> None:
    found = score_given(annotated, CopyPropagator())
    assert list(found) == ["1", "2", "3", "5", "every 5th"]
    assert sorted(found["2"].given) == [0, 7], "the last one is farthest from the first"
    assert len(found["5"].given) == 5 and found["every 5th"].given == {0, 5}
    means = [found[n].J.mean() for n in ("1", "2", "3", "5")]
    assert means == sorted(means)


def test_confidence_is_scored_on_what_was_not_given() -> None:
    J = np.array([[1.0, 0.9, 0.8, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.1]])

    def told(confidence: list[float]) -> tuple[float, float, float, int]:
        found = np.array([[np.nan, *confidence]])
        one = score_confidence([RunScores(J, J, found, frozenset({0}), 1.0)])
        return one.correlation, one.caught, one.most, one.n_bad

    assert told(J[0, 1:].tolist()) == (pytest.approx(1.0), 1.0, 1.0, 2)
    assert told((1 - J[0, 1:]).tolist()) == (pytest.approx(-1.0), 0.0, 1.0, 2)
    assert told([0.5] * 10)[0] == 0.0


def test_nothing_shown_of_an_object_that_is_gone_does_not_count() -> None:
    J = np.array([[1.0, 0.9, 0.7, 1.0, 0.0]])
    confidence = np.array([[np.nan, 0.9, 0.7, 0.0, 0.0]])
    one = score_confidence([RunScores(J, J, confidence, frozenset({0}), 1.0)])
    assert one.correlation == pytest.approx(1.0)
    assert one.n_bad == 1
