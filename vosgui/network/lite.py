"""`s2s-lite`: the paper's four parts, small, with correspondence to earlier frames.

Initializer, Encoder, ConvLSTM and Decoder as in sequence-to-sequence video object segmentation (Xu
et al. 2018), and what HS2S (Azimi et al. 2021) adds to a plain recurrent network: each frame is
matched with the given frame (and a few further given or kept ones) and with the one before, and
what those masks say there goes into ConvLSTM and Decoder. Everything that does not depend on the
object is computed once per frame, in `encode`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

from vosgui.network.int8 import Grid
from vosgui.network.interface import CERTAIN, Features, Kept, State, VosNetwork
from vosgui.network.layers import CELL_LIMIT, ConvLSTM, ConvNorm, Normalise, Trunk, join, resize
from vosgui.network.lite_int8 import (
    ConvToOne,
    Int8ConvLSTM,
    Int8ConvNorm,
    Int8Pointwise,
    Int8Trunk,
)
from vosgui.network.matching import bands, groups, read, read_near

_CELL = 8  # stride of the matching, in pixels
# An object is decoded where matching or its last mask gives it more than this, and two cells of 16
# pixels around it; elsewhere its logit is -CERTAIN. Cost then goes with the object's size. The
# ConvLSTM runs everywhere: with states that stood still, a ball that had passed behind a tree was
# not found again (soccerball's J fell from 84.7 to 7.7).
_UNLIKELY = 0.25
_MARGIN = 2
_SMALLEST = 6  # cells of a box each way: integer convolutions of fewer are slow
_SHARPEST = 60.0  # e to this power still fits float32, summed over any frame


class LiteConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes of `s2s-lite` and how it is run.

    encoder, initializer : channels at strides 2, 4, 8 and 16
    key : channels of the vectors that are matched
    hidden : channels of the ConvLSTM's states
    decoder : channels at strides 8, 4 and 2
    radius : reach of the match with the frame before, in cells of 8 pixels
    n_kept, keep_every : how many earlier frames beside the given one are matched, and how far
        apart in frames they lie
    norm : batch normalisation; folded into the convolutions of a model that ships
    default_height : height in pixels that frames are scaled to
    """

    encoder: tuple[int, int, int, int] = (24, 48, 96, 160)
    initializer: tuple[int, int, int, int] = (16, 32, 64, 96)
    key: int = 48
    hidden: int = 128
    decoder: tuple[int, int, int] = (96, 48, 24)
    radius: int = 7
    n_kept: int = 0
    keep_every: int = 5
    norm: bool = True
    default_height: int = 384


