"""The model-free propagator: masks move along with dense optical flow (DIS, Kroeger et al. 2016).

A baseline that a network has to beat, and what still works where no model can be loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.propagation.propagator import FLOW, Masks, Probs, Propagator, Step

_HEIGHT = 384  # the shorter side of a frame as the flow sees it, at most
_LEAST = 32  # the flow's coarsest level needs so many pixels
_STEEP = 2.0  # each warp blurs; steepening about one half keeps the edge where it is
_SURE = 1e-4  # probabilities stay this far from 0 and 1, so that logits are finite
_ERROR_SCALE = 40.0  # grey levels of misfit at which trust falls to 1 / e
_PRESENT = 4.0  # cells; objects of fewer have a low confidence

Grey = npt.NDArray[np.uint8]  # (h, w)


@dataclass(frozen=True)
class FlowStates:
    """N objects in a frame.

    grey : uint8 (h, w), the frame. probs : float32 (N, h, w) in [0, 1].
    trust : (N,) in [0, 1]; it only falls, as errors add up from frame to frame.
    """

    grey: Grey
    probs: Probs
    trust: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.probs)

    def select(self, indices: Sequence[int]) -> FlowStates:
        """Return the states of some objects, in the order given."""
        order = list(indices)
        return FlowStates(self.grey, self.probs[order], tuple(self.trust[i] for i in order))


class FlowPropagator(Propagator):
    """Carries masks by flow alone: what is hidden once never comes back."""

    name = FLOW
    device = "CPU, optical flow without a model"
    encodes_in_parallel = True

    def encode(self, frame: Frame) -> Grey:
        """Return a frame, uint8 (H, W, 3) RGB, in grey at a bounded size, uint8 (h, w)."""
        scale = min(1.0, _HEIGHT / min(frame.shape[:2]))
        size = [max(_LEAST, round(side * scale)) for side in frame.shape[:2]]
        small = cv2.resize(frame, (size[1], size[0]), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)

    def start(self, features: Grey, masks: Masks) -> FlowStates:
        """Make the states of N objects from their pixels, bool (N, H, W)."""
        size = features.shape[1], features.shape[0]
        shares = [
            cv2.resize(one.astype(np.float32), size, interpolation=cv2.INTER_AREA) for one in masks
        ]
        return FlowStates(features, np.stack(shares).astype(np.float32), (1.0,) * len(masks))

    def step(self, features: Grey, states: FlowStates) -> Step:
        """Fetch each pixel's probabilities from where the flow says that it was."""
        # A new one each time: one that has seen another size reads outside its own buffers.
        dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        flow = dis.calc(features, states.grey, np.zeros((*features.shape, 2), np.float32))
        rows, columns = np.indices(features.shape, np.float32)
        x, y = columns + flow[..., 0], rows + flow[..., 1]
        misfit = np.asarray(cv2.absdiff(features, cv2.remap(states.grey, x, y, cv2.INTER_LINEAR)))
        probs = np.empty_like(states.probs)
        for moved, before in zip(probs, states.probs, strict=True):
            warped = cv2.remap(before, x, y, cv2.INTER_LINEAR)
            np.clip((warped - 0.5) * _STEEP + 0.5, 0, 1, out=moved)
        trust = tuple(
            before * _fit(one, misfit) for before, one in zip(states.trust, probs, strict=True)
        )
        certain = np.clip(probs, _SURE, 1 - _SURE)
        logits = np.log(certain / (1 - certain))
        return Step(logits, FlowStates(features, probs, trust), trust)

    def commit(self, states: FlowStates, probs: Probs) -> FlowStates:
        """Take aggregated probabilities, float32 (N, h, w), as those of the frame just done."""
        return replace(states, probs=probs)

    def concat(self, states: Sequence[FlowStates]) -> FlowStates:
        """Return the states of all objects in one."""
        probs = np.concatenate([one.probs for one in states])
        trust: tuple[float, ...] = sum((one.trust for one in states), ())
        return FlowStates(states[0].grey, probs, trust)


def _fit(probs: Probs, misfit: npt.NDArray[Any]) -> float:
    """Return how well an object's pixels look as before, in [0, 1]; 0 where it has none."""
    weight = float(probs.sum())
    error = float((probs * misfit).sum()) / (weight + _SURE)
    return float(np.exp(-error / _ERROR_SCALE)) * weight / (weight + _PRESENT)
