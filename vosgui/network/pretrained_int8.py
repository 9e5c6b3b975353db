"""The trunk that has seen ImageNet in 8-bit integers, its depthwise convolutions too.

All maps stay levels; only what goes down the pyramid is a float on its way to the next finer size.
Values below zero need a zero of their own (the narrow maps between blocks), so those of a pyramid's
step, some below zero and some not, share the zero of the ones that are.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vosgui.network.int8 import Grid, Int8Conv, Quantised
from vosgui.network.layers import ConvNorm, Normalise, concat_channels, resize
from vosgui.network.lite_int8 import frame_grid, int8_conv
from vosgui.network.pretrained_trunk import InvertedResidual, PretrainedTrunk

Ranges = Mapping[str, float]


class Int8PretrainedTrunk(nn.Module):
    """`PretrainedTrunk` of a frame; maps come as levels.

    Every channel is normalised alike, so the levels of a frame are its pixels' own.
    grids : those of its four outputs
    """

    _pixels = Grid(1 / 255)

    def __init__(self, trunk: PretrainedTrunk, normalise: Normalise, ranges: Ranges) -> None:
        super().__init__()
        base = trunk.base
        self._ends = base.ends
        self._stem = int8_conv(base.stem, frame_grid(normalise))
        self._stem_grid = grid = Grid.between(0, ranges["encoder.base.stem"])
        self.blocks, grids = nn.ModuleList(), []
        for i, block in enumerate(base.blocks):
            assert isinstance(block, InvertedResidual)
            made = Int8InvertedResidual(block, grid, f"encoder.base.blocks.{i}", ranges)
            self.blocks.append(made)
            grids.append(grid := made.grid)
        own2, own4, own8, own16, _ = (grids[i] for i in self._ends)

        def reach(name: str) -> float:
            return ranges[f"encoder.{name}"]

        self.grids = tuple(Grid.between(0, reach(f"out{stride}")) for stride in (2, 4, 8, 16))
        _, grid4, grid8, grid16 = self.grids
        step = _PyramidStep
        self._step16 = step(trunk.down32, trunk.out16, grid, own16, reach("down32"), grid16)
        self._step8 = step(trunk.down16, trunk.out8, grid16, own8, reach("down16"), grid8)
        self._step4 = step(trunk.down8, trunk.out4, grid8, own4, reach("down8"), grid4)
        self._out2 = int8_conv(trunk.out2, own2)

    def forward(self, maps: Tensor) -> tuple[Tensor, ...]:
        """Return the levels of each stage, uint8 (B, C, h / s, w / s), of a frame.

        maps : (B, 3, h, w), not normalised: uint8, or float32 in [0, 1]

        As of `PretrainedTrunk`, the two finest are not done.
        """
        levels = maps if maps.dtype == torch.uint8 else self._pixels.levels_of(maps)
        now = self._stem.to_levels(levels, self._stem_grid, relu=True)
        own = []
        for i, block in enumerate(self.blocks):
            now = block(now)
            if i in self._ends:
                own.append(now)
        own2, own4, own8, own16, own32 = own
        at16 = self._step16(own16.levels, own32.levels)
        at8 = self._step8(own8.levels, at16)
        return own2.levels, own4.levels, at8, at16

    def finish(self, own2: Tensor, own4: Tensor, at8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the levels of strides 2, 4 and 8, uint8 (B, C, h / s, w / s), of their parts."""
        at2 = self._out2.to_levels(own2, self.grids[0], relu=True)
        return at2.levels, self._step4(own4, at8), at8


class Int8InvertedResidual(nn.Module):
    """`InvertedResidual` from levels of `source` to levels of `grid`; it may overwrite its input.

    (None of those at the end of a stride is added to.)
    """

    def __init__(self, block: InvertedResidual, source: Grid, name: str, ranges: Ranges) -> None:
        super().__init__()
        self._expand, self._wide = None, source
        if block.expand is not None:
            self._expand = int8_conv(block.expand, source)
            self._wide = Grid.between(0, ranges[f"{name}.expand"])
        self._depth = int8_conv(block.depth, self._wide)
        self._deep = Grid.between(0, ranges[f"{name}.depth"])
        self._project, self._is_added = int8_conv(block.project, self._deep), block.is_added
        largest = ranges[name]
        self.grid = Grid.between(-largest, largest)

    def forward(self, maps: Quantised) -> Quantised:
        """Return levels, uint8 (B, n_out, h / stride, w / stride), of uint8 (B, n_in, h, w)."""
        wide = maps
        if self._expand is not None:
            wide = self._expand.to_levels(maps.levels, self._wide, relu=True)
        deep = self._depth.to_levels(wide.levels, self._deep, relu=True)
        if self._is_added:
            return self._project.add_to(maps, deep.levels, self.grid, relu=False)
        return self._project.to_levels(deep.levels, self.grid, relu=False)


class _PyramidStep(nn.Module):
    """From a coarse map, through `down`, and the own map of a stride, to the map of that stride.

    coarse, own : their grids. reach : the largest value of what comes down. grid : of the result.
    """

    def __init__(
        self, down: ConvNorm, out: ConvNorm, coarse: Grid, own: Grid, reach: float, grid: Grid
    ) -> None:
        super().__init__()
        self._down = int8_conv(down, coarse)
        # Levels of two steps and one zero: the steps go into the weights, channel by channel.
        self._from_above = Grid(reach / (255 - own.zero), own.zero)
        n_own = out.conv.in_channels - down.conv.out_channels
        steps = torch.full((out.conv.in_channels, 1, 1), self._from_above.step)
        steps[:n_own] = own.step
        self._out = Int8Conv(out.conv.weight.detach() * steps, out.conv.bias, Grid(1.0, own.zero))
        self._grid = grid

    def forward(self, own: Tensor, coarse: Tensor) -> Tensor:
        """Return levels, uint8 (B, C, h, w), of the stride's own and of those half as fine."""
        down = resize(self._down(coarse).relu_(), own)  # (B, n, h, w)
        both = concat_channels(own, self._from_above.levels_of(down))
        return self._out.to_levels(both, self._grid, relu=True).levels
