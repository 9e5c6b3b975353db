"""`s2s-lite`: the paper's four parts, small, with correspondence to earlier frames.

Initializer, Encoder, ConvLSTM and Decoder as in sequence-to-sequence video object segmentation (Xu
et al. 2018), and what HS2S (Azimi et al. 2021) adds to a plain recurrent network: each frame is
matched with the given frame (and a few further given or passed ones) and with the one before, and
what those masks say there goes into ConvLSTM and Decoder. Everything that does not depend on the
object is computed once per frame, in `encode`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

import msgspec
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

from vosgui.core.mask import Box
from vosgui.network.clip_matching import match_clips
from vosgui.network.int8 import Int8Conv
from vosgui.network.interface import Channels, Features, MemoryFrame, Pixels, State, VosNetwork
from vosgui.network.layers import (
    ConvLSTM,
    ConvNorm,
    Normalise,
    Trunk,
    mean_cells,
    resize,
    with_parts,
)
from vosgui.network.lite_decoder import CELL, Ahead, LiteDecoder, enlarged
from vosgui.network.lite_int8 import Int8ConvLSTM, Int8Trunk
from vosgui.network.matching import bands, match_memory
from vosgui.network.pretrained_int8 import Int8PretrainedTrunk
from vosgui.network.pretrained_trunk import MEAN, STD, PretrainedTrunk

_SHOWN = 0.5  # of a cell, in a frame that is kept
_SHARPEST = 60.0  # e to this power still fits float32, summed over any frame


class LiteConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes of `s2s-lite` and how it is run.

    trunk : of the Encoder: residual blocks, or EfficientNet-Lite0 with a feature pyramid
    encoder, initializer : channels at strides 2, 4, 8 and 16
    key : channels of the vectors that are matched
    hidden : channels of the ConvLSTM's states
    decoder : channels at strides 8, 4 and 2
    radius : reach of the match with the frame before, in cells of 8 pixels
    n_kept, keep_every : how many passed frames stay in memory beside the given one, and how far
        apart in frames they lie
    keep_above : the confidence of its mask above which a passed frame may stay
    norm : batch normalisation; folded into the convolutions of a model that ships
    default_height : height in pixels that frames are scaled to
    """

    trunk: Literal["residual", "efficientnet-lite0"] = "residual"
    encoder: tuple[Channels, Channels, Channels, Channels] = (24, 48, 96, 160)
    initializer: tuple[Channels, Channels, Channels, Channels] = (16, 32, 64, 96)
    key: Channels = 48
    hidden: Channels = 128
    decoder: tuple[Channels, Channels, Channels] = (96, 48, 24)
    radius: Annotated[int, msgspec.Meta(ge=0, le=64)] = 7
    n_kept: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    keep_every: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 5
    keep_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    norm: bool = True
    default_height: Pixels = 384


def _encoder(config: LiteConfig) -> tuple[Normalise, Trunk | PretrainedTrunk]:
    """Return what frames go through, and the trunk that takes them so."""
    if config.trunk == "residual":
        return Normalise(), Trunk(3, config.encoder, norm=config.norm)
    return Normalise(MEAN, STD), PretrainedTrunk(config.encoder, norm=config.norm)


