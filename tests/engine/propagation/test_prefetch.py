"""Frames prepared ahead: in order, in a thread where that gains something, and the same."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import torch

from tests.clips import NumberedClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import BOTH, BrokenClip, annotated, moving_squares
from vosgui.core.clip import Frame
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.load import load_network_propagator
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Direction, Run
from vosgui.engine.propagation.prefetch import N_AHEAD, N_BEHIND, decided_behind, encode_ahead
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.soft_aggregation import aggregate_mask, soft_aggregate
from vosgui.engine.propagation.tracker import ObjectPrediction, Undecided
from vosgui.errors import ClipError
from vosgui.network.lite import LiteNetwork


class Listening(FlowPropagator):
    """Encodes a frame to its first pixel, and notes where."""

    def __init__(self, *, encodes_in_parallel: bool) -> None:
        self.encodes_in_parallel = encodes_in_parallel
        self.threads: list[threading.Thread] = []

    def encode(self, frame: Frame) -> Any:
        self.threads.append(threading.current_thread())
        return int(frame[0, 0, 0])


@pytest.mark.parametrize("aside", [False, True])
def test_frames_come_in_order_from_the_thread_that_shall_encode(aside: bool) -> None:
    order = [3, 4, 5, 2, 1, 0]
    listening = Listening(encodes_in_parallel=aside)
    found = list(encode_ahead(NumberedClip(6), order, listening))
    assert found == [(t, t) for t in order]
    here = threading.current_thread()
    assert {thread is here for thread in listening.threads} == {not aside}


@pytest.mark.parametrize("aside", [False, True])
def test_no_more_is_prepared_than_a_few_frames(aside: bool) -> None:
    listening = Listening(encodes_in_parallel=aside)
    frames = encode_ahead(NumberedClip(20), range(20), listening)
    assert next(frames) == (0, 0)
    frames.close()
    assert 1 <= len(listening.threads) <= (N_AHEAD + 1 if aside else 1)


@pytest.mark.parametrize("aside", [False, True])
def test_a_broken_frame_is_told_where_it_is_used(aside: bool) -> None:
    clip = BrokenClip([np.zeros((8, 8, 3), np.uint8)] * 6)
    frames = encode_ahead(clip, range(6), Listening(encodes_in_parallel=aside))
    assert [next(frames)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ClipError):
        next(frames)


@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_a_run_is_the_same_wherever_frames_are_encoded(
    direction: Direction, two_threads: None
) -> None:
    torch.manual_seed(0)
    propagator = NetworkPropagator(LiteNetwork(TINY), "tiny", height=64)
    assert propagator.encodes_in_parallel
    clip, truth = moving_squares(6)
    snapshot = annotated(clip, {0: truth[0], 5: truth[5]}).snapshot()
    run = Run(0, 0, 6, BOTH, direction, "reinitialise")

    def results() -> list[FrameResult]:
        return list(propagate(clip, snapshot, run, propagator))

    ahead = results()
    propagator.encodes_in_parallel = False
    assert len(ahead) >= 5
    for one, other in zip(ahead, results(), strict=True):
        assert one.t == other.t and one.confidence == other.confidence
        assert np.array_equal(one.mask, other.mask)


@pytest.mark.parametrize("n", [1, 2])
def test_a_run_gives_the_masks_of_a_plain_loop(n: int, two_threads: None) -> None:
    """One frame after the other, no thread, nothing worked out in boxes."""
    propagator = load_network_propagator(height=96)
    clip, truth = moving_squares(8)
    first = np.where(truth[0] <= n, truth[0], 0).astype(np.uint8)
    ids = list(range(1, n + 1))
    states = propagator.start(propagator.encode(clip[0]), np.stack([first == i for i in ids]))
    expected = []
    for t in range(1, len(clip)):
        step = propagator.step(propagator.encode(clip[t]), states)
        expected.append(aggregate_mask(step.logits, ids, clip.info.hw))
        states = propagator.commit(step.states, soft_aggregate(step.logits))
    run = Run(0, 0, len(clip), frozenset(ids))
    results = propagate(clip, annotated(clip, {0: first}, n).snapshot(), run, propagator)
    np.testing.assert_array_equal([one.mask for one in results], expected)
    assert np.any(expected), "something is carried"


def undecided(t: int) -> Undecided:
    """Return a frame whose object has t cells."""
    logits = np.full((1, 4, 4), -1, np.float32)
    logits.reshape(-1)[:t] = 1
    prediction = ObjectPrediction(logits[0], 0.5, ())
    return Undecided(t, np.zeros((4, 4), np.uint8), {1: prediction}, {}, logits)


@pytest.mark.parametrize("n_behind", [0, N_BEHIND])
def test_what_is_carried_is_decided_on_in_order_and_no_further_behind(n_behind: int) -> None:
    carried: list[int] = []

    def frames() -> Generator[Undecided, None, None]:
        for t in range(1, 9):
            carried.append(t)
            yield undecided(t)

    seen = []
    for result in decided_behind(frames(), n_behind):
        seen.append(result.t)
        assert int(result.mask.sum()) == result.t
        assert len(carried) <= len(seen) + n_behind
    assert seen == carried


def test_a_broken_frame_loses_none_of_those_before() -> None:
    def frames() -> Generator[Undecided, None, None]:
        yield undecided(1)
        yield undecided(2)
        raise ClipError("broken")

    results = decided_behind(frames())
    assert [next(results).t, next(results).t] == [1, 2]
    with pytest.raises(ClipError, match="broken"):
        next(results)


def test_closing_closes_what_carries() -> None:
    closed = []

    def frames() -> Generator[Undecided, None, None]:
        try:
            while True:
                yield undecided(1)
        finally:
            closed.append(True)

    results = decided_behind(frames())
    next(results)
    results.close()
    assert closed
