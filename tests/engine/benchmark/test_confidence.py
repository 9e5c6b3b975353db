"""Confidence: each sign tells what it says, and the constants are found again by the fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY, Copying
from tests.engine.scenes import annotated
from vosgui.engine.benchmark.calibration import (
    Side,
    SyntheticClips,
    calibrate,
    fit,
    gather,
    gather_disappearances,
)
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.training.photographs import find_photographs
from vosgui.network.confidence import (
    BLEND,
    BLEND_SIGNS,
    OWN_SIGNS,
    SIGNS,
    SINGLE,
    WITHOUT_MATCHES,
    confidence,
    confidence_of_blend,
    signs,
)
from vosgui.network.interface import MemoryFrame, State
from vosgui.network.lite import LiteNetwork


def square(x: int, level: float = 1.0) -> torch.Tensor:
    mask = torch.zeros(1, 1, 64, 64)
    mask[:, :, 16:48, x : x + 32] = level
    return mask


def state(mask: torch.Tensor, age: int = 1, kept: tuple[MemoryFrame, ...] = ()) -> State:
    none = torch.zeros(1, 1, 4, 4)
    return State(none, none, mask, (kept,), (age,))


def sign(name: str, before: State, after: State) -> float:
    return float(signs(before, after)[0, SIGNS.index(name)])


def test_a_soft_edge_a_jump_and_age_are_seen() -> None:
    crisp, soft = state(square(16)), state(square(16, 0.6))
    assert sign("edge", crisp, soft) > sign("edge", crisp, crisp) + 1
    assert sign("steadiness", crisp, crisp) > 0.99
    assert sign("steadiness", crisp, state(square(32))) == pytest.approx(1 / 3, abs=0.01)
    assert sign("age", crisp, state(square(16), age=20)) > sign("age", crisp, crisp)
    assert sign("area", crisp, crisp) == pytest.approx(math.log(32 * 32 + 1))


def test_the_given_object_is_looked_up_in_the_frame() -> None:
    rng = torch.Generator().manual_seed(0)
    key = torch.nn.functional.normalize(torch.randn(48, 8, 8, generator=rng), dim=0)
    value = torch.nn.functional.avg_pool2d(square(16), 8)[0]
    given = MemoryFrame(key, value)
    moved = MemoryFrame(key.roll(2, 2), value.roll(2, 2))
    elsewhere = MemoryFrame(key.roll(2, 2), value.roll(-2, 2))
    one = state(square(16))

    def found(now: MemoryFrame) -> float:
        return sign("given_found", one, state(square(16), 1, (given, now)))

    assert found(moved) > 0.9 > 0.7 > found(elsewhere)
    assert sign("given_found", one, one) == 0


def test_every_weight_points_the_way_its_sign_means() -> None:
    for weights in (SINGLE, WITHOUT_MATCHES):
        assert weights["edge"] < 0 < weights["steadiness"]
        assert weights["age"] < 0 <= weights["given_found"]
        assert set(weights) == {*OWN_SIGNS, "bias"}
    assert set(BLEND) == {*BLEND_SIGNS, "bias"}
    assert confidence_of_blend((1.0, 0.9), BLEND) > confidence_of_blend((1.0, 0.3), BLEND)
    assert confidence_of_blend((1.0, 0.9), BLEND) > confidence_of_blend((-1.0, 0.9), BLEND)


def test_an_object_without_a_pixel_is_lost_and_says_so() -> None:
    clip = ArrayClip([np.zeros((64, 64, 3), np.uint8)] * 3)
    mask = np.zeros((64, 64), np.uint8)
    mask[10:40, 10:40] = 1

    class Forgetting(Copying):
        def carry(self, features, state, matched):  # type: ignore[no-untyped-def]
            return torch.full_like(state.mask, -1.0), state

    for network, lost in ((Copying(), False), (Forgetting(), True)):
        propagator = NetworkPropagator(network, "one")
        snapshot = annotated(clip, {0: mask}, 1).snapshot()
        for result in propagate(clip, snapshot, Run(0, 0, 3, frozenset({1})), propagator):
            assert (result.confidence[1] == 0) == lost == (not result.mask.any())


def test_the_fit_finds_a_logistic_again() -> None:
    rng = torch.Generator().manual_seed(1)
    found = torch.randn(1000, len(OWN_SIGNS), generator=rng) * torch.tensor(
        [1.0, 0.1, 3.0, 1.0, 0.3]
    )
    true = {"edge": -1.0, "steadiness": 5.0, "age": -0.4, "area": 0.5, "given_found": 2.0}
    true["bias"] = 0.5
    fitted = fit(found, confidence(found, true), OWN_SIGNS, 1e-3)
    for name, weight in true.items():
        assert fitted[name] == pytest.approx(weight, rel=0.1)


def test_calibration_runs_from_clips_to_constants_the_same_each_time() -> None:
    torch.manual_seed(0)
    propagator = NetworkPropagator(LiteNetwork(TINY), "tiny", height=64)
    found = []
    for _ in range(2):
        clips = SyntheticClips(find_photographs([]), 3, seed=3, T=6, hw=(64, 96))
        sides = gather_disappearances(propagator, clips)
        found.append(calibrate(gather(propagator, clips), sides))
    assert found[0] == found[1]
    assert found[0].keys() == {"single", "blend"}
    assert set(found[0]["single"]) == {*SIGNS, "bias"}


def test_what_tells_a_mask_of_something_else_is_learned_from_objects_that_disappear() -> None:
    rng = torch.Generator().manual_seed(1)

    def side(level: float, J: float) -> Side:
        signs = torch.cat([torch.zeros(7), torch.tensor([level])])
        return Side(signs + 0.01 * torch.randn(8, generator=rng), np.ones((2, 2), np.float32), 1, J)

    pairs = [(side(0.9, 0.8), side(0.9, 0.8), np.ones((2, 2), bool)) for _ in range(20)]
    gone = [side(0.2, 0.0) for _ in range(20)]
    alone, taught = (calibrate(pairs, some)["single"] for some in ([], gone))
    wrong = gone[0].signs[None]
    assert confidence(wrong, alone).item() > 0.7 and confidence(wrong, taught).item() < 0.1


def test_a_model_is_as_sure_as_its_own_weights_say() -> None:
    torch.manual_seed(0)
    clip = ArrayClip([np.zeros((64, 64, 3), np.uint8)] * 3)
    mask = np.zeros((64, 64), np.uint8)
    mask[10:40, 10:40] = 1
    snapshot = annotated(clip, {0: mask}, 1).snapshot()

    def levels(weights: dict[str, dict[str, float]]) -> list[float]:
        network = Copying()
        network.confidence = weights
        run = propagate(
            clip, snapshot, Run(0, 0, 3, frozenset({1})), NetworkPropagator(network, "one")
        )
        return [result.confidence[1] for result in run]

    nothing = dict.fromkeys(OWN_SIGNS, 0.0)
    assert levels({"single": {**nothing, "bias": 0.0}, "blend": {}}) == [0.5, 0.5]
    assert levels({"single": {**nothing, "bias": 2.0}, "blend": {}}) == pytest.approx(
        [0.881] * 2, abs=1e-3
    )
    assert levels({}) not in ([0.5, 0.5], [0.881, 0.881])
