"""Scores of a network on annotated clips while it trains: first mask only, DAVIS protocol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.scored_run import open_truth, score_run
from vosgui.engine.training.tree_source import TreeClip, annotated_clips
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
    J, F = np.mean(scores, 0).tolist()
    return J, F


def score_clip(propagator: Propagator, clip: TreeClip) -> list[tuple[float, float]]:
    """Return J and F of each object of a clip's first mask that shows one, over later masks."""
    with open_truth(clip.source) as annotated:
        shown = [t for t, mask in annotated.truth.items() if mask.any()]
        later = [t for t in annotated.truth if t > shown[0]] if shown else []
        if not later:
            return []
        scores = score_run(annotated, propagator, shown[:1])
    return list(zip(*(one[:, later].mean(1).tolist() for one in (scores.J, scores.F)), strict=True))
