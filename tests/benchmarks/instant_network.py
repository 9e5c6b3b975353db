"""A network that answers at once: what a run costs with it is what it costs around a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from vosgui.core.mask import Box, box_of
from vosgui.network.interface import CERTAIN, Features, State, VosNetwork

_N_MASKS = 30  # that come in turns
_EDGE = 1.5  # cells over which a logit falls by one: edges as soft as a network's


class InstantNetwork(VosNetwork):
    """Discs that wander, one per object, computed before they are asked for.

    n : objects. hw : of a frame as the network sees it, padded.
    """

    stride = 32
    default_height = 384

    def __init__(self, n: int, hw: tuple[int, int]) -> None:
        super().__init__()
        y, x = np.mgrid[: hw[0], : hw[1]].astype(np.float32)
        radius = min(hw[0] / 4, hw[1] / n / 2.2)
        self._logits, self._masks = [], []
        self._boxes: list[list[Box]] = []  # that the discs lie in, as a network knows them
        for t in range(_N_MASKS):
            angle = 2 * np.pi * t / _N_MASKS
            discs = [
                radius - np.hypot(y - hw[0] / 2 - 20 * np.sin(angle + i), x - (i + 0.5) * hw[1] / n)
                for i in range(n)
            ]
            logits = torch.from_numpy(np.stack(discs)[:, None] / _EDGE).float()
            logits.clamp_(-CERTAIN, CERTAIN)
            self._logits.append(logits)
            self._masks.append(logits.sigmoid())
            self._boxes.append([box_of(one[0].numpy() > -CERTAIN) for one in logits])

    def encode(self, frame: Tensor) -> Features:
        """Encode nothing."""
        return Features(frame)

    def initialise(self, features: Features, masks: Tensor) -> State:
        """Make a state of the masks, and of which objects they are."""
        number = torch.arange(len(masks))[:, None, None, None]  # (N, 1, 1, 1)
        return State(number, number, masks, ((),) * len(masks), (0,) * len(masks))

    def carry(
        self, features: Features, state: State, matched: Tensor | None
    ) -> tuple[Tensor, State]:
        """Answer with the discs of the frame."""
        t, first = state.age[0] + 1, int(state.hidden[0])
        rows = slice(first, first + len(state))  # some of them, where they are shared out
        now = t % _N_MASKS
        mask, boxes = self._masks[now][rows], tuple(self._boxes[now][rows])
        after = replace(state, mask=mask, age=(t,) * len(state), boxes=boxes)
        return self._logits[now][rows], after

    def commit(self, state: State, masks: Tensor) -> State:
        """Take the masks that were decided on."""
        return replace(state, mask=masks)
