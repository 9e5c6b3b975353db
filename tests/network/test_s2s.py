"""`s2s` is the paper's network: sizes, shapes, equations, variants."""

from __future__ import annotations

import itertools

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.layers import CELL_LIMIT
from vosgui.network.s2s import S2SConfig, S2SNetwork
from vosgui.network.vgg import Vgg16

TINY = S2SConfig(
    vgg=(2, 3, 4, 5, 6), fc6_channels=10, hidden=8, decoder=(8, 6, 5, 4, 3), hw=(64, 96)
)
_FIELDS = {f: getattr(TINY, f) for f in TINY.__struct_fields__}
VARIANTS = {
    "paper": TINY,
    "1x1": S2SConfig(**{**_FIELDS, "fc6": "1x1"}),
    "mask state": S2SConfig(**{**_FIELDS, "initial_state": "mask"}),
    "mask input": S2SConfig(**{**_FIELDS, "mask_input": True}),
}


def tiny(variant: str = "paper") -> S2SNetwork:
    torch.manual_seed(0)
    return S2SNetwork(VARIANTS[variant]).eval()


@pytest.fixture
def frame() -> Tensor:
    return torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def masks() -> Tensor:
    return (torch.rand(3, 1, 64, 96, generator=torch.Generator().manual_seed(2)) > 0.5).float()


def count(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_parameters_are_those_of_the_paper() -> None:
    with torch.device("meta"):
        network = S2SNetwork()
    convolutions, fc6 = 14_714_688, 25_088 * 4096 + 4096  # VGG-16's, as published
    assert count(network.encoder) == convolutions + fc6
    assert network.initializer is not None
    assert count(network.initializer) == convolutions + 64 * 9 + fc6
    one = 4096 * 512 + 512
    assert count(network.encoded) == one
    assert network.first_cell is not None and count(network.first_cell) == one
    assert count(network.lstm) == 4 * (1024 * 9 * 512 + 512)
    widths = (512, 512, 256, 128, 64, 64, 1)
    want = sum(25 * a * b + b for a, b in itertools.pairwise(widths))
    assert count(network.decoder) == want
    assert (
        count(network) == 2 * (convolutions + fc6) + 64 * 9 + 3 * one + count(network.lstm) + want
    )


def test_the_1x1_variant_is_a_fraction() -> None:
    with torch.device("meta"):
        small, full = S2SNetwork(S2SConfig(fc6="1x1")), S2SNetwork()
    assert count(full) == 271_087_873
    assert count(small) < count(full) / 3


def test_torchvision_names() -> None:
    with torch.device("meta"):
        state = Vgg16().state_dict()
    layers = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
    names = [f"features.{i}.{kind}" for i in layers for kind in ("weight", "bias")]
    assert list(state) == [*names, "classifier.0.weight", "classifier.0.bias"]


def test_shapes_at_the_papers_size() -> None:
    with torch.device("meta"):
        network = S2SNetwork()
        frame, masks = torch.rand(1, 3, 256, 448), torch.rand(2, 1, 256, 448)
        features = network.encode(frame)
        state = network.initialise(features, masks)
        logits, after = network(features, state)
    assert network.fixed_hw == (256, 448)
    assert state.hidden.shape == state.cell.shape == after.cell.shape == (2, 512, 8, 14)
    assert logits.shape == (2, 1, 256, 448)


@torch.no_grad()
def test_equations(frame: Tensor, masks: Tensor) -> None:
    """Equations 1 to 4, each written out anew."""
    network = tiny()
    conv = F.conv2d
    image = (frame - torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)) / torch.tensor(
        [0.229, 0.224, 0.225]
    ).view(1, 3, 1, 1)

    def vgg(trunk: Vgg16, x: Tensor) -> Tensor:
        tensors = trunk.state_dict()
        for stage in ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28)):
            for i in stage:
                x = conv(x, tensors[f"features.{i}.weight"], tensors[f"features.{i}.bias"], 1, 1)
                x = x.relu()
            x = F.max_pool2d(x, 2)
        return conv(x, tensors["classifier.0.weight"], tensors["classifier.0.bias"], 1, 3).relu()

    assert network.initializer and network.first_cell and network.first_hidden
    seen = vgg(network.initializer, torch.cat([image, masks[:1]], 1))
    c0 = conv(seen, network.first_cell.weight, network.first_cell.bias).relu()
    h0 = conv(seen, network.first_hidden.weight, network.first_hidden.bias).relu()
    state = network.initialise(network.encode(frame), masks[:1])
    torch.testing.assert_close((state.cell, state.hidden), (c0, h0))

    x = conv(vgg(network.encoder, image), network.encoded.weight, network.encoded.bias).relu()
    gates = network.lstm.gates
    i, f, o, g = conv(torch.cat([x, h0], 1), gates.weight, gates.bias, 1, 1).chunk(4, 1)
    c1 = (f.sigmoid() * c0 + i.sigmoid() * g.relu()).clamp(max=CELL_LIMIT)
    h1 = o.sigmoid() * c1.relu()
    logits, after = network(network.encode(frame), state)
    torch.testing.assert_close((after.cell, after.hidden), (c1, h1))

    maps = h1
    for layer in network.decoder.layers:
        maps = F.interpolate(maps, scale_factor=2.0, mode="bilinear", align_corners=False)
        maps = conv(maps, layer.weight, layer.bias, 1, 2).relu()
    last = network.decoder.logits
    torch.testing.assert_close(logits, conv(maps, last.weight, last.bias, 1, 2))


