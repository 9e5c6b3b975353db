"""`s2s-lite` in 8-bit integers: trunks, the ConvLSTM's gates and most of the Decoder.

The maps of the Encoder stay levels from one convolution to the next. What belongs to an object
stays float32 (its states above all) and is rounded at each convolution. Matching, and the
convolutions of or to a few channels, stay float32 altogether.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

from vosgui.network.int8 import Grid, Int8Conv, Quantised
from vosgui.network.layers import ConvNorm, Normalise, Residual, Trunk, concat_channels, resize

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
    largest : of the maps; what is above counts as that. Shares reach to 1.
    """

    def __init__(self, largest: float) -> None:
        super().__init__()
        self._grids = Grid.between(0, largest), Grid.between(0, 1)

    def forward(self, maps: Tensor, like: Tensor, *shares: Tensor) -> Tensor:
        """Return levels, uint8 (N, C + c, h, w), of float32 (N, C, ...) and (N, c, ...) each."""
        of_maps, of_shares = self._grids
        places = [of_maps.places_of(maps), *map(of_shares.places_of, shares)]
        return concat_channels(*(resize(one, like).to(torch.uint8) for one in places))


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
        cells = maps.permute(0, 2, 3, 1).flatten(1, 2)  # (N, h * w, C)
        taps = self._taps @ cells.mT  # (N, 9, h * w)
        return F.fold(taps, maps.shape[-2:], 3, padding=1).add_(self._bias)  # (N, 1, h, w)


def int8_conv(layer: ConvNorm, source: Grid) -> Int8Conv:
    """Return a layer's convolution, of levels of a grid; batch norm folded."""
    conv = layer.conv
    return Int8Conv(conv.weight, conv.bias, source, conv.stride[0], conv.groups)


def frame_grid(normalise: Normalise) -> Grid:
    """Return the grid of frames in [0, 1] once they are normalised."""
    ends = torch.stack([normalise(torch.full((1, 3, 1, 1), end)) for end in (0.0, 1.0)])
    return Grid.between(float(ends.min()), float(ends.max()))
