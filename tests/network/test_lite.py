"""`s2s-lite`: a value for a state, one encoding for all objects, nothing lost on the way."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from vosgui.core.mask import Box
from vosgui.network import lite_decoder, matching
from vosgui.network.interface import CERTAIN, State
from vosgui.network.layers import ConvNorm
from vosgui.network.lite import LiteConfig, LiteNetwork

TINY = LiteConfig(
    encoder=(4, 6, 8, 10),
    initializer=(4, 4, 6, 8),
    key=6,
    hidden=8,
    decoder=(8, 6, 4),
    n_kept=2,
    keep_every=2,
)


def make_network(trunk: Literal["residual", "efficientnet-lite0"]) -> LiteNetwork:
    torch.manual_seed(0)
    network = LiteNetwork(msgspec.structs.replace(TINY, trunk=trunk)).eval()
    for module in network.modules():
        if isinstance(module, ConvNorm) and module.norm is not None:
            assert module.norm.running_mean is not None and module.norm.running_var is not None
            module.norm.running_mean.normal_(0, 0.1)
            module.norm.running_var.uniform_(0.5, 1.5)
    return network


@pytest.fixture(params=["residual", "efficientnet-lite0"])
def network(request: pytest.FixtureRequest) -> LiteNetwork:
    return make_network(request.param)


@pytest.fixture
def frames() -> Tensor:
    return torch.rand(6, 1, 3, 48, 64, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def masks() -> Tensor:
    return (torch.rand(3, 1, 48, 64, generator=torch.Generator().manual_seed(2)) > 0.5).float()


@torch.no_grad()
def carry(network: LiteNetwork, frames: Tensor, masks: Tensor) -> Tensor:
    state = network.initialise(network.encode(frames[0]), masks)
    logits = []
    for frame in frames[1:]:
        out, state = network(network.encode(frame), state)
        logits.append(out)
    return torch.stack(logits)


def test_the_default_has_3_to_8_million_parameters() -> None:
    n_parameters = sum(p.numel() for p in LiteNetwork().parameters())
    assert 3e6 < n_parameters < 8e6


def test_one_of_many_objects_equals_the_object_alone(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    together = carry(network, frames, masks)
    assert together.shape == (5, 3, 1, 48, 64)
    for i in range(3):
        alone = carry(network, frames, masks[i : i + 1])
        torch.testing.assert_close(together[:, i : i + 1], alone, atol=1e-5, rtol=1e-4)


def test_a_batch_of_clips_equals_each_clip(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    other = frames.flip(-1)
    both = carry(network, torch.cat([frames, other], 1), masks[:2])
    torch.testing.assert_close(both[:, :1], carry(network, frames, masks[:1]), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(both[:, 1:], carry(network, other, masks[1:2]), atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_an_object_that_joins_later_leaves_the_others_alone(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    features = [network.encode(frame) for frame in frames]
    state = network.initialise(features[0], masks[:2])
    late = network.initialise(features[2], masks[2:])
    for t in (1, 2):
        _, state = network(features[t], state)
    joined = State.concat([state, late])
    logits, after = network(features[3], joined)
    torch.testing.assert_close(logits[:2], network(features[3], state)[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(logits[2:], network(features[3], late)[0], atol=1e-5, rtol=1e-4)
    assert after.age == (3, 3, 1)
    back = after.select([2, 0])
    torch.testing.assert_close(
        network(features[4], back)[0],
        network(features[4], after)[0][[2, 0]],
        atol=1e-5,
        rtol=1e-4,
    )


@torch.no_grad()
def test_the_state_is_a_value(network: LiteNetwork, frames: Tensor, masks: Tensor) -> None:
    state = network.initialise(network.encode(frames[0]), masks)
    features = network.encode(frames[1])
    first, after = network(features, state)
    network.commit(after, torch.zeros_like(masks))
    again, _ = network(features, state)
    torch.testing.assert_close(first, again)


@torch.no_grad()
def test_committed_masks_are_what_the_next_frame_is_matched_with(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    state = network.initialise(network.encode(frames[0]), masks)
    _, state = network(network.encode(frames[1]), state)
    committed = network.commit(state, masks)
    assert torch.equal(committed.mask, masks)
    pooled = torch.nn.functional.avg_pool2d(masks, 8)
    assert all(torch.equal(kept[-1].value, pooled[i]) for i, kept in enumerate(committed.memory))
    assert all(
        torch.equal(a[0].value, b[0].value)
        for a, b in zip(committed.memory, state.memory, strict=True)
    )


@torch.no_grad()
def test_passed_frames_are_bounded_and_start_with_the_given_one(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    features = [network.encode(frame) for frame in frames]
    state = given = network.initialise(features[0], masks)
    for t in range(1, 12):
        _, state = network(features[t % 6], state)
        state = network.commit(state, masks)
    assert {len(kept) for kept in state.memory} == {4}
    assert state.memory[0][0].key is given.memory[0][0].key
    # frames 8 and 10 were kept; 11 is the frame before
    keys = [features[t % 6].maps[0][0] for t in (0, 8, 10, 11)]
    assert all(torch.equal(kept.key, key) for kept, key in zip(state.memory[0], keys, strict=True))


@torch.no_grad()
def test_a_passed_frame_that_shows_nothing_of_the_object_is_not_kept(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    features = [network.encode(frame) for frame in frames]
    state = network.initialise(features[0], masks[:2])
    shown = torch.stack([torch.ones_like(masks[0]), torch.zeros_like(masks[0])])
    for t in range(1, 6):
        _, state = network(features[t], state)
        state = network.commit(state, shown)
    assert [len(kept) for kept in state.memory] == [4, 2]  # given, frames 2 and 4, the one before


@torch.no_grad()
def test_a_memory_frame_is_matched_as_one_with_the_given_frame(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    given, other, now = (network.encode(frames[t]) for t in (0, 4, 1))
    state = network.initialise(given, masks)
    added = network.add_memory_frame(state, network.memory_key(other), masks[[2, 0]], [0, 2])
    found = network.match(now, added)
    query, *keys = (one.maps[0][0].flatten(1) for one in (now, given, other))
    both = torch.cat(keys, 1)
    pooled = torch.nn.functional.avg_pool2d(masks, 8).flatten(1)
    shares = torch.softmax(network.tau * query.t() @ both, 1)
    for i, at_other in ((0, 2), (2, 0)):
        expected = shares @ torch.cat([pooled[i], pooled[at_other]])
        torch.testing.assert_close(found[i, 0].flatten(), expected, atol=1e-5, rtol=1e-4)
        best = (query.t() @ both).amax(1)
        torch.testing.assert_close(found[i, 1].flatten(), best, atol=1e-4, rtol=1e-3)
    untouched = network.match(now, state)
    torch.testing.assert_close(found[1], untouched[1])
    assert not torch.allclose(found[0, 0], untouched[0, 0], atol=1e-3)


@torch.no_grad()
def test_a_passed_frame_whose_mask_is_likely_wrong_is_not_kept(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    network.config = msgspec.structs.replace(network.config, keep_above=0.5)
    features = [network.encode(frame) for frame in frames]
    state = network.initialise(features[0], masks[:2])
    for t in range(1, 6):
        _, state = network(features[t], state)
        state = network.commit(network.trust(state, [0.9, 0.2 if t == 4 else 0.6]), masks[:2])
    assert [len(kept) for kept in state.memory] == [4, 3]  # of the second, frame 4 is missing


@torch.no_grad()
def test_a_memory_frame_stays_whatever_is_passed(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    features = [network.encode(frame) for frame in frames]
    state = network.initialise(features[0], masks)
    state = network.add_memory_frame(state, network.memory_key(features[5]), masks[:1], [1])
    for t in range(1, 12):
        _, state = network(features[t % 6], state)
        state = network.commit(state, masks).select([0, 1, 2]).detach()
    assert [len(kept) for kept in state.memory] == [4, 5, 4]
    assert [one.is_permanent for one in state.memory[1]] == [False, True, False, False, False]
    assert torch.equal(state.memory[1][1].key, features[5].maps[0][0])


def test_folding_changes_nothing(network: LiteNetwork, frames: Tensor, masks: Tensor) -> None:
    before = carry(network, frames, masks)
    for module in network.modules():
        if isinstance(module, ConvNorm):
            module.fold()
    assert not any("norm" in name for name in network.state_dict())
    torch.testing.assert_close(carry(network, frames, masks), before, atol=1e-4, rtol=1e-4)


def test_gradients_reach_every_parameter(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    state = network.initialise(network.encode(frames[0]), masks)
    total = torch.zeros(())
    for frame in frames[1:]:
        logits, state = network(network.encode(frame), state)
        total = total + logits.square().mean()
    total.backward()  # type: ignore[no-untyped-call]
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


@torch.no_grad()
def one_step(
    network: LiteNetwork, monkeypatch: pytest.MonkeyPatch, own: slice, likely: Tensor
) -> tuple[Tensor, State, Tensor]:
    """Return a step's logits and state, and its logits where the whole frame is decoded.

    own : rows and columns of the object. likely : where its matches say that it may be, (4, h, w)
    of eighths of the frame.
    """
    hw = 8 * likely.shape[1], 8 * likely.shape[2]
    frame = torch.rand(1, 3, *hw, generator=torch.Generator().manual_seed(3))
    mask = torch.zeros(1, 1, *hw)
    mask[..., own, own] = 1
    features = network.encode(frame)
    state = network.initialise(features, mask)
    monkeypatch.setattr(network, "match", lambda *_: likely[None])
    boxed, after = network(features, state)
    monkeypatch.setattr(lite_decoder, "_UNLIKELY", -1.0)
    whole, _ = network(features, state)
    return boxed, after, whole


def test_what_is_decoded_in_a_box_equals_the_whole(
    network: LiteNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Near the object the box's logits are those of the whole frame; far from it they say no."""
    likely = torch.zeros(4, 24, 32)
    likely[0, 8:12, 8:12] = 1
    boxed, _, whole = one_step(network, monkeypatch, slice(64, 96), likely)
    here = (..., slice(64, 96), slice(64, 96))
    torch.testing.assert_close(boxed[here], whole[here], atol=1e-4, rtol=1e-3)
    assert (boxed[..., 150:, :] < -10).all() and (boxed[..., :, 150:] < -10).all()


