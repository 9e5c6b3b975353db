"""MOSEv2's own J and F: held to its published evaluator (metricsv2.py and score.py, July 2025)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from vosgui.core.metrics.mosev2 import (
    MoseSeries,
    disappearances,
    mosev2_numbers,
    reappearances,
    score_object,
    tolerances,
)

Mask = npt.NDArray[np.uint8]
HW = (120, 200)
# What the published evaluator gives for `scene`: J, F-dot and F of each object.
PUBLISHED = [(0.8217740246767384, 0.7007936507936507, 0.7007936507936507)]
PUBLISHED += [(0.7168141592920352, 0.6500000000000001, 1.0)]
OF_ALL = {
    "J&F-dot": 0.7223454586906062,
    "J": 0.7692940919843868,
    "F-dot": 0.6753968253968254,
    "disappearance J&F-dot": 0.8333749791770781,
    "reappearance J&F-dot": 0.6128870148981671,
    "F": 0.8503968253968254,
    "J&F": 0.8098454586906061,
}


def scene(t: int, shift: int, gone: tuple[int, ...], small_at: int) -> Mask:
    """Return a large object that moves and is gone at times, and a small one at rest."""
    mask = np.zeros(HW, np.uint8)
    if t not in gone:
        mask[20:60, 10 + shift + t : 60 + shift + t] = 1
    mask[70:78, small_at : small_at + 12] = 2
    return mask


def series(object_id: int) -> MoseSeries:
    scores = [
        score_object(
            scene(t, t // 4, (6, 7, 11, 12), 102), scene(t, 0, (5, 6, 7, 11), 100), object_id
        )
        for t in range(1, 15)
    ]
    return MoseSeries(*zip(*scores, strict=True))


def test_numbers_are_those_of_the_published_evaluator() -> None:
    objects = [series(1), series(2)]
    for one, expected in zip(objects, PUBLISHED, strict=True):
        means = [np.mean(values) for values in (one.J, one.F, one.classic_f)]
        np.testing.assert_allclose(means, expected, rtol=1e-12)
    assert mosev2_numbers(objects) == pytest.approx(OF_ALL, rel=1e-12)


def test_absent_on_both_sides_is_1_and_on_one_almost_0() -> None:
    empty, square = np.zeros(HW, np.uint8), np.zeros(HW, np.uint8)
    square[:3, :3] = 1
    assert score_object(empty, empty, 1) == (1.0, 1.0, 1.0, True)
    assert score_object(square, empty, 1) == (pytest.approx(1 / 10), 0.0, 0.0, True)
    assert score_object(empty, square, 1) == (pytest.approx(1 / 10), 0.0, 0.0, False)
    assert score_object(square, square, 1) == (1.0, 1.0, 1.0, False)


def test_a_small_object_is_held_to_a_smaller_tolerance() -> None:
    # 480p: the frame's 7.84 px are rounded up; a tenth of the root of 96 pixels is 1.
    assert tolerances(96, (480, 854)) == (1, 8)
    whole = 0.008 * math.hypot(480, 854)
    assert tolerances(70 * 71 + 1, (480, 854)) == (whole, whole)
    assert tolerances(0, (480, 854)) == (whole, whole)


@pytest.mark.parametrize("hw", [(9, 14), (40, 60), (80, 100), (120, 200)])
def test_equal_masks_have_an_f_of_1_in_frames_of_any_size(hw: tuple[int, int]) -> None:
    mask = np.zeros(hw, np.uint8)
    mask[2:7, 2:9] = 1
    assert score_object(mask, mask, 1) == (1.0, 1.0, 1.0, False)


def test_runs_of_absence_and_of_coming_back() -> None:
    there = [False, False, True, True, False, True]
    assert disappearances(there) == [(2, 4), (5, 6)]
    assert reappearances(there) == [(4, 5)]
    late = [True, True, False, True]  # before it first appears it has not disappeared
    assert disappearances(late) == [(3, 4)]
    assert reappearances(late) == [(2, 3)]
    assert disappearances([False]) == reappearances([False]) == []


def test_without_a_disappearance_there_is_no_number_of_it() -> None:
    numbers = mosev2_numbers([MoseSeries((0.5,), (0.7,), (0.9,), (False,))])
    assert numbers["disappearance J&F-dot"] is numbers["reappearance J&F-dot"] is None
    assert numbers["J&F-dot"] == pytest.approx(0.6)
    assert numbers["J&F"] == pytest.approx(0.7)
