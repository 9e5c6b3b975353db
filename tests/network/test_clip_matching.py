"""Matching of many clips at once finds what matching of each alone finds."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.clip_matching import match_clips
from vosgui.network.interface import MemoryFrame
from vosgui.network.matching import match_memory

RADIUS = 3


def keys_of(n: int, hw: tuple[int, int], generator: torch.Generator) -> Tensor:
    return F.normalize(torch.randn(n, 6, *hw, generator=generator), dim=1)


@pytest.mark.parametrize("hw", [(8, 8), (9, 17), (5, 30)])
@pytest.mark.parametrize("lengths", [(2, 2, 2), (4, 2, 3, 2)])
def test_many_clips_are_each_alone(hw: tuple[int, int], lengths: tuple[int, ...]) -> None:
    generator = torch.Generator().manual_seed(0)
    memory = [
        tuple(
            MemoryFrame(key, torch.rand(1, *hw, generator=generator))
            for key in keys_of(length, hw, generator)
        )
        for length in lengths
    ]
    keys, tau = keys_of(len(lengths), hw, generator), torch.tensor(9.0)
    found = match_clips(keys, memory, tau, RADIUS)
    assert found.shape == (len(lengths), 4, *hw)
    torch.testing.assert_close(found, match_memory(keys, memory, tau, RADIUS), atol=1e-5, rtol=1e-4)
    shared = match_clips(keys[:1], memory, tau, RADIUS)
    want = match_memory(keys[:1], memory, tau, RADIUS)
    torch.testing.assert_close(shared, want, atol=1e-5, rtol=1e-4)


def test_keys_and_temperature_learn() -> None:
    generator = torch.Generator().manual_seed(0)
    keys, hw = keys_of(4, (8, 9), generator).requires_grad_(), (8, 9)
    tau = torch.tensor(9.0, requires_grad=True)
    memory = [(MemoryFrame(key, torch.rand(1, *hw, generator=generator)),) * 2 for key in keys[:2]]
    match_clips(keys[2:], memory, tau, RADIUS)[:, [0, 2]].sum().backward()
    assert keys.grad is not None and bool((keys.grad.flatten(1).norm(dim=1) > 0).all())
    assert tau.grad is not None and float(tau.grad) != 0
