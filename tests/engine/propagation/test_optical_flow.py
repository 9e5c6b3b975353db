"""The model-free propagator: finite, honest and safe at any size."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.scenes import moving_squares
from vosgui.engine.propagation.optical_flow import FlowPropagator


def test_a_state_is_a_value_per_object() -> None:
    clip, truth = moving_squares(3)
    flow = FlowPropagator()
    first, second = flow.encode(clip[0]), flow.encode(clip[1])
    both = flow.start(first, np.stack([truth[0] == 1, truth[0] == 2]))
    alone = flow.start(first, np.stack([truth[0] == 2]))
    before = both.probs.copy()
    step = flow.step(second, both)
    assert np.array_equal(both.probs, before)
    np.testing.assert_array_equal(step.logits[1], flow.step(second, alone).logits[0])
    joined = flow.concat([both.select([1]), both.select([0])])
    np.testing.assert_array_equal(flow.step(second, joined).logits, step.logits[::-1])
    assert len(joined) == 2 and joined.trust == (1.0, 1.0)


def test_trust_falls_with_every_frame_and_at_once_where_all_changes() -> None:
    clip, truth = moving_squares(6)
    flow = FlowPropagator()
    states = flow.start(flow.encode(clip[0]), np.stack([truth[0] == 1]))
    trust = [1.0]
    for t in range(1, 6):
        step = flow.step(flow.encode(clip[t]), states)
        states = step.states
        trust += step.confidence
    assert trust == sorted(trust, reverse=True) and trust[-1] > 0.3
    other = np.random.default_rng(0).integers(0, 256, clip[0].shape).astype(np.uint8)
    lost = flow.step(flow.encode(other), states).confidence[0]
    assert lost < 0.7 * trust[-1]


def test_an_object_without_pixels_has_no_confidence() -> None:
    clip, truth = moving_squares(2)
    flow = FlowPropagator()
    states = flow.start(flow.encode(clip[0]), np.stack([truth[0] == 9]))
    step = flow.step(flow.encode(clip[1]), states)
    assert step.confidence == (0.0,) and step.logits.max() < -5


@pytest.mark.parametrize("hw", [(1, 1), (1, 900), (900, 1), (31, 33), (50, 1300), (479, 16)])
def test_one_propagator_serves_clips_of_any_size(hw: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    flow = FlowPropagator()
    for size in ((200, 300), hw):
        frames = [rng.integers(0, 256, (*size, 3)).astype(np.uint8) for _ in range(2)]
        states = flow.start(flow.encode(frames[0]), rng.random((2, *size)) > 0.5)
        assert np.isfinite(flow.step(flow.encode(frames[1]), states).logits).all()
