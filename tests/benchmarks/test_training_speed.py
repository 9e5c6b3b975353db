"""What a step of training takes: clips, and learning from them, in the old way and the new.

On a CPU both ways of learning take about the same; a GPU waits for operations to be launched, so
their number is told too (with `-s`, and as `extra_info` in the benchmark's JSON).

Old: OpenCV draws clip after clip, and the network takes frame after frame and matches clip after
clip. New: torch makes a batch of clips at once, the network encodes all frames at once and matches
all clips at once. Same numbers come out (tests/engine/training/test_sequence.py).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from vosgui.engine.models.load import build_network
from vosgui.engine.training.losses import sequence_loss
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.presets import PRESETS
from vosgui.engine.training.samples import Batch, Sample, collate
from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors, read_photographs
from vosgui.engine.training.scenes.plan import draw_scene
from vosgui.engine.training.scenes.render import make_batch
from vosgui.engine.training.sequence import ClipSequence, Shown
from vosgui.engine.training.synthetic import synthetic_clip
from vosgui.network.interface import VosNetwork
from vosgui.network.lite import LiteNetwork
from vosgui.network.matching import match_memory

B, T, HW = 8, 5, (128, 224)


@cache
def photographs() -> PhotographTensors:
    return read_photographs(Photographs(), 60)


def clips_by_opencv(first: int) -> Batch:
    samples = []
    for number in range(first, first + B):
        clip = synthetic_clip(np.random.default_rng(number), Photographs(), T, HW)
        samples.append(Sample(*clip, np.ones(T, np.bool_)))
    return collate(samples)


def clips_by_torch(first: int) -> Batch:
    table = photographs().table
    rngs = (np.random.default_rng(number) for number in range(first, first + B))
    return make_batch([draw_scene(rng, table, T, HW) for rng in rngs], photographs())


def by_frames(network: VosNetwork, batch: Batch) -> Tensor:
    """Return logits, float (B, T - 1, 1, h, w), of one frame after the other."""
    assert isinstance(network, LiteNetwork)
    state = network.initialise(network.encode(batch.frames[:, 0]), batch.masks[:, 0])
    logits = []
    for t in range(1, T):
        features = network.encode(batch.frames[:, t])
        tau, radius = network.tau, network.config.radius
        matched = match_memory(features.maps[0], state.memory, tau, radius)
        out, state = network.carry(features, state, matched)
        logits.append(out)
    return torch.stack(logits, 1)


def at_once(network: VosNetwork, batch: Batch) -> Tensor:
    nothing = torch.zeros(B, T)
    return ClipSequence(network)(batch, Shown(nothing, nothing), 1, instead=False)


@pytest.mark.parametrize("clips", [clips_by_opencv, clips_by_torch])
def test_clips(clips: object, benchmark: BenchmarkFixture) -> None:
    photographs()
    numbers = iter(range(0, 10**6, B))
    batch = benchmark(lambda: clips(next(numbers)))
    assert batch.frames.shape == (B, T, 3, *HW)


@pytest.mark.parametrize("forward", [by_frames, at_once])
def test_learning(forward: object, benchmark: BenchmarkFixture) -> None:
    """Time forward and backward on one batch."""
    torch.manual_seed(0)
    network = build_network("s2s-lite", PRESETS["pretrained"].sizes)
    network = network.to(memory_format=torch.channels_last)
    batch = clips_by_torch(0)

    def step() -> float:
        network.zero_grad()
        logits = forward(network, batch)
        loss = sequence_loss(logits, batch.masks[:, 1:], batch.known[:, 1:], batch.clips, dice=1.0)
        loss.backward()
        return loss.item()

    with _Operations() as counted:
        step()
    benchmark.extra_info["operations"] = counted.n
    print(f"{forward.__name__}: {counted.n} operations")
    assert np.isfinite(benchmark.pedantic(step, rounds=5))


class _Operations(TorchDispatchMode):
    """Counts the operations that are carried out in it; a view is none."""

    n = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.n += not func.is_view
        return func(*args, **(kwargs or {}))
