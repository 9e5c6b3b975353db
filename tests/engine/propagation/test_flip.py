"""Flipped frames: what is seen in them is what is seen without, the other way round."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import BOTH, annotated, moving_squares, overlap
from vosgui.core.mask import Mask
from vosgui.engine.propagation.ensemble import Ensemble, with_flip
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
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


def test_flipped_frames_of_a_flipped_clip_are_the_clip(network: NetworkPropagator) -> None:
    flipped = Ensemble([network], "flipped", flipped=[True])
    there, back = carried(network, swapped=False), carried(flipped, swapped=True)
    assert len(there) == len(back) > N - 2
    for (mask, levels), (other, other_levels) in zip(there, back, strict=True):
        assert unlike(mask, other) < ROUNDING
        assert levels == pytest.approx(other_levels, abs=0.01)


def test_with_flip_left_and_right_are_alike(network: NetworkPropagator) -> None:
    both = with_flip(network)
    assert both.name == "tiny (with flip)" and both.device == network.device
    there, back = carried(both, swapped=False), carried(both, swapped=True)
    for (mask, levels), (other, other_levels) in zip(there, back, strict=True):
        assert unlike(mask, other) < ROUNDING
        assert levels == pytest.approx(other_levels, abs=0.01)
    alone = [carried(network, swapped=swapped) for swapped in (False, True)]
    assert max(unlike(a[0], b[0]) for a, b in zip(*alone, strict=True)) > 0.1, "it tells nothing"


def test_flow_looks_twice_too() -> None:
    clip, truth = moving_squares(N)
    snapshot = annotated(clip, {0: truth[0]}).snapshot()
    results = list(propagate(clip, snapshot, Run(0, 0, N, BOTH), with_flip(FlowPropagator())))
    assert len(results) == N - 1
    for result in results:
        assert all(overlap(result.mask == i, truth[result.t] == i) > 0.85 for i in BOTH)
