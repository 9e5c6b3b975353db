"""Frames per second of the networks, and what more objects cost."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from vosgui.engine.models.installed import DEFAULT_MODEL
from vosgui.engine.models.load import load_network
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.synthetic import synthetic_clip
from vosgui.network.int8 import is_exact
from vosgui.network.interface import VosNetwork
from vosgui.network.s2s import S2SNetwork

ASPECT = 854 / 480


def carry(network: VosNetwork, n_objects: int, benchmark: BenchmarkFixture) -> None:
    """Time one frame: encoding and N objects that each fill a twelfth of it, side by side."""
    if network.fixed_hw is not None:
        height, width = network.fixed_hw
    else:
        height = network.default_height
        width = round(height * ASPECT / network.stride) * network.stride
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(2, 3, height // 16, width // 16, generator=generator)
    frames = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic").clamp(0, 1)
    frames = frames.contiguous(memory_format=torch.channels_last)
    masks = torch.zeros(n_objects, 1, height, width)
    side = width // 7
    for i in range(n_objects):
        masks[i, :, height // 4 : height * 3 // 4, i * side : i * side + side] = 1

    @torch.inference_mode()
    def one_frame() -> None:
        logits, _ = network(network.encode(frames[1:]), state)
        assert logits.shape[0] == n_objects

    with torch.inference_mode():
        state = network.initialise(network.encode(frames[:1]), masks)
        for _ in range(12):  # until the kept frames are many
            _, state = network(network.encode(frames[:1]), state)
    benchmark(one_frame)


@pytest.mark.parametrize("n_objects", [1, 3, 7])
@pytest.mark.parametrize("number", ["float32", "int8"])
def test_lite(number: str, n_objects: int, benchmark: BenchmarkFixture) -> None:
    network = load_network(DEFAULT_MODEL)
    if number == "int8" and not is_exact():
        pytest.skip("this CPU has no fast integer convolutions")
    carry(network if number == "float32" else network.in_int8(), n_objects, benchmark)


def test_s2s(benchmark: BenchmarkFixture) -> None:
    carry(S2SNetwork().eval(), 1, benchmark)


@pytest.mark.parametrize("hw", [(192, 320), (288, 480)])
def test_synthetic_clip(hw: tuple[int, int], benchmark: BenchmarkFixture) -> None:
    """Time eight frames of textures: what the loader must keep up with."""
    numbers = iter(range(10**6))
    benchmark(lambda: synthetic_clip(np.random.default_rng(next(numbers)), Photographs(), 8, hw))
