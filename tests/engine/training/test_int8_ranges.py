"""How far a network's maps reach: the same each time, for every layer the 8-bit form needs."""

from __future__ import annotations

import pytest
import torch

from tests.network.test_lite import TINY
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.load import load_network
from vosgui.engine.models.save import fold_network, save_model
from vosgui.engine.training.int8_ranges import synthetic_ranges
from vosgui.network.lite import LiteNetwork
from vosgui.network.s2s import S2SConfig, S2SNetwork


@pytest.fixture(scope="module")
def network() -> LiteNetwork:
    torch.manual_seed(3)
    return LiteNetwork(TINY)


def test_layers_are_measured_and_nothing_is_changed(network: LiteNetwork) -> None:
    network.train()
    before = [tensor.clone() for tensor in network.state_dict().values()]
    ranges = synthetic_ranges(network)
    assert network.training and not any(m._forward_hooks for m in network.modules())
    assert all(
        torch.equal(*pair) for pair in zip(before, network.state_dict().values(), strict=True)
    )
    assert ranges == synthetic_ranges(network)
    assert {"reduce", "encoder.stride2", "encoder.stride8.1.first", "decoder.out4"} <= ranges.keys()
    assert not any(name.startswith("initializer") for name in ranges)
    assert all(value > 0 for value in ranges.values())


def test_weights_twice_as_large_reach_twice_as_far(network: LiteNetwork) -> None:
    folded = LiteNetwork(TINY)
    folded.load_state_dict(network.state_dict())
    fold_network(folded)
    before = synthetic_ranges(folded)["encoder.stride2"]
    with torch.no_grad():
        folded.encoder.stride2.conv.weight.mul_(2)
        folded.encoder.stride2.conv.bias.mul_(2)  # type: ignore[union-attr]
    assert synthetic_ranges(folded)["encoder.stride2"] == pytest.approx(2 * before, rel=0.01)


def test_a_network_without_such_layers_has_none() -> None:
    small = S2SConfig(vgg=(4, 4, 4, 4, 4), fc6_channels=8, hidden=4, decoder=(4, 4, 4, 4, 4))
    assert synthetic_ranges(S2SNetwork(small)) == {}


def test_a_model_keeps_them(network: LiteNetwork, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("model")
    ranges = synthetic_ranges(network)
    about = ModelConfig(architecture="s2s-lite", title="Tiny", ranges=ranges)
    save_model(folder, network, about, "# Tiny\n")
    loaded = load_network(folder)
    assert loaded.ranges == ranges
