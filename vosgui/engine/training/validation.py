"""Scores of a network on annotated clips while it trains: first mask only, DAVIS protocol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from vosgui.core.metrics.region_contour import contour_accuracy, region_similarity
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.soft_aggregation import aggregate_mask, soft_aggregate
from vosgui.engine.training.tree_source import TreeClip, annotated_clips, object_ids, read_pair
from vosgui.errors import DatasetError
from vosgui.network.interface import VosNetwork


def find_validation(tree: Path, names: Sequence[str] = ()) -> list[TreeClip]:
    """Find the clips of a tree that can be scored: those with a second mask to score.

    names : these clips alone. Raises DatasetError for a name that is none of them, and for none.
    """
    clips = [clip for clip in annotated_clips(tree) if len(clip.annotated()) > 1]
    unknown = sorted(set(names) - {clip.name for clip in clips})
    if unknown:
        raise DatasetError(
            f"There is no clip {', '.join(unknown)} with two masks or more in {tree} to score."
        )
    if not clips:
        raise DatasetError(
            f"No clip in {tree} has a second mask: there is nothing to score. Give another tree.",
            option="--validate",
        )
    return [clip for clip in clips if clip.name in names] if names else clips


def validate(
    network: VosNetwork, clips: Sequence[TreeClip], device: torch.device
) -> tuple[float, float]:
    """Return mean J and F over all objects, each object's mean over its annotated frames.

    Raises DatasetError where no clip shows an object before its last mask.
    """
    propagator = NetworkPropagator(network, "in training", device)
    scores = [pair for clip in clips for pair in score_clip(propagator, clip)]
    if not scores:
        raise DatasetError("No clip to validate with shows an object in a mask before its last.")
    J, F = np.mean(np.array(scores), 0)
    return float(J), float(F)


def score_clip(propagator: NetworkPropagator, clip: TreeClip) -> list[tuple[float, float]]:
    """Return J and F of each object of a clip's first mask; that frame itself is not scored.

    Masks before it that show nothing are passed over.
    """
    for start in clip.annotated():
        frame, ids = read_pair(clip, start)
        assert ids is not None
        objects = object_ids(ids)
        if objects:
            break
    else:
        return []
    state = propagator.start(propagator.encode(frame), np.stack([ids == i for i in objects]))
    series: list[list[tuple[float, float]]] = [[] for _ in objects]
    for t in range(start + 1, len(clip.frames)):
        frame, ids = read_pair(clip, t)
        step = propagator.step(propagator.encode(frame), state)
        state = propagator.commit(step.states, soft_aggregate(step.logits))
        if ids is None:
            continue
        pred = aggregate_mask(step.logits, objects, ids.shape)
        for one, i in zip(series, objects, strict=True):
            pair = pred == i, ids == i
            one.append((region_similarity(*pair), contour_accuracy(*pair)))
    return [(float(J), float(F)) for J, F in (np.mean(one, 0) for one in series if one)]
