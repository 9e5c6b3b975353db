"""Networks side by side: the mean of what they say, and each goes on from it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import annotated, moving_squares
from vosgui.engine.propagation.ensemble import Ensemble
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import LOST
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.network.lite import LiteNetwork

HW = (48, 64)


def tiny(seed: int) -> NetworkPropagator:
    torch.manual_seed(seed)
    return NetworkPropagator(LiteNetwork(TINY), f"tiny {seed}", height=32)


@pytest.fixture(scope="module")
def two() -> Ensemble:
    return Ensemble([tiny(0), tiny(1)], "two")


def test_a_network_beside_itself_says_what_it_says_alone() -> None:
    one = tiny(0)
    clip, truth = moving_squares(5, HW, 20)
    snapshot = annotated(clip, {0: truth[0], 4: truth[4]}).snapshot()
    run = Run(0, 0, 4, frozenset({1}))
    alone = list(propagate(clip, snapshot, run, one))
    both = list(propagate(clip, snapshot, run, Ensemble([one, one], "both")))
    assert [result.t for result in both] == [result.t for result in alone] == [1, 2, 3]
    for left, right in zip(alone, both, strict=True):
        assert np.array_equal(left.mask, right.mask)
        assert left.confidence == pytest.approx(right.confidence)


def test_logits_and_confidence_are_means_and_no_member_outvotes_another(two: Ensemble) -> None:
    clip, truth = moving_squares(2, HW, 20)
    masks = np.stack([truth[0] == 1, truth[0] == 0])
    steps, states = [], two.start(two.encode(clip[0]), masks)
    features = two.encode(clip[1])
    for one, encoded, state in zip(two.members, features, states.members, strict=True):
        steps.append(one.step(encoded, state))
    found = two.step(features, states)
    both = np.stack([step.logits for step in steps])
    assert found.logits.dtype == np.float32
    assert np.allclose(found.logits, both.clip(-12, 12).mean(0), atol=1e-5)
    assert not np.allclose(both[0], both[1], atol=1e-3), "or it tells nothing"
    for i in range(2):
        mean = np.mean([step.confidence[i] for step in steps])
        seen = (found.logits[i] > 0).any()
        assert found.confidence[i] == pytest.approx(mean if seen else LOST)


def test_objects_are_picked_and_joined_in_every_member(two: Ensemble) -> None:
    clip, truth = moving_squares(2, HW, 20)
    masks = np.stack([truth[0] == 1, truth[0] == 0])
    states = two.start(two.encode(clip[0]), masks)
    assert len(states) == 2 and len(states.select([1])) == 1
    again = two.concat([states.select([1]), states.select([0])])
    features = two.encode(clip[1])
    swapped, straight = two.step(features, again), two.step(features, states)
    assert np.allclose(swapped.logits[::-1], straight.logits, atol=1e-5)


def test_what_is_committed_and_remembered_reaches_every_member(two: Ensemble) -> None:
    clip, truth = moving_squares(2, HW, 20)
    masks = np.stack([truth[0] == 1])
    features = two.encode(clip[0])
    states = two.start(features, masks)
    step = two.step(two.encode(clip[1]), states)
    committed = two.commit(step.states, np.zeros_like(step.logits))
    assert all(not one.mask.any() for one in committed.members)
    assert two.takes_memory_frames and two.encodes_in_parallel == tiny(0).encodes_in_parallel
    added = two.add_memory_frame(step.states, two.memory_key(features), masks, [0])
    assert [len(one.memory[0]) for one in added.members] == [3, 3]
    assert [len(one.memory[0]) for one in step.states.members] == [2, 2]