class Decoder(nn.Module):
    """From the hidden state to logits at half size, past the encoder's maps and the matches."""

    def __init__(self, config: LiteConfig) -> None:
        super().__init__()
        c2, c4, c8, _ = config.encoder
        d8, d4, d2 = config.decoder
        norm = config.norm
        self.hidden = ConvNorm(config.hidden, c8, norm=norm)
        self.match8 = ConvNorm(c8 + 5, d8, norm=norm, shared=c8)
        self.out8 = ConvNorm(d8, 64, norm=norm)
        self.match4 = ConvNorm(64 + 1, d4, norm=norm, shared=c4)
        self.out4 = ConvNorm(d4, 32, norm=norm)
        self.match2 = ConvNorm(32 + 1, d2, norm=norm, shared=c2)
        self.logits = nn.Conv2d(d2, 1, 3, padding=1)

    def ahead(self, at2: Tensor, at4: Tensor, at8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Compute what does not depend on the object."""
        return self.match2.ahead(at2), self.match4.ahead(at4), self.match8.ahead(at8)

    def forward(
        self, hidden: Tensor, matched: Tensor, mask: Tensor, ahead: tuple[Tensor, Tensor, Tensor]
    ) -> Tensor:
        ahead2, ahead4, ahead8 = ahead
        near = matched[:, 2:3]
        maps = resize(self.hidden(hidden), ahead8)
        maps = join(maps, matched, F.avg_pool2d(mask, _CELL))
        maps = self.out8(self.match8(maps, ahead8))  # (N, 64, h / 8, w / 8)
        maps = join(resize(maps, ahead4), resize(near, ahead4))
        maps = self.out4(self.match4(maps, ahead4))  # (N, 32, h / 4, w / 4)
        maps = join(resize(maps, ahead2), F.avg_pool2d(mask, 2))
        return self.logits(self.match2(maps, ahead2))  # type: ignore[no-any-return]

    def in_int8(self, ranges: Mapping[str, float], grids: tuple[Grid, Grid, Grid]) -> Decoder:
        """Return the Decoder with integer convolutions. grids : of the maps at 2, 4 and 8."""
        made = copy.copy(self)
        made._modules = dict(self._modules)
        grid2, grid4, grid8 = grids
        for name, before, n_shares, grid in (
            ("match8", "hidden", 5, grid8),
            ("match4", "out8", 1, grid4),
            ("match2", "out4", 1, grid2),
            ("out8", "match8", 0, None),
            ("out4", "match4", 0, None),
        ):
            layer, largest = getattr(self, name), ranges[f"decoder.{before}"]
            setattr(made, name, Int8ConvNorm(layer, largest, n_shares, grid))
        made.logits = ConvToOne(self.logits)  # type: ignore[assignment]
        return made


class LiteNetwork(VosNetwork):
    """The network itself; `LiteConfig` says its sizes."""

    stride = 16
    recalls = True

    def __init__(self, config: LiteConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or LiteConfig()
        self.default_height = config.default_height
        _, _, c8, c16 = config.encoder
        self.normalise = Normalise()
        self.encoder = Trunk(3, config.encoder, norm=config.norm)
        self.key = nn.Conv2d(c8, config.key, 1)
        self.tau = nn.Parameter(torch.tensor(10.0))
        self.initializer = Trunk(4, config.initializer, norm=config.norm)
        self.states = nn.Conv2d(config.initializer[3], 2 * config.hidden, 1)
        self.reduce = ConvNorm(4, 32, 3, 2, norm=config.norm)
        self.lstm = ConvLSTM(32, config.hidden, shared=c16)
        self.decoder = Decoder(config)

    def encode(self, frame: Tensor) -> Features:
        at2, at4, at8, at16 = self.encoder(self.normalise(frame))
        key = F.normalize(self.key(at8).float(), dim=1)  # (B, key, h / 8, w / 8)
        ahead = self.decoder.ahead(at2, at4, at8)
        return Features(frame, (key, self.lstm.ahead(at16), *ahead))

    def initialise(self, features: Features, masks: Tensor) -> State:
        n = len(masks)
        image = self.normalise(features.frame).expand(n, -1, -1, -1)
        at16 = self.initializer(torch.cat([image, masks * 2 - 1], 1))[3]
        hidden, cell = F.relu(self.states(at16)).chunk(2, 1)  # (N, hidden, h / 16, w / 16)
        kept = tuple((one, one) for one in self._keep(features, masks))
        return State(hidden, cell, masks, kept, (0,) * n)

    def bands(self, features: Features, n: int) -> list[slice]:
        return bands(features.maps[0].shape[-2], n)

    def match(self, features: Features, state: State, band: slice = slice(None)) -> Tensor:
        """Return (N, 4, h / 8, w / 8): share and similarity, in kept frames and the one before."""
        with torch.autocast(features.frame.device.type, enabled=False):
            return self._match(features, state, band)

    def carry(
        self, features: Features, state: State, matched: Tensor | None
    ) -> tuple[Tensor, State]:
        assert matched is not None
        _, gates, *ahead = features.maps
        hidden, cell = self.lstm(self.reduce(matched), state.hidden, state.cell, gates)
        half = self._decode(hidden, matched, state.mask, (ahead[0], ahead[1], ahead[2]))
        logits = resize(half.float(), features.frame)  # (N, 1, h, w)
        scores = torch.sigmoid(logits)
        kept = tuple(
            (*self._remember(old, age), new)
            for old, age, new in zip(
                state.kept, state.age, self._keep(features, scores), strict=True
            )
        )
        return logits, State(hidden, cell, scores, kept, tuple(age + 1 for age in state.age))

    def _decode(
        self, hidden: Tensor, matched: Tensor, mask: Tensor, ahead: tuple[Tensor, Tensor, Tensor]
    ) -> Tensor:
        """Decode (N, 1, h / 2, w / 2): all of it in training, else each object where it may be."""
        if self.training:
            return self.decoder(hidden, matched, mask, ahead)  # type: ignore[no-any-return]
        likely = torch.maximum(matched[:, [0, 2]].amax(1), F.avg_pool2d(mask, _CELL)[:, 0])
        half = hidden.new_full((len(hidden), 1, *ahead[0].shape[-2:]), -CERTAIN)
        for i, box in enumerate(_boxes(likely.float(), (hidden.shape[-2], hidden.shape[-1]))):
            if box is None:
                continue
            one = slice(i, i + 1)
            frame = one if len(ahead[0]) > 1 else slice(0, 1)
            crops = tuple(
                _crop(part[frame], box, 16 // s) for part, s in zip(ahead, (2, 4, 8), strict=True)
            )
            parts = (_crop(hidden[one], box, 1), _crop(matched[one], box, 2))
            _crop(half[one], box, 8).copy_(self.decoder(*parts, _crop(mask[one], box, 16), crops))
        return half

    def settle(self, state: State, masks: Tensor) -> State:
        values = F.avg_pool2d(masks, _CELL)
        kept = tuple(
            (*old[:-1], Kept(old[-1].key, value))
            for old, value in zip(state.kept, values, strict=True)
        )
        return State(state.hidden, state.cell, masks, kept, state.age)

    def in_int8(self) -> LiteNetwork:
        """Return the network with integer convolutions, for inference alone; batch norm folded."""
        ranges = self.ranges
        if not ranges:
            return self
        made = copy.copy(self)
        made._modules = dict(self._modules)  # parts are replaced, and those that stay are shared
        made.encoder = trunk = Int8Trunk(self.encoder, self.normalise, ranges)  # type: ignore[assignment]
        grid2, grid4, grid8, grid16 = trunk.grids
        made.key = Int8Pointwise(self.key, grid8)  # type: ignore[assignment]
        hidden = CELL_LIMIT  # a state is at most its cell
        made.lstm = Int8ConvLSTM(self.lstm, grid16, ranges["reduce"], hidden)  # type: ignore[assignment]
        made.decoder = self.decoder.in_int8(ranges, (grid2, grid4, grid8))
        return made

    def memory(self, features: Features) -> Tensor:
        return features.maps[0][0]  # (key, h / 8, w / 8)

    def recall(self, state: State, memory: Tensor, masks: Tensor, indices: Sequence[int]) -> State:
        kept = list(state.kept)
        for i, value in zip(indices, F.avg_pool2d(masks, _CELL), strict=True):
            kept[i] = (*kept[i][:-1], Kept(memory, value, is_recalled=True), kept[i][-1])
        return replace(state, kept=tuple(kept))

    def _keep(self, features: Features, masks: Tensor) -> list[Kept]:
        keys = list(features.maps[0].unbind()) * (len(masks) if len(features) == 1 else 1)
        return [Kept(k, v) for k, v in zip(keys, F.avg_pool2d(masks, _CELL), strict=True)]

    def _remember(self, kept: tuple[Kept, ...], age: int) -> tuple[Kept, ...]:
        """Drop or keep the frame before, now that another takes its place."""
        given, *others, previous = kept
        recalled = [one for one in others if one.is_recalled]
        passed = [one for one in others if not one.is_recalled]
        if age and self.config.n_kept and age % self.config.keep_every == 0:
            passed = [*passed, previous][-self.config.n_kept :]
        return (given, *recalled, *passed)

    def _match(self, features: Features, state: State, band: slice) -> Tensor:
        keys, tau = features.maps[0][..., band, :], self.tau.clamp(max=_SHARPEST)
        shared = len(features) == 1
        seen = [(0 if shared else i, *_owner(kept)) for i, kept in enumerate(state.kept)]
        rows: dict[int, Tensor] = {}
        for indices in groups(seen):
            query = keys[0 if shared else indices[0]]
            kept = [state.kept[i] for i in indices]
            far_keys = torch.cat([k.key.flatten(1) for k in kept[0][:-1]], 1)  # (C, M)
            far = torch.stack(
                [torch.cat([k.value.flatten() for k in one[:-1]]) for one in kept], 1
            )  # (M, n)
            near = torch.cat([one[-1].value for one in kept])  # (n, h / 8, w / 8)
            found, best = read(query, far_keys, far.float(), tau)
            found_near, best_near = read_near(
                query, kept[0][-1].key, near.float(), tau, self.config.radius, band.start or 0
            )
            for i, one, one_near in zip(indices, found, found_near, strict=True):
                rows[i] = torch.cat([one[None], best, one_near[None], best_near])
        return torch.stack([rows[i] for i in range(len(state))])


_Box = tuple[int, int, int, int]  # top, bottom, left, right, in cells of 16 pixels


def _boxes(likely: Tensor, hw: tuple[int, int]) -> list[_Box | None]:
    """Return for each object the box outside which it cannot be, or None where it is nowhere.

    likely : (N, h / 8, w / 8), the highest score that matching and the last mask give
    """
    cells = F.max_pool2d(likely[:, None], 2)[:, 0] > _UNLIKELY  # (N, h / 16, w / 16)
    boxes: list[_Box | None] = []
    for rows, columns in zip(cells.any(2).tolist(), cells.any(1).tolist(), strict=True):
        if not any(rows):
            boxes.append(None)
            continue
        spans = []
        for hits, size in ((rows, hw[0]), (columns, hw[1])):
            first, last = hits.index(True), size - 1 - hits[::-1].index(True)
            stop = min(size, max(last + 1 + _MARGIN, first - _MARGIN + _SMALLEST))
            spans += [max(0, min(first - _MARGIN, stop - _SMALLEST)), stop]
        boxes.append((spans[0], spans[1], spans[2], spans[3]))
    return boxes


def _crop(maps: Tensor, box: _Box, scale: int) -> Tensor:
    top, bottom, left, right = (side * scale for side in box)
    return maps[..., top:bottom, left:right]


def _owner(kept: tuple[Kept, ...]) -> tuple[int, ...]:
    """Tell the frames an object keeps, by where their keys lie in memory."""
    return tuple(one.key.data_ptr() for one in kept)