class LiteNetwork(VosNetwork):
    """The network itself; `LiteConfig` says its sizes."""

    stride = 16
    takes_memory_frames = True

    def __init__(self, config: LiteConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or LiteConfig()
        self.default_height = config.default_height
        _, _, c8, c16 = config.encoder
        self.normalise, self.encoder = _encoder(config)
        self.to_encoder: nn.Module = self.normalise  # in 8-bit integers it may be nothing
        self.key = nn.Conv2d(c8, config.key, 1)
        self.tau = nn.Parameter(torch.tensor(10.0))
        self.initializer = Trunk(4, config.initializer, norm=config.norm)
        self.states = nn.Conv2d(config.initializer[3], 2 * config.hidden, 1)
        self.reduce = ConvNorm(4, 32, 3, 2, norm=config.norm)
        self.lstm = ConvLSTM(32, config.hidden, shared=c16)
        self.decoder = LiteDecoder(config.encoder, config.hidden, config.decoder, norm=config.norm)

    def encode(self, frame: Tensor) -> Features:
        """Encode frames, (B, 3, h, w), RGB, uint8 or float in [0, 1], once for all objects.

        The maps: key, the ConvLSTM's gates as far as they are shared, and what the trunk makes the
        Decoder's maps of, at strides 2, 4 and 8: it need not do that for the whole frame. In
        training it does: then they are what the Decoder needs of the frame.
        """
        *fine, at16 = self.encoder(self.to_encoder(frame))
        key = F.normalize(self.key(fine[2]).float(), dim=1)  # (B, key, h / 8, w / 8)
        gates = self.lstm.gates.ahead(at16)  # (B, 4 * hidden, h / 16, w / 16)
        return Features(frame, (key, gates, *(self._ahead(*fine) if self.training else fine)))

    def trunk_maps(self, frame: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return all of the trunk's maps, float (B, C, h / s, w / s) at strides 2, 4, 8 and 16."""
        *fine, at16 = self.encoder(self.to_encoder(frame))
        at2, at4, at8 = self.encoder.finish(*fine)
        return at2, at4, at8, at16

    def initialise(self, features: Features, masks: Tensor) -> State:
        """Make the state of N objects from their masks, float (N, 1, h, w) in [0, 1]."""
        n = len(masks)
        image = self.normalise(features.frame).expand(n, -1, -1, -1)  # (N, 3, h, w)
        at16 = self.initializer(torch.cat([image, masks * 2 - 1], 1))[3]  # (N, C, h / 16, w / 16)
        hidden, cell = F.relu(self.states(at16)).chunk(2, 1)  # (N, hidden, h / 16, w / 16)
        memory = tuple((one, one) for one in self._memory_frames(features, masks))
        return State(hidden, cell, masks, memory, (0,) * n)

    def bands(self, features: Features, n: int) -> list[slice]:
        """Cut a frame into at most n bands of whole tiles."""
        return bands(features.maps[0].shape[-2], n)

    def match(self, features: Features, state: State, band: slice = slice(None)) -> Tensor:
        """Return share and similarity, far and near: float (N, 4, rows, w / 8), see `matching`."""
        keys, tau = features.maps[0][..., band, :], self.tau.clamp(max=_SHARPEST)
        with torch.autocast(features.frame.device.type, enabled=False):
            if self.training:
                return match_clips(keys, state.memory, tau, self.config.radius)
            where = self.config.radius, band.start or 0
            return match_memory(keys, state.memory, tau, *where, sparse=not self.whole)

    def carry(
        self, features: Features, state: State, matched: Tensor | None
    ) -> tuple[Tensor, State]:
        """Carry N objects to a frame: logits, float (N, 1, h, w), and the state after it."""
        assert matched is not None
        _, gates, *fine = features.maps
        hidden, cell = self.lstm(self.reduce(matched), state.hidden, state.cell, gates)
        shares = torch.stack([frames[-1].value for frames in state.memory])  # (N, 1, h / 8, w / 8)
        carried = hidden, matched, state.mask, shares
        boxes: list[Box] = []
        if self.training or self.whole:
            ahead = fine if self.training else self._ahead(*fine)
            logits = resize(self.decoder(*carried, ahead).float(), features.frame)  # (N, 1, h, w)
            mask = torch.sigmoid(logits)
        else:
            half, boxes = self.decoder.in_boxes(*carried, fine, self._ahead)
            logits, mask, boxes = enlarged(half.float(), boxes)
        new = self._memory_frames(features, mask)
        memory = tuple(
            (*self._aged(frames, age), one)
            for frames, age, one in zip(state.memory, state.age, new, strict=True)
        )
        ages = tuple(age + 1 for age in state.age)
        return logits, State(hidden, cell, mask, memory, ages, tuple(boxes))

    def _ahead(self, *fine: Tensor) -> Ahead:
        """Compute what the Decoder needs of a frame, or of a part of it, for all objects."""
        return self.decoder.ahead(*self.encoder.finish(*fine))

    def commit(self, state: State, masks: Tensor) -> State:
        """Take masks, float (N, 1, h, w) in [0, 1], as those of the frame just done."""
        values = mean_cells(masks, CELL)  # (N, 1, h / 8, w / 8)
        memory = tuple(
            (*frames[:-1], frames[-1]._replace(value=value))
            for frames, value in zip(state.memory, values, strict=True)
        )
        return replace(state, mask=masks, memory=memory)

    def trust(self, state: State, confidence: Sequence[float]) -> State:
        """Take how good the masks of the frame just done are, (N,): bad ones are not kept."""
        memory = tuple(
            (*frames[:-1], frames[-1]._replace(confidence=one))
            for frames, one in zip(state.memory, confidence, strict=True)
        )
        return replace(state, memory=memory)

    def in_int8(self) -> LiteNetwork:
        """Return the network with integer convolutions, for inference alone; batch norm folded."""
        ranges = self.ranges
        if not ranges:
            return self
        trunk: Int8Trunk | Int8PretrainedTrunk
        if isinstance(self.encoder, Trunk):
            trunk = Int8Trunk(self.encoder, self.normalise, ranges)
        else:
            trunk = Int8PretrainedTrunk(self.encoder, self.normalise, ranges)
        grid2, grid4, grid8, grid16 = trunk.grids
        takes_pixels = isinstance(trunk, Int8PretrainedTrunk)
        return with_parts(
            self,
            to_encoder=nn.Identity() if takes_pixels else self.to_encoder,
            encoder=trunk,
            key=Int8Conv(self.key.weight, self.key.bias, grid8),
            lstm=Int8ConvLSTM(self.lstm.gates, ranges["reduce"], grid16),
            decoder=self.decoder.in_int8(ranges, (grid2, grid4, grid8)),
        )

    def memory_key(self, features: Features) -> Tensor:
        """Return the key of a frame, float (key, h / 8, w / 8)."""
        return features.maps[0][0]

    def add_memory_frame(
        self, state: State, key: Tensor, masks: Tensor, indices: Sequence[int]
    ) -> State:
        """Put a given frame before the last one, of the objects whose masks, float (n, 1, h, w)."""
        memory = list(state.memory)
        for i, value in zip(indices, mean_cells(masks, CELL), strict=True):
            memory[i] = (*memory[i][:-1], MemoryFrame(key, value, True), memory[i][-1])
        return replace(state, memory=tuple(memory))

    def _memory_frames(self, features: Features, masks: Tensor) -> list[MemoryFrame]:
        keys = list(features.maps[0].unbind()) * (len(masks) if len(features) == 1 else 1)
        values = mean_cells(masks, CELL)  # (N, 1, h / 8, w / 8)
        return [MemoryFrame(key, value) for key, value in zip(keys, values, strict=True)]

    def _aged(self, frames: tuple[MemoryFrame, ...], age: int) -> tuple[MemoryFrame, ...]:
        """Drop the frame before, or let it stay, now that another takes its place.

        One that shows nothing of the object would only tell of what it is not, and push others out;
        one whose mask is wrong would make the mistake last.
        """
        given, *others, previous = frames
        permanent = [one for one in others if one.is_permanent]
        passed = [one for one in others if not one.is_permanent]
        is_due = age and self.config.n_kept and age % self.config.keep_every == 0
        is_good = previous.confidence > self.config.keep_above
        if is_due and is_good and previous.value.max() >= _SHOWN:
            passed = [*passed, previous][-self.config.n_kept :]
        return (given, *permanent, *passed)
