"""A recurrent network as a propagator: sizes, padding, device and number type around it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.core.clip import Frame
from vosgui.engine.models.checkpoint import DEFAULT_MODEL, fill_network, load_network
from vosgui.engine.models.device import choose_device, describe_device
from vosgui.engine.propagation.cpu_streams import Lines
from vosgui.engine.propagation.propagator import LOST, Propagator, Scores, Step
from vosgui.network.confidence import SINGLE, WITHOUT_MATCHES, confidence, signs
from vosgui.network.interface import CERTAIN, Features, State, VosNetwork
from vosgui.network.presence import lost, presence_signs

# A frame that keeps its aspect is enlarged at most so much: there is nothing more to see in it.
_MOST_ENLARGED = 2.0
# Longest side over shortest: frames more oblong than this are scaled by their area.
_OBLONG = 2.5


@dataclass(frozen=True)
class Encoded:
    """A frame's features, its size as the network saw it, and that without padding."""

    features: Features
    inner_hw: tuple[int, int]


@dataclass(frozen=True)
class Remembered:
    """What frames are compared by, of one frame, and its size without padding."""

    keys: Tensor
    inner_hw: tuple[int, int]


def load_network_propagator(
    name: str = "auto", device: str = "auto", height: int | None = None
) -> NetworkPropagator:
    """Load a model by name or folder; ModelError where it or the device cannot be used.

    height : as `NetworkPropagator` takes it.
    """
    where, dtype = choose_device(device)
    name = DEFAULT_MODEL if name == "auto" else name
    return NetworkPropagator(load_network(name, where), Path(name).name, where, dtype, height)


