"""Object presence: whether an object that was carried to a frame is still there at all.

A network whose object is gone goes on to make a mask of what took its place. A few likenesses to
the given mask, weighed as fitted to synthetic clips whose objects leave, hide and return (see
engine/benchmark/calibration.py), tell such masks from those that only changed. What they are worth
goes with a network's keys, so the weights are in the model's config.json; a model without them
tells nothing of object presence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.confidence import object_keys, sampled
from vosgui.network.interface import MemoryFrame, State

OBJECT_PRESENCE_SIGNS = ("alike", "given_best", "mask_best")
_BACK = 0.2  # how far above 0 it has to be before an object that was lost is shown again
_SAMPLE = 160  # cells of an object that are looked up in another frame
_LITTLE = 1e-4


def object_presence_signs(after: Sequence[tuple[MemoryFrame, ...]]) -> Tensor:
    """Return what tells a mask of the object from one of something else, float32 (N, 3).

    after : the memory of N objects after a step, as in `State`, with the step's own masks.

    alike : cosine of the mean keys of this mask and the given one. given_best, mask_best : mean
    best similarity of the given mask's cells to any cell here, and of this mask's cells to any of
    the given mask's. Of several given masks the best counts, sign by sign.
    """
    return torch.stack([_best_signs(frames) for frames in after])


def object_presence(found: Tensor, weights: Mapping[str, float]) -> Tensor:
    """Return float (N,), below 0 where masks show something else, from the signs, (N, 3)."""
    factors = torch.tensor([weights[name] for name in OBJECT_PRESENCE_SIGNS], device=found.device)
    return found @ factors + weights["bias"]


def lost(before: State, found: Tensor, weights: Mapping[str, float]) -> Tensor:
    """Tell, bool (N,), of which objects a step's masks show something else.

    before : the state before the step. found : the signs after it, (N, 3).
    """
    was_there = before.mask.flatten(1).amax(1) >= 0.5
    return object_presence(found, weights) < torch.where(was_there, 0.0, _BACK)


def _best_signs(frames: tuple[MemoryFrame, ...]) -> Tensor:
    given = [frames[0], *(one for one in frames[1:-1] if one.is_permanent)]
    return torch.stack([_signs(one, frames[-1]) for one in given]).amax(0)  # (3,)


def _signs(given: MemoryFrame, now: MemoryFrame) -> Tensor:
    of_given, of_mask = object_keys(given), object_keys(now)  # (C, n) each
    return torch.stack(
        [
            F.cosine_similarity(_mean(now), _mean(given), 0),
            (sampled(of_given, _SAMPLE).t() @ now.key.float().flatten(1)).amax(1).mean(),
            (sampled(of_mask, _SAMPLE).t() @ of_given).amax(1).mean(),
        ]
    )


def _mean(frame: MemoryFrame) -> Tensor:
    """Return the mean key of an object, (C,), weighed by its shares of the cells."""
    shares = frame.value.float()[0]  # (h, w)
    weights = (shares * (shares >= 0.5 * shares.max())).flatten()
    return frame.key.float().flatten(1) @ weights / (weights.sum() + _LITTLE)
