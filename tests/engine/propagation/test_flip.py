"""Flipped frames: what is seen in them is what is seen without, the other way round."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import BOTH, annotated, moving_squares, overlap
from vosgui.core.mask import Mask
from vosgui.engine.propagation.flip import FlipStates, WithFlip
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import LOST, Propagator, Step
from vosgui.engine.propagation.recurrent import Encoded, NetworkPropagator
from vosgui.network.interface import CERTAIN, State
from vosgui.network.lite import LiteNetwork

HW = (50, 70)  # no multiple of the stride: padding is on the other side
ROUNDING = 0.002  # share of pixels that scaling from left or from right may decide otherwise
N = 6


@pytest.fixture(scope="module")
def network() -> NetworkPropagator:
    torch.manual_seed(0)
    return NetworkPropagator(LiteNetwork(TINY), "tiny", height=32)


def carried(propagator: Propagator, *, swapped: bool) -> list[tuple[Mask, dict[int, float]]]:
    """Return what a run between the first and the last frame of a clip yields."""
    clip, truth = moving_squares(N, HW, 20)
    frames = [clip[t] for t in range(N)]
    if swapped:
        frames, truth = [frame[:, ::-1].copy() for frame in frames], [t[:, ::-1] for t in truth]
    given = {0: truth[0].copy(), N - 1: truth[-1].copy()}
    clip = ArrayClip(frames)
    results = propagate(
        clip, annotated(clip, given).snapshot(), Run(2, 0, N, BOTH, "bidirectional"), propagator
    )
    return [(result.mask, dict(result.confidence)) for result in results]


def unlike(mask: Mask, flipped: Mask) -> float:
    """Return the share of pixels in which a mask is not what the other one is, turned back."""
    return float(np.mean(mask != flipped[:, ::-1]))


def test_with_flip_left_and_right_are_alike(network: NetworkPropagator) -> None:
    both = WithFlip(network)
    assert both.name == "tiny (with flip)" and both.device == network.device
    there, back = carried(both, swapped=False), carried(both, swapped=True)
    for (mask, levels), (other, other_levels) in zip(there, back, strict=True):
        assert unlike(mask, other) < ROUNDING
        assert levels == pytest.approx(other_levels, abs=0.01)
    alone = [carried(network, swapped=swapped) for swapped in (False, True)]
    assert max(unlike(a[0], b[0]) for a, b in zip(*alone, strict=True)) > 0.1, "it tells nothing"


def both_started(network: NetworkPropagator) -> tuple[WithFlip, tuple, tuple, FlipStates]:
    """Return a network with flip, two encoded frames, and states of two objects in the first."""
    both = WithFlip(network)
    clip, truth = moving_squares(2, HW, 20)
    first, second = (both.encode(clip[t]) for t in (0, 1))
    masks = np.stack([truth[0] == 1, truth[0] == 0])
    return both, first, second, both.start(first, masks)


def test_logits_and_confidence_are_means_and_neither_outvotes_the_other(
    network: NetworkPropagator,
) -> None:
    both, _, features, states = both_started(network)
    there, flipped = (network.step(*pair) for pair in zip(features, states.pair, strict=True))
    found = both.step(features, states)
    logits = np.stack([there.logits, flipped.logits[..., ::-1]])
    assert found.logits.dtype == np.float32
    assert np.allclose(found.logits, logits.clip(-12, 12).mean(0), atol=1e-5)
    assert not np.allclose(logits[0], logits[1], atol=1e-3), "or it tells nothing"
    for i in range(2):
        mean = np.mean([step.confidence[i] for step in (there, flipped)])
        seen = (found.logits[i] > 0).any()
        assert found.confidence[i] == pytest.approx(mean if seen else LOST)


def test_what_one_side_takes_for_gone_is_not_shown_and_goes_on_as_the_mean(
    network: NetworkPropagator, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, _, features, states = both_started(network)
    made = both.step(features, states).logits
    step, n = network.step, 0

    def one_lost(features: Encoded, states: State) -> Step:
        nonlocal n
        n += 1
        found = step(features, states)
        if n != 1:
            return found
        logits = found.logits.copy()
        logits[1] = -CERTAIN
        return replace(found, logits=logits, lost={1: found.logits[1]})

    monkeypatch.setattr(network, "step", one_lost)
    found = both.step(features, states)
    assert found.confidence[1] == LOST and (found.logits[1] == -CERTAIN).all()
    assert np.allclose(found.logits[0], made[0])
    assert list(found.lost) == [1] and np.allclose(found.lost[1], made[1], atol=1e-4)


def test_objects_are_picked_and_joined_in_both(network: NetworkPropagator) -> None:
    both, _, features, states = both_started(network)
    assert len(states) == 2 and len(states.select([1])) == 1
    again = both.concat([states.select([1]), states.select([0])])
    swapped, straight = both.step(features, again), both.step(features, states)
    assert np.allclose(swapped.logits[::-1], straight.logits, atol=1e-5)


def test_what_is_committed_and_remembered_reaches_both(network: NetworkPropagator) -> None:
    both, first, features, states = both_started(network)
    step = both.step(features, states.select([0]))
    committed = both.commit(step.states, np.zeros_like(step.logits))
    assert all(not one.mask.any() for one in committed.pair)
    assert both.takes_memory_frames and both.encodes_in_parallel == network.encodes_in_parallel
    masks = np.ones((1, *HW), bool)
    added = both.add_memory_frame(step.states, both.memory_key(first), masks, [0])
    assert [len(one.memory[0]) for one in added.pair] == [3, 3]
    assert [len(one.memory[0]) for one in step.states.pair] == [2, 2]


def test_flow_looks_twice_too() -> None:
    clip, truth = moving_squares(N)
    snapshot = annotated(clip, {0: truth[0]}).snapshot()
    results = list(propagate(clip, snapshot, Run(0, 0, N, BOTH), WithFlip(FlowPropagator())))
    assert len(results) == N - 1
    for result in results:
        assert all(overlap(result.mask == i, truth[result.t] == i) > 0.85 for i in BOTH)
