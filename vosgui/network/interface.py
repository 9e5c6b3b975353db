"""What every network of the program is: four parts, one frame at a time, the state a value."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import msgspec
import torch
from torch import Tensor, nn

from vosgui.core.mask import Box

# A logit past which nothing is left to doubt; minus it is that of an object that is not there.
CERTAIN = 12.0
NOWHERE = 1 / (1 + math.exp(CERTAIN))  # the probability of such a one

# What a model's configuration may ask for: a file of a few bytes must not take all of the memory.
Channels = Annotated[int, msgspec.Meta(ge=1, le=8192)]
Pixels = Annotated[int, msgspec.Meta(ge=16, le=8192)]


@dataclass(frozen=True)
class Features:
    """A frame and what the encoder made of it, the same for all objects.

    frame : (B, 3, h, w), RGB, uint8 or float in [0, 1]
    maps : (B, C, h / s, w / s) each, the network's own
    """

    frame: Tensor
    maps: tuple[Tensor, ...] = ()

    def __len__(self) -> int:
        return self.frame.shape[0]

    def select(self, indices: Tensor) -> Features:
        """Return the features of some frames, int64 (N,), in the order given."""
        return Features(self.frame[indices], tuple(maps[indices] for maps in self.maps))


class MemoryFrame(NamedTuple):
    """A frame that an object is matched with.

    key : (C, h8, w8), unit vectors; one tensor for all objects that have the same frame in memory
    value : (1, h8, w8), the object's share of each cell in [0, 1]
    is_permanent : a further frame in which a person gave the object; it stays to the end
    confidence : of the mask, as `VosNetwork.trust` was told; 1 where it was told nothing
    """

    key: Tensor
    value: Tensor
    is_permanent: bool = False
    confidence: float = 1.0


@dataclass(frozen=True)
class State:
    """What a network knows of N objects after a frame. A value: nothing changes it.

    hidden, cell : (N, C, h / s, w / s), the ConvLSTM's
    mask : (N, 1, h, w), probabilities of the frame it was made at
    memory : one tuple per object, the given frame first, then the permanent ones, the frame before
        this one last; empty for a network without correspondence
    age : frames since each object was initialised
    boxes : of pixels, where each object was looked for in the step that made the state: outside,
        its logits were -CERTAIN; empty where that is not known, or was everywhere
    """

    hidden: Tensor
    cell: Tensor
    mask: Tensor
    memory: tuple[tuple[MemoryFrame, ...], ...]
    age: tuple[int, ...]
    boxes: tuple[Box, ...] = ()

    def __len__(self) -> int:
        return self.hidden.shape[0]

    def select(self, indices: Sequence[int]) -> State:
        """Return the state of some objects, in the order given."""
        order = list(indices)
        return State(
            self.hidden[order],
            self.cell[order],
            self.mask[order],
            tuple(self.memory[i] for i in order),
            tuple(self.age[i] for i in order),
            tuple(self.boxes[i] for i in order) if self.boxes else (),
        )

    @staticmethod
    def concat(states: Sequence[State]) -> State:
        """Put the objects of several states together, made by one network at one frame size."""
        return State(
            torch.cat([state.hidden for state in states]),
            torch.cat([state.cell for state in states]),
            torch.cat([state.mask for state in states]),
            sum((state.memory for state in states), ()),
            sum((state.age for state in states), ()),
            sum((state.boxes for state in states), ()) if all(s.boxes for s in states) else (),
        )

    def detach(self) -> State:
        """Return the state cut off from the computation that made it."""
        memory = tuple(
            tuple(m._replace(key=m.key.detach(), value=m.value.detach()) for m in frames)
            for frames in self.memory
        )
        hidden, cell, mask = self.hidden.detach(), self.cell.detach(), self.mask.detach()
        return State(hidden, cell, mask, memory, self.age)


class VosNetwork(nn.Module, ABC):
    """A recurrent network that carries the masks of N objects from frame to frame.

    Input sizes are multiples of `stride`. `fixed_hw` is the one size a network works at (the frame
    is stretched to it), or None: then the frame keeps its aspect and is scaled to `default_height`
    pixels. One encoded frame serves all objects: features of batch 1 go with a state of any N;
    features of batch N (in training) go with a state of N, one object per frame.

    whole : in a run too it computes all of every frame, as in training, and looks at no values on
        the way: for devices where each look at one waits for all that was queued before
    ranges : the largest absolute value of each layer's maps by the layer's name, as measured when
        the model was saved; empty where it is not known
    takes_memory_frames : a state may take in further given frames
    object_presence : the weights by which its masks of objects that are gone are told from others;
        empty where they are not known
    confidence : the weights of signs that its masks' confidence goes by, "single" and "blend";
        empty where they are not known
    """

    stride: int = 16
    default_height: int = 384
    fixed_hw: tuple[int, int] | None = None
    whole: bool = False
    ranges: Mapping[str, float] = {}
    takes_memory_frames: bool = False
    object_presence: Mapping[str, float] = {}
    confidence: Mapping[str, Mapping[str, float]] = {}

    @abstractmethod
    def encode(self, frame: Tensor) -> Features:
        """Encode frames, (B, 3, h, w), RGB, uint8 or float in [0, 1], once for all objects."""

    def encode_clips(self, frames: Tensor) -> list[Features]:
        """Encode B clips, float (B, T, 3, h, w), all frames at once: T times features of batch B.

        For training, where batch normalisation then goes by all frames.
        """
        n_frames = frames.shape[1]
        whole = frames.transpose(0, 1).flatten(0, 1)  # (T * B, 3, h, w)
        encoded = self.encode(whole.contiguous(memory_format=torch.channels_last))
        parts = [maps.chunk(n_frames) for maps in (encoded.frame, *encoded.maps)]
        return [Features(frame, tuple(maps)) for frame, *maps in zip(*parts, strict=True)]

    @abstractmethod
    def initialise(self, features: Features, masks: Tensor) -> State:
        """Make the state of N objects from their masks, float (N, 1, h, w) in [0, 1]."""

    def forward(self, features: Features, state: State) -> tuple[Tensor, State]:
        """Carry N objects to the next frame: logits, float (N, 1, h, w), and the state after it."""
        return self.carry(features, state, self.match(features, state))

    def bands(self, features: Features, n: int) -> list[slice]:
        """Cut a frame into at most n bands, one below the other, that can be matched apart."""
        return [slice(None)]

    def match(self, features: Features, state: State, band: slice = slice(None)) -> Tensor | None:
        """Match a frame with the memory of N objects, once for all of them: float (N, C, rows, w).

        band : the part of the frame that is matched, one of `bands`; all of it by default.
        None for a network without correspondence.
        """
        return None

    @abstractmethod
    def carry(
        self, features: Features, state: State, matched: Tensor | None
    ) -> tuple[Tensor, State]:
        """Do the rest of `forward`, each object apart: logits, float (N, 1, h, w), and state.

        matched : what `match` found, of the whole frame
        """

    def commit(self, state: State, masks: Tensor) -> State:
        """Take the masks decided on, float (N, 1, h, w) in [0, 1], as those of the frame just done.

        A network that takes no mask of the previous frame returns the state as it is.
        """
        return state

    def trust(self, state: State, confidence: Sequence[float]) -> State:
        """Take how good the masks of the frame just done are expected to be, (N,) in [0, 1].

        A network that makes no use of it returns the state as it is.
        """
        return state

    def in_int8(self) -> VosNetwork:
        """Return a network for inference with 8-bit convolutions, as far as `ranges` allow.

        Its other weights are this one's own; where there is no such form, it is this one.
        """
        return self

    def memory_key(self, features: Features) -> Tensor:
        """Return what `add_memory_frame` needs of a frame: float (C, h / s, w / s), little."""
        return features.frame

    def add_memory_frame(
        self, state: State, key: Tensor, masks: Tensor, indices: Sequence[int]
    ) -> State:
        """Let some objects be matched with a further frame too, in which they are given.

        key : that frame's `memory_key`
        masks : float (n, 1, h, w) in [0, 1], of the n objects at `indices`

        A network without correspondence returns the state as it is.
        """
        return state
