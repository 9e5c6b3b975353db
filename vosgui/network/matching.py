"""Correspondence: where in the frames in memory each cell of a frame was, and whose it was there.

All objects share the similarities of a pair of frames; they differ in the values read back. So one
product of keys serves any number of objects, as in STM (Oh et al. 2019) and its successors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.interface import MemoryFrame

# Similarities worked on at once by each thread of a CPU: 512 kB of float32, which stay in its cache
# from their product to their sums. Elsewhere, and in training, all of them.
_CHUNK = 1 << 17
_ALL = 1 << 30
_TILE = 8


def match_memory(
    keys: Tensor,
    memory: Sequence[tuple[MemoryFrame, ...]],
    tau: Tensor,
    radius: int,
    top: int = 0,
) -> Tensor:
    """Match a frame with the memory of N objects, float (N, 4, q, w).

    keys : float (B, C, q, w), unit vectors; a band of the frame whose first row is `top`, or all of
        it. B is 1, or N: a frame for each object
    tau : inverse temperature. radius : of the near match, in cells

    Channels: share and best similarity in all but the last frame of the memory (the far match),
    then in the last one, the frame before (the near match).
    """
    shared = len(keys) == 1
    rows: dict[int, Tensor] = {}
    for indices in _groups(memory, each_apart=not shared):
        query = keys[0 if shared else indices[0]]  # (C, q, w)
        *far, near = memory[indices[0]]
        far_keys = torch.cat([one.key.flatten(1) for one in far], 1)  # (C, M)
        far_values = torch.stack(
            [torch.cat([one.value.flatten() for one in memory[i][:-1]]) for i in indices], 1
        )  # (M, n)
        near_values = torch.cat([memory[i][-1].value for i in indices])  # (n, h, w)
        found, best = read(query, far_keys, far_values.float(), tau)
        found_near, best_near = read_near(query, near.key, near_values.float(), tau, radius, top)
        for i, one, one_near in zip(indices, found, found_near, strict=True):
            rows[i] = torch.cat([one[None], best, one_near[None], best_near])  # (4, q, w)
    return torch.stack([rows[i] for i in range(len(memory))])  # (N, 4, q, w)


def _groups(memory: Sequence[tuple[MemoryFrame, ...]], *, each_apart: bool) -> list[list[int]]:
    """Return the objects that are matched with the same frames, as lists of indices.

    Frames are the same where their keys lie at one place in memory.
    """
    found: dict[tuple[int, ...], list[int]] = {}
    for i, frames in enumerate(memory):
        same = i if each_apart else 0, *(one.key.data_ptr() for one in frames)
        found.setdefault(same, []).append(i)
    return list(found.values())


def read(query: Tensor, keys: Tensor, values: Tensor, tau: Tensor) -> tuple[Tensor, Tensor]:
    """Read values back from everywhere in some frames, weighted by a softmax of similarity.

    query : float (C, h, w), unit vectors
    keys : float (C, M), unit vectors
    values : float (M, N), one column per object
    tau : inverse temperature

    Return (N, h, w), the values read, and (1, h, w), the best similarity in [-1, 1].
    """
    queries = query.flatten(1) * tau  # (C, Q)
    ones = values.new_ones(len(values), 1)  # what they read is the softmax's denominator
    columns = torch.cat([values, ones], 1).t().contiguous()  # (N + 1, M)
    rows = keys.t().contiguous()  # (M, C)
    total, best = queries.new_zeros(len(columns), queries.shape[1]), queries.new_zeros(1)
    step = _rows_at_once(queries)
    pieces = zip(torch.split(rows, step), torch.split(columns, step, 1), strict=True)
    for some, shares in pieces:
        # |similarity| <= 1, so the exponential needs no maximum taken off
        weights = (some @ queries).exp_()  # (m, Q)
        total = torch.addmm(total, shares, weights)  # (N + 1, Q)
        best = torch.maximum(best, weights.amax(0))
    found = (total[:-1] / total[-1:]).view(-1, *query.shape[-2:])  # (N, h, w)
    return found, (best.log() / tau).view(1, *query.shape[-2:])


def _rows_at_once(queries: Tensor) -> int:
    """Return how many keys are compared with all queries at once."""
    if queries.requires_grad or queries.device.type != "cpu":
        return _ALL
    return max(1, _CHUNK * torch.get_num_threads() // queries.shape[1])


def bands(height: int, n: int) -> list[slice]:
    """Cut so many rows of cells into at most n bands of whole tiles, for `read` and `read_near`."""
    n_tiles = math.ceil(height / _TILE)
    ends = sorted({n_tiles * k // n * _TILE for k in range(1, n)} - {0})
    return [slice(top, bottom) for top, bottom in pairwise([0, *ends, height])]


def read_near(
    query: Tensor, key: Tensor, values: Tensor, tau: Tensor, radius: int, top: int = 0
) -> tuple[Tensor, Tensor]:
    """Read values back from one frame as `read`, within `radius` cells of each cell.

    query : float (C, q, w), unit vectors; a band of the frame whose first row is `top`, or all
    key : float (C, h, w), unit vectors
    values : float (N, h, w)

    Return (N, q, w), the values read, and (1, q, w), the best similarity in [-1, 1]. The band is
    cut into tiles; each is compared with its surroundings alone.
    """
    channels, height, width = query.shape
    rows, columns = math.ceil(height / _TILE), math.ceil(width / _TILE)
    extra = (0, columns * _TILE - width, 0, rows * _TILE - height)
    # Negative padding cuts off what lies beyond the band's surroundings.
    below = top + rows * _TILE - key.shape[1]
    around = (radius, radius + extra[1], radius - top, radius + below)
    seen = F.pad(torch.cat([values, values.new_ones(1, *key.shape[1:])]), around)
    # One channel more: 1 in the query, 0 in a key within the frame, -1 in one of the padding, whose
    # other channels are 0. So the padding's similarity is -1, no higher than any within the frame:
    # it is never the best, and needs no mask. Its values and its share of the sum are 0 in `seen`.
    keys = torch.cat([F.pad(key.to(values.dtype), around), seen[-1:] - 1])
    queries = F.pad(torch.cat([query, query.new_ones(1, height, width)]) * tau, extra)

    tiles = queries.view(channels + 1, rows, _TILE, columns, _TILE)
    tiles = tiles.permute(1, 3, 0, 2, 4)  # (rows, columns, C + 1, t, t)
    tiles = tiles.reshape(rows * columns, channels + 1, _TILE**2)  # (tiles, C + 1, t * t)
    weights = torch.bmm(_surroundings(keys, radius).mT, tiles).exp_()  # (tiles, s * s, t * t)
    within = _within(radius, query.device)
    weights = weights * within if weights.requires_grad else weights.mul_(within)
    total = torch.bmm(_surroundings(seen, radius), weights)  # (tiles, N + 1, t * t)
    found = total[:, :-1] / total[:, -1:].clamp(min=1e-12)
    best = weights.amax(1, keepdim=True).clamp(min=1e-12).log() / tau  # (tiles, 1, t * t)
    whole = torch.cat([found, best], 1).view(rows, columns, -1, _TILE, _TILE)
    whole = whole.permute(2, 0, 3, 1, 4)  # (N + 1, rows, t, columns, t)
    whole = whole.reshape(-1, rows * _TILE, columns * _TILE)[:, :height, :width]  # (N + 1, q, w)
    return whole[:-1], whole[-1:]


def _surroundings(maps: Tensor, radius: int) -> Tensor:
    """Return what is within reach of each tile of padded maps (C, ...), (tiles, C, s * s)."""
    side = _TILE + 2 * radius
    parts = maps.unfold(1, side, _TILE).unfold(2, side, _TILE)  # (C, rows, columns, s, s)
    return parts.permute(1, 2, 0, 3, 4).reshape(-1, len(maps), side**2)  # (tiles, C, s * s)


@lru_cache(maxsize=4)
@torch.inference_mode(False)  # training uses it too, and cannot use what inference made
def _within(radius: int, device: torch.device) -> Tensor:
    """Return 1 where a cell of a tile's surroundings is within reach of a cell of the tile.

    (1, s * s, t * t)
    """
    cell, near = torch.arange(_TILE), torch.arange(_TILE + 2 * radius)
    reach = ((near[:, None] - cell - radius).abs() <= radius).float()  # (s, t)
    grid = reach[:, None, :, None] * reach[None, :, None, :]  # (s, s, t, t)
    return grid.reshape(1, -1, _TILE**2).to(device)