def test_regions_that_lie_apart_are_decoded_apart(
    network: LiteNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may be the object in two corners has nothing decoded between them, and one box."""
    likely = torch.zeros(4, 32, 32)
    likely[0, 2:6, 2:6] = likely[2, 24:30, 24:30] = 1
    boxed, after, whole = one_step(network, monkeypatch, slice(16, 48), likely)
    for rows in (slice(16, 48), slice(192, 240)):
        here = (..., rows, rows)
        torch.testing.assert_close(boxed[here], whole[here], atol=1e-4, rtol=1e-3)
    assert (boxed[..., 100:150, :] == -CERTAIN).all() and (boxed[..., :60, 200:] == -CERTAIN).all()
    assert after.boxes[0].y == 0 and after.boxes[0].h == 256


def test_boxes_share_no_cell_and_are_not_too_small() -> None:
    likely = torch.zeros(3, 40, 40)
    likely[0, 0, 0] = likely[0, 14, 0] = 1  # near each other, one box
    likely[1, 38:, 38:] = likely[1, 0, 0] = 1
    together, apart, none = lite_decoder._boxes(likely)
    assert together == [Box(0, 0, 9, 6)] and none == []
    assert sorted((one.y, one.x, one.h, one.w) for one in apart) == [(0, 0, 6, 6), (14, 14, 6, 6)]


@pytest.mark.parametrize("hw", [(22, 40), (5, 13)])
def test_boxes_have_few_sizes_and_a_margin_around_all_that_is_likely(hw: tuple[int, int]) -> None:
    rng = torch.Generator().manual_seed(0)
    cells = torch.rand(30, *hw, generator=rng) > 0.985
    likely = cells.float().repeat_interleave(2, 1).repeat_interleave(2, 2)
    found = lite_decoder._boxes(likely)
    assert any(len(boxes) > 1 for boxes in found) or hw == (5, 13)
    for boxes, one in zip(found, cells, strict=True):
        held = torch.zeros(hw, dtype=torch.int64)
        for box in boxes:
            assert box.inside(Box(0, 0, *hw))
            assert all(
                n % 3 == 0 or n == n_all for n, n_all in zip((box.h, box.w), hw, strict=True)
            )
            held[box.slices] += 1
        assert held.max() <= 1
        around = max_pool2d(one[None].float(), 3, 1, 1)[0] > 0
        assert held[around].all()


@torch.no_grad()
def test_objects_near_each_other_are_decoded_as_each_alone(
    network: LiteNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they share is computed around them all, and is the same in each one's box."""
    frame = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(3))
    masks = torch.zeros(3, 1, 256, 256)
    for i in range(3):
        masks[i, :, 96:160, 80 + 16 * i : 144 + 16 * i] = 1
    features = network.encode(frame)
    likely = torch.zeros(3, 4, 32, 32)
    likely[:, 0] = avg_pool2d(masks, 8)[:, 0]
    state = network.initialise(features, masks)
    together, _ = network.carry(features, state, likely)
    for i in range(3):
        alone, _ = network.carry(features, state.select([i]), likely[i : i + 1])
        inside = (..., slice(96, 160), slice(80 + 16 * i, 144 + 16 * i))
        torch.testing.assert_close(together[i][inside], alone[0][inside], atol=1e-4, rtol=1e-3)
        assert ((together[i] == -CERTAIN) == (alone[0] == -CERTAIN)).all()


