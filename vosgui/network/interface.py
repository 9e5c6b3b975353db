"""What every network of the program is: four parts, one frame at a time, the state a value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

# A logit past which nothing is left to doubt; minus it is that of an object that is not there.
CERTAIN = 12.0


@dataclass(frozen=True)
class Features:
    """A frame and what the encoder made of it, the same for all objects.

    frame : float (B, 3, h, w), RGB in [0, 1]
    maps : (B, C, h / s, w / s) each, the network's own
    """

    frame: Tensor
    maps: tuple[Tensor, ...] = ()

    def __len__(self) -> int:
        return self.frame.shape[0]


class Kept(NamedTuple):
    """A frame that an object is compared with.

    key : (C, h8, w8), unit vectors; one tensor for all objects that keep the same frame
    value : (1, h8, w8), the object's share of each cell in [0, 1]
    is_recalled : a further frame in which a person gave the object; it is kept to the end
    """

    key: Tensor
    value: Tensor
    is_recalled: bool = False


@dataclass(frozen=True)
class State:
    """What a network knows of N objects after a frame. A value: nothing changes it.

    hidden, cell : (N, C, h / s, w / s), the ConvLSTM's
    mask : (N, 1, h, w), scores in [0, 1] of the frame it was made at
    kept : one tuple per object, the given frame first, then those recalled, the frame before
        this one last; empty for a network without correspondence
    age : frames since each object was initialised
    """

    hidden: Tensor
    cell: Tensor
    mask: Tensor
    kept: tuple[tuple[Kept, ...], ...]
    age: tuple[int, ...]

    def __len__(self) -> int:
        return self.hidden.shape[0]

    def select(self, indices: Sequence[int]) -> State:
        """Return the state of some objects, in the order given."""
        order = list(indices)
        return State(
            self.hidden[order],
            self.cell[order],
            self.mask[order],
            tuple(self.kept[i] for i in order),
            tuple(self.age[i] for i in order),
        )

    @staticmethod
    def cat(states: Sequence[State]) -> State:
        """Join the objects of states made by one network at one frame size."""
        return State(
            torch.cat([state.hidden for state in states]),
            torch.cat([state.cell for state in states]),
            torch.cat([state.mask for state in states]),
            sum((state.kept for state in states), ()),
            sum((state.age for state in states), ()),
        )

    def to(
        self, device: torch.device | str | None = None, dtype: torch.dtype | None = None
    ) -> State:
        """Return the state on a device and in a type; frames shared by objects stay shared."""
        moved: dict[int, Tensor] = {}

        def move(key: Tensor) -> Tensor:
            if id(key) not in moved:
                moved[id(key)] = key.to(device, dtype)
            return moved[id(key)]

        return State(
            self.hidden.to(device, dtype),
            self.cell.to(device, dtype),
            self.mask.to(device, dtype),
            tuple(
                tuple(k._replace(key=move(k.key), value=k.value.to(device, dtype)) for k in one)
                for one in self.kept
            ),
            self.age,
        )

    def detach(self) -> State:
        """Return the state cut off from the computation that made it."""
        return State(
            self.hidden.detach(),
            self.cell.detach(),
            self.mask.detach(),
            tuple(
                tuple(k._replace(key=k.key.detach(), value=k.value.detach()) for k in one)
                for one in self.kept
            ),
            self.age,
        )


class VosNetwork(nn.Module, ABC):
    """A recurrent network that carries the masks of N objects from frame to frame.

    Input sizes are multiples of `stride`. `fixed_hw` is the one size a network works at (the frame
    is stretched to it), or None: then the frame keeps its aspect and is scaled to `default_height`
    pixels. One encoded frame serves all objects: features of batch 1 go with a state of any N;
    features of batch N (in training) go with a state of N, one object per frame.

    `ranges` holds the largest absolute value of each layer's maps by the layer's name, as measured
    when the model was saved; empty where it is not known. `recalls` tells whether a state may take
    in further given frames.

    `presence` holds the weights by which its masks of objects that are gone are told from others;
    empty where they are not known.
    """

    stride: int = 16
    default_height: int = 384
    fixed_hw: tuple[int, int] | None = None
    ranges: Mapping[str, float] = {}
    recalls: bool = False
    presence: Mapping[str, float] = {}

    @property
    def keeps_aspect(self) -> bool:
        """Tell whether frames of any shape come in unstretched."""
        return self.fixed_hw is None

    @abstractmethod
    def encode(self, frame: Tensor) -> Features:
        """Encode frames, float (B, 3, h, w), RGB in [0, 1], once for all objects."""

    @abstractmethod
    def initialise(self, features: Features, masks: Tensor) -> State:
        """Make the state of N objects from their masks, float (N, 1, h, w) in [0, 1]."""

    def forward(self, features: Features, state: State) -> tuple[Tensor, State]:
        """Carry N objects to the next frame: logits (N, 1, h, w) and the state after it."""
        return self.carry(features, state, self.match(features, state))

    def bands(self, features: Features, n: int) -> list[slice]:
        """Cut a frame into at most n bands, one below the other, that can be matched apart."""
        return [slice(None)]

    def match(self, features: Features, state: State, band: slice = slice(None)) -> Tensor | None:
        """Compare a frame with those that N objects keep, once for all of them: (N, C, rows, w).

        band : the part of the frame that is compared, one of `bands`; all of it by default.
        None for a network without correspondence.
        """
        return None

    @abstractmethod
    def carry(
        self, features: Features, state: State, matched: Tensor | None
    ) -> tuple[Tensor, State]:
        """Do the rest of `forward`, each object apart, with what `match` found."""

    def settle(self, state: State, masks: Tensor) -> State:
        """Replace the scores of the frame just done by those decided on, (N, 1, h, w) in [0, 1].

        A network that takes no mask of the previous frame returns the state as it is.
        """
        return state

    def in_int8(self) -> VosNetwork:
        """Return a network for inference with 8-bit convolutions, as far as `ranges` allow.

        Its other weights are this one's own; where there is no such form, it is this one.
        """
        return self

    def memory(self, features: Features) -> Tensor:
        """Return what `recall` needs of a frame: a fraction of its features."""
        return features.frame

    def recall(self, state: State, memory: Tensor, masks: Tensor, indices: Sequence[int]) -> State:
        """Let some objects be compared with a further frame too, in which they are given.

        memory : of that frame. masks : (n, 1, h, w) in [0, 1], of the n objects at `indices`.
        A network without correspondence returns the state as it is.
        """
        return state
