"""What carries masks from frame to frame: one small interface.

The recurrent networks and the model-free flow stand behind it; `load_propagator` gets one by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.core.mask import Box
from vosgui.network.confidence import BLEND, Weights

Logits = npt.NDArray[np.float32]  # (N, h, w), at the propagator's own size
Probs = npt.NDArray[np.float32]  # the same after the sigmoid, in [0, 1]
Masks = npt.NDArray[np.bool_]  # (N, H, W), the pixels of N objects in a frame
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

    logits : float32 (N, h, w). confidence : (N,) in [0, 1], the overlap with the truth to expect.
    lost : of objects that are taken for gone, by their row, the logits, float32 (h, w), of the mask
        that was made all the same: it is not shown, but their states go on from it.
    boxes : of each object, one outside which its logit is the same everywhere; None: not known.
    """

    logits: Logits
    states: Any
    confidence: tuple[float, ...]
    lost: Mapping[int, npt.NDArray[np.float32]] = field(default_factory=dict)
    boxes: Sequence[Box] | None = None


class Propagator(ABC):
    """Carries objects from frame to frame. Holds nothing of a clip: that is in the states.

    name : as `load_propagator` takes it. device : what it runs on, in words.
    takes_memory_frames : whether `add_memory_frame` changes anything.
    encodes_in_parallel : whether `encode` may run in one thread while another does all the rest;
        what computes where the other thread does gains nothing by it.
    stays_there : whether a step's logits may stay on its device, see `Tracker`.
    blend_weights : what the confidence of a mask between two keyframes goes by.
    """

    name: str
    device: str
    takes_memory_frames: bool = False
    encodes_in_parallel: bool = False
    stays_there: bool = False
    blend_weights: Weights = BLEND

    @abstractmethod
    def encode(self, frame: Frame) -> Any:
        """Return what is needed of a frame, uint8 (H, W, 3) RGB, once for all objects."""

    def prepare(self, frame: Frame) -> Any:
        """Return what `encode_prepared` takes of a frame; any thread may do this ahead."""
        return frame

    def encode_prepared(self, prepared: Any) -> Any:
        """Return what `encode` does, of what `prepare` returned."""
        return self.encode(prepared)

    @abstractmethod
    def start(self, features: Any, masks: Masks) -> Any:
        """Make the states of N objects from their pixels in a frame, bool (N, H, W)."""

    @abstractmethod
    def step(self, features: Any, states: Any) -> Step:
        """Carry N objects to the next frame."""

    @abstractmethod
    def commit(self, states: Any, probs: Probs) -> Any:
        """Take what was decided, float32 (N, h, w) in [0, 1], as the masks of the frame done."""

    @abstractmethod
    def concat(self, states: Sequence[Any]) -> Any:
        """Return the states of all objects of states that belong to one frame, in order."""

    def memory_key(self, features: Any) -> Any:
        """Return what `add_memory_frame` needs of a frame: little, as some dozens are held."""
        return features

    def add_memory_frame(self, states: Any, key: Any, masks: Masks, indices: Sequence[int]) -> Any:
        """Let n objects be matched with a further frame, in which they are given.

        key : that frame's `memory_key`. masks : bool (n, H, W), of the objects at `indices`.
        A propagator that takes no such frames leaves the states as they are.
        """
        return states
