"""The tiled, chunked matching equals the plain definition."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network import matching
from vosgui.network.interface import MemoryFrame


def unit(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(*shape, generator=generator), dim=0)


def plain(query: Tensor, key: Tensor, values: Tensor, tau: float, radius: int | None) -> Tensor:
    """Return share and best similarity (N + 1, h, w) by a full softmax with a window mask."""
    _, height, width = query.shape
    similar = query.flatten(1).t() @ key.flatten(1)
    if radius is not None:
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        y, x = y.flatten(), x.flatten()
        far = ((y[:, None] - y).abs() > radius) | ((x[:, None] - x).abs() > radius)
        similar = similar.masked_fill(far, -1e4)
    found = (similar * tau).softmax(-1) @ values.flatten(1).t()
    return torch.cat([found.t(), similar.amax(-1)[None]]).view(-1, height, width)


@pytest.mark.parametrize("hw", [(8, 8), (9, 17), (5, 30)])
@pytest.mark.parametrize("radius", [2, 7])
def test_near_equals_a_masked_softmax(hw: tuple[int, int], radius: int) -> None:
    query, key = unit(6, *hw), unit(6, *hw, seed=1)
    values = torch.rand(3, *hw)
    found, best = matching.read_near(query, key, values, torch.tensor(9.0), radius)
    want = plain(query, key, values, 9.0, radius)
    torch.testing.assert_close(torch.cat([found, best]), want, atol=1e-5, rtol=1e-4)


def test_what_lies_outside_the_frame_is_never_the_best() -> None:
    ahead = torch.tensor([1.0, 0.0]).view(2, 1, 1).expand(2, 9, 11)
    unlike = torch.tensor([-0.6, 0.8]).view(2, 1, 1).expand(2, 9, 11)
    values = torch.rand(1, 9, 11)
    _, best = matching.read_near(ahead, unlike, values, torch.tensor(9.0), 7)
    torch.testing.assert_close(best, torch.full((1, 9, 11), -0.6), atol=1e-5, rtol=0)


def test_far_equals_a_softmax_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_CHUNK", 100)
    query, key, values = unit(6, 5, 7), unit(6, 5, 7, seed=1), torch.rand(2, 5, 7)
    far = key.flatten(1), values.flatten(1).t(), torch.ones(35, 1)
    found, best = matching.read(query, *far, torch.tensor(9.0))
    want = plain(query, key, values, 9.0, None)
    torch.testing.assert_close(torch.cat([found, best]), want, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("hw", [(8, 8), (9, 17), (44, 12), (25, 9)])
@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_bands_find_what_the_whole_frame_finds(hw: tuple[int, int], n: int) -> None:
    query, key = unit(6, *hw), unit(6, *hw, seed=1)
    values, tau = torch.rand(3, *hw), torch.tensor(9.0)
    bands = matching.bands(hw[0], n)
    assert 1 <= len(bands) <= n
    assert [y for band in bands for y in range(hw[0])[band]] == list(range(hw[0]))

    near = [matching.read_near(query[:, b], key, values, tau, 7, b.start) for b in bands]
    want = matching.read_near(query, key, values, tau, 7)
    for parts, whole in zip(zip(*near, strict=True), want, strict=True):
        torch.testing.assert_close(torch.cat(parts, 1), whole)
    memory = key.flatten(1), values.flatten(1).t(), torch.ones(hw[0] * hw[1], 1)
    far = [matching.read(query[:, b], *memory, tau) for b in bands]
    want = matching.read(query, *memory, tau)
    for parts, whole in zip(zip(*far, strict=True), want, strict=True):
        torch.testing.assert_close(torch.cat(parts, 1), whole)


def test_groups_keep_every_object_once() -> None:
    one, two, three = (MemoryFrame(torch.ones(1), torch.ones(1)) for _ in range(3))
    memory = [(one, two), (three,), (one, two)]
    assert matching._groups(memory, each_apart=False) == [[0, 2], [1]]
    assert matching._groups(memory, each_apart=True) == [[0], [1], [2]]


def scene(hw: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return keys and a square object's shares whose look differs from what is around it."""
    coarse = unit(16, hw[0] // 4, hw[1] // 4, seed=5)
    keys = F.interpolate(coarse[None], hw, mode="bicubic")[0]
    shares = torch.zeros(1, *hw)
    shares[:, 4:9, 5:12] = 1
    keys = keys * 0.4 + shares * unit(16, seed=6).view(-1, 1, 1)
    return F.normalize(keys, dim=0), shares


@pytest.mark.parametrize("hw", [(24, 32), (20, 26)])
def test_thinned_out_it_finds_nearly_the_same(hw: tuple[int, int]) -> None:
    key, shares = scene(hw)
    moved, moved_shares = key.roll((2, 3), (1, 2)), shares.roll((2, 3), (1, 2))
    memory = [(MemoryFrame(key, shares), MemoryFrame(key, shares))]
    both = [
        matching.match_memory(moved[None], memory, torch.tensor(20.0), 7, sparse=sparse)[0]
        for sparse in (False, True)
    ]
    there = moved_shares[0] > 0
    assert both[0][0][there].mean() > 0.9
    assert (both[1][0] - both[0][0])[there].abs().max() < 0.1
    assert (both[1] - both[0])[0].abs().mean() < 0.02
    near = F.max_pool2d(shares, 15, 1, 7)[0] > 0
    torch.testing.assert_close(both[1][2:, near & there], both[0][2:, near & there])


def test_thinned_out_in_bands_it_finds_the_object_in_every_band() -> None:
    key, shares = scene((32, 24))
    memory = [(MemoryFrame(key, shares), MemoryFrame(key, torch.zeros_like(shares)))]
    whole = matching.match_memory(key[None], memory, torch.tensor(20.0), 7, sparse=True)[0]
    parts = [
        matching.match_memory(key[None, :, b], memory, torch.tensor(20.0), 7, b.start, sparse=True)
        for b in matching.bands(32, 2)
    ]
    found = torch.cat(parts, 2)[0]
    assert (whole[0][shares[0] > 0] > 0.5).all()  # found again by its look: it was nowhere before
    torch.testing.assert_close(found[0][shares[0] > 0], whole[0][shares[0] > 0])
    assert not found[2].any()


def test_a_key_that_stands_for_four_counts_four_times() -> None:
    query, key, values = unit(6, 5, 7), unit(6, 5, 7, seed=1), torch.rand(2, 5, 7)
    far = key.flatten(1), values.flatten(1).t(), torch.ones(35, 1)
    counts = far[2].clone()
    counts[3] = 4
    repeated = [torch.cat([one, one[:, 3:4].expand(-1, 3)], 1) for one in (far[0],)]
    repeated += [torch.cat([one, one[3:4].expand(3, -1)]) for one in far[1:]]
    found = matching.read(query, far[0], far[1], counts, torch.tensor(9.0))
    want = matching.read(query, *repeated, torch.tensor(9.0))
    for one, other in zip(found, want, strict=True):
        torch.testing.assert_close(one, other)


def test_where_no_object_comes_near_the_near_match_is_left_out() -> None:
    query, key = unit(6, 24, 40), unit(6, 24, 40, seed=1)
    values = torch.zeros(1, 24, 40)
    values[:, 2:5, 3:6] = 1
    elsewhere = torch.full((1, 24, 40), 0.5)
    tau = torch.tensor(9.0)
    found, best = matching.read_near(query, key, values, tau, 7, elsewhere=elsewhere)
    want, want_best = matching.read_near(query, key, values, tau, 7)
    torch.testing.assert_close(found, want)  # 0 there anyway
    torch.testing.assert_close(best[:, :8, :8], want_best[:, :8, :8])
    assert (best[:, 16:, 24:] == 0.5).all()
