"""Presence: what tells an object from something else, and a mask that is emptied and comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d, normalize

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import annotated
from vosgui.core import edits
from vosgui.engine.benchmark.calibration import (
    DOUBT,
    Side,
    SyntheticClips,
    calibrate_object_presence,
    gather_disappearances,
)
from vosgui.engine.propagation.load import load_network_propagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import LOST, Probs
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.training.photographs import Photographs
from vosgui.errors import DatasetError
from vosgui.network.confidence import OWN_SIGNS
from vosgui.network.interface import MemoryFrame, State
from vosgui.network.lite import LiteNetwork
from vosgui.network.object_presence import (
    OBJECT_PRESENCE_SIGNS,
    look_up,
    object_presence,
)

WEIGHTS = {"alike": 8.0, "given_best": 0.0, "mask_best": 0.0, "bias": -4.0}


def mask_at(x: int, level: float = 1.0) -> torch.Tensor:
    mask = torch.zeros(1, 1, 64, 64)
    mask[:, :, 16:48, x : x + 32] = level
    return mask


def kept(key: torch.Tensor, mask: torch.Tensor) -> MemoryFrame:
    return MemoryFrame(key, avg_pool2d(mask, 8)[0])


def object_presence_signs(memory: list[tuple[MemoryFrame, ...]]) -> torch.Tensor:
    return look_up(memory)[:, 1:]


@pytest.fixture
def key() -> torch.Tensor:
    rng = torch.Generator().manual_seed(0)
    return normalize(torch.randn(48, 8, 8, generator=rng), dim=0)


def test_every_sign_is_higher_where_the_mask_is_on_the_object(key: torch.Tensor) -> None:
    given, moved = kept(key, mask_at(16)), key.roll(2, 2)
    right = object_presence_signs([(given, kept(moved, mask_at(32)))])
    wrong = object_presence_signs([(given, kept(moved, mask_at(0)))])
    gone = object_presence_signs([(given, kept(-moved, mask_at(32)))])
    assert right.shape == (1, len(OBJECT_PRESENCE_SIGNS))
    assert right[0] == pytest.approx(torch.ones(3), abs=1e-3)
    by_name = {name: i for i, name in enumerate(OBJECT_PRESENCE_SIGNS)}
    for name in ("alike", "mask_best"):
        assert wrong[0, by_name[name]] < right[0, by_name[name]] - 0.3, name
    assert gone[0, by_name["given_best"]] < right[0, by_name["given_best"]] - 0.3


def test_a_look_that_any_given_frame_shows_is_known(key: torch.Tensor) -> None:
    given, other = kept(-key, mask_at(16)), kept(key, mask_at(16))
    now = kept(key.roll(2, 2), mask_at(32))
    alone, as_well = (
        object_presence_signs([(given, *more, now)])[0]
        for more in ((other,), (other._replace(is_permanent=True),))
    )
    assert (as_well > alone + 0.3).all()
    assert as_well == pytest.approx(torch.ones(3), abs=1e-3)


def test_signs_of_a_mask_of_nothing_are_numbers(key: torch.Tensor) -> None:
    nothing = kept(key, torch.zeros(1, 1, 64, 64))
    assert object_presence_signs([(kept(key, mask_at(16)), nothing)]).isfinite().all()


class Constant(LiteNetwork):
    """Shows the same place in every frame, whatever is there; a cell's key is its colour."""

    def encode(self, frame):  # type: ignore[no-untyped-def]
        features = super().encode(frame)
        colours = normalize(avg_pool2d(frame.float() / 255, 8) - 0.5, dim=1)
        return replace(features, maps=(colours.repeat(1, 2, 1, 1), *features.maps[1:]))

    def carry(self, features, state, matched):  # type: ignore[no-untyped-def]
        _, after = super().carry(features, state, matched)
        shown = mask_at(16)
        return shown * 12 - 6, self.commit(after, torch.sigmoid(shown * 12 - 6))


def test_a_mask_of_something_else_is_emptied_and_the_object_is_found_again() -> None:
    torch.manual_seed(0)
    network = Constant(TINY)
    red, blue = (np.full((64, 64, 3), colour, np.uint8) for colour in ((250, 0, 0), (0, 0, 250)))
    clip = ArrayClip([red, red, blue, blue, red])
    mask = (mask_at(16)[0, 0].numpy() > 0).astype(np.uint8)
    snapshot = annotated(clip, {0: mask}, 1).snapshot()
    run = Run(0, 0, 5, frozenset({1}))
    shown = {}
    for weights in ({}, WEIGHTS):
        network.object_presence = weights
        results = list(propagate(clip, snapshot, run, NetworkPropagator(network, "one", height=64)))
        shown[bool(weights)] = [bool(result.mask.any()) for result in results]
        for result in results:
            assert result.mask.any() or result.confidence[1] == LOST
    assert shown == {False: [True] * 4, True: [True, False, False, True]}


