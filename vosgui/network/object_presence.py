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


def look_up(frames: tuple[MemoryFrame, ...], *, whole: bool = False) -> Tensor:
    """Look an object's given and present masks up in each other's frames, float32 (4,).

    frames : its memory after a step, as in `State`, with the step's own mask

    given_found : mean probability here of the given mask's cells. alike : cosine of the mean keys
    of this mask and the given one. given_best, mask_best : mean best similarity of the given mask's
    cells to any cell here, and of this mask's cells to any of the given mask's. Of several given
    masks the best counts, sign by sign; of `given_found` the first.
    whole : compare all cells with all, and look at no values on the way; the result is the same
    """
    given = [frames[0], *(one for one in frames[1:-1] if one.is_permanent)]
    found = [(_look_up_whole if whole else _look_up)(one, frames[-1]) for one in given]
    return torch.cat([found[0][:1], torch.stack(found)[:, 1:].amax(0)])


def _look_up(given: MemoryFrame, now: MemoryFrame) -> Tensor:
    here = now.key.float().flatten(1)  # (C, M)
    of_given, of_mask = object_keys(given), object_keys(now)  # (C, n) each
    similar = sampled(of_given, _SAMPLE).t() @ here  # (n, M)
    best = similar.amax(1)  # (n,)
    shares = torch.softmax(similar * _SHARP, 1) @ now.value.float().flatten()
    return torch.stack(
        [
            shares.mean(),
            F.cosine_similarity(_mean(now), _mean(given), 0),
            best.mean(),
            (sampled(of_mask, _SAMPLE).t() @ of_given).amax(1).mean(),
        ]
    )


def _look_up_whole(given: MemoryFrame, now: MemoryFrame) -> Tensor:
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
