"""Soft aggregation on the device that a network runs on, so that finished masks alone come back.

The same formulas as in `soft_aggregation`, which is made for CPUs: there what is not looked at
costs nothing. On a GPU it is waiting that costs: nothing here looks at a value, so work is queued
frame by frame, and the thread that queues it never waits. A mask is fetched a few frames later, in
another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.core.mask import Mask, Pixels
from vosgui.engine.propagation.propagator import Probs


def aggregate(logits: Tensor, taken: Tensor | None = None) -> Tensor:
    """Return each object's share of each cell, float32 (N, h, w); all and the background sum to 1.

    logits : float32 (N, h, w). taken : float32 (h, w), what belongs to others for certain
    """
    shares = torch.sigmoid(logits)
    shares = shares / (shares.sum(0) + torch.sigmoid(-logits).prod(0))
    return shares if taken is None else shares * (1 - taken)


def mask_of(
    logits: Tensor, ids: Sequence[int], hw: tuple[int, int], fixed: Tensor | None = None
) -> Tensor:
    """Return the mask at the clip's size, uint8 (H, W); on a tie the object that comes first.

    logits : float32 (N, h, w), of the objects `ids`; enlarged bilinearly, once
    fixed : bool (H, W), pixels of others, which no object gets
    """
    large = F.interpolate(logits[None], size=hw, mode="bilinear", align_corners=False)[0]
    best, row = large.max(0)  # (H, W) each
    # log p of the best against the background's, the sum of all log(1 - p)
    is_object = F.logsigmoid(best) > -F.softplus(large).sum(0)
    owners = sent(np.array(ids, np.uint8), logits.device)
    mask = torch.where(is_object, owners[row], 0)
    return mask if fixed is None else mask.masked_fill(fixed, 0)


def sent(values: np.ndarray[Any, Any], device: torch.device) -> Tensor:
    """Return an array, uint8, bool or float32 (H, W) or (N,), on a device; nothing waits for it."""
    tensor = torch.from_numpy(values)
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


class Fetched:
    """Tensors on their way from a device; `result` waits for them, in whatever thread."""

    def __init__(self, *tensors: Tensor) -> None:
        self._tensors, self._event = tensors, None
        if tensors[0].device.type == "cuda":
            self._tensors = tuple(
                torch.empty(one.shape, dtype=one.dtype, pin_memory=True) for one in tensors
            )
            for here, there in zip(self._tensors, tensors, strict=True):
                here.copy_(there, non_blocking=True)
            self._event = torch.cuda.Event()  # type: ignore[no-untyped-call]
            self._event.record()

    def result(self) -> tuple[Tensor, ...]:
        """Return the tensors, uint8 (H, W) and float32 (N,), on the CPU."""
        if self._event is not None:
            self._event.synchronize()
        return tuple(one.cpu() for one in self._tensors)


@dataclass(frozen=True)
class DeviceStep:
    """N objects carried to a frame, all of it still on the device.

    logits : float32 (N, h, w), emptied where an object is taken for gone. made : as they were.
    gone : bool (N,). confidence : float32 (N,).
    """

    logits: Tensor
    made: Tensor
    gone: Tensor
    confidence: Tensor
    states: Any

    def shares(self, others: Probs | None) -> Tensor:
        """Return what their states go on from, float32 (N, h, w).

        others : float32 (h, w), what belongs to others for certain. What is taken for gone goes on
        from the mask that is not shown, as far as nobody else has it.
        """
        taken = None if others is None else sent(others, self.logits.device)
        shares = aggregate(self.logits, taken)
        left = 1 - shares.sum(0) - (0 if taken is None else taken)
        return torch.where(self.gone[:, None, None], torch.sigmoid(self.made) * left, shares)

    def fetch(self, ids: Sequence[int], hw: tuple[int, int], fixed: Pixels | None) -> Fetched:
        """Have the mask, uint8 (H, W), and the confidence of the objects brought back.

        fixed : bool (H, W), pixels of others
        """
        closed = None if fixed is None else sent(fixed, self.logits.device)
        return Fetched(mask_of(self.logits, ids, hw, closed), self.confidence)


def as_mask(fetched: Fetched) -> tuple[Mask, list[float]]:
    """Return what was fetched: a mask, uint8 (H, W), and confidence by object."""
    mask, confidence = fetched.result()
    return np.asarray(mask.numpy(), np.uint8), confidence.tolist()
