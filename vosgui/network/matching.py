"""Correspondence: where in the frames in memory each cell of a frame was, and whose it was there.

All objects share the similarities of a pair of frames; they differ in the values read back. So one
product of keys serves any number of objects, as in STM (Oh et al. 2019) and its successors.

A network that learns is matched with every cell of every frame in memory. In a run most of that is
cells that are nowhere near an object, so it is thinned out (`sparse`): of the frames in memory the
cells near an object are kept, and one in four of the others, which counts for four; of the frame at
hand one cell in four is matched first, and the others where those, or the mask before, give an
object a chance.
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
TILE = 8
# When matching is thinned out: what counts as a chance that a cell is an object's, and how far
# around such cells, in cells of a frame in memory, all of them are kept.
_CHANCE = 0.1
_MARGIN = 3


def match_memory(
    keys: Tensor,
    memory: Sequence[tuple[MemoryFrame, ...]],
    tau: Tensor,
    radius: int,
    top: int = 0,
    *,
    sparse: bool = False,
) -> Tensor:
    """Match a frame with the memory of N objects, float (N, 4, q, w).

    keys : float (B, C, q, w), unit vectors; a band of the frame whose first row is `top`, or all of
        it. B is 1, or N: a frame for each object
    tau : inverse temperature. radius : of the near match, in cells
    sparse : thin it out, as told above

    Channels: share and best similarity in all but the last frame of the memory (the far match),
    then in the last one, the frame before (the near match).
    """
    shared = len(keys) == 1
    rows: dict[int, Tensor] = {}
    for indices in _groups(memory, each_apart=not shared):
        query = keys[0 if shared else indices[0]]  # (C, q, w)
        far = _far_memory(tuple(memory[i][:-1] for i in indices), sparse=sparse)
        near = memory[indices[0]][-1].key  # (C, h, w)
        near_values = torch.cat([memory[i][-1].value for i in indices]).float()  # (n, h, w)
        if sparse:
            last = near_values[:, top : top + query.shape[1]]
            found, best = _read_coarse_to_fine(query, far, last, tau)
        else:
            found, best = read(query, *far, tau)
        near_best = best if sparse else None
        found_near, best_near = read_near(
            query, near, near_values, tau, radius, top, elsewhere=near_best
        )
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


@lru_cache(maxsize=2)  # it changes where a frame is kept, or an object joins
def _far_memory(
    memory: tuple[tuple[MemoryFrame, ...], ...], *, sparse: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Return keys, float (C, M), values, (M, n), and counts, (M, 1), of n objects' frames.

    memory : of each object, the same frames. Tensors are hashed by which they are.
    """
    keys, values, counts = [], [], []
    for frames in zip(*memory, strict=True):
        key = frames[0].key.flatten(1)  # (C, h * w)
        value = torch.stack([one.value.flatten() for one in frames], 1).float()  # (h * w, n)
        count = value.new_ones(len(value), 1)
        if sparse:
            shares = value.amax(1).view(frames[0].key.shape[-2:])  # (h, w)
            likely = _around(shares, _MARGIN) > _CHANCE
            kept = (likely | _every_other(likely)).flatten().nonzero()[:, 0]
            count = torch.where(likely.flatten(), 1.0, 4.0)[kept, None]
            key, value = key[:, kept], value[kept]
        keys.append(key)
        values.append(value)
        counts.append(count)
    return torch.cat(keys, 1), torch.cat(values), torch.cat(counts)


def _read_coarse_to_fine(
    query: Tensor, far: tuple[Tensor, Tensor, Tensor], last: Tensor, tau: Tensor
) -> tuple[Tensor, Tensor]:
    """Read as `read`, every other cell each way first, the others where an object has a chance.

    far : keys, values and counts. last : float (n, q, w), the objects' shares in the frame before.
    A cell that is not looked up has what its neighbour above and to the left found.
    """
    height, width = query.shape[1:]
    found, best = read(query[:, ::2, ::2], *far, tau)
    chance = torch.maximum(found, F.max_pool2d(last, 2, ceil_mode=True)).amax(0)
    likely = _around(chance, 1) > _CHANCE  # (q / 2, w / 2)

    def enlarge(maps: Tensor) -> Tensor:
        return maps.repeat_interleave(2, -2).repeat_interleave(2, -1)[..., :height, :width]

    fine = enlarge(likely) & ~_every_other(query[0])
    cells = fine.flatten().nonzero()[:, 0]
    whole = enlarge(torch.cat([found, best])).flatten(1)  # (n + 1, q * w)
    if len(cells):
        whole[:, cells] = torch.cat(read(query.flatten(1)[:, cells], *far, tau))
    whole = whole.view(-1, height, width)
    return whole[:-1], whole[-1:]


