"""`s2s-lite` in 8-bit integers: trunks, the ConvLSTM's gates and most of the Decoder.

The maps of the Encoder stay levels from one convolution to the next. What belongs to an object
stays float32 (its states above all) and is rounded at each convolution. Matching, and the
convolutions of or to a few channels, stay float32 altogether.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vosgui.network.int8 import Grid, Int8Conv, Int8SplitConv, Quantised
from vosgui.network.layers import (
    CELL_LIMIT,
    ConvNorm,
    Normalise,
    Residual,
    SplitConv,
    Trunk,
    next_states,
    resize,
)

Ranges = Mapping[str, float]


class Int8Trunk(nn.Module):
    """`layers.Trunk` of a normalised frame; maps come as levels.

    grids : those of its four outputs
    """

    def __init__(self, trunk: Trunk, normalise: Normalise, ranges: Ranges) -> None:
        super().__init__()
        self._frame = frame_grid(normalise)
        self._stride2 = int8_conv(trunk.stride2, self._frame)
        self._grid2 = grid = Grid.between(0, ranges["encoder.stride2"])
        self.stages = nn.ModuleList()
        for name in ("stride4", "stride8", "stride16"):
            stage = nn.Sequential()
            for path, block in getattr(trunk, name).named_modules(prefix=f"encoder.{name}"):
                if isinstance(block, Residual):
                    made = Int8Residual(block, grid, path, ranges)
                    stage.append(made)
                    grid = made.grid
            self.stages.append(stage)

    @property
    def grids(self) -> tuple[Grid, ...]:
        """Return the grids of the outputs."""
        return self._grid2, *(stage[-1].grid for stage in self.stages)  # type: ignore[index]

    def forward(self, maps: Tensor) -> tuple[Tensor, ...]:
        """Return the levels of each stage, uint8 (B, C, h / s, w / s), of a frame, (B, 3, h, w)."""
        outputs = [self._stride2.to_levels(self._frame.levels_of(maps), self._grid2, relu=True)]
        for stage in self.stages:
            outputs.append(stage(outputs[-1]))
        return tuple(one.levels for one in outputs)

    def finish(self, at2: Tensor, at4: Tensor, at8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the maps at strides 2, 4 and 8, uint8 (B, C, h / s, w / s), of their parts."""
        return at2, at4, at8


class Int8Residual(nn.Module):
    """`layers.Residual` from levels to levels, those of `grid`."""

    def __init__(self, block: Residual, source: Grid, name: str, ranges: Ranges) -> None:
        super().__init__()
        self.grid = Grid.between(0, ranges[name])
        self._between = Grid.between(0, ranges[f"{name}.first"])
        self._first = int8_conv(block.first, source)
        self._second = int8_conv(block.second, self._between)
        self._stride = block.stride
        self._direct = self._grid_direct = None
        if block.direct is not None:
            largest = ranges[f"{name}.direct"]
            self._direct = int8_conv(block.direct, source)
            self._grid_direct = Grid.between(-largest, largest)

    def forward(self, maps: Quantised) -> Quantised:
        """Return levels, uint8 (B, n_out, h / stride, w / stride), of uint8 (B, n_in, h, w)."""
        if self._direct is None or self._grid_direct is None:
            direct = Quantised(maps.levels.clone(), maps.grid)
        else:
            some = maps.levels[..., :: self._stride, :: self._stride]
            some = some.contiguous(memory_format=torch.channels_last)
            direct = self._direct.to_levels(some, self._grid_direct, relu=False)
        first = self._first.to_levels(maps.levels, self._between, relu=True)
        return self._second.add_to(direct, first.levels, self.grid)


