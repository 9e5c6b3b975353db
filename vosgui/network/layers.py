"""Layers that the networks share."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

# ImageNet's channel means and deviations, RGB in [0, 1], as torchvision publishes them
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
# ReLU states have no bound of their own: over hundreds of frames an unforgetful cell only grows.
CELL_LIMIT = 20.0

Channels = tuple[float, float, float]  # one value for each of red, green and blue
M = TypeVar("M", bound=nn.Module)


def with_parts(module: M, **parts: nn.Module) -> M:
    """Return a copy of a module with some of its parts replaced; those that stay are shared."""
    made = copy.copy(module)
    made._modules = {**module._modules, **parts}
    return made


class Normalise(nn.Module):
    """Bring RGB to a mean and deviation a channel; ImageNet's, where none is given."""

    scale: Tensor
    shift: Tensor

    def __init__(self, mean: Channels = IMAGENET_MEAN, std: Channels = IMAGENET_STD) -> None:
        super().__init__()
        middle, spread = torch.tensor(mean), torch.tensor(std)
        self.register_buffer("scale", (1 / spread).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("shift", (-middle / spread).view(1, 3, 1, 1), persistent=False)

    def forward(self, frame: Tensor) -> Tensor:
        """Return a frame, uint8 or float in [0, 1], (B, 3, h, w), as float and normalised."""
        if frame.dtype == torch.uint8:
            frame = frame.float().div_(255)
        return torch.addcmul(self.shift, frame, self.scale)  # six times as fast as two steps


def resize(maps: Tensor, like: Tensor) -> Tensor:
    """Resize maps, float (N, C, h, w), bilinearly to the height and width of another tensor."""
    if maps.shape[-2:] == like.shape[-2:]:
        return maps
    return F.interpolate(maps, size=like.shape[-2:], mode="bilinear", align_corners=False)


def mean_cells(maps: Tensor, side: int) -> Tensor:
    """Return the means of cells of side x side, float (N, C, h / side, w / side).

    maps : float (N, C, h, w), both multiples of the side. As `avg_pool2d`, first down the rows and
        then along them: half of its time on a CPU
    """
    n, channels, height, width = maps.shape
    rows = maps.reshape(n, channels, height // side, side, width).mean(3)
    return rows.view(n, channels, height // side, width // side, side).mean(4)


def concat_channels(*maps: Tensor) -> Tensor:
    """Concatenate maps along their channels, float (N, C, h, w), channels last in memory.

    Beside maps of one channel, whose layout is ambiguous, `torch.cat` falls back to channels
    first, and every convolution after it runs at half its speed.
    """
    last = torch.cat([m.permute(0, 2, 3, 1) for m in maps], -1)  # (N, h, w, C)
    return last.permute(0, 3, 1, 2)  # (N, C, h, w)


class Join(nn.Module):
    """Bring coarse maps to a finer size, and put maps of a few further channels behind them."""

    def forward(self, maps: Tensor, like: Tensor, *shares: Tensor) -> Tensor:
        """Return float (N, C + c, h, w), channels last, the height and width those of `like`.

        maps : float (N, C, ...). shares : float (N, c, ...) each, of any size
        """
        return concat_channels(*(resize(one, like) for one in (maps, *shares)))


class SplitConv(nn.Conv2d):
    """A convolution, padded by half its size, whose first input channels all objects may share.

    The first `shared` ones are convolved ahead, once for all objects; the result is added to the
    convolution of the objects' own `n_in`. The sum is the convolution of the concatenation, at a
    fraction of its cost.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        size: int,
        stride: int = 1,
        *,
        shared: int,
        bias: bool = True,
        groups: int = 1,
    ) -> None:
        n_in += shared
        super().__init__(n_in, n_out, size, stride, size // 2, bias=bias, groups=groups)
        self.shared = shared

    def ahead(self, shared: Tensor) -> Tensor:
        """Convolve the channels that all objects share, float (B, shared, h, w)."""
        weight = self.weight[:, : self.shared]
        return F.conv2d(shared, weight, None, self.stride, self.padding)

    def forward(self, maps: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Return maps, float (N, n_out, h / stride, w / stride), of float (N, n_in, h, w)."""
        if ahead is None:
            return super().forward(maps)
        own = self.weight[:, self.shared :]
        return F.conv2d(maps, own, self.bias, self.stride, self.padding).add_(ahead)


class ConvNorm(nn.Module):
    """Convolve, normalise by batch statistics (or not: `norm`), and clip at zero (or not: `relu`).

    shared : input channels that may be convolved ahead, see `SplitConv`
    groups : of channels that are convolved apart
    most : also clip above this (6: ReLU6)
    eps, momentum : of the normalisation
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        size: int = 3,
        stride: int = 1,
        *,
        norm: bool = True,
        relu: bool = True,
        shared: int = 0,
        groups: int = 1,
        most: float | None = None,
        eps: float = 1e-5,
        momentum: float = 0.1,
    ) -> None:
        super().__init__()
        self.conv = SplitConv(
            n_in, n_out, size, stride, shared=shared, bias=not norm, groups=groups
        )
        self.norm = nn.BatchNorm2d(n_out, eps, momentum) if norm else None
        self.relu, self.most = relu, most

    def ahead(self, shared: Tensor) -> Tensor:
        """Convolve the channels that all objects share, as `SplitConv`: float (B, n_out, h, w)."""
        return self.conv.ahead(shared)

    def forward(self, maps: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Return maps, float (N, n_out, h / stride, w / stride), of float (N, n_in, h, w)."""
        maps = self.conv(maps, ahead)
        if self.norm is not None:
            maps = self.norm(maps)
        if self.most is not None:
            return F.hardtanh(maps, 0.0, self.most, inplace=True)
        return F.relu(maps, inplace=True) if self.relu else maps

    @torch.no_grad()
    def fold(self) -> None:
        """Work the normalisation, at its running statistics, into the convolution."""
        if self.norm is None:
            return
        mean, variance = self.norm.running_mean, self.norm.running_var
        assert mean is not None and variance is not None
        gain = self.norm.weight * torch.rsqrt(variance + self.norm.eps)
        self.conv.weight.mul_(gain.view(-1, 1, 1, 1))
        self.conv.bias = nn.Parameter(self.norm.bias - mean * gain)
        self.norm = None


class Residual(nn.Module):
    """Add two 3x3 convolutions to what comes in (He et al. 2016)."""

    def __init__(self, n_in: int, n_out: int, stride: int = 1, *, norm: bool = True) -> None:
        super().__init__()
        self.first = ConvNorm(n_in, n_out, 3, stride, norm=norm)
        self.second = ConvNorm(n_out, n_out, norm=norm, relu=False)
        self.direct = (
            None
            if n_in == n_out and stride == 1
            else ConvNorm(n_in, n_out, 1, norm=norm, relu=False)
        )
        self.stride = stride

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps, float (N, n_out, h / stride, w / stride), of float (N, n_in, h, w)."""
        direct = maps
        if self.direct is not None:
            # The same as a 1x1 convolution with a stride, whose backward in channels_last, on
            # several threads of a CPU, writes past its memory (torch 2.13).
            fewer = maps[..., :: self.stride, :: self.stride]  # (N, C, h / stride, w / stride)
            direct = self.direct(fewer)
        return F.relu(self.second(self.first(maps)).add_(direct), inplace=True)


class ConvLSTM(nn.Module):
    """Carry hidden and cell maps with 3x3 gates (Shi et al. 2015), ReLU on the states.

    Gates are sigmoid, the candidate and the output state ReLU, the forget bias starts at 1 (paper,
    section 4.3). The cell is held under CELL_LIMIT.
    """

    def __init__(self, n_in: int, n_hidden: int, *, shared: int) -> None:
        super().__init__()
        self.gates = SplitConv(n_in + n_hidden, 4 * n_hidden, 3, shared=shared)
        nn.init.xavier_uniform_(self.gates.weight)
        nn.init.zeros_(self.gates.bias)  # type: ignore[arg-type]
        with torch.no_grad():
            self.gates.bias[n_hidden : 2 * n_hidden] = 1.0  # type: ignore[index]

    def forward(
        self, maps: Tensor | None, hidden: Tensor, cell: Tensor, ahead: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the next hidden and cell, float (N, n_hidden, h, w).

        maps : float (N, n_in, h, w), or None where `n_in` is 0. ahead : of the shared channels
        """
        own = hidden if maps is None else concat_channels(maps, hidden)
        return next_states(self.gates(own, ahead), cell)


def next_states(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """Return the next hidden and cell, float (N, C, h, w), of gates, (N, 4 C, h, w), and a cell."""
    enter, forget, out, candidate = gates.chunk(4, 1)  # (N, C, h, w) each
    cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.relu(candidate)
    cell = cell.clamp(max=CELL_LIMIT)
    return torch.sigmoid(out) * torch.relu(cell), cell


class Trunk(nn.Module):
    """Four stages of residual blocks, at strides 2, 4, 8 and 16."""

    def __init__(self, n_in: int, channels: tuple[int, int, int, int], *, norm: bool) -> None:
        super().__init__()
        c2, c4, c8, c16 = channels
        self.stride2 = ConvNorm(n_in, c2, 5, 2, norm=norm)
        self.stride4 = Residual(c2, c4, 2, norm=norm)
        self.stride8 = nn.Sequential(Residual(c4, c8, 2, norm=norm), Residual(c8, c8, norm=norm))
        self.stride16 = nn.Sequential(
            Residual(c8, c16, 2, norm=norm), Residual(c16, c16, norm=norm)
        )

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the maps of each stage, float (B, C, h / s, w / s), of float (B, n_in, h, w)."""
        at2 = self.stride2(maps)  # (B, c2, h / 2, w / 2)
        at4 = self.stride4(at2)  # (B, c4, h / 4, w / 4)
        at8 = self.stride8(at4)  # (B, c8, h / 8, w / 8)
        at16 = self.stride16(at8)  # (B, c16, h / 16, w / 16)
        return at2, at4, at8, at16

    def finish(self, at2: Tensor, at4: Tensor, at8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the maps at strides 2, 4 and 8, float (B, C, h / s, w / s), of their parts."""
        return at2, at4, at8
