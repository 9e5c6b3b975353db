"""Whole clips at once give what frame after frame of each clip alone gives."""

from __future__ import annotations

import msgspec
import pytest
import torch
from torch import Tensor

from vosgui.engine.propagation.soft_aggregation import soft_aggregate
from vosgui.engine.training.samples import Batch
from vosgui.engine.training.sequence import ClipSequence, Shown
from vosgui.network.interface import VosNetwork
from vosgui.network.lite import LiteConfig, LiteNetwork
from vosgui.network.s2s import S2SConfig, S2SNetwork

HW, T = (64, 96), 4
LITE = LiteConfig(
    encoder=(4, 6, 8, 10),
    initializer=(4, 4, 6, 8),
    key=6,
    hidden=8,
    decoder=(8, 6, 4),
    norm=False,
)
S2S = S2SConfig(
    vgg=(4, 4, 6, 6, 8), fc6_channels=8, hidden=6, decoder=(6, 6, 4, 4, 4), hw=HW, fc6="1x1"
)
NETWORKS = {
    "residual": lambda: LiteNetwork(LITE),
    "kept": lambda: LiteNetwork(msgspec.structs.replace(LITE, n_kept=1, keep_every=1)),
    "pretrained": lambda: LiteNetwork(msgspec.structs.replace(LITE, trunk="efficientnet-lite0")),
    "s2s": lambda: S2SNetwork(S2S),
    "mask input": lambda: S2SNetwork(msgspec.structs.replace(S2S, mask_input=True)),
}


def a_batch(objects: tuple[int, ...]) -> Batch:
    """Return random clips with so many objects each, a rectangle or two."""
    generator = torch.Generator().manual_seed(3)
    n = sum(objects)
    masks = torch.zeros(n, T, 1, *HW)
    for i in range(n):
        masks[i, :, :, 8 : 40 + i, 10 * i : 10 * i + 24] = 1
    clips = torch.repeat_interleave(torch.arange(len(objects)), torch.tensor(objects))
    frames = torch.rand(len(objects), T, 3, *HW, generator=generator)
    return Batch(frames, masks, torch.ones(n, T), clips)


def shown_of(n_clips: int, kept: tuple[int, ...] = ()) -> Shown:
    generator = torch.Generator().manual_seed(4)
    taught, dropped = torch.rand(2, n_clips, T, generator=generator).gt(0.6).float()
    return Shown(taught, dropped, kept)


@torch.no_grad()
def stepped(network: VosNetwork, batch: Batch, shown: Shown) -> Tensor:
    """Return logits (N, T - 1, 1, h, w), of each clip alone, one frame after the other."""
    found = []
    for clip, frames in enumerate(batch.frames):
        masks = batch.masks[batch.clips == clip]
        state = network.initialise(network.encode(frames[:1]), masks[:, 0])
        logits = []
        for t in range(1, T):
            out, state = network(network.encode(frames[t : t + 1]), state)
            mask = torch.sigmoid(out)
            if len(masks) > 1:
                mask = torch.from_numpy(soft_aggregate(out[:, 0].numpy()))[:, None]
                out = torch.logit(mask.double()).float()
            logits.append(out)
            if shown.taught[clip, t]:
                mask = masks[:, t]
            state = network.commit(state, mask * (1 - shown.dropped[clip, t]))
        found.append(torch.stack(logits, 1))
    return torch.cat(found)


@pytest.mark.parametrize("objects", [(1, 1, 1), (2, 1, 3)])
@pytest.mark.parametrize("name", NETWORKS)
def test_all_clips_at_once_give_what_steps_give(name: str, objects: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    network = NETWORKS[name]()
    batch, shown = a_batch(objects), shown_of(len(objects))
    with torch.no_grad():
        found = ClipSequence(network)(batch, shown, max(objects), instead=True)
    want = stepped(network, batch, shown)
    torch.testing.assert_close(found, want, atol=1e-4, rtol=1e-3)


def test_frames_that_are_kept_change_what_comes_after_them_alone() -> None:
    torch.manual_seed(0)
    sequence, batch = ClipSequence(LiteNetwork(LITE)), a_batch((1, 2))
    nothing = torch.zeros(2, T)
    plain = Shown(nothing, nothing)
    taught = Shown(nothing + 1, nothing)  # so that the frame that is kept shows something
    with torch.no_grad():
        outputs = [
            sequence(batch, Shown(one.taught, one.dropped, kept), 2, instead=True)
            for one in (plain, taught)
            for kept in ((), (1,))
        ]
    for without, with_kept in (outputs[:2], outputs[2:]):
        torch.testing.assert_close(without[:, :1], with_kept[:, :1])
    assert not torch.equal(outputs[2][:, 2], outputs[3][:, 2])


def test_a_frame_that_shows_nothing_is_not_kept() -> None:
    torch.manual_seed(0)
    sequence, batch = ClipSequence(LiteNetwork(LITE)), a_batch((1,))
    nothing = torch.zeros(1, T)
    with torch.no_grad():
        without, with_kept = (
            sequence(batch, Shown(nothing, nothing + 1, kept), 1, instead=True)
            for kept in ((), (1, 2))
        )
    torch.testing.assert_close(without, with_kept)


def test_it_learns_through_all_frames_but_where_gradients_are_cut() -> None:
    def gradient(truncate: int) -> Tensor:
        torch.manual_seed(0)
        network = LiteNetwork(LITE)
        nothing = Shown(torch.zeros(2, T), torch.zeros(2, T))
        out = ClipSequence(network, truncate)(a_batch((1, 1)), nothing, 1, instead=False)
        out[:, -1].sum().backward()
        assert network.states.weight.grad is not None
        return network.states.weight.grad

    assert bool(gradient(0).any()) and not bool(gradient(1).any())