def test_forget_bias_starts_at_one() -> None:
    bias = tiny().lstm.gates.bias
    assert bias is not None
    assert bias.view(4, -1).mean(1).tolist() == [0, 1, 0, 0]


@torch.no_grad()
@pytest.mark.parametrize("variant", VARIANTS)
def test_one_of_many_objects_equals_the_object_alone(
    variant: str, frame: Tensor, masks: Tensor
) -> None:
    network = tiny(variant)
    frames = [frame, frame.flip(-1), frame.flip(-2)]

    def carry(given: Tensor) -> Tensor:
        state = network.initialise(network.encode(frame), given)
        for one in frames:
            logits, state = network(network.encode(one), state)
        return logits

    together = carry(masks)
    assert together.shape == (3, 1, 64, 96)
    for i in range(3):
        torch.testing.assert_close(together[i : i + 1], carry(masks[i : i + 1]))


@torch.no_grad()
def test_variants_take_what_they_say(frame: Tensor, masks: Tensor) -> None:
    network = tiny("mask state")
    state = network.initialise(network.encode(frame), masks)
    assert torch.equal(state.hidden, F.avg_pool2d(masks, 32).expand(-1, 8, -1, -1))
    assert network.initializer is None and network.first_cell is None

    network = tiny("mask input")
    assert network.initializer is None
    features = network.encode(frame)
    _, state = network(features, network.initialise(features, masks))
    kept, emptied = (
        network(features, state),
        network(features, network.commit(state, torch.zeros_like(masks))),
    )
    assert not torch.allclose(kept[0], emptied[0])

    plain = tiny()
    features = plain.encode(frame)
    state = plain.initialise(features, masks)
    assert plain.commit(state, torch.zeros_like(masks)) is state


@torch.no_grad()
def test_two_thousand_frames_stay_finite(frame: Tensor, masks: Tensor) -> None:
    network = tiny()
    assert network.lstm.gates.bias is not None
    network.lstm.gates.bias.add_(4.0)  # never forgets, always adds
    features = network.encode(frame)
    state = network.initialise(features, masks[:1])
    for _ in range(2000):
        hidden, cell = network.lstm(None, state.hidden, state.cell, features.maps[0])
        state = type(state)(hidden, cell, state.mask, state.memory, state.age)
    logits, state = network(features, state)
    assert torch.isfinite(logits).all() and float(state.cell.max()) == CELL_LIMIT


def test_vgg_weights_are_taken_over(masks: Tensor) -> None:
    donor = Vgg16(3, TINY.vgg, TINY.fc6_channels)
    tensors = {name: torch.randn_like(t) for name, t in donor.state_dict().items()}
    flat = tensors["classifier.0.weight"].flatten(1)  # as the fully connected layer it was
    network = tiny()
    assert network.initializer is not None
    mask_filters = network.initializer.features[0].weight[:, 3:].clone()
    network.fill_vgg({**tensors, "classifier.0.weight": flat, "classifier.6.bias": flat})
    for trunk in (network.encoder, network.initializer):
        state = trunk.state_dict()
        assert torch.equal(state["classifier.0.weight"], tensors["classifier.0.weight"])
        assert torch.equal(state["features.28.bias"], tensors["features.28.bias"])
        assert torch.equal(state["features.0.weight"][:, :3], tensors["features.0.weight"])
    assert torch.equal(network.initializer.features[0].weight[:, 3:], mask_filters)
    with pytest.raises(KeyError):
        network.fill_vgg({})
    with pytest.raises(ValueError, match=r"features\.0\.weight has shape"):
        network.fill_vgg({name: t[:1] for name, t in tensors.items()})
