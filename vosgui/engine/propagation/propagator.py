"""What carries masks from frame to frame: one small interface.

The recurrent networks and the model-free flow stand behind it; propagation.load gets one by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame

Scores = npt.NDArray[np.float32]  # (N, h, w), logits or probabilities at the propagator's size
FLOW = "flow"
# The confidence of an object that no pixel is left of: it is hidden, gone, or was lost.
LOST = 0.0

S = TypeVar("S", bound="States")


class States(Protocol):
    """What a propagator knows of N objects after a frame. A value: nothing changes it."""

    def __len__(self) -> int: ...

    def select(self: S, indices: Sequence[int]) -> S:
        """Return the states of some objects, in the order given."""


@dataclass(frozen=True)
class Step:
    """N objects carried to a frame.

    logits : float32 (N, h, w), at the propagator's own size, which has the frame's extent.
    confidence : (N,) in [0, 1], the overlap with the truth to expect.
    """

    logits: Scores
    states: Any
    confidence: tuple[float, ...]


class Propagator(ABC):
    """Carries objects from frame to frame. Holds no memory of a clip: that is in the states.

    name : as `load_propagator` takes it. device : what it runs on, in words. recalls : whether
    `recall` changes anything. encodes_aside : whether `encode` may run in one thread while another
    does all the rest; what computes where the other thread does gains nothing by it.
    """

    name: str
    device: str
    recalls: bool = False
    encodes_aside: bool = False

    @abstractmethod
    def encode(self, frame: Frame) -> Any:
        """Return what is needed of a frame, uint8 (H, W, 3) RGB, once for all objects."""

    @abstractmethod
    def start(self, features: Any, masks: npt.NDArray[np.bool_]) -> Any:
        """Make the states of N objects from their pixels in a frame, bool (N, H, W)."""

    @abstractmethod
    def step(self, features: Any, states: Any) -> Step:
        """Carry N objects to the next frame."""

    @abstractmethod
    def settle(self, states: Any, scores: Scores) -> Any:
        """Take what was decided about the frame just done, (N, h, w) in [0, 1], as its scores."""

    @abstractmethod
    def join(self, states: Sequence[Any]) -> Any:
        """Return the states of all objects of states that belong to one frame, in order."""

    def memory(self, features: Any) -> Any:
        """Return what `recall` needs of a frame: little, as some dozens are held."""
        return features

    def recall(
        self, states: Any, memory: Any, masks: npt.NDArray[np.bool_], indices: Sequence[int]
    ) -> Any:
        """Take into account what n objects look like in a further frame in which they are given.

        memory : of that frame. masks : bool (n, H, W), of the objects at `indices` of the states.
        What a propagator does not use leaves the states as they are.
        """
        return states