class Int8Join(nn.Module):
    """`layers.Join` to levels, uint8.

    Values are scaled and clipped while they are few: bilinear, what is enlarged stays in between.
    largest : of the maps, and of the shares; what is above counts as that
    """

    def __init__(self, largest: float, of_shares: float = 1.0) -> None:
        super().__init__()
        self._grids = Grid.between(0, largest), Grid.between(0, of_shares)

    def forward(self, maps: Tensor, like: Tensor, *shares: Tensor) -> Tensor:
        """Return levels, uint8 (N, C + c, h, w), of float32 (N, C, ...) and (N, c, ...) each."""
        of_maps, of_shares = self._grids
        places = [of_maps.places_of(maps), *map(of_shares.places_of, shares)]
        n_channels = sum(one.shape[1] for one in places)
        joined = torch.empty(len(maps), *like.shape[-2:], n_channels, dtype=torch.uint8)
        # Cut to whole numbers on their way there; numpy does it in half of torch's time.
        into, first = joined.numpy(), 0
        for one in places:
            last = first + one.shape[1]
            into[..., first:last] = resize(one, like).permute(0, 2, 3, 1).numpy()
            first = last
        return joined.permute(0, 3, 1, 2)


class Int8ConvLSTM(nn.Module):
    """`layers.ConvLSTM`, one object after the other: what one needs stays in the cache.

    largest : of the maps that come in
    """

    def __init__(self, gates: SplitConv, largest: float, source: Grid) -> None:
        super().__init__()
        n_hidden = gates.out_channels // 4
        n_maps = gates.in_channels - gates.shared - n_hidden
        reach = torch.tensor([largest] * n_maps + [CELL_LIMIT] * n_hidden)
        self._join = Int8Join(largest, CELL_LIMIT)  # a state is at most its cell
        self.gates = Int8SplitConv(gates.weight, gates.bias, reach, source)

    def forward(
        self, maps: Tensor, hidden: Tensor, cell: Tensor, ahead: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the next hidden and cell as `ConvLSTM`, float32 (N, n_hidden, h, w)."""
        levels = self._join(maps, hidden, hidden)  # (N, n_in + n_hidden, h, w)
        shared = ahead.expand(len(maps), -1, -1, -1)
        rows = [slice(i, i + 1) for i in range(len(maps))]
        done = [next_states(self.gates(levels[i], shared[i]), cell[i]) for i in rows]
        hiddens, cells = zip(*done, strict=True)
        return torch.cat(hiddens), torch.cat(cells)


class ConvToOne(nn.Module):
    """A 3x3 convolution of float maps to one channel, as nine products that are shifted and summed.

    The same up to rounding; oneDNN, made for many channels, needs three times as long.
    """

    def __init__(self, layer: nn.Conv2d) -> None:
        super().__init__()
        assert layer.weight.shape[0] == 1 and layer.bias is not None
        self._taps = layer.weight.detach()[0].flatten(1).flip(1).t().contiguous()  # (9, C)
        self._bias = layer.bias.detach()

    def forward(self, maps: Tensor) -> Tensor:
        """Return float (N, 1, h, w) of float (N, C, h, w)."""
        height, width = maps.shape[-2:]
        cells = maps.permute(0, 2, 3, 1).flatten(1, 2)  # (N, h * w, C)
        taps = (self._taps @ cells.mT).view(-1, 9, height, width)
        total = taps.new_zeros(len(maps), height + 2, width + 2)
        # As `fold`, which takes five times as long; numpy cuts views faster than torch.
        into = total.numpy()
        for i, tap in enumerate(taps.numpy().swapaxes(0, 1)):
            y, x = divmod(i, 3)
            into[:, y : y + height, x : x + width] += tap
        return total[:, None, 1:-1, 1:-1] + self._bias  # (N, 1, h, w)


def int8_conv(layer: ConvNorm, source: Grid) -> Int8Conv:
    """Return a layer's convolution, of levels of a grid; batch norm folded."""
    conv = layer.conv
    return Int8Conv(conv.weight, conv.bias, source, conv.stride[0], conv.groups)


def frame_grid(normalise: Normalise) -> Grid:
    """Return the grid of frames in [0, 1] once they are normalised."""
    ends = torch.stack([normalise(torch.full((1, 3, 1, 1), end)) for end in (0.0, 1.0)])
    return Grid.between(float(ends.min()), float(ends.max()))
