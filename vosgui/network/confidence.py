"""Confidence: how good a carried mask is likely to be, from what a network leaves behind.

A logistic of a few signs, fitted to the overlap J with the truth on synthetic clips (see
engine/benchmark/calibration.py), so that its value is the J to expect.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from vosgui.network.interface import MemoryFrame, State

Weights = Mapping[str, float]

SIGNS = ("edge", "steadiness", "age", "given_found")
BLEND_SIGNS = ("mean", "agreement")
# Fitted by `vosgui model calibrate --clips 70 --photos ...` (the photographs s2s-lite was trained
# on) to s2s-lite as it ships. WITHOUT_MATCHES is for networks without a memory of frames.
SINGLE: Weights = {
    "edge": -0.6837,
    "steadiness": 0.9994,
    "age": -0.0567,
    "given_found": 2.3741,
    "bias": 1.4066,
}
WITHOUT_MATCHES: Weights = {
    "edge": -0.882,
    "steadiness": 1.7632,
    "age": -0.2866,
    "given_found": 0.0,
    "bias": 3.2479,
}
BLEND: Weights = {"mean": 0.7516, "agreement": 1.2748, "bias": -0.3188}

_CELLS = 4.0  # added to areas, so that the ratio of two small ones means little
_SAMPLE = 128  # cells of an object that are looked up in another frame
_SHARP = 20.0  # inverse temperature of that look-up


def signs(before: State, after: State) -> Tensor:
    """Return what tells good masks from bad ones, float32 (N, 4), in the order of SIGNS.

    before, after : the states before and after a step, `after` with the step's own masks.

    edge : uncertain cells against the square root of the area, log. steadiness : overlap with the
    mask before, in [0, 1]. age : frames since the object was initialised, log. given_found : mean
    probability here of the given mask's cells, looked up in this frame; 0 without a memory.
    """
    now, last = after.mask.float().flatten(1), before.mask.float().flatten(1)  # (N, h * w)
    area, common = now.sum(1), torch.minimum(now, last).sum(1)
    uncertain = 4 * (area - torch.linalg.vecdot(now, now)).clamp(min=0)
    columns = [
        (uncertain + 1).log() - 0.5 * (area + 1).log(),
        common / (area + last.sum(1) - common + _CELLS),
        torch.tensor(after.age, device=now.device).float().log1p(),
        torch.stack([_given_found(frames) for frames in after.memory]).to(now.device)
        if after.memory[0]
        else now.new_zeros(len(now)),
    ]
    return torch.stack(columns, 1)  # (N, 4)


def confidence(found: Tensor, weights: Weights) -> Tensor:
    """Return the expected overlap with the truth, float (N,) in [0, 1], from signs (N, 4)."""
    factors = torch.tensor([weights[name] for name in SIGNS], device=found.device)
    return torch.sigmoid(found.float() @ factors + weights["bias"])


def confidence_of_blend(found: tuple[float, float]) -> float:
    """Return the expected overlap of a blend, in [0, 1], from its BLEND_SIGNS.

    mean : mean confidence of the sides, as weighed, log odds. agreement : their overlap.
    """
    mean, agreement = found
    odds = BLEND["mean"] * mean + BLEND["agreement"] * agreement + BLEND["bias"]
    return 1 / (1 + math.exp(-odds))


def _given_found(frames: tuple[MemoryFrame, ...]) -> Tensor:
    """Look a sample of the given mask's cells up in this frame; return the mean probability."""
    now = frames[-1]
    keys = sampled(object_keys(frames[0]), _SAMPLE)
    similar = keys.t() @ now.key.float().flatten(1)  # (n, M)
    weights = torch.softmax(similar * _SHARP, 1)
    return (weights @ now.value.float().flatten()).mean()


def object_keys(frame: MemoryFrame) -> Tensor:
    """Return the keys of the cells that are the object's more than others, float32 (C, n)."""
    shares = frame.value.float().flatten()  # (M,)
    return frame.key.float().flatten(1)[:, shares >= 0.5 * shares.max()]


def sampled(keys: Tensor, most: int) -> Tensor:
    """Return at most so many of some keys, float32 (C, n), evenly picked."""
    return keys[:, :: -(-keys.shape[1] // most)]
