"""A network over whole clips, as it is trained: all frames encoded at once, all objects carried.

Masks go from frame to frame as in a run: soft aggregation decides between the objects of a clip,
and the network is shown what was decided.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from vosgui.engine.training.losses import aggregate_logits
from vosgui.engine.training.samples import Batch
from vosgui.network.interface import State, VosNetwork

_SHOWN = 0.5  # of a cell, in a frame that is kept


@dataclass(frozen=True)
class Shown:
    """What the network is shown of the frames passed, other than the masks it made.

    taught : float (B, T), 1 where it is the true mask. dropped : float (B, T), 1 where it is none
    kept : frames that stay in memory
    """

    taught: Tensor
    dropped: Tensor
    kept: Collection[int] = ()

    def to(self, device: torch.device) -> Shown:
        """Return it on a device."""
        return replace(self, taught=self.taught.to(device), dropped=self.dropped.to(device))


class ClipSequence(nn.Module):
    """The unit that DistributedDataParallel wraps.

    truncate : frames after which gradients are cut; 0 for never
    """

    def __init__(self, network: VosNetwork, truncate: int = 0) -> None:
        super().__init__()
        self.network, self.truncate = network, truncate

    def forward(self, batch: Batch, shown: Shown, n_most: int, *, instead: bool) -> Tensor:
        """Return logits, float (N, T - 1, 1, h, w), of the frames after the first.

        n_most : objects of a clip at most. instead : whether anything is taught or dropped
        """
        network, several = self.network, n_most > 1
        features = network.encode_clips(batch.frames)
        if several:
            features = [one.select(batch.clips) for one in features]
        state = network.initialise(features[0], batch.masks[:, 0])
        logits = []
        for t, one in enumerate(features[1:], 1):
            if self.truncate and t > 1 and (t - 1) % self.truncate == 0:
                state = state.detach()
            out, state = network(one, state)
            out = aggregate_logits(out, batch.clips, n_most)
            logits.append(out)
            if several or instead:
                mask = torch.sigmoid(out) if several else state.mask
                truth = (shown.taught[batch.clips, t] * batch.known[:, t]).view(-1, 1, 1, 1)
                mask = truth * batch.masks[:, t] + (1 - truth) * mask
                empty = shown.dropped[batch.clips, t].view(-1, 1, 1, 1)
                state = network.commit(state, mask * (1 - empty))
            if t in shown.kept:
                state = _with_frame_kept(state)
        return torch.stack(logits, 1)


def _with_frame_kept(state: State) -> State:
    """Let the frame just done stay in memory, of the objects that it shows."""
    if not all(state.memory):
        return state  # a network without correspondence
    values = torch.stack([frames[-1].value.detach().amax() for frames in state.memory])
    memory = tuple(
        (*frames[:-1], frames[-1]._replace(is_permanent=True), frames[-1]) if one else frames
        for frames, one in zip(state.memory, (values >= _SHOWN).tolist(), strict=True)
    )
    return replace(state, memory=memory)
