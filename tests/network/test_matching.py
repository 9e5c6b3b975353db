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
    found, best = matching.read(query, key.flatten(1), values.flatten(1).t(), torch.tensor(9.0))
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
    far = [matching.read(query[:, b], key.flatten(1), values.flatten(1).t(), tau) for b in bands]
    want = matching.read(query, key.flatten(1), values.flatten(1).t(), tau)
    for parts, whole in zip(zip(*far, strict=True), want, strict=True):
        torch.testing.assert_close(torch.cat(parts, 1), whole)


def test_groups_keep_every_object_once() -> None:
    one, two, three = (MemoryFrame(torch.ones(1), torch.ones(1)) for _ in range(3))
    memory = [(one, two), (three,), (one, two)]
    assert matching._groups(memory, each_apart=False) == [[0, 2], [1]]
    assert matching._groups(memory, each_apart=True) == [[0], [1], [2]]