@torch.no_grad()
def test_an_object_that_is_nowhere_is_found_again_by_matching() -> None:
    network = make_network("residual")  # the other's random keys do not tell bright from dark
    mask = torch.zeros(1, 1, 96, 128)
    mask[..., 32:64, 32:64] = 1
    grain = torch.rand(1, 3, 96, 128, generator=torch.Generator().manual_seed(3))
    frame = 0.1 + 0.7 * mask + 0.1 * grain  # the object is bright, the rest dark
    network.tau.fill_(60.0)
    features = network.encode(frame)
    state = network.initialise(features, mask)
    _, lost = network(features, state)
    lost = network.commit(lost, torch.zeros_like(mask))
    logits, _ = network(features, lost)
    # the frame is the given one, so the match with it says where, with no mask before
    assert (logits[..., 40:56, 40:56] > -10).all()


def test_training_goes_on_after_inference_at_the_same_size(
    network: LiteNetwork, frames: Tensor, masks: Tensor
) -> None:
    matching._within.cache_clear()
    with torch.inference_mode():
        state = network.initialise(network.encode(frames[0]), masks)
        network(network.encode(frames[1]), state)
    state = network.initialise(network.encode(frames[0]), masks)
    logits, _ = network(network.encode(frames[1]), state)
    logits.sum().backward()