class NetworkPropagator(Propagator):
    """A network that is loaded and on its device.

    in_int8 : whether it runs in 8-bit integers where the network has such a form.
    dtype : torch.int8 counts where the network has such a form, else it is float32.
    height : to which the shorter side of a frame is scaled; None for the network's own.
    """

    def __init__(
        self,
        network: VosNetwork,
        name: str,
        device: torch.device | None = None,
        dtype: torch.dtype = torch.float32,
        height: int | None = None,
    ) -> None:
        self._device = device or torch.device("cpu")
        self.in_int8 = dtype == torch.int8
        self._dtype = torch.float32 if self.in_int8 else dtype
        self._height = height or network.default_height
        self.recalls = network.recalls
        # a frame is encoded in one line while another is stepped in the other
        self._lines = Lines(self._device)
        self.encodes_aside = self._lines.n > 1
        self.name = name
        self._take(network)
        is_int8 = self._running_network is not network
        self.device = describe_device(self._device, dtype if is_int8 else self._dtype)

    def _take(self, network: VosNetwork) -> None:
        self._network = network.eval()
        self._running_network = self._network.in_int8() if self.in_int8 else self._network

    @property
    def network(self) -> VosNetwork:
        """Return the network itself, on its device."""
        return self._network

    @property
    def where(self) -> tuple[torch.device, torch.dtype]:
        """Return the device it runs on, and the type of its floating-point numbers."""
        return self._device, self._dtype

    def digest(self) -> str:
        """Return what tells these weights from others."""
        found = hashlib.sha256()
        for name, tensor in sorted(self._network.state_dict().items()):
            found.update(name.encode())
            found.update(tensor.detach().float().cpu().numpy().tobytes())
        return found.hexdigest()[:16]

    def with_tensors(self, tensors: Mapping[str, Tensor], name: str) -> NetworkPropagator:
        """Return another propagator with some weights in place of these.

        Raises ModelError where one of them does not belong to the network.
        """
        network = copy.deepcopy(self._network)
        fill_network(network, {**network.state_dict(), **tensors}, Path(name))
        made = copy.copy(self)
        made.name = name
        made._take(network)
        return made

    def training_hw(self, hw: tuple[int, int], height: int) -> tuple[int, int]:
        """Return the size to learn frames of a size at: a multiple of the stride, at most so high.

        A network with one size learns at that size.
        """
        if self._network.fixed_hw is not None:
            return self._network.fixed_hw
        scale = min(min(height, self._height) / min(hw), _MOST_ENLARGED)
        stride = self._network.stride
        rows, columns = (max(1, round(side * scale / stride)) * stride for side in hw)
        return rows, columns

    def encode(self, frame: Frame) -> Encoded:
        """Scale, pad and encode a frame."""
        height, width = inner_hw = self._inner_hw(frame.shape[:2])
        shrinks = height < frame.shape[0]
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        scaled = cv2.resize(frame, (width, height), interpolation=how)
        below, right = self._missing(scaled.shape)
        padded = cv2.copyMakeBorder(scaled, 0, below, 0, right, cv2.BORDER_REPLICATE)
        pixels = torch.from_numpy(padded).to(self._device)  # (h, w, 3): channels last already
        with self._running():
            maps = pixels.permute(2, 0, 1)[None].float().div_(255)
            return Encoded(self._running_network.encode(maps), inner_hw)

    def start(self, features: Encoded, masks: npt.NDArray[np.bool_]) -> State:
        """Make the states of N objects from their pixels."""
        shares = np.stack([_shares(one, features.inner_hw) for one in masks])
        with self._running():
            return self._running_network.initialise(features.features, self._padded(shares))

    def step(self, features: Encoded, states: State) -> Step:
        """Carry N objects to the next frame."""
        logits, after, found = self.step_with_signs(features, states)
        weights = self._network.presence
        if weights and after.kept[0]:
            with torch.inference_mode():
                logits[lost(states, self._presence_signs(after), weights)] = -CERTAIN
        levels = confidence(found, SINGLE if after.kept[0] else WITHOUT_MATCHES)
        levels = torch.where(logits.flatten(1).amax(1) > 0, levels, LOST)
        return Step(logits.cpu().numpy(), after, tuple(levels.tolist()))

    def step_with_signs(self, features: Encoded, states: State) -> tuple[Tensor, State, Tensor]:
        """Carry N objects to the next frame: logits (N, h, w), states, and signs of their worth."""
        matched = self._match(features, states)
        rows = self._shared_out(len(states))
        if len(rows) == 1:
            return self._carry(features, states, matched)
        parts = self._lines.each(
            lambda some: self._carry(
                features, states.select(some), None if matched is None else matched[some]
            ),
            rows,
        )
        logits, after, found = zip(*parts, strict=True)
        with torch.inference_mode():
            return torch.cat(logits), State.cat(after), torch.cat(found)

    def _match(self, features: Encoded, states: State) -> Tensor | None:
        network, frame = self._running_network, features.features

        def match(band: slice) -> Tensor | None:
            with self._running():
                return network.match(frame, states, band)

        found = self._lines.each(match, network.bands(frame, self._lines.n))
        parts = [part for part in found if part is not None]
        with torch.inference_mode():
            return torch.cat(parts, -2) if parts else None

    def _presence_signs(self, after: State) -> Tensor:
        def find(some: list[int]) -> Tensor:
            with torch.inference_mode():
                return presence_signs([after.kept[i] for i in some])

        return torch.cat(self._lines.each(find, self._shared_out(len(after))))

    def _shared_out(self, n: int) -> list[list[int]]:
        """Share n objects out to the lines."""
        half = n // self._lines.n
        return [rows for rows in (list(range(half)), list(range(half, n))) if rows]

    def _carry(
        self, features: Encoded, states: State, matched: Tensor | None
    ) -> tuple[Tensor, State, Tensor]:
        height, width = features.inner_hw
        with self._running():
            logits, after = self._running_network.carry(features.features, states, matched)
            found = signs(states, after)  # (N, 4)
            return logits[:, 0, :height, :width].float(), after, found

    def settle(self, states: State, scores: Scores) -> State:
        """Take merged scores as the mask of the frame just done."""
        with self._running():
            return self._running_network.settle(states, self._padded(scores))

    def join(self, states: Sequence[State]) -> State:
        """Return the states of all objects in one."""
        return states[0] if len(states) == 1 else State.cat(states)

    def memory(self, features: Encoded) -> Remembered:
        """Return what the network compares frames by."""
        return Remembered(self._running_network.memory(features.features), features.inner_hw)

    def recall(
        self,
        states: State,
        memory: Remembered,
        masks: npt.NDArray[np.bool_],
        indices: Sequence[int],
    ) -> State:
        """Let some objects be compared with a further frame in which they are given."""
        shares = np.stack([_shares(one, memory.inner_hw) for one in masks])
        with self._running():
            padded = self._padded(shares)
            return self._running_network.recall(states, memory.keys, padded, indices)

    def _inner_hw(self, hw: tuple[int, ...]) -> tuple[int, int]:
        """Return the size to which a frame is scaled, without padding."""
        if self._network.fixed_hw is not None:
            return self._network.fixed_hw
        height, width = hw[0], hw[1]
        short, long = sorted((height, width))
        scale = self._height / short
        if long > _OBLONG * short:
            scale = (_OBLONG * self._height**2 / (height * width)) ** 0.5
        scale = min(scale, _MOST_ENLARGED)
        return max(1, round(height * scale)), max(1, round(width * scale))

    def _pad(self, maps: Tensor) -> Tensor:
        """Repeat the last row and column up to the next multiple of the stride."""
        below, right = self._missing(maps.shape[-2:])
        return F.pad(maps, (0, right, 0, below), mode="replicate") if below or right else maps

    def _missing(self, hw: Sequence[int]) -> tuple[int, int]:
        """Return how many rows and columns are missing to the next multiple of the stride."""
        stride = self._network.stride
        return -hw[0] % stride, -hw[1] % stride

    def _padded(self, scores: Scores) -> Tensor:
        return self._pad(torch.from_numpy(scores).to(self._device)[:, None])  # (N, 1, h, w)

    def _running(self) -> ExitStack:
        """Enter what every call of the network runs in: no gradients, one result per input."""
        stack = ExitStack()
        stack.enter_context(torch.inference_mode())
        stack.enter_context(self._lines.one())
        if self._device.type == "cuda":
            stack.enter_context(torch.backends.cudnn.flags(benchmark=False, deterministic=True))
        if self._dtype != torch.float32:
            stack.enter_context(torch.autocast(self._device.type, self._dtype))
        return stack


def _shares(pixels: npt.NDArray[np.bool_], hw: tuple[int, int]) -> Scores:
    """Return how much of each cell an object has, (h, w) in [0, 1].

    An object too small to have half of any cell keeps its best one: it must not start as nothing.
    """
    shrinks = hw[0] < pixels.shape[0]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    whole = pixels.astype(np.float32)
    shares = np.asarray(cv2.resize(whole, (hw[1], hw[0]), interpolation=how), np.float32)
    most = shares.max()
    return shares / most if 0 < most < 0.5 else shares
