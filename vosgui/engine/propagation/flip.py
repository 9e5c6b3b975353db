"""Several propagators that carry the same masks together, by the mean of their logits.

With one and the same propagator twice, the second time on frames with left and right swapped, that
is test-time augmentation (flip).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.propagation.propagator import LOST, Masks, Probs, Propagator, States, Step
from vosgui.network.interface import CERTAIN

X = TypeVar("X", bound=np.generic)


def with_flip(propagator: Propagator) -> Ensemble:
    """Return a propagator beside itself on flipped frames: twice the time, fewer objects lost."""
    return Ensemble([propagator] * 2, f"{propagator.name} (with flip)", flipped=[False, True])


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
    flipped : of each member, whether it is shown everything with left and right swapped; its logits
        are turned back.
    """

    def __init__(
        self, members: Sequence[Propagator], name: str, flipped: Sequence[bool] | None = None
    ) -> None:
        self.members = tuple(members)
        self.name = name
        self.device = self.members[0].device
        self.takes_memory_frames = all(one.takes_memory_frames for one in self.members)
        self.encodes_in_parallel = all(one.encodes_in_parallel for one in self.members)
        self._flipped = flipped or [False] * len(self.members)

    def encode(self, frame: Frame) -> tuple[Any, ...]:
        """Encode a frame, uint8 (H, W, 3) RGB."""
        frames = (np.ascontiguousarray(frame[:, ::-1]) if flip else frame for flip in self._flipped)
        return tuple(one.encode(seen) for one, seen in zip(self.members, frames, strict=True))

    def start(self, features: Sequence[Any], masks: Masks) -> EnsembleState:
        """Make the states of N objects from their pixels, bool (N, H, W)."""
        rows = zip(self.members, features, self._shown(masks), strict=True)
        return EnsembleState(tuple(one.start(encoded, seen) for one, encoded, seen in rows))

    def step(self, features: Sequence[Any], states: EnsembleState) -> Step:
        """Carry N objects to the next frame; logits and confidence are the members' means."""
        rows = zip(self.members, features, states.members, strict=True)
        steps = [one.step(encoded, state) for one, encoded, state in rows]
        # One member must not outvote others by being more than certain.
        clipped = (np.clip(step.logits, -CERTAIN, CERTAIN) for step in steps)
        logits = np.mean([_turned(*pair) for pair in zip(clipped, self._flipped, strict=True)], 0)
        levels = np.mean([step.confidence for step in steps], 0)
        levels[~(logits > 0).any((1, 2))] = LOST
        after = EnsembleState(tuple(step.states for step in steps))
        return Step(np.asarray(logits, np.float32), after, tuple(levels.tolist()))

    def commit(self, states: EnsembleState, probs: Probs) -> EnsembleState:
        """Take probabilities, float32 (N, h, w), as the masks of the frame just done."""
        rows = zip(self.members, states.members, self._shown(probs), strict=True)
        return EnsembleState(tuple(one.commit(state, seen) for one, state, seen in rows))

    def concat(self, states: Sequence[EnsembleState]) -> EnsembleState:
        """Return the states of all objects in one."""
        rows = zip(self.members, *(one.members for one in states), strict=True)
        return EnsembleState(tuple(one.concat(parts) for one, *parts in rows))

    def memory_key(self, features: Sequence[Any]) -> tuple[Any, ...]:
        """Return each member's memory key of a frame."""
        rows = zip(self.members, features, strict=True)
        return tuple(one.memory_key(encoded) for one, encoded in rows)

    def add_memory_frame(
        self, states: EnsembleState, key: Sequence[Any], masks: Masks, indices: Sequence[int]
    ) -> EnsembleState:
        """Let some objects be matched with a further frame, masks bool (n, H, W)."""
        rows = zip(self.members, states.members, key, self._shown(masks), strict=True)
        return EnsembleState(
            tuple(one.add_memory_frame(state, own, seen, indices) for one, state, own, seen in rows)
        )

    def _shown(self, maps: npt.NDArray[X]) -> Iterator[npt.NDArray[X]]:
        """Yield maps, (..., w), as each member is shown them."""
        return (_turned(maps, flip) for flip in self._flipped)


def _turned(maps: npt.NDArray[X], flip: bool) -> npt.NDArray[X]:
    return np.ascontiguousarray(maps[..., ::-1]) if flip else maps
