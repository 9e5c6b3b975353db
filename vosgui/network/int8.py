"""Convolutions in 8-bit integers, for inference on CPUs that multiply those fast.

With VNNI (Intel since Ice Lake, AMD since Zen 4) they take a third to a quarter of float32's time.
Maps are unsigned, weights are signed with a scale for each output channel (Jacob et al. 2018,
Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference). Sums
are exact, so a result depends neither on the number of threads nor on what else is computed.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import torch
from torch import Tensor, nn

_LEVELS = 255
_WEIGHT_LEVELS = 127
# Rows and columns of maps that weights are laid out for; sizes that come later need not be these.
# Told none, oneDNN lays wide 1x1 weights out anew at every call, which takes 70 times as long.
_LAID_OUT_FOR = (24, 40)


class Grid(NamedTuple):
    """Which values the 256 levels stand for: (level - zero) * step."""

    step: float
    zero: int = 0

    @classmethod
    def between(cls, lowest: float, highest: float) -> Grid:
        """Return the grid of the values from `lowest`, at most 0, to `highest`."""
        step = (highest - lowest) / _LEVELS
        return cls(step, round(-lowest / step))

    def places_of(self, maps: Tensor) -> Tensor:
        """Return half a level more than where values lie among the levels, float (B, C, h, w).

        Cut to whole numbers they are the nearest levels.
        """
        return torch.add(self._middle, maps, alpha=1 / self.step).clamp_(0, _LEVELS + 0.5)

    def levels_of(self, maps: Tensor) -> Tensor:
        """Return the nearest levels, uint8 (B, C, h, w), channels last.

        OpenCV scales, rounds and clips in one pass, a quarter of the time of torch's three.
        """
        cells = maps.permute(0, 2, 3, 1).contiguous()  # (B, h, w, C), in the order of memory
        rows = cells.view(-1, max(1, cells.shape[2] * cells.shape[3])).numpy()
        levels = cv2.addWeighted(rows, 1 / self.step, rows, 0, self.zero, dtype=cv2.CV_8U)
        return torch.from_numpy(levels).view(cells.shape).permute(0, 3, 1, 2)

    @property
    def _middle(self) -> Tensor:
        return torch.tensor(self.zero + 0.5)


class Quantised(NamedTuple):
    """Maps as levels of a grid. levels : uint8 (B, C, h, w), channels last."""

    levels: Tensor
    grid: Grid


class Int8Conv(nn.Module):
    """A convolution of levels, with weights (O, C / groups, k, k), bias (O,) or None.

    Padded by k // 2.
    """

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        source: Grid,
        stride: int = 1,
        groups: int = 1,
    ) -> None:
        super().__init__()
        weight = weight.detach().float()
        steps = weight.abs().amax((1, 2, 3)).clamp(min=1e-12) / _WEIGHT_LEVELS
        levels = (weight / steps.view(-1, 1, 1, 1)).round().to(torch.int8)
        size = weight.shape[-1]
        self._where = ([stride] * 2, [size // 2] * 2, [1, 1], groups)
        shape = [1, weight.shape[1] * groups, *_LAID_OUT_FOR]
        packed = torch.ops.onednn.qconv_prepack(levels, steps, *source, *self._where, shape)
        zeros = torch.zeros(len(weight), dtype=torch.int32)
        self._source, self._weights = source, (packed, steps, zeros)
        self._bias = None if bias is None else bias.detach().clone()

    def forward(self, levels: Tensor) -> Tensor:
        """Return float32 values (B, O, h, w) of levels, uint8 (B, C, h, w)."""
        return self.values_of(levels, relu=False)

    def onto(self, values: Tensor, levels: Tensor, *, relu: bool) -> Tensor:
        """Add to float32 values (B, O, h, w), in place: those of levels, uint8 (B, C, h, w)."""
        levels = levels.contiguous(memory_format=torch.channels_last)
        return torch.ops.onednn.qconv2d_pointwise.binary(  # type: ignore[no-any-return]
            *(levels, *self._source, *self._weights, values, self._bias, *self._where),
            *(1.0, 0, torch.float32, 1.0, 0, "sum", 1.0, "relu" if relu else "none", [], ""),
        )

    def values_of(self, levels: Tensor, *, relu: bool) -> Tensor:
        """Return float32 values (B, O, h, w) of levels, uint8 (B, C, h, w)."""
        return self._convolve(levels, Grid(1.0), torch.float32, relu=relu)

    def to_levels(self, levels: Tensor, target: Grid, *, relu: bool) -> Quantised:
        """Return levels of another grid, uint8 (B, O, h, w), of levels, (B, C, h, w)."""
        return Quantised(self._convolve(levels, target, torch.uint8, relu=relu), target)

    def add_to(
        self, direct: Quantised, levels: Tensor, target: Grid, *, relu: bool = True
    ) -> Quantised:
        """Add to other maps, which are overwritten: uint8 (B, O, h, w) of (B, C, h, w).

        relu : clip at zero
        """
        added = torch.ops.onednn.qconv2d_pointwise.binary(
            *(levels, *self._source, *self._weights, direct.levels, self._bias, *self._where),
            *(*target, torch.uint8, *direct.grid, "sum", 1.0, "relu" if relu else "none", [], ""),
        )
        return Quantised(added, target)

    def _convolve(self, levels: Tensor, target: Grid, dtype: torch.dtype, *, relu: bool) -> Tensor:
        levels = levels.contiguous(memory_format=torch.channels_last)  # a crop is not
        return torch.ops.onednn.qconv2d_pointwise(  # type: ignore[no-any-return]
            *(levels, *self._source, *self._weights, self._bias, *self._where),
            *(*target, dtype, "relu" if relu else "none", [], ""),
        )


class Int8SplitConv(nn.Module):
    """A convolution of float maps that are nowhere below 0, rounded to levels on the way.

    Or of maps that are levels already, see `lite_int8.Int8Join`.

    largest : (C,), each channel's largest value; what is above counts as that
    source : grid of the channels before those, which come as levels and are convolved ahead, see
        `layers.SplitConv`; None where there are none
    relu : clip at zero
    """

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        largest: Tensor,
        source: Grid | None = None,
        *,
        relu: bool = False,
    ) -> None:
        super().__init__()
        self._relu = relu
        steps = (largest / _LEVELS).view(-1, 1, 1)
        shared, own = weight[:, : -len(steps)], weight.detach()[:, -len(steps) :]
        # A factor for each channel takes four times as long as one for all.
        self._grid = Grid.between(0, float(largest[0])) if (largest == largest[0]).all() else None
        self._per_level, self._half = 1 / steps, torch.tensor(0.5)
        self._own = Int8Conv(own * steps, bias, Grid(1.0))
        self._shared = None if source is None else Int8Conv(shared, None, source)

    def ahead(self, shared: Tensor) -> Tensor:
        """Convolve the channels that all objects share: float (B, O, h, w)."""
        assert self._shared is not None
        return self._shared(shared)  # type: ignore[no-any-return]

    def forward(self, maps: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Return float32 (N, O, h, w) of float32 (N, C, h, w), or of levels, uint8."""
        if maps.dtype == torch.uint8:
            pass
        elif self._grid is not None:
            maps = self._grid.levels_of(maps)
        else:
            maps = _levels(torch.addcmul(self._half, maps, self._per_level))
        if ahead is None:
            return self._own.values_of(maps, relu=self._relu)
        # Sums, also of float32, are taken where the convolution writes its values.
        values = ahead.expand(len(maps), -1, -1, -1).clone(memory_format=torch.channels_last)
        return self._own.onto(values, maps, relu=self._relu)


def _levels(shifted: Tensor) -> Tensor:
    """Return whole numbers from those half a level above them."""
    levels = shifted.clamp_(0, _LEVELS).to(torch.uint8)
    return levels.contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def is_exact() -> bool:
    """Return whether this machine's integer convolutions exist and do not overflow."""
    largest = float(_LEVELS * 64 * 9)
    grid = Grid.between(0, largest)
    levels = torch.full((1, 64, 12, 12), _LEVELS, dtype=torch.uint8)
    levels = levels.contiguous(memory_format=torch.channels_last)
    try:
        convolution = Int8Conv(torch.ones(64, 64, 3, 3), None, Grid(1.0))
        found = convolution(levels)
        added = convolution.add_to(Quantised(levels * 0, grid), levels, grid).levels
    except (AttributeError, RuntimeError):  # no such operator, or not for this processor
        return False
    inside = found[..., 1:-1, 1:-1]
    exact = torch.allclose(inside, torch.full_like(inside, largest))
    return exact and bool((added[..., 1:-1, 1:-1] == _LEVELS).all())
