"""`s2s-lite` in 8-bit integers: as near to float32 as 255 levels allow, and alike in all else."""

from __future__ import annotations

import msgspec
import pytest
import torch
from torch import Tensor

from tests.network.test_lite import TINY, carry
from vosgui.engine.models.save import fold_network
from vosgui.engine.training.int8_ranges import synthetic_ranges
from vosgui.network.int8 import is_exact
from vosgui.network.lite import LiteNetwork
from vosgui.network.lite_int8 import ConvToOne

pytestmark = pytest.mark.skipif(not is_exact(), reason="needs a CPU with VNNI")


@pytest.fixture(scope="module", params=["residual", "efficientnet-lite0"])
def network(request: pytest.FixtureRequest) -> LiteNetwork:
    torch.manual_seed(0)
    network = LiteNetwork(msgspec.structs.replace(TINY, trunk=request.param)).eval()
    fold_network(network)
    network.ranges = synthetic_ranges(network)
    return network


@pytest.fixture(scope="module")
def frames() -> Tensor:
    return torch.rand(4, 1, 3, 96, 112, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def masks() -> Tensor:
    return (torch.rand(2, 1, 96, 112, generator=torch.Generator().manual_seed(2)) > 0.5).float()


@torch.inference_mode()
def test_it_says_nearly_what_the_network_says(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    expected, found = carry(network, frames, masks), carry(network.in_int8(), frames, masks)
    there = expected > -12
    assert there.float().mean() > 0.5
    apart = (found - expected)[there].abs().mean()
    assert 0 < apart < 0.05 * expected[there].std()


@torch.inference_mode()
def test_every_map_of_the_encoder_is_near(network: LiteNetwork, frames: Tensor) -> None:
    ours, theirs = (
        (*features.maps[:2], *one._ahead(*features.maps[2:]))
        for one in (network.in_int8(), network)
        for features in (one.encode(frames[0]),)
    )
    for one, other in zip(ours, theirs, strict=True):
        assert one.dtype == torch.float32 and one.shape == other.shape
        assert (one - other).abs().mean() < 0.1 * other.abs().mean()


@torch.inference_mode()
def test_an_object_begins_as_in_the_network(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    made = network.in_int8()
    ours, theirs = (one.initialise(one.encode(frames[0]), masks) for one in (made, network))
    assert torch.equal(ours.hidden, theirs.hidden) and torch.equal(ours.cell, theirs.cell)


@torch.inference_mode()
def test_an_object_is_the_same_alone(network: LiteNetwork, frames: Tensor, masks: Tensor) -> None:
    made = network.in_int8()
    both = carry(made, frames, masks)
    alone = torch.cat([carry(made, frames, masks[i : i + 1]) for i in range(2)], 1)
    torch.testing.assert_close(both, alone, atol=1e-3, rtol=1e-3)


def test_the_network_itself_stays_as_it_was(network: LiteNetwork, frames: Tensor) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    made = network.in_int8()
    assert made is not network and made.encoder is not network.encoder
    assert made.initializer is network.initializer
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@torch.inference_mode()
@pytest.mark.parametrize("hw", [(96, 96), (7, 12)])
def test_a_convolution_to_one_channel_is_that_convolution(hw: tuple[int, int]) -> None:
    layer = torch.nn.Conv2d(5, 1, 3, padding=1)
    maps = torch.rand(2, *hw, 5, generator=torch.Generator().manual_seed(0)).permute(0, 3, 1, 2)
    torch.testing.assert_close(ConvToOne(layer)(maps), layer(maps), atol=1e-5, rtol=1e-4)


def test_without_ranges_it_is_the_network_itself() -> None:
    network = LiteNetwork(TINY)
    assert network.in_int8() is network
