"""Layers: what they compute, whichever way it lies in memory and however many threads do it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.layers import Residual


@pytest.mark.parametrize("hw", [(8, 12), (7, 9), (1, 5)])
def test_the_direct_way_of_a_block_is_a_strided_convolution(hw: tuple[int, int]) -> None:
    torch.manual_seed(0)
    block = Residual(5, 7, 2, norm=False).eval()
    maps = torch.rand(2, 5, *hw)
    assert block.direct is not None
    direct = F.conv2d(maps, block.direct.conv.weight, block.direct.conv.bias, stride=2)
    expected = F.relu(block.second(block.first(maps)) + direct)
    torch.testing.assert_close(block(maps), expected)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(("n_in", "n_out", "hw"), [(12, 7, (8, 36)), (11, 3, (8, 12))])
def test_gradients_are_the_same_in_channels_last(
    n_in: int, n_out: int, hw: tuple[int, int]
) -> None:
    # sizes at which a strided 1x1 convolution ends the process
    torch.manual_seed(0)
    block = Residual(n_in, n_out, 2, norm=False)
    maps = torch.rand(3, n_in, *hw)

    def gradients(layout: torch.memory_format) -> list[Tensor]:
        one = block.to(memory_format=layout)  # type: ignore[call-overload]
        one.zero_grad()
        one(maps.contiguous(memory_format=layout)).square().mean().backward()
        return [p.grad.clone() for p in one.parameters()]

    for _ in range(20):
        found = gradients(torch.channels_last)
    for grad, expected in zip(found, gradients(torch.contiguous_format), strict=True):
        torch.testing.assert_close(grad, expected, rtol=1e-3, atol=1e-5)
