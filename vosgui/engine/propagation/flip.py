"""Frames with left and right swapped: the second look of test-time augmentation by flipping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.propagation.ensemble import Ensemble
from vosgui.engine.propagation.propagator import Propagator, Scores, Step

X = TypeVar("X", bound=np.generic)


def with_flip(propagator: Propagator) -> Ensemble:
    """Return a propagator beside itself on flipped frames: twice the time, fewer objects lost."""
    return Ensemble([propagator, Flipped(propagator)], f"{propagator.name} (with flip)")


class Flipped(Propagator):
    """A propagator that is shown frames and masks with left and right swapped.

    What it says is turned back. What it holds of a clip is of the flipped one, so its states are
    for itself alone.
    """

    def __init__(self, propagator: Propagator) -> None:
        self._propagator = propagator
        self.name = f"{propagator.name} (flipped)"
        self.device = propagator.device
        self.recalls = propagator.recalls
        self.encodes_aside = propagator.encodes_aside

    def encode(self, frame: Frame) -> Any:
        """Encode a frame flipped."""
        return self._propagator.encode(np.ascontiguousarray(frame[:, ::-1]))

    def start(self, features: Any, masks: npt.NDArray[np.bool_]) -> Any:
        """Make the states of N objects from their pixels."""
        return self._propagator.start(features, _flipped(masks))

    def step(self, features: Any, states: Any) -> Step:
        """Carry N objects to the next frame."""
        step = self._propagator.step(features, states)
        return Step(_flipped(step.logits), step.states, step.confidence)

    def settle(self, states: Any, scores: Scores) -> Any:
        """Take merged scores as the mask of the frame just done."""
        return self._propagator.settle(states, _flipped(scores))

    def join(self, states: Sequence[Any]) -> Any:
        """Return the states of all objects in one."""
        return self._propagator.join(states)

    def memory(self, features: Any) -> Any:
        """Return what frames are compared by."""
        return self._propagator.memory(features)

    def recall(
        self, states: Any, memory: Any, masks: npt.NDArray[np.bool_], indices: Sequence[int]
    ) -> Any:
        """Let some objects be compared with a further frame in which they are given."""
        return self._propagator.recall(states, memory, _flipped(masks), indices)


def _flipped(maps: npt.NDArray[X]) -> npt.NDArray[X]:
    return np.ascontiguousarray(maps[..., ::-1])
