"""Correspondence: where in earlier frames each cell of a frame was, and whose it was there.

All objects share the similarities of a pair of frames; they differ in the values read back. So one
product of keys serves any number of objects, as in STM (Oh et al. 2019) and its successors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

# Similarities worked on at once: 4 MB of float32: fewer pieces, fewer waits for the other threads.
_CHUNK = 1 << 20
_TILE = 8


def read(query: Tensor, keys: Tensor, values: Tensor, tau: Tensor) -> tuple[Tensor, Tensor]:
    """Read values back from everywhere in some frames, weighted by a softmax of similarity.

    query : (C, h, w), unit vectors
    keys : (C, M), unit vectors
    values : (M, N), one column per object
    tau : inverse temperature

    Return (N, h, w), the values read, and (1, h, w), the best similarity in [-1, 1].
    """
    height, width = query.shape[-2:]
    queries = (query.flatten(1) * tau).t()  # (Q, C)
    columns = torch.cat([values, values.new_ones(len(values), 1)], 1)
    step = queries.shape[0] if query.requires_grad else max(1, _CHUNK // keys.shape[1])
    sums, best = [], []
    for rows in torch.split(queries, step):
        # |similarity| <= 1, so the exponential needs no maximum taken off
        weights = (rows @ keys).exp_()  # (q, M)
        sums.append(weights @ columns)
        best.append(weights.amax(1))
    total = torch.cat(sums)  # (Q, N + 1)
    found = (total[:, :-1] / total[:, -1:]).t().reshape(-1, height, width)
    return found, (torch.cat(best).log() / tau).view(1, height, width)


def read_near(
    query: Tensor, key: Tensor, values: Tensor, tau: Tensor, radius: int
) -> tuple[Tensor, Tensor]:
    """Read values back from one frame as `read`, within `radius` cells of each cell.

    query, key : (C, h, w), unit vectors
    values : (N, h, w)

    The frame is cut into tiles; each is compared with its surroundings alone.
    """
    channels, height, width = query.shape
    rows, columns = math.ceil(height / _TILE), math.ceil(width / _TILE)
    extra = (0, columns * _TILE - width, 0, rows * _TILE - height)
    tiles = F.pad(query, extra).view(channels, rows, _TILE, columns, _TILE)
    tiles = tiles.permute(1, 3, 2, 4, 0).reshape(rows * columns, _TILE**2, channels)

    side = _TILE + 2 * radius
    around = (radius, radius + extra[1], radius, radius + extra[3])
    ones = values.new_ones(1, height, width)  # 0 outside the frame: its own mask
    both = F.pad(torch.cat([key.to(values.dtype), values, ones]), around)
    both = both.unfold(1, side, _TILE).unfold(2, side, _TILE)  # (C + N + 1, rows, columns, s, s)
    both = both.permute(1, 2, 0, 3, 4).reshape(rows * columns, -1, side**2)
    keys, seen = both[:, :channels], both[:, channels:]

    weights = torch.bmm(tiles * tau, keys).exp() * _within(radius, query.device)
    weights = weights * seen[:, -1:]  # (tiles, t * t, s * s)
    total = torch.bmm(weights, seen.transpose(1, 2))  # (tiles, t * t, N + 1)
    found = total[..., :-1] / total[..., -1:].clamp(min=1e-12)
    best = weights.amax(-1, keepdim=True).clamp(min=1e-12).log() / tau
    whole = torch.cat([found, best], -1).view(rows, columns, _TILE, _TILE, -1)
    whole = whole.permute(4, 0, 2, 1, 3).reshape(-1, rows * _TILE, columns * _TILE)
    whole = whole[:, :height, :width]
    return whole[:-1], whole[-1:]


@lru_cache(maxsize=4)
@torch.inference_mode(False)  # training uses it too, and cannot use what inference made
def _within(radius: int, device: torch.device) -> Tensor:
    """Return 1 where a cell of a tile's surroundings is within reach of a cell of the tile."""
    cell, near = torch.arange(_TILE), torch.arange(_TILE + 2 * radius)
    reach = ((near[None] - cell[:, None] - radius).abs() <= radius).float()  # (t, s)
    grid = reach[:, None, :, None] * reach[None, :, None, :]
    return grid.reshape(1, _TILE**2, -1).to(device)


def groups(owners: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Return the objects that are compared with the same frames, as lists of indices."""
    found: dict[tuple[int, ...], list[int]] = {}
    for index, owner in enumerate(owners):
        found.setdefault(owner, []).append(index)
    return list(found.values())