def _around(shares: Tensor, reach: int) -> Tensor:
    """Return the largest share within reach of each cell, float (h, w)."""
    return F.max_pool2d(shares[None], 2 * reach + 1, 1, reach)[0]


def _every_other(maps: Tensor) -> Tensor:
    """Return True in every other cell each way, bool (h, w), from the first on."""
    grid = torch.zeros(maps.shape, dtype=torch.bool, device=maps.device)
    grid[::2, ::2] = True
    return grid


def read(
    query: Tensor, keys: Tensor, values: Tensor, counts: Tensor, tau: Tensor
) -> tuple[Tensor, Tensor]:
    """Read values back from everywhere in some frames, weighted by a softmax of similarity.

    query : float (C, ...), unit vectors, of a frame's cells or of some of them
    keys : float (C, M), unit vectors
    values : float (M, N), one column per object
    counts : float (M, 1), how many cells each key stands for
    tau : inverse temperature

    Return (N, ...), the values read, and (1, ...), the best similarity in [-1, 1].
    """
    queries = query.flatten(1) * tau  # (C, Q)
    # What the counts read is the softmax's denominator.
    columns = torch.cat([values * counts, counts], 1).t().contiguous()  # (N + 1, M)
    rows = keys.t().contiguous()  # (M, C)
    total, best = queries.new_zeros(len(columns), queries.shape[1]), queries.new_zeros(1)
    step = _rows_at_once(queries)
    pieces = zip(torch.split(rows, step), torch.split(columns, step, 1), strict=True)
    for some, shares in pieces:
        # |similarity| <= 1, so the exponential needs no maximum taken off
        weights = (some @ queries).exp_()  # (m, Q)
        total = torch.addmm(total, shares, weights)  # (N + 1, Q)
        best = torch.maximum(best, weights.amax(0))
    found = (total[:-1] / total[-1:]).view(-1, *query.shape[1:])  # (N, ...)
    return found, (best.log() / tau).view(1, *query.shape[1:])