class Telling(NetworkPropagator):
    """Keeps what it was told of each frame."""

    told: list[Probs]

    def commit(self, states: State, probs: Probs) -> State:
        self.told.append(probs)
        return super().commit(states, probs)


def test_the_state_of_an_object_that_is_not_shown_goes_on_from_its_mask() -> None:
    torch.manual_seed(0)
    network = Constant(TINY)
    network.object_presence = WEIGHTS
    red, blue = (np.full((64, 64, 3), colour, np.uint8) for colour in ((250, 0, 0), (0, 0, 250)))
    clip = ArrayClip([red, blue, blue])
    mask = (mask_at(16)[0, 0].numpy() > 0).astype(np.uint8)
    annotation = annotated(clip, {0: mask}, 2)
    beside = np.zeros_like(mask)
    beside[16:48, 16:32] = 2  # half of what object 1 is carried to
    annotation.apply(edits.give_mask(annotation, 1, beside, {2}))
    propagator = Telling(network, "one", height=64)
    propagator.told = []
    results = list(propagate(clip, annotation.snapshot(), Run(0, 0, 3, frozenset({1})), propagator))
    assert [result.confidence.get(1, LOST) for result in results] == [LOST, LOST]
    assert not any((result.mask == 1).any() for result in results)
    beside_others, alone = (probs[0] for probs in propagator.told)
    assert (beside_others[16:48, 32:48] > 0.9).all() and not beside_others[16:48, 16:31].any()
    assert (alone[16:48, 16:48] > 0.9).all()


def side(signs: torch.Tensor, J: float, level: float = 1.0) -> Side:
    signs = torch.cat([torch.zeros(len(OWN_SIGNS)), signs])
    return Side(signs, np.full((2, 2), level, np.float32), 1, J)


def test_weights_let_nearly_all_objects_pass_and_stop_what_is_not_one() -> None:
    rng = torch.Generator().manual_seed(2)
    there = 0.8 + 0.1 * torch.randn(400, 3, generator=rng)
    gone = 0.3 + 0.1 * torch.randn(200, 3, generator=rng)
    told = [*(side(one, 0.7) for one in there), *(side(one, 0.0) for one in gone)]
    weights = calibrate_object_presence(told)
    assert set(weights) == {*OBJECT_PRESENCE_SIGNS, "bias"}
    assert all(weights[name] > 0 for name in OBJECT_PRESENCE_SIGNS)
    told_there = object_presence(there, weights)
    assert (told_there < DOUBT).float().mean() == pytest.approx(0.05, abs=0.01)
    assert (told_there < 0).float().mean() < 0.05  # objects in doubt count as there
    assert (object_presence(gone, weights) < 0).float().mean() > 0.99
    unclear = [side(gone[0], 0.2), side(gone[1], 1.0, level=-1.0)]
    assert calibrate_object_presence([*told, *unclear]) == weights


def test_without_both_kinds_there_is_nothing_to_tell_apart() -> None:
    for J in (0.0, 0.8):
        with pytest.raises(DatasetError, match="Take more clips"):
            calibrate_object_presence([side(torch.ones(3), J)])


def test_clips_whose_object_disappears_are_carried_the_same_each_time() -> None:
    torch.manual_seed(0)
    propagator = NetworkPropagator(LiteNetwork(TINY), "tiny", height=48)
    clips = SyntheticClips(Photographs(), 2, seed=3, T=6, hw=(48, 64))
    one, other = (
        [side.signs for side in gather_disappearances(propagator, clips)] for _ in range(2)
    )
    assert len(one) == 10
    assert torch.equal(torch.stack(one), torch.stack(other))
    assert torch.stack(one).isfinite().all()


def test_the_default_model_knows_its_weights_and_they_point_the_right_way() -> None:
    weights = load_network_propagator("s2s-lite", "cpu").network.object_presence
    assert set(weights) == {*OBJECT_PRESENCE_SIGNS, "bias"}
    assert all(weights[name] > 0 for name in OBJECT_PRESENCE_SIGNS)
