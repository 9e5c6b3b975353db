"""Frames prepared ahead: in order, in a thread where that gains something, and the same."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
import torch

from tests.clips import NumberedClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import BOTH, BrokenClip, annotated, moving_squares
from vosgui.core.clip import Frame
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Direction, Run
from vosgui.engine.propagation.prefetch import N_AHEAD, encode_ahead
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
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
