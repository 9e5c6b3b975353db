"""Test-time augmentation (flip): a propagator beside itself on frames with left and right swapped.

The mean of two that differ a little errs less than either (Hansen and Salamon 1990): where one goes
astray, the other holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.propagation.propagator import LOST, Masks, Probs, Propagator, States, Step
from vosgui.network.interface import CERTAIN

X = TypeVar("X", bound=np.generic)


@dataclass(frozen=True)
class FlipStates:
    """What is known of N objects after a frame: by what was seen as it is, and by the flipped."""

    pair: tuple[States, ...]

    def __len__(self) -> int:
        return len(self.pair[0])

    def select(self, indices: Sequence[int]) -> FlipStates:
        """Return the states of some objects, in the order given."""
        return _states(one.select(indices) for one in self.pair)


class WithFlip(Propagator):
    """Takes twice the time and loses fewer objects; both go on from what they decide together.

    Features, states and memory keys are pairs, of a frame as it is and flipped.
    """

    def __init__(self, propagator: Propagator) -> None:
        self.propagator = propagator
        self.name, self.device = f"{propagator.name} (with flip)", propagator.device
        self.takes_memory_frames = propagator.takes_memory_frames
        self.encodes_in_parallel = propagator.encodes_in_parallel
        self.blend_weights = propagator.blend_weights

    def encode(self, frame: Frame) -> tuple[Any, ...]:
        """Encode a frame, uint8 (H, W, 3) RGB."""
        return tuple(map(self.propagator.encode, (frame, np.ascontiguousarray(frame[:, ::-1]))))

    def start(self, features: Sequence[Any], masks: Masks) -> FlipStates:
        """Make the states of N objects from their pixels, bool (N, H, W)."""
        return _states(map(self.propagator.start, features, _both(masks)))

    def step(self, features: Sequence[Any], states: FlipStates) -> Step:
        """Carry N objects to the next frame; logits and confidence are means."""
        steps = list(map(self.propagator.step, features, states.pair))
        # One must not outvote the other by being more than certain.
        there, flipped = (np.clip(step.logits, -CERTAIN, CERTAIN) for step in steps)
        logits = np.mean([there, flipped[..., ::-1]], 0)
        levels = np.mean([step.confidence for step in steps], 0)
        levels[~(logits > 0).any((1, 2))] = LOST
        lost = dict[int, npt.NDArray[np.float32]]()
        for row in sorted({row for step in steps for row in step.lost}):
            made, other = (step.lost.get(row, step.logits[row]) for step in steps)
            lost[row] = np.mean([made, other[:, ::-1]], 0)
            logits[row], levels[row] = -CERTAIN, LOST
        return Step(logits, _states(step.states for step in steps), tuple(levels.tolist()), lost)

    def commit(self, states: FlipStates, probs: Probs) -> FlipStates:
        """Take probabilities, float32 (N, h, w), as the masks of the frame just done."""
        return _states(map(self.propagator.commit, states.pair, _both(probs)))

    def concat(self, states: Sequence[FlipStates]) -> FlipStates:
        """Return the states of all objects in one."""
        return _states(map(self.propagator.concat, zip(*(one.pair for one in states), strict=True)))

    def memory_key(self, features: Sequence[Any]) -> tuple[Any, ...]:
        """Return the memory keys of a frame."""
        return tuple(map(self.propagator.memory_key, features))

    def add_memory_frame(
        self, states: FlipStates, key: Sequence[Any], masks: Masks, indices: Sequence[int]
    ) -> FlipStates:
        """Let some objects be matched with a further frame, masks bool (n, H, W)."""
        add = self.propagator.add_memory_frame
        return _states(map(add, states.pair, key, _both(masks), repeat(indices)))


def _states(pair: Iterable[States]) -> FlipStates:
    return FlipStates(tuple(pair))


def _both(maps: npt.NDArray[X]) -> tuple[npt.NDArray[X], npt.NDArray[X]]:
    """Return maps, (..., w), as they are and flipped."""
    return maps, np.ascontiguousarray(maps[..., ::-1])
