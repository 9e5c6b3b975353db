"""Confidence: how good a carried mask is likely to be, from what a network leaves behind.

A logistic of a few signs, fitted to the overlap J with the truth on synthetic clips (see
engine/benchmark/calibration.py), so that its value is the J to expect. What signs are worth goes
with a network, so the weights are in the model's config.json.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from vosgui.network.interface import NOWHERE, State
from vosgui.network.object_presence import OBJECT_PRESENCE_SIGNS, look_up, weighted

Weights = Mapping[str, float]

OWN_SIGNS = ("edge", "steadiness", "age", "area", "given_found")
SIGNS = (*OWN_SIGNS, *OBJECT_PRESENCE_SIGNS)
BLEND_SIGNS = ("mean", "agreement")
# For a model whose config.json has none: those of s2s-lite as it shipped up to 0.1.
# WITHOUT_MATCHES is for networks without a memory of frames.
SINGLE: Weights = {
    "edge": -0.6837,
    "steadiness": 0.9994,
    "age": -0.0567,
    "area": 0.0,
    "given_found": 2.3741,
    "bias": 1.4066,
}
WITHOUT_MATCHES: Weights = {
    "edge": -0.882,
    "steadiness": 1.7632,
    "age": -0.2866,
    "area": 0.0,
    "given_found": 0.0,
    "bias": 3.2479,
}
BLEND: Weights = {"mean": 0.7516, "agreement": 1.2748, "bias": -0.3188}

_CELLS = 4.0  # added to areas, so that the ratio of two small ones means little


def signs(before: State, after: State, *, whole: bool = False) -> Tensor:
    """Return what tells good masks from bad ones, float32 (N, 8), in the order of SIGNS.

    before, after : the states before and after a step, `after` with the step's own masks.

    edge : uncertain cells against the square root of the area, log. steadiness : overlap with the
    mask before, in [0, 1]. age : frames since the object was initialised, log. area : of the mask,
    in pixels as the network sees them, log: an edge that is off by one costs a small one more. The
    others are those of `look_up`, which takes `whole`; without a memory of frames `given_found` is
    0 and the last three are left out.
    """
    area, squares, common = _sums(before, after).unbind(1)  # (N,) each
    uncertain = 4 * (area - squares).clamp(min=0)
    columns = [
        (uncertain + 1).log() - 0.5 * (area + 1).log(),
        common / (area + _areas(before) - common + _CELLS),
        torch.stack([area.new_full((), math.log1p(age)) for age in after.age]),
        area.log1p(),
    ]
    own = torch.stack(columns, 1)  # (N, 4)
    if not after.memory[0]:
        return torch.cat([own, own.new_zeros(len(own), 1)], 1)
    return torch.cat([own, look_up(after.memory, whole=whole).to(own.device)], 1)


def _sums(before: State, after: State) -> Tensor:
    """Return each mask's area, its sum of squares, and what it has in common with the one before.

    float32 (N, 3), in cells. Outside an object's box there is next to nothing to sum up.
    """
    sums = []
    n_cells = after.mask.shape[-2] * after.mask.shape[-1]
    for i in range(len(after)):
        box = after.boxes[i].slices if after.boxes else (slice(None), slice(None))
        now, last = after.mask[i, 0][box].float(), before.mask[i, 0][box].float()
        n_outside = n_cells - now.numel()
        area = now.sum() + n_outside * NOWHERE
        squares = now.square().sum() + n_outside * NOWHERE**2
        common = torch.minimum(now, last).sum() + n_outside * NOWHERE
        sums.append(torch.stack([area, squares, common]))
    return torch.stack(sums)


def _areas(state: State) -> Tensor:
    """Return the areas of N masks in cells, float32 (N,), by their coarse shares where kept."""
    if not state.memory[0]:
        return state.mask.float().flatten(1).sum(1)
    shares = torch.stack([frames[-1].value for frames in state.memory]).float()  # (N, 1, h8, w8)
    return shares.flatten(1).sum(1) * (state.mask[0].numel() / shares[0].numel())


def confidence(found: Tensor, weights: Weights) -> Tensor:
    """Return the expected overlap with the truth, float (N,) in [0, 1], from signs (N, 5 or 8).

    weights : by sign; one that is not named counts nothing
    """
    names = SIGNS[: found.shape[1]]
    factors = [weights.get(name, 0.0) for name in names]
    return torch.sigmoid(weighted(found.float(), factors) + weights["bias"])


def confidence_of_blend(found: tuple[float, float], weights: Weights) -> float:
    """Return the expected overlap of a blend, in [0, 1], from its BLEND_SIGNS.

    mean : mean confidence of the sides, as weighed, log odds. agreement : their overlap.
    """
    mean, agreement = found
    odds = weights["mean"] * mean + weights["agreement"] * agreement + weights["bias"]
    return 1 / (1 + math.exp(-odds))
