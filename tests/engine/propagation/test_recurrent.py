"""A network behind the propagator's interface, tiny and seeded: sizes, padding, states, devices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.clips import ArrayClip
from tests.engine.scenes import annotated, moving_squares
from vosgui.engine.models.device import use_threads
from vosgui.engine.models.load import load_network
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import Encoded, NetworkPropagator
from vosgui.engine.propagation.soft_aggregation import sigmoid
from vosgui.errors import ModelError
from vosgui.network.int8 import is_exact
from vosgui.network.interface import Features, State, VosNetwork
from vosgui.network.lite import LiteConfig, LiteNetwork

TINY = LiteConfig(
    encoder=(4, 6, 8, 10), initializer=(4, 4, 6, 8), key=6, hidden=8, decoder=(8, 6, 4)
)


@pytest.fixture
def tiny() -> NetworkPropagator:
    torch.manual_seed(0)
    return NetworkPropagator(LiteNetwork(TINY), "tiny", height=48)


class Copying(VosNetwork):
    """Shows the mask of the frame before, and keeps the sizes that it is given."""

    stride = 16
    default_height = 64

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[tuple[int, ...]] = []

    def encode(self, frame: torch.Tensor) -> Features:
        self.sizes.append(tuple(frame.shape))
        assert frame.dtype == torch.uint8
        return Features(frame)

    def initialise(self, features: Features, masks: torch.Tensor) -> State:
        assert masks.shape[-2:] == features.frame.shape[-2:]
        none = masks[:, :, :1, :1]
        return State(none, none, masks, ((),) * len(masks), (0,) * len(masks))

    def carry(
        self, features: Features, state: State, matched: torch.Tensor | None
    ) -> tuple[torch.Tensor, State]:
        return torch.logit(state.mask.clamp(0.001, 0.999)), state

    def commit(self, state: State, masks: torch.Tensor) -> State:
        return replace(state, mask=masks)


@pytest.mark.parametrize(
    ("hw", "inner", "padded"),
    [
        ((128, 192), (64, 96), (64, 96)),  # the shorter side becomes 64
        ((192, 128), (96, 64), (96, 64)),  # of an upright frame too
        ((100, 171), (64, 109), (64, 112)),  # padded to the stride
        ((20, 30), (40, 60), (48, 64)),  # enlarged twice at most
        ((1, 300), (2, 600), (16, 608)),
    ],
)
def test_a_frame_keeps_its_aspect_and_comes_back_without_padding(
    hw: tuple[int, int], inner: tuple[int, int], padded: tuple[int, int]
) -> None:
    network = Copying()
    propagator = NetworkPropagator(network, "copying")
    frame, mask = np.full((*hw, 3), 200, np.uint8), np.zeros((1, *hw), bool)
    mask[0, : (hw[0] + 1) // 2, : hw[1] // 2] = True
    features = propagator.encode(frame)
    assert (features.inner_hw, network.sizes[-1]) == (inner, (1, 3, *padded))
    states = propagator.start(features, mask)
    step = propagator.step(features, states)
    assert step.logits.shape == (1, *inner) and step.logits.dtype == np.float32
    committed = propagator.commit(step.states, np.zeros((1, *inner), np.float32))
    assert (propagator.step(features, committed).logits < 0).all()


def test_an_oblong_frame_is_bounded_by_its_area() -> None:
    features = NetworkPropagator(Copying(), "copying").encode(np.zeros((400, 4000, 3), np.uint8))
    assert features.inner_hw == (32, 320)


def test_a_one_pixel_object_does_not_start_as_nothing() -> None:
    propagator = NetworkPropagator(Copying(), "copying")
    mask = np.zeros((1, 640, 640), bool)
    mask[0, 300, 301] = True
    states = propagator.start(propagator.encode(np.zeros((640, 640, 3), np.uint8)), mask)
    assert states.mask.max() == 1


def test_a_run_goes_through_and_is_the_same_bits_again(tiny: NetworkPropagator) -> None:
    clip, truth = moving_squares(6, (60, 90), 30)
    annotation = annotated(clip, {0: truth[0], 3: np.where(truth[3] == 1, truth[3], 0)})
    run = Run(0, 0, 6, frozenset({1, 2}), "forward", "reinitialise")
    one, other = (list(propagate(clip, annotation.snapshot(), run, tiny)) for _ in range(2))
    assert [result.t for result in one] == [1, 2, 3, 4, 5]
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.mask, b.mask) and a.confidence == b.confidence
        assert all(0 <= value <= 1 for value in a.confidence.values())


def test_each_frame_is_encoded_once_whatever_the_number_of_objects() -> None:
    network = Copying()
    clip, truth = moving_squares(5)
    annotation = annotated(clip, {0: truth[0], 2: np.where(truth[2] == 1, truth[2], 0)})
    run = Run(0, 0, 5, frozenset({1, 2}), "forward", "reinitialise")
    list(propagate(clip, annotation.snapshot(), run, NetworkPropagator(network, "copying")))
    assert len(network.sizes) == 5


def test_confidence_grows_with_how_sure_the_scores_are() -> None:
    propagator = NetworkPropagator(Copying(), "copying")
    frame = np.zeros((64, 64, 3), np.uint8)
    features = propagator.encode(frame)
    pixels = np.zeros((1, 64, 64), bool)
    pixels[0, 10:40, 10:40] = True
    states = propagator.start(features, pixels)
    confidences = []
    for p in (0.55, 0.7, 0.85, 1.0):
        committed = propagator.commit(states, (pixels * p).astype(np.float32))
        confidences += propagator.step(features, committed).confidence
    assert confidences == sorted(confidences)
    assert confidences[0] < confidences[-1] - 0.05


def test_states_of_the_network_are_selected_and_joined(tiny: NetworkPropagator) -> None:
    clip, truth = moving_squares(2, (48, 64), 20)
    features: Encoded = tiny.encode(clip[0])
    masks = np.stack([truth[0] == 1, truth[0] == 2])
    both = tiny.start(features, masks)
    apart = tiny.concat([tiny.start(features, masks[:1]), tiny.start(features, masks[1:])])
    following = tiny.encode(clip[1])
    together = tiny.step(following, both).logits
    np.testing.assert_allclose(tiny.step(following, apart).logits, together, atol=1e-4)
    np.testing.assert_allclose(
        tiny.step(following, both.select([1])).logits[0], together[1], atol=1e-4
    )


def test_objects_that_are_stepped_in_two_threads_come_as_in_one(two_threads: None) -> None:
    torch.manual_seed(0)
    propagator = NetworkPropagator(LiteNetwork(TINY), "tiny", height=32)
    clip, truth = moving_squares(2)
    masks = np.stack([truth[0] == 1, truth[0] == 2, truth[0] == 0])
    features, following = (propagator.encode(clip[t]) for t in (0, 1))
    states = propagator.start(features, masks)
    split = propagator.step(following, states)
    use_threads(1)
    alone = NetworkPropagator(propagator.network, "alone", height=32)
    whole = alone.step(following, states)
    np.testing.assert_allclose(split.logits, whole.logits, atol=1e-4)
    np.testing.assert_allclose(split.confidence, whole.confidence, atol=1e-4)
    assert split.states.age == whole.states.age and len(split.states) == 3
    torch.testing.assert_close(split.states.hidden, whole.states.hidden, atol=1e-4, rtol=1e-4)
    assert torch.get_num_threads() == 1, "left as it was"


def test_half_precision_gives_nearly_the_same_logits(tiny: NetworkPropagator) -> None:
    half = NetworkPropagator(tiny.network, "tiny", dtype=torch.bfloat16, height=48)
    clip, truth = moving_squares(2, (48, 64), 20)
    logits = []
    for one in (tiny, half):
        states = one.start(one.encode(clip[0]), np.stack([truth[0] == 1]))
        logits.append(one.step(one.encode(clip[1]), states).logits)
    assert logits[1].dtype == np.float32
    np.testing.assert_allclose(logits[0], logits[1], atol=0.1)


def test_a_propagator_is_loaded_by_name() -> None:
    assert load_propagator("flow").name == "flow"
    default = load_propagator("auto", "cpu")
    assert default.name == "s2s-lite" and default.device.startswith("CPU")
    with pytest.raises(ModelError, match=r"no model 'nothing'.*'flow' works"):
        load_propagator("nothing")


class FakeEntry:
    name, value = "other", "package:make"

    def load(self) -> object:
        return self.make

    def make(self, device: str) -> NetworkPropagator:
        made = NetworkPropagator(Copying(), "other")
        made.device = device
        return made


def test_a_propagator_of_another_package_joins_by_its_entry_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "vosgui.engine.propagation.load.entry_points",
        lambda group: [FakeEntry()] if group == "vosgui.propagators" else [],
    )
    made = load_propagator("other", "cpu")
    assert (made.name, made.device) == ("other", "cpu")
    clip = ArrayClip([np.zeros((20, 20, 3), np.uint8)] * 3)
    mask = np.zeros((20, 20), np.uint8)
    mask[5:15, 5:15] = 1
    run = Run(0, 0, 3, frozenset({1}))
    results = list(propagate(clip, annotated(clip, {0: mask}, 1).snapshot(), run, made))
    assert np.array_equal(results[-1].mask, mask)


@pytest.mark.skipif(not is_exact(), reason="needs a CPU with VNNI")
def test_in_integers_the_shipped_network_draws_the_same_mask() -> None:
    clip, truth = moving_squares(3, (96, 128), 40)
    network = load_network("s2s-lite")
    areas = []
    for dtype in (torch.float32, torch.int8):
        one = NetworkPropagator(network, "s2s-lite", dtype=dtype)
        assert one.device.endswith(str(dtype).removeprefix("torch."))
        assert one.network is network and one.where[1] == torch.float32
        states = one.start(one.encode(clip[0]), np.stack([truth[0] == 1]))
        for t in (1, 2):
            step = one.step(one.encode(clip[t]), states)
            states = one.commit(step.states, sigmoid(step.logits))
        areas.append(step.logits[0] > 0)
    assert (areas[0] & areas[1]).sum() > 0.97 * (areas[0] | areas[1]).sum() > 0


@pytest.mark.skipif(not is_exact(), reason="needs a CPU with VNNI")
def test_other_weights_run_in_integers_too() -> None:
    clip, truth = moving_squares(2, (96, 128), 40)
    network = load_network("s2s-lite")
    one = NetworkPropagator(network, "s2s-lite", dtype=torch.int8)
    gone = {"decoder.logits.bias": torch.full((1,), -50.0)}
    other = one.with_tensors(gone, "other")
    assert other.device == one.device
    for made, expected in ((one, True), (other, False)):
        states = made.start(made.encode(clip[0]), np.stack([truth[0] == 1]))
        assert (made.step(made.encode(clip[1]), states).logits > 0).any() == expected


def test_integers_are_not_promised_where_a_network_has_none(tiny: NetworkPropagator) -> None:
    made = NetworkPropagator(tiny.network, "tiny", dtype=torch.int8)
    assert made.device.endswith("float32")
