"""A recurrent network as a propagator: device, number type and CPU streams around it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vosgui.core.clip import Frame
from vosgui.core.mask import Box, Pixels
from vosgui.engine.models.device import describe_device
from vosgui.engine.models.digest import weights_digest
from vosgui.engine.models.load import fill_network
from vosgui.engine.propagation.cpu_streams import CpuStreams
from vosgui.engine.propagation.network_input import NetworkInput, shares_of_cells
from vosgui.engine.propagation.on_device import DeviceStep, Fetched, sent
from vosgui.engine.propagation.propagator import LOST, Masks, Probs, Propagator, Step
from vosgui.network.confidence import (
    BLEND,
    OWN_SIGNS,
    SINGLE,
    WITHOUT_MATCHES,
    confidence,
    signs,
)
from vosgui.network.interface import CERTAIN, Features, State, VosNetwork
from vosgui.network.object_presence import object_presence


@dataclass(frozen=True)
class Encoded:
    """A frame's features, and its size as the network saw it, without padding."""

    features: Features
    inner_hw: tuple[int, int]


@dataclass(frozen=True)
class Prepared:
    """A frame as it goes to the network: uint8 (h, w, 3), padded, and its size without padding."""

    pixels: Frame
    inner_hw: tuple[int, int]


MemoryKey = tuple[Tensor, tuple[int, int]]  # a frame's key, and its size without padding


