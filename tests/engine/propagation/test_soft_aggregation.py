"""Soft aggregation at the clip's size: as the formula says, however it is made fast."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st

from vosgui.engine.propagation.propagator import Logits
from vosgui.engine.propagation.soft_aggregation import (
    aggregate_mask,
    boxes_of,
    sigmoid,
    soft_aggregate,
)


def naive(logits: Logits, ids: list[int], hw: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the mask and by how much the winner wins, all in float64 at the full size."""
    large = F.interpolate(torch.from_numpy(logits).double()[None], size=hw, mode="bilinear")[0]
    p = torch.sigmoid(large).numpy()
    shares = np.concatenate([np.prod(1 - p, axis=0)[None], p])
    order = np.sort(shares, axis=0)
    return np.array([0, *ids], np.uint8)[shares.argmax(axis=0)], order[-1] - order[-2]


def blobs(rng: np.random.Generator, n: int, hw: tuple[int, int], height: float) -> Logits:
    y, x = np.mgrid[: hw[0], : hw[1]]
    centres = rng.random((n, 2)) * hw
    far = [np.hypot(y - cy, x - cx) for cy, cx in centres]
    return np.array([height - d + rng.normal(0, 0.3, hw) for d in far], np.float32)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    n=st.integers(1, 7),
    small=st.tuples(st.integers(1, 24), st.integers(1, 24)),
    hw=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    height=st.floats(-1.5, 8),
)
def test_the_mask_is_the_formula_s(
    seed: int, n: int, small: tuple[int, int], hw: tuple[int, int], height: float
) -> None:
    logits = blobs(np.random.default_rng(seed), n, small, height)
    ids = [3 * i + 2 for i in range(n)]
    expected, margin = naive(logits, ids, hw)
    found = aggregate_mask(logits, ids, hw)
    assert np.array_equal(found[margin > 1e-4], expected[margin > 1e-4])


def test_objects_below_one_half_win_together_over_the_background() -> None:
    logits = np.full((3, 4, 4), -0.2, np.float32)
    logits[1] += 0.05
    assert (aggregate_mask(logits, [1, 2, 3], (8, 8)) == 2).all()
    assert (aggregate_mask(logits[1:2], [2], (8, 8)) == 0).all()


def test_fixed_pixels_go_to_nobody_and_shares_leave_room_for_them() -> None:
    logits = np.full((1, 4, 4), 9, np.float32)
    fixed = np.zeros((8, 8), bool)
    fixed[:4] = True
    mask = aggregate_mask(logits, [5], (8, 8), fixed)
    assert (mask[:4] == 0).all() and (mask[4:] == 5).all()
    taken = np.zeros((4, 4), np.float32)
    taken[:2] = 1
    probs = soft_aggregate(logits, taken)
    assert probs[0, :2].max() == 0 and probs[0, 2:].min() > 0.99


def test_shares_sum_to_one_with_the_background_and_one_object_keeps_its_probability() -> None:
    logits = np.random.default_rng(0).normal(0, 4, (5, 6, 7)).astype(np.float32)
    probs = soft_aggregate(logits)
    p = 1 / (1 + np.exp(-logits.astype(np.float64)))
    background = np.prod(1 - p, axis=0)
    np.testing.assert_allclose(probs, p / (p.sum(axis=0) + background), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(soft_aggregate(logits[:1]), p[:1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("value", [-1e9, 1e9])
def test_extreme_logits_stay_finite(value: float) -> None:
    logits = np.full((3, 4, 4), value, np.float32)
    assert np.isfinite(soft_aggregate(logits)).all()
    assert np.isfinite(sigmoid(logits)).all()
    assert (aggregate_mask(logits, [7, 8, 9], (9, 9)) == (7 if value > 0 else 0)).all()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    n=st.integers(1, 12),
    small=st.tuples(st.integers(1, 60), st.integers(1, 40)),
    height=st.floats(-14, 8),
    floor=st.sampled_from([-12.0, -9.0, 0.5]),
)
def test_what_is_the_same_around_all_objects_is_worked_out_once(
    seed: int, n: int, small: tuple[int, int], height: float, floor: float
) -> None:
    """The same mask, where a network has decoded objects in boxes alone, and nearly the shares."""
    rng = np.random.default_rng(seed)
    logits = np.maximum(blobs(rng, n, small, height), np.float32(floor))
    boxes, ids = boxes_of(logits), list(range(1, n + 1))
    taken = rng.random(small).astype(np.float32)
    for others in (None, taken):
        np.testing.assert_allclose(
            soft_aggregate(logits, others, boxes), soft_aggregate(logits, others), atol=1e-4
        )
    hw = (small[0] * 5 // 4, small[1] * 5 // 4)
    np.testing.assert_array_equal(
        aggregate_mask(logits, ids, hw, boxes=boxes), aggregate_mask(logits, ids, hw)
    )


def test_no_objects_give_an_empty_mask() -> None:
    none = np.zeros((0, 4, 4), np.float32)
    assert not aggregate_mask(none, [], (8, 8)).any()
    assert soft_aggregate(none).shape == (0, 4, 4)
