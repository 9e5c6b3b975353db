"""Matching in training: many clips at once, each object with the memory of its own.

The same as `matching` finds with every cell of every frame, in one product of keys for all clips
that have as many frames in memory, so that a GPU is not asked for a hundred small ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.interface import MemoryFrame
from vosgui.network.matching import TILE, read_tiles

Memory = Sequence[tuple[MemoryFrame, ...]]


def match_clips(keys: Tensor, memory: Memory, tau: Tensor, radius: int) -> Tensor:
    """Match frames with the memory of N objects, float (N, 4, h, w): the channels `matching` has.

    keys : float (N, C, h, w), unit vectors, of the frame each object is carried to; or (1, C, h, w)
    tau : inverse temperature. radius : of the near match, in cells
    """
    keys = keys.expand(len(memory), -1, -1, -1)
    far, near = _far(keys, memory, tau), _near(keys, [one[-1] for one in memory], tau, radius)
    return torch.cat([far, near], 1)


def _far(keys: Tensor, memory: Memory, tau: Tensor) -> Tensor:
    """Return share and best similarity in all frames but the last, float (N, 2, h, w)."""
    lengths = [len(frames) for frames in memory]
    if len(set(lengths)) == 1:
        return _read(keys, memory, tau)
    # Objects that were gone when a frame was kept have fewer.
    order: list[int] = []
    found = []
    for length in sorted(set(lengths)):
        some = [i for i, n in enumerate(lengths) if n == length]
        found.append(_read(keys[some], [memory[i] for i in some], tau))
        order += some
    back = sorted(range(len(order)), key=order.__getitem__)
    return torch.cat(found)[back]


def _read(keys: Tensor, memory: Memory, tau: Tensor) -> Tensor:
    """Return `_far` of objects with as many frames each."""
    n_frames = len(memory[0]) - 1
    slots = [[frames[i] for frames in memory] for i in range(n_frames)]
    rows = torch.cat([torch.stack([one.key for one in slot]).flatten(2) for slot in slots], 2)
    values = torch.cat([torch.stack([one.value for one in slot]).flatten(2) for slot in slots], 2)
    queries = keys.flatten(2) * tau  # (N, C, Q)
    # |similarity| <= 1, so the exponential needs no maximum taken off
    weights = torch.bmm(rows.mT, queries).exp()  # (N, M, Q)
    columns = torch.cat([values.float(), torch.ones_like(values)], 1)  # (N, 2, M)
    total = torch.bmm(columns, weights)  # (N, 2, Q)
    found = total[:, :1] / total[:, 1:]
    best = weights.amax(1, keepdim=True).log() / tau  # (N, 1, Q)
    return torch.cat([found, best], 1).view(len(keys), 2, *keys.shape[-2:])


def _near(keys: Tensor, previous: Sequence[MemoryFrame], tau: Tensor, radius: int) -> Tensor:
    """Return share and best similarity in the frame before, within reach, float (N, 2, h, w)."""
    n, channels, height, width = keys.shape
    rows, columns = math.ceil(height / TILE), math.ceil(width / TILE)
    extra = (0, columns * TILE - width, 0, rows * TILE - height)
    around = (radius, radius + extra[1], radius, radius + extra[3])
    key = torch.stack([one.key for one in previous])  # (N, C, h, w)
    value = torch.stack([one.value for one in previous]).float()  # (N, 1, h, w)
    seen = F.pad(torch.cat([value, torch.ones_like(value)], 1), around)
    # One channel more, as `matching.read_near` has it: what lies outside the frame is never best.
    beyond = torch.cat([F.pad(key, around), seen[:, 1:] - 1], 1)
    queries = F.pad(torch.cat([keys, torch.ones_like(value)], 1) * tau, extra)
    tiles = queries.view(n, channels + 1, rows, TILE, columns, TILE).permute(0, 2, 4, 1, 3, 5)
    near_keys, near_seen = _surroundings(beyond, radius), _surroundings(seen, radius)
    # (N * rows, columns, 2, t, t)
    found = read_tiles(tiles.flatten(0, 1), near_keys, near_seen, tau, radius)
    whole = found.view(n, rows, columns, 2, TILE, TILE).permute(0, 3, 1, 4, 2, 5)
    return whole.reshape(n, 2, rows * TILE, columns * TILE)[..., :height, :width]


def _surroundings(maps: Tensor, radius: int) -> Tensor:
    """Return what is within reach of each tile of padded maps (N, C, ...).

    (N * rows, columns, C, s, s)
    """
    side = TILE + 2 * radius
    parts = maps.unfold(2, side, TILE).unfold(3, side, TILE)  # (N, C, rows, columns, s, s)
    return parts.permute(0, 2, 3, 1, 4, 5).flatten(0, 1)
