"""Several propagators that carry the same masks together, by the mean of their logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.propagation.propagator import LOST, Propagator, Scores, States, Step
from vosgui.network.interface import CERTAIN


@dataclass(frozen=True)
class EnsembleState:
    """What each member knows of N objects after a frame."""

    members: tuple[States, ...]

    def __len__(self) -> int:
        return len(self.members[0])

    def select(self, indices: Sequence[int]) -> EnsembleState:
        """Return the states of some objects, in the order given."""
        return EnsembleState(tuple(one.select(indices) for one in self.members))


class Ensemble(Propagator):
    """Runs propagators of one size side by side; each goes on from what they decide together.

    Takes the time of all of them. Where one goes astray, the others hold it: the mean of two that
    differ a little errs less than either (Hansen and Salamon 1990).
    """

    def __init__(self, members: Sequence[Propagator], name: str) -> None:
        self.members = tuple(members)
        self.name = name
        self.device = self.members[0].device
        self.recalls = all(one.recalls for one in self.members)
        self.encodes_aside = all(one.encodes_aside for one in self.members)

    def encode(self, frame: Frame) -> tuple[Any, ...]:
        """Encode a frame with each member."""
        return tuple(one.encode(frame) for one in self.members)

    def start(self, features: Sequence[Any], masks: npt.NDArray[np.bool_]) -> EnsembleState:
        """Make the states of N objects from their pixels."""
        pairs = zip(self.members, features, strict=True)
        return EnsembleState(tuple(one.start(encoded, masks) for one, encoded in pairs))

    def step(self, features: Sequence[Any], states: EnsembleState) -> Step:
        """Carry N objects to the next frame; logits and confidence are the members' means."""
        steps = [
            one.step(encoded, state)
            for one, encoded, state in zip(self.members, features, states.members, strict=True)
        ]
        # One member must not outvote others by being more than certain.
        logits = np.mean([np.clip(step.logits, -CERTAIN, CERTAIN) for step in steps], 0)
        levels = np.mean([step.confidence for step in steps], 0)
        levels[~(logits > 0).any((1, 2))] = LOST
        after = EnsembleState(tuple(step.states for step in steps))
        return Step(np.asarray(logits, np.float32), after, tuple(levels.tolist()))

    def settle(self, states: EnsembleState, scores: Scores) -> EnsembleState:
        """Take merged scores as the mask of the frame just done, for each member."""
        pairs = zip(self.members, states.members, strict=True)
        return EnsembleState(tuple(one.settle(state, scores) for one, state in pairs))

    def join(self, states: Sequence[EnsembleState]) -> EnsembleState:
        """Return the states of all objects in one."""
        columns = zip(*(one.members for one in states), strict=True)
        pairs = zip(self.members, columns, strict=True)
        return EnsembleState(tuple(one.join(column) for one, column in pairs))

    def memory(self, features: Sequence[Any]) -> tuple[Any, ...]:
        """Return what each member compares frames by."""
        pairs = zip(self.members, features, strict=True)
        return tuple(one.memory(encoded) for one, encoded in pairs)

    def recall(
        self,
        states: EnsembleState,
        memory: Sequence[Any],
        masks: npt.NDArray[np.bool_],
        indices: Sequence[int],
    ) -> EnsembleState:
        """Let each member compare some objects with a further frame in which they are given."""
        rows = zip(self.members, states.members, memory, strict=True)
        return EnsembleState(
            tuple(one.recall(state, keys, masks, indices) for one, state, keys in rows)
        )
