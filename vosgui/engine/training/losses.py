"""Losses over a sequence of masks."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor


def sequence_loss(
    logits: Tensor, masks: Tensor, known: Tensor, *, bce: float = 1.0, dice: float = 0.0
) -> Tensor:
    """Return the mean over clips of each clip's mean over its annotated frames.

    logits, masks : float (B, T, 1, h, w), masks 0 or 1
    known : float (B, T), 0 where a frame has no annotation: its loss is 0 (paper, section 4.3)
    bce, dice : weights of binary cross-entropy (paper, equation 5) and of 1 - Dice

    Each clip counts the same, so the mean over processes is the mean over the whole batch.
    """
    frames = logits.new_zeros(known.shape)
    if bce:
        each = F.binary_cross_entropy_with_logits(logits, masks, reduction="none")
        frames = frames + bce * each.mean((2, 3, 4))
    if dice:
        probs = torch.sigmoid(logits)
        both = (probs * masks).sum((2, 3, 4))  # (B, T)
        either = probs.sum((2, 3, 4)) + masks.sum((2, 3, 4))
        frames = frames + dice * (1 - (2 * both + 1) / (either + 1))
    clips = (frames * known).sum(1) / known.sum(1).clamp(min=1)
    return clips.mean()


@torch.no_grad()
def mean_overlap(logits: Tensor, masks: Tensor, known: Tensor) -> float:
    """Return the mean intersection over union of the annotated frames; 1 where both are empty.

    logits, masks : float (B, T, 1, h, w). known : float (B, T), 0 where there is no annotation.
    """
    pred, truth = logits > 0, masks > 0.5
    both, either = (pred & truth).sum((2, 3, 4)), (pred | truth).sum((2, 3, 4))
    overlap = torch.where(either > 0, both / either.clamp(min=1), 1.0)
    return float((overlap * known).sum() / known.sum().clamp(min=1))