class NetworkPropagator(Propagator):
    """A network that is loaded and on its device.

    network : the network itself, in float32. in_int8 : whether it runs in 8-bit integers where the
        network has such a form. where : its device, and the type of its floating-point numbers.
    dtype : torch.int8 counts where the network has such a form, else it is float32.
    height : to which the shorter side of a frame is scaled; None for the network's own.
    stays_there : whether whole frames are computed and masks decided on where the network runs,
        without a wait in between; None: on CUDA.
    """

    def __init__(
        self,
        network: VosNetwork,
        name: str,
        device: torch.device | None = None,
        dtype: torch.dtype = torch.float32,
        height: int | None = None,
        stays_there: bool | None = None,
    ) -> None:
        self._device = device or torch.device("cpu")
        self.in_int8 = dtype == torch.int8
        self._dtype = torch.float32 if self.in_int8 else dtype
        self.where = self._device, self._dtype
        self.input = NetworkInput(
            height or network.default_height, network.stride, network.fixed_hw
        )
        self.takes_memory_frames = network.takes_memory_frames
        self.stays_there = self._device.type == "cuda" if stays_there is None else stays_there
        # a frame is encoded in one stream while another is stepped in the other
        self._streams = CpuStreams(self._device)
        self.encodes_in_parallel = self._streams.n > 1
        self.name = name
        self._take(network)
        is_int8 = self._running_network is not network
        self.device = describe_device(self._device, dtype if is_int8 else self._dtype)

    def _take(self, network: VosNetwork) -> None:
        self.network = network.eval()
        network.whole = self.stays_there
        self.blend_weights = network.confidence.get("blend", BLEND)
        self._running_network = self.network.in_int8() if self.in_int8 else self.network

    def digest(self) -> str:
        """Return what tells these weights from others."""
        return weights_digest(self.network.state_dict(), torch.float32)

    def with_tensors(self, tensors: Mapping[str, Tensor], name: str) -> NetworkPropagator:
        """Return another propagator with some weights, float (O, I, k, k), in place of these.

        Raises ModelError where one of them does not belong to the network.
        """
        network = copy.deepcopy(self.network)
        fill_network(network, {**network.state_dict(), **tensors}, Path(name))
        made = copy.copy(self)
        made.name = name
        made._take(network)
        return made

    def encode(self, frame: Frame) -> Encoded:
        """Scale, pad and encode a frame, uint8 (H, W, 3) RGB."""
        return self.encode_prepared(self.prepare(frame))

    def prepare(self, frame: Frame) -> Prepared:
        """Scale and pad a frame, uint8 (H, W, 3) RGB."""
        with self._streams.one():
            return Prepared(self.input.scaled(frame), self.input.inner_hw(frame.shape))

    def encode_prepared(self, prepared: Prepared) -> Encoded:
        """Encode a frame that is scaled and padded."""
        pixels = sent(prepared.pixels, self._device)  # (h, w, 3)
        with self._running():
            maps = pixels.permute(2, 0, 1)[None]  # (1, 3, h, w)
            return Encoded(self._running_network.encode(maps), prepared.inner_hw)

    def start(self, features: Encoded, masks: Masks) -> State:
        """Make the states of N objects from their pixels, bool (N, H, W)."""
        with self._running():
            cells = self._cells_of(masks, features.inner_hw)
            return self._running_network.initialise(features.features, cells)

    def step(self, features: Encoded, states: State) -> Step:
        """Carry N objects to the next frame."""
        # What is left to do here is little: two threads would mostly wait for each other.
        with torch.inference_mode(), self._streams.one():
            logits, after, found = self.step_with_signs(features, states)
            lost = self._lost(logits, after, found)
            levels = self._levels(logits, after, found)
            told, boxes = levels.tolist(), _inside(after.boxes, features.inner_hw)
            states = self.network.trust(after, told)
            return Step(logits.cpu().numpy(), states, tuple(told), lost, boxes)

    def step_there(self, features: Encoded, states: State) -> DeviceStep:
        """Carry N objects to the next frame, and leave everything where it is."""
        network = self._running_network
        with self._running():
            matched = network.match(features.features, states)
            logits, after, found = self._carry(features, states, matched)
            gone = torch.zeros(len(logits), dtype=torch.bool, device=logits.device)
            if self.network.object_presence and after.memory[0]:
                own = found[:, len(OWN_SIGNS) :]
                gone = object_presence(own, self.network.object_presence) < 0
            shown = logits.masked_fill(gone[:, None, None], -CERTAIN)
            levels = self._levels(shown, after, found)
            states = network.trust(after, levels.unbind())  # type: ignore[arg-type]
            return DeviceStep(shown, logits, gone, levels, states)

    def commit_there(self, step: DeviceStep, others: Probs | None) -> State:
        """Take what was decided as the masks of the frame done.

        others : float32 (h, w), what belongs to others for certain
        """
        with self._running():
            shares = self.input.padded_maps(step.shares(others))
            return self._running_network.commit(step.states, shares)

    def fetch(
        self, step: DeviceStep, ids: Sequence[int], hw: tuple[int, int], fixed: Pixels | None
    ) -> Fetched:
        """Have a mask, uint8 (H, W), and confidence brought back, as `DeviceStep.fetch` does.

        fixed : bool (H, W), pixels of others
        """
        with self._running():
            return step.fetch(ids, hw, fixed)

    def _levels(self, logits: Tensor, after: State, found: Tensor) -> Tensor:
        """Return the confidence of masks, float32 (N,), from their signs, (N, 5 or 8)."""
        unmeasured = SINGLE if after.memory[0] else WITHOUT_MATCHES
        weights = self.network.confidence.get("single", unmeasured)
        return torch.where(logits.amax((1, 2)) > 0, confidence(found, weights), LOST)

    def _lost(self, logits: Tensor, after: State, found: Tensor) -> dict[int, Probs]:
        """Empty, in place, the logits of objects whose masks show something else; return what was.

        Such an object's state goes on from its mask: if it was taken for gone wrongly, or comes
        back where it went, it is shown again.
        """
        weights = self.network.object_presence
        if not weights or not after.memory[0]:
            return {}
        gone = object_presence(found[:, len(OWN_SIGNS) :], weights) < 0
        rows = gone.nonzero()[:, 0].tolist()
        kept = {row: logits[row].cpu().numpy().copy() for row in rows}
        logits[gone] = -CERTAIN
        return kept

    def step_with_signs(self, features: Encoded, states: State) -> tuple[Tensor, State, Tensor]:
        """Carry N objects to the next frame: logits, states, and signs of their worth.

        Logits are float32 (N, h, w), signs float32 (N, 5 or 8): see network/confidence.py.
        """
        matched = self._match(features, states)
        rows = self._shared_out(len(states))
        if len(rows) == 1:
            return self._carry(features, states, matched)
        parts = self._streams.map(
            lambda some: self._carry(
                features, states.select(some), None if matched is None else matched[some]
            ),
            rows,
        )
        logits, after, found = zip(*parts, strict=True)
        with torch.inference_mode():
            return torch.cat(logits), State.concat(after), torch.cat(found)

    def commit(self, states: State, probs: Probs) -> State:
        """Take aggregated probabilities, float32 (N, h, w), as the masks of the frame just done."""
        with self._running():
            return self._running_network.commit(states, self.input.padded(probs, self._device))

    def concat(self, states: Sequence[State]) -> State:
        """Return the states of all objects in one."""
        return states[0] if len(states) == 1 else State.concat(states)

    def memory_key(self, features: Encoded) -> MemoryKey:
        """Return what the network matches frames by."""
        return self._running_network.memory_key(features.features), features.inner_hw

    def add_memory_frame(
        self, states: State, key: MemoryKey, masks: Masks, indices: Sequence[int]
    ) -> State:
        """Let some objects be matched with a further frame, masks bool (n, H, W)."""
        tensor, inner_hw = key
        with self._running():
            cells = self._cells_of(masks, inner_hw)
            return self._running_network.add_memory_frame(states, tensor, cells, indices)

    def _match(self, features: Encoded, states: State) -> Tensor | None:
        network, frame = self._running_network, features.features

        def match(band: slice) -> Tensor | None:
            with self._running():
                return network.match(frame, states, band)

        found = self._streams.map(match, network.bands(frame, self._streams.n))
        parts = [part for part in found if part is not None]
        with torch.inference_mode():
            return torch.cat(parts, -2) if parts else None

    def _carry(
        self, features: Encoded, states: State, matched: Tensor | None
    ) -> tuple[Tensor, State, Tensor]:
        height, width = features.inner_hw
        with self._running():
            logits, after = self._running_network.carry(features.features, states, matched)
            found = signs(states, after, whole=self.stays_there)  # (N, 5 or 8)
            return logits[:, 0, :height, :width].float(), after, found

    def _shared_out(self, n: int) -> list[list[int]]:
        """Share n objects out to the streams."""
        half = n // self._streams.n
        return [rows for rows in (list(range(half)), list(range(half, n))) if rows]

    def _cells_of(self, masks: Masks, inner_hw: tuple[int, int]) -> Tensor:
        """Return N objects' shares of the network's cells, float32 (N, 1, h, w), padded."""
        shares = np.stack([shares_of_cells(one, inner_hw) for one in masks])
        return self.input.padded(shares, self._device)

    def _running(self) -> ExitStack:
        """Enter what every call of the network runs in: no gradients, one result per input."""
        stack = ExitStack()
        stack.enter_context(torch.inference_mode())
        stack.enter_context(self._streams.one())
        if self._device.type == "cuda":
            stack.enter_context(torch.backends.cudnn.flags(benchmark=False, deterministic=True))
        if self._dtype != torch.float32:
            stack.enter_context(torch.autocast(self._device.type, self._dtype))
        return stack


def _inside(boxes: Sequence[Box], hw: tuple[int, int]) -> list[Box] | None:
    """Return what of some boxes lies within a frame without its padding; None where none is known.

    hw : of the frame, without padding
    """
    cut = [Box(one.y, one.x, min(one.h, hw[0] - one.y), min(one.w, hw[1] - one.x)) for one in boxes]
    return cut or None
