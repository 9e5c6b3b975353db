"""Trials of runs: which frames they go through, what they find, and which run is the surest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.scenes import BOTH, annotated, moving_squares
from vosgui.core.generators import result_of, told_as
from vosgui.engine.online import candidates as trial
from vosgui.engine.online.candidates import Trial, find_trial, surest
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate


def tried(n_frames: int, given: list[int]) -> tuple[Trial, float, list[float]]:
    """Return a trial by flow, the confidence it found, and the shares it told of."""
    clip, truth = moving_squares(n_frames, (72, 96), 30)
    snapshot = annotated(clip, {t: truth[t] for t in given}).snapshot()
    found = find_trial(clip, snapshot, BOTH, given)
    assert found is not None
    shares: list[float] = []
    confidence = result_of(told_as(found.confidence(FlowPropagator()), shares.append))
    return found, confidence, shares


def test_it_finds_the_mean_confidence_of_a_run() -> None:
    clip, truth = moving_squares(6, (72, 96), 30)
    snapshot = annotated(clip, {0: truth[0]}).snapshot()
    run = Run(0, 0, 6, BOTH)
    levels = [
        level
        for result in propagate(clip, snapshot, run, FlowPropagator())
        for level in result.confidence.values()
    ]
    found, confidence, shares = tried(6, [0])
    assert len(levels) == 10 and confidence == pytest.approx(np.mean(levels))
    assert found.n_frames == 5 and shares == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert found.seconds > 0


@pytest.mark.parametrize(
    ("given", "n_frames"), [([0], 11), ([11], 11), ([4], 7), ([8], 8), ([0, 2, 9], 9), ([3, 5], 6)]
)
def test_it_goes_through_the_longest_stretch_and_on(given: list[int], n_frames: int) -> None:
    assert tried(12, given)[0].n_frames == n_frames


def test_a_long_clip_is_tried_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_MOST_FRAMES", 5)
    assert tried(12, [0])[0].n_frames == 4
    assert tried(12, [11])[0].n_frames == 4


def test_what_follows_a_run_that_took_too_long_goes_no_farther() -> None:
    clip, truth = moving_squares(12, (72, 96), 30)
    found = find_trial(clip, annotated(clip, {0: truth[0]}).snapshot(), BOTH, [0])
    assert found is not None
    result_of(found.confidence(FlowPropagator(), 1e-9))
    assert found.n_frames == 1
    assert list(found.confidence(FlowPropagator())) == [1.0]


def test_where_nothing_could_be_carried_there_is_no_trial() -> None:
    clip, truth = moving_squares(2, (72, 96), 30)
    snapshot = annotated(clip, {0: truth[0], 1: truth[1]}).snapshot()
    assert find_trial(clip, snapshot, BOTH, [0, 1]) is None
    locked = replace(annotated(clip, {0: truth[0]}).snapshot(), locked=BOTH)
    assert find_trial(clip, locked, BOTH, [0]) is None


@pytest.mark.parametrize(
    ("levels", "best"),
    [
        ({"a": 0.709, "b": 0.6}, None),
        ({"a": 0.711, "b": 0.709}, "a"),
        ({"a": 0.72, "b": 0.8}, "b"),
        ({"b": 0.5}, None),
    ],
)
def test_the_surest_run_is_clearly_surer_than_the_one_alone(
    levels: dict[str, float], best: str | None
) -> None:
    assert surest(0.7, levels) == best