def _rows_at_once(queries: Tensor) -> int:
    """Return how many keys are compared with all queries at once."""
    if queries.requires_grad or queries.device.type != "cpu":
        return _ALL
    return max(1, _CHUNK * torch.get_num_threads() // queries.shape[1])


def bands(height: int, n: int) -> list[slice]:
    """Cut so many rows of cells into at most n bands of whole tiles, for `read` and `read_near`."""
    n_tiles = math.ceil(height / TILE)
    ends = sorted({n_tiles * k // n * TILE for k in range(1, n)} - {0})
    return [slice(top, bottom) for top, bottom in pairwise([0, *ends, height])]


def read_near(
    query: Tensor,
    key: Tensor,
    values: Tensor,
    tau: Tensor,
    radius: int,
    top: int = 0,
    *,
    elsewhere: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Read values back from one frame as `read`, within `radius` cells of each cell.

    query : float (C, q, w), unit vectors; a band of the frame whose first row is `top`, or all
    key : float (C, h, w), unit vectors
    values : float (N, h, w)

    elsewhere : float (1, q, w), best similarities of what is left out: tiles that no object of the
        frame before comes near. Their values are 0. None: nothing is left out.

    Return (N, q, w), the values read, and (1, q, w), the best similarity in [-1, 1]. The band is
    cut into tiles; each is compared with its surroundings alone.
    """
    channels, height, width = query.shape
    rows, columns = math.ceil(height / TILE), math.ceil(width / TILE)
    extra = (0, columns * TILE - width, 0, rows * TILE - height)
    # Negative padding cuts off what lies beyond the band's surroundings.
    below = top + rows * TILE - key.shape[1]
    around = (radius, radius + extra[1], radius - top, radius + below)
    seen = F.pad(torch.cat([values, values.new_ones(1, *key.shape[1:])]), around)
    # One channel more: 1 in the query, 0 in a key within the frame, -1 in one of the padding, whose
    # other channels are 0. So the padding's similarity is -1, no higher than any within the frame:
    # it is never the best, and needs no mask. Its values and its share of the sum are 0 in `seen`.
    # Channels last, as keys come: so each cell's are copied in one go.
    keys = F.pad(key.to(values.dtype).permute(1, 2, 0), (0, 1, *around))  # (h, w, C + 1)
    keys[..., -1] = seen[-1] - 1
    queries = F.pad(torch.cat([query, query.new_ones(1, height, width)]) * tau, extra)

    tiles = queries.view(channels + 1, rows, TILE, columns, TILE)
    tiles = tiles.permute(1, 3, 0, 2, 4)  # (rows, columns, C + 1, t, t)
    around_seen = _surroundings(seen, radius)
    around_keys = _surroundings(keys.permute(2, 0, 1), radius)
    if elsewhere is None:
        return _joined(read_tiles(tiles, around_keys, around_seen, tau, radius), (height, width))
    whole = torch.cat([torch.zeros_like(values[:, :height]), elsewhere])
    whole = F.pad(whole, extra).view(-1, rows, TILE, columns, TILE).permute(1, 3, 0, 2, 4)
    reached = F.max_pool2d(seen[:-1].amax(0)[None], TILE + 2 * radius, TILE)[0] > _CHANCE
    where = reached.nonzero()  # (n, 2)
    if len(where):
        some_keys = _picked(around_keys.permute(0, 1, 3, 4, 2), where).permute(0, 3, 1, 2)
        some, some_seen = _picked(tiles, where), _picked(around_seen, where)
        found = read_tiles(some[None], some_keys[None], some_seen[None], tau, radius)[0]
        whole[tuple(where.t())] = found
    return _joined(whole, (height, width))


def read_tiles(tiles: Tensor, keys: Tensor, seen: Tensor, tau: Tensor, radius: int) -> Tensor:
    """Compare tiles with their surroundings: values and best, float (R, K, N + 1, t, t).

    tiles : (R, K, C + 1, t, t). keys, seen : their surroundings, (R, K, C + 1, s, s) and
        (R, K, N + 1, s, s), where the last channel of `seen` is 1 within the frame
    """
    rows, columns = tiles.shape[:2]
    flat_tiles, flat_keys, flat_seen = (
        one.reshape(rows * columns, one.shape[2], -1) for one in (tiles, keys, seen)
    )
    weights = torch.bmm(flat_keys.mT, flat_tiles).exp_()  # (tiles, s * s, t * t)
    within = _within(radius, tiles.device)
    weights = weights * within if weights.requires_grad else weights.mul_(within)
    total = torch.bmm(flat_seen, weights)  # (tiles, N + 1, t * t)
    found = total[:, :-1] / total[:, -1:].clamp(min=1e-12)
    best = weights.amax(1, keepdim=True).clamp(min=1e-12).log() / tau  # (tiles, 1, t * t)
    return torch.cat([found, best], 1).view(rows, columns, -1, TILE, TILE)


def _joined(tiles: Tensor, hw: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Join tiles, (rows, columns, N + 1, t, t), to values, (N, h, w), and best, (1, h, w)."""
    rows, columns = tiles.shape[:2]
    whole = tiles.permute(2, 0, 3, 1, 4)  # (N + 1, rows, t, columns, t)
    whole = whole.reshape(-1, rows * TILE, columns * TILE)[:, : hw[0], : hw[1]]
    return whole[:-1], whole[-1:]


def _surroundings(maps: Tensor, radius: int) -> Tensor:
    """Return what is within reach of each tile of padded maps (C, ...), (rows, columns, C, s, s).

    A view: what comes near each other is not copied before tiles are chosen.
    """
    side = TILE + 2 * radius
    parts = maps.unfold(1, side, TILE).unfold(2, side, TILE)  # (C, rows, columns, s, s)
    return parts.permute(1, 2, 0, 3, 4)


def _picked(tiles: Tensor, where: Tensor) -> Tensor:
    """Return the tiles at some places, int (n, 2), of (rows, columns, ...), as (n, ...).

    As an index, in a half to a third of its time.
    """
    return torch.stack([tiles[row, column] for row, column in where.tolist()])


@lru_cache(maxsize=4)
@torch.inference_mode(False)  # training uses it too, and cannot use what inference made
def _within(radius: int, device: torch.device) -> Tensor:
    """Return 1 where a cell of a tile's surroundings is within reach of a cell of the tile.

    (1, s * s, t * t)
    """
    cell, near = torch.arange(TILE), torch.arange(TILE + 2 * radius)
    reach = ((near[:, None] - cell - radius).abs() <= radius).float()  # (s, t)
    grid = reach[:, None, :, None] * reach[None, :, None, :]  # (s, s, t, t)
    return grid.reshape(1, -1, TILE**2).to(device)
