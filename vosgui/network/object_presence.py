"""Object presence: whether an object that was carried to a frame is still there at all.

A network whose object is gone goes on to make a mask of what took its place. A few likenesses to
the given mask, weighed as fitted to synthetic clips whose objects leave, hide and return (see
engine/benchmark/calibration.py), tell such masks from those that only changed. What they are worth
goes with a network's keys, so the weights are in the model's config.json; a model without them
tells nothing of object presence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.interface import MemoryFrame
from vosgui.network.matching import read

OBJECT_PRESENCE_SIGNS = ("alike", "given_best", "mask_best")
_SAMPLE = 160  # cells of an object that are looked up in another frame
_SHARP = 20.0  # inverse temperature of the look-up that reads probabilities
_LITTLE = 1e-4


def object_presence(found: Tensor, weights: Mapping[str, float]) -> Tensor:
    """Return float (N,), below 0 where masks show something else, from its signs, (N, 3)."""
    return weighted(found, [weights[name] for name in OBJECT_PRESENCE_SIGNS]) + weights["bias"]


def weighted(found: Tensor, factors: Sequence[float]) -> Tensor:
    """Return the sums of signs, float (N, signs), each by its factor: float (N,).

    Numbers, not a tensor: to send one to a GPU is to wait for it.
    """
    parts = [one * factor for one, factor in zip(found.unbind(1), factors, strict=True)]
    return torch.stack(parts).sum(0)


def look_up(memory: Sequence[tuple[MemoryFrame, ...]], *, whole: bool = False) -> Tensor:
    """Look the given and present masks of N objects up in each other's frames, float32 (N, 4).

    memory : of each object after a step, as in `State`, with the step's own mask

    given_found : mean probability here of the given mask's cells. alike : cosine of the mean keys
    of this mask and the given one. given_best, mask_best : mean best similarity of the given mask's
    cells to any cell here, and of this mask's cells to any of the given mask's. Of several given
    masks the best counts, sign by sign; of `given_found` the first.
    whole : compare all cells with all, and look at no values on the way; the result is the same
    """
    given = [[frames[0], *(one for one in frames[1:-1] if one.is_permanent)] for frames in memory]
    now = [frames[-1] for frames in memory]
    found = (_look_up_whole if whole else _look_up)(given, now)  # of each object (n, 4)
    return torch.stack([torch.cat([one[0, :1], one[:, 1:].amax(0)]) for one in found])


def _look_up(given: Sequence[Sequence[MemoryFrame]], now: Sequence[MemoryFrame]) -> list[Tensor]:
    if any(one.key is not now[0].key for one in now):  # each has a frame of its own
        return [_look_up([some], [one])[0] for some, one in zip(given, now, strict=True)]
    here = now[0].key.float().flatten(1)  # (C, M)
    values = torch.stack([one.value.flatten() for one in now], 1).float()  # (M, N)
    keys = [[object_keys(one) for one in some] for some in given]  # (C, n) each
    picked = [sampled(one, _SAMPLE) for some in keys for one in some]
    sizes = [one.shape[1] for one in picked]
    with torch.autocast(here.device.type, enabled=False):
        sharp = here.new_tensor(_SHARP)
        counts = torch.ones_like(values[:, :1])
        # One product for all of them, as in `matching`, where it stays in the cache.
        probs, best = read(torch.cat(picked, 1), here, values, counts, sharp)
    of_picked = zip(torch.split(probs, sizes, 1), torch.split(best[0], sizes), strict=True)
    found = []
    for i, (some, one) in enumerate(zip(given, now, strict=True)):
        of_mask, mean = sampled(object_keys(one), _SAMPLE).t(), _mean(one)
        rows = []
        for frame, cells in zip(some, keys[i], strict=True):
            shares, similar = next(of_picked)  # (N, n), (n,)
            alike = F.cosine_similarity(mean, _mean(frame), 0)
            mask_best = (of_mask @ cells).amax(1).mean()
            rows.append(torch.stack([shares[i].mean(), alike, similar.mean(), mask_best]))
        found.append(torch.stack(rows))
    return found


def _look_up_whole(
    given: Sequence[Sequence[MemoryFrame]], now: Sequence[MemoryFrame]
) -> list[Tensor]:
    return [
        torch.stack([_look_up_all_cells(frame, one) for frame in some])
        for some, one in zip(given, now, strict=True)
    ]


def _look_up_all_cells(given: MemoryFrame, now: MemoryFrame) -> Tensor:
    there, here = given.key.float().flatten(1), now.key.float().flatten(1)  # (C, M) each
    of_given, of_mask = _cells(given), _cells(now)  # (M,) each
    similar = there.t() @ here  # (M, M)
    shares = torch.softmax(similar * _SHARP, 1) @ now.value.float().flatten()
    best_there = similar.masked_fill(~of_given[:, None], -1.0).amax(0)  # (M,)
    picked, looked_up = _picked(of_given), _picked(of_mask)  # (M,) each, their sums are 1
    return torch.stack(
        [
            shares @ picked,
            F.cosine_similarity(_mean(now), _mean(given), 0),
            similar.amax(1) @ picked,
            best_there @ looked_up,
        ]
    )


def _cells(frame: MemoryFrame) -> Tensor:
    shares = frame.value.float().flatten()  # (M,)
    return shares >= 0.5 * shares.max()


def _picked(cells: Tensor) -> Tensor:
    """Return the weights, float32 (M,), of the cells that `sampled` picks of some, bool (M,)."""
    rank = cells.cumsum(0) - 1
    step = -(-cells.sum() // _SAMPLE)
    picked = (cells & (rank % step == 0)).float()
    return picked / picked.sum()


def _mean(frame: MemoryFrame) -> Tensor:
    """Return the mean key of an object, (C,), weighed by its shares of the cells."""
    shares = frame.value.float()[0]  # (h, w)
    weights = (shares * (shares >= 0.5 * shares.max())).flatten()
    return frame.key.float().flatten(1) @ weights / (weights.sum() + _LITTLE)


def object_keys(frame: MemoryFrame) -> Tensor:
    """Return the keys of the cells that are the object's more than others, float32 (C, n)."""
    shares = frame.value.float().flatten()  # (M,)
    return frame.key.float().flatten(1)[:, shares >= 0.5 * shares.max()]


def sampled(keys: Tensor, most: int) -> Tensor:
    """Return at most so many of some keys, float32 (C, n), evenly picked."""
    return keys[:, :: -(-keys.shape[1] // most)]
