"""Clicks to a mask: a head over the maps of a trunk that is trained for something else.

Like RITM (Sofiiuk et al. 2022) it is told the clicks as disks and the mask so far. It is also told
how like each place is to the clicked ones, by the keys that frames are matched with: what looks
like the places clicked inside speaks for all of the object.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

from vosgui.network.layers import ConvNorm, concat_channels, resize

CELL = 8  # pixels of a cell of keys
RADIUS_PX = 4.0  # of the disk that marks a click
# Weights fall off so fast with likeness that only what is nearly the same counts.
_SHARPNESS = 8


class ClickMaps(NamedTuple):
    """What the head needs of a frame, whatever is clicked in it.

    key : (1, C, h / 8, w / 8), unit vectors
    ahead2, ahead4, ahead8, ahead16 : what the head's convolutions make of the trunk's maps
    """

    key: Tensor
    ahead2: Tensor
    ahead4: Tensor
    ahead8: Tensor
    ahead16: Tensor

    @property
    def n_bytes(self) -> int:
        """Return how much memory they take."""
        return sum(tensor.nbytes for tensor in self)


class ClickHead(nn.Module):
    """The head itself, for a trunk whose maps have these channels at strides 2, 4, 8 and 16."""

    def __init__(
        self, channels: tuple[int, int, int, int] = (24, 48, 96, 160), *, norm: bool = True
    ) -> None:
        super().__init__()
        c2, c4, c8, c16 = channels

        def conv(
            n_in: int, n_out: int, size: int = 3, stride: int = 1, shared: int = 0
        ) -> ConvNorm:
            return ConvNorm(n_in, n_out, size, stride, norm=norm, shared=shared)

        self.told2 = conv(3, 16, 5, 2)
        self.told4 = conv(16, 24, stride=2)
        self.told8 = conv(24, 48, stride=2)
        self.told16 = conv(48, 64, stride=2)
        self.join16 = conv(64 + 2, 128, shared=c16)
        self.mix16 = conv(128, 128)
        self.speak = conv(3 * 128, 128, 1)
        self.join8 = conv(128 + 48 + 2, 96, shared=c8)
        self.mix8 = conv(96, 96)
        self.join4 = conv(96 + 24, 64, shared=c4)
        self.mix4 = conv(64, 48)
        self.join2 = conv(48 + 16, 32, shared=c2)
        self.out = nn.Conv2d(32, 1, 3, padding=1)

    def ahead(self, maps: tuple[Tensor, Tensor, Tensor, Tensor], key: Tensor) -> ClickMaps:
        """Do once for a frame what no click changes.

        maps : of the trunk, float (1, C, h / s, w / s) at strides 2, 4, 8 and 16
        key : float (1, C, h / 8, w / 8), unit vectors
        """
        joins = self.join2, self.join4, self.join8, self.join16
        made = (join.conv.ahead(one) for join, one in zip(joins, maps, strict=True))
        return ClickMaps(key, *made)

    def forward(self, maps: ClickMaps, clicks: Tensor, mask: Tensor) -> Tensor:
        """Return logits of the object, float (1, 1, h / 2, w / 2).

        clicks : float (n, 3): x and y in pixels of the frame that was encoded, 1 inside or 0
        mask : the mask so far, float (1, 1, h, w) in [0, 1]
        """
        height, width = mask.shape[-2:]
        marks = click_marks(clicks, (height, width))  # (1, 2, h, w)
        told2 = self.told2(concat_channels(marks, mask * 2 - 1))  # (1, 16, h / 2, w / 2)
        told4 = self.told4(told2)
        told8 = self.told8(told4)
        told16 = self.told16(told8)
        like8 = likeness(maps.key, clicks)  # (1, 2, h / 8, w / 8)
        like16 = F.avg_pool2d(like8, 2)
        x = self.mix16(self.join16(concat_channels(told16, like16), maps.ahead16))
        x = self.speak(concat_channels(x, *_spoken_for(x, like16)))  # (1, 128, h / 16, w / 16)
        x = resize(x, told8)
        x = self.mix8(self.join8(concat_channels(x, told8, like8), maps.ahead8))
        x = resize(x, told4)
        x = self.mix4(self.join4(concat_channels(x, told4), maps.ahead4))
        x = resize(x, told2)
        logits: Tensor = self.out(self.join2(concat_channels(x, told2), maps.ahead2))
        return logits  # (1, 1, h / 2, w / 2)


def click_marks(clicks: Tensor, hw: tuple[int, int]) -> Tensor:
    """Return disks around clicks, inside and outside apart: float (1, 2, h, w) of 0 and 1.

    clicks : float (n, 3), as `ClickHead.forward` takes them
    """
    rows = torch.arange(hw[0], device=clicks.device).view(1, -1, 1)
    columns = torch.arange(hw[1], device=clicks.device).view(1, 1, -1)
    x, y = clicks[:, 0, None, None], clicks[:, 1, None, None]
    disks = (columns - x) ** 2 + (rows - y) ** 2 <= RADIUS_PX**2  # (n, h, w)
    kinds = [disks[clicks[:, 2] == kind].any(0) for kind in (1, 0)]
    return torch.stack(kinds)[None].float()


def likeness(key: Tensor, clicks: Tensor) -> Tensor:
    """Return how like each cell is to the likest one clicked inside, and outside.

    key : float (1, C, h, w), unit vectors. clicks : float (n, 3)
    Float (1, 2, h, w), the products of unit vectors; -1 where nothing was clicked.
    """
    height, width = key.shape[-2:]
    columns = (clicks[:, 0] / CELL).long().clamp(0, width - 1)
    rows = (clicks[:, 1] / CELL).long().clamp(0, height - 1)
    clicked = key[0, :, rows, columns].float()  # (C, n)
    found = torch.einsum("cn,chw->nhw", clicked, key[0].float())
    none = found.new_full((1, height, width), -1.0)
    kinds = [torch.cat([none, found[clicks[:, 2] == kind]]).amax(0) for kind in (1, 0)]
    return torch.stack(kinds)[None]


def _spoken_for(maps: Tensor, like: Tensor) -> list[Tensor]:
    """Return the mean of maps, float (1, C, h, w), where it is like the clicks of either kind.

    like : float (1, 2, h, w). Each mean has the shape of the maps.
    """
    weights = like.clamp(min=0) ** _SHARPNESS
    means = []
    for weight in weights.unbind(1):
        weight = weight[:, None]  # (1, 1, h, w)
        total = weight.sum() + 1e-4
        means.append(((maps * weight).sum((2, 3), keepdim=True) / total).expand_as(maps))
    return means
