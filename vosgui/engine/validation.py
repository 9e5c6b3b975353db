"""Scores of a network on annotated clips while it trains: first mask only, DAVIS protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from vosgui.core.metrics import contour_accuracy, region_similarity
from vosgui.engine.dataset import TreeClip, read_pair
from vosgui.engine.merge import merge_mask, merge_scores
from vosgui.engine.network_propagator import NetworkPropagator
from vosgui.network.interface import VosNetwork

_VOID = 255


def validate(
    network: VosNetwork, clips: Sequence[TreeClip], device: torch.device
) -> tuple[float, float]:
    """Return mean J and F over all objects, each object's mean over its annotated frames."""
    propagator = NetworkPropagator(network, "in training", device)
    scores = [pair for clip in clips for pair in score_clip(propagator, clip)]
    J, F = np.mean(np.array(scores), 0)
    return float(J), float(F)


def score_clip(propagator: NetworkPropagator, clip: TreeClip) -> list[tuple[float, float]]:
    """Return J and F of each object of a clip's first mask; that frame itself is not scored."""
    start = clip.annotated()[0]
    frame, ids = read_pair(clip, start)
    assert ids is not None
    objects = [int(i) for i in np.unique(ids) if i not in (0, _VOID)] or [_VOID]
    state = propagator.start(propagator.encode(frame), np.stack([ids == i for i in objects]))
    series: list[list[tuple[float, float]]] = [[] for _ in objects]
    for t in range(start + 1, len(clip.frames)):
        frame, ids = read_pair(clip, t)
        step = propagator.step(propagator.encode(frame), state)
        state = propagator.settle(step.states, merge_scores(step.logits))
        if ids is None:
            continue
        pred = merge_mask(step.logits, objects, ids.shape)
        for one, i in zip(series, objects, strict=True):
            pair = pred == i, ids == i
            one.append((region_similarity(*pair), contour_accuracy(*pair)))
    return [(float(J), float(F)) for J, F in (np.mean(one, 0) for one in series if one)]
