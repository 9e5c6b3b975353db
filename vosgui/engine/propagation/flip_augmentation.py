"""Test-time augmentation (flip): frames are also seen with left and right swapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.propagation.ensemble import Ensemble
from vosgui.engine.propagation.propagator import Masks, Probs, Propagator, Step

X = TypeVar("X", bound=np.generic)


def with_flip(propagator: Propagator) -> Ensemble:
    """Return a propagator beside itself on flipped frames: twice the time, fewer objects lost."""
    return Ensemble([propagator, Flipped(propagator)], f"{propagator.name} (with flip)")


class Flipped(Propagator):
    """A propagator that is shown frames and masks with left and right swapped.

    Its logits are turned back. Its states are of the flipped clip, so they are for itself alone.
    """

    def __init__(self, propagator: Propagator) -> None:
        self._propagator = propagator
        self.name = f"{propagator.name} (flipped)"
        self.device = propagator.device
        self.takes_memory_frames = propagator.takes_memory_frames
        self.encodes_in_parallel = propagator.encodes_in_parallel

    def encode(self, frame: Frame) -> Any:
        """Encode a frame, uint8 (H, W, 3) RGB, flipped."""
        return self._propagator.encode(np.ascontiguousarray(frame[:, ::-1]))

    def start(self, features: Any, masks: Masks) -> Any:
        """Make the states of N objects from their pixels, bool (N, H, W)."""
        return self._propagator.start(features, _flipped(masks))

    def step(self, features: Any, states: Any) -> Step:
        """Carry N objects to the next frame."""
        step = self._propagator.step(features, states)
        return Step(_flipped(step.logits), step.states, step.confidence)

    def commit(self, states: Any, probs: Probs) -> Any:
        """Take probabilities, float32 (N, h, w), as the masks of the frame just done."""
        return self._propagator.commit(states, _flipped(probs))

    def concat(self, states: Sequence[Any]) -> Any:
        """Return the states of all objects in one."""
        return self._propagator.concat(states)

    def memory_key(self, features: Any) -> Any:
        """Return what frames are matched by."""
        return self._propagator.memory_key(features)

    def add_memory_frame(self, states: Any, key: Any, masks: Masks, indices: Sequence[int]) -> Any:
        """Let some objects be matched with a further frame, masks bool (n, H, W)."""
        return self._propagator.add_memory_frame(states, key, _flipped(masks), indices)


def _flipped(maps: npt.NDArray[X]) -> npt.NDArray[X]:
    return np.ascontiguousarray(maps[..., ::-1])
