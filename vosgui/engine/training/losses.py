"""Losses over a sequence of masks, of one object or of several that share the pixels."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

_NOBODY = 1e4  # minus the logit of an object that a clip does not have


def sequence_loss(
    logits: Tensor,
    masks: Tensor,
    known: Tensor,
    clips: Tensor,
    *,
    bce: float = 1.0,
    dice: float = 0.0,
) -> Tensor:
    """Return the mean over clips of the mean over its objects of each one's annotated frames.

    logits, masks : float (N, T, 1, h, w), masks 0 or 1
    known : float (N, T), 0 where a frame has no annotation: its loss is 0 (paper, section 4.3)
    clips : int64 (N,), the clip of each object, from 0 on
    bce, dice : weights of binary cross-entropy (paper, equation 5) and of 1 - Dice

    Each clip counts the same, so the mean over processes is the mean over the whole batch.
    """
    frames = logits.new_zeros(known.shape)
    if bce:
        each = F.binary_cross_entropy_with_logits(logits, masks, reduction="none")
        frames = frames + bce * each.mean((2, 3, 4))
    if dice:
        probs = torch.sigmoid(logits)
        both = (probs * masks).sum((2, 3, 4))  # (N, T)
        either = probs.sum((2, 3, 4)) + masks.sum((2, 3, 4))
        frames = frames + dice * (1 - (2 * both + 1) / (either + 1))
    objects = (frames * known).sum(1) / known.sum(1).clamp(min=1)  # (N,)
    n_objects = torch.bincount(clips)  # (B,)
    return (objects / n_objects[clips]).sum() / len(n_objects)


def aggregate_logits(logits: Tensor, clips: Tensor, n_most: int) -> Tensor:
    """Return logits whose sigmoid is each object's share of a pixel, float (N, 1, h, w).

    Soft aggregation, as `engine/propagation/soft_aggregation.py` has it: p = sigmoid(logit) of all
    objects of a clip, and the background's, which is the product of all 1 - p, brought to the sum
    1. An object that is alone in its clip keeps its logits.

    logits : float (N, 1, h, w). clips : int64 (N,), the clip of each, in order, from 0 on.
    n_most : objects of a clip at most
    """
    if n_most == 1:
        return logits
    places = torch.arange(len(clips), device=clips.device)
    slots = places - torch.searchsorted(clips, clips)  # of each object in its clip
    shape = (len(clips), n_most, *logits.shape[1:])
    slotted = logits.new_full(shape, -_NOBODY).index_put((clips, slots), logits)
    own = F.logsigmoid(slotted)  # (B, n_most, 1, h, w)
    background = F.logsigmoid(-slotted).sum(1, keepdim=True)
    shares = []
    for i in range(n_most):
        others = torch.cat([own[:, :i], own[:, i + 1 :], background], 1)
        shares.append(own[:, i] - torch.logsumexp(others, 1))
    return torch.stack(shares, 1)[clips, slots]


@torch.no_grad()
def mean_overlap(logits: Tensor, masks: Tensor, known: Tensor) -> float:
    """Return the mean intersection over union of the annotated frames; 1 where both are empty.

    logits, masks : float (N, T, 1, h, w). known : float (N, T), 0 where there is no annotation.
    """
    pred, truth = logits > 0, masks > 0.5
    both, either = (pred & truth).sum((2, 3, 4)), (pred | truth).sum((2, 3, 4))
    overlap = torch.where(either > 0, both / either.clamp(min=1), 1.0)
    return float((overlap * known).sum() / known.sum().clamp(min=1))
