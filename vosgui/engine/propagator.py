"""What carries masks from frame to frame: one small interface, and how to get one by name.

The recurrent networks and the model-free flow stand behind it. Others join by an entry point of
the group `vosgui.propagators`: its name is the propagator's, its object is called with the device
("auto", "cpu", "cuda", "mps") and returns a `Propagator`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.errors import ModelError

Scores = npt.NDArray[np.float32]  # (N, h, w), logits or probabilities at the propagator's size
FLOW = "flow"
# The confidence of an object that no pixel is left of: it is hidden, gone, or was lost.
LOST = 0.0
GROUP = "vosgui.propagators"

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


def load_propagator(
    name: str = "auto", device: str = "auto", *, fallback: bool = False
) -> Propagator:
    """Return a propagator by name: a model's, "flow", an entry point's, or "auto" for the default.

    fallback : return the flow where a model cannot be loaded; its `name` tells.
    Raises ModelError where the name, the weights or the device cannot be used.
    """
    from vosgui.engine.flow import FlowPropagator

    if name == FLOW:
        return FlowPropagator()
    try:
        return _load_other(name, device)
    except ModelError as error:
        if fallback:
            return FlowPropagator()
        raise ModelError(f"{error} Without a model, {FLOW!r} works.") from error


def _load_other(name: str, device: str) -> Propagator:
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            try:
                made = entry.load()(device)
            except (ImportError, AttributeError, TypeError) as error:
                raise ModelError(
                    f"The propagator {name!r} of {entry.value} cannot be loaded: {error}."
                ) from error
            assert isinstance(made, Propagator), made
            return made
    # torch loads here, when it is needed and not before
    from vosgui.engine.network_propagator import load_network_propagator

    return load_network_propagator(name, device)
