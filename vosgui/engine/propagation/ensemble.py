"""Several propagators that carry the same masks together, by the mean of their logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vosgui.core.clip import Frame
from vosgui.engine.propagation.propagator import LOST, Masks, Probs, Propagator, States, Step
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
    differ a little errs less than either (Hansen and Salamon 1990). Features, states and memory
    keys are those of each member, in order.
    """

    def __init__(self, members: Sequence[Propagator], name: str) -> None:
        self.members = tuple(members)
        self.name = name
        self.device = self.members[0].device
        self.takes_memory_frames = all(one.takes_memory_frames for one in self.members)
        self.encodes_in_parallel = all(one.encodes_in_parallel for one in self.members)

    def encode(self, frame: Frame) -> tuple[Any, ...]:
        """Encode a frame, uint8 (H, W, 3) RGB."""
        return tuple(one.encode(frame) for one in self.members)

    def start(self, features: Sequence[Any], masks: Masks) -> EnsembleState:
        """Make the states of N objects from their pixels, bool (N, H, W)."""
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

    def commit(self, states: EnsembleState, probs: Probs) -> EnsembleState:
        """Take probabilities, float32 (N, h, w), as the masks of the frame just done."""
        pairs = zip(self.members, states.members, strict=True)
        return EnsembleState(tuple(one.commit(state, probs) for one, state in pairs))

    def concat(self, states: Sequence[EnsembleState]) -> EnsembleState:
        """Return the states of all objects in one."""
        columns = zip(*(one.members for one in states), strict=True)
        pairs = zip(self.members, columns, strict=True)
        return EnsembleState(tuple(one.concat(column) for one, column in pairs))

    def memory_key(self, features: Sequence[Any]) -> tuple[Any, ...]:
        """Return each member's memory key of a frame."""
        pairs = zip(self.members, features, strict=True)
        return tuple(one.memory_key(encoded) for one, encoded in pairs)

    def add_memory_frame(
        self, states: EnsembleState, key: Sequence[Any], masks: Masks, indices: Sequence[int]
    ) -> EnsembleState:
        """Let some objects be matched with a further frame, masks bool (n, H, W)."""
        rows = zip(self.members, states.members, key, strict=True)
        return EnsembleState(
            tuple(one.add_memory_frame(state, own, masks, indices) for one, state, own in rows)
        )
