"""How frames and masks are brought to a network: scaled, then padded to whole strides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.core.clip import Frame
from vosgui.core.mask import Pixels
from vosgui.engine.propagation.propagator import Probs

# A frame that keeps its aspect is enlarged at most so much: there is nothing more to see in it.
_MOST_ENLARGED = 2.0
# Longest side over shortest: frames more oblong than this are scaled by their area.
_OBLONG = 2.5


X = TypeVar("X", np.uint8, np.float32)


@dataclass(frozen=True)
class NetworkInput:
    """The sizes that a network takes.

    height : to which the shorter side of a frame is scaled
    stride : padded sides are multiples of it
    fixed_hw : the one size that frames are stretched to instead, or None
    """

    height: int
    stride: int
    fixed_hw: tuple[int, int] | None

    def inner_hw(self, hw: tuple[int, ...]) -> tuple[int, int]:
        """Return the size to which a frame is scaled, without padding."""
        if self.fixed_hw is not None:
            return self.fixed_hw
        height, width = hw[0], hw[1]
        short, long = sorted((height, width))
        scale = self.height / short
        if long > _OBLONG * short:
            scale = (_OBLONG * self.height**2 / (height * width)) ** 0.5
        scale = min(scale, _MOST_ENLARGED)
        return max(1, round(height * scale)), max(1, round(width * scale))

    def training_hw(self, hw: tuple[int, int], height: int) -> tuple[int, int]:
        """Return the size to learn frames of a size at: a multiple of the stride, at most so high.

        A network with one size learns at that size.
        """
        if self.fixed_hw is not None:
            return self.fixed_hw
        scale = min(min(height, self.height) / min(hw), _MOST_ENLARGED)
        rows, columns = (max(1, round(side * scale / self.stride)) * self.stride for side in hw)
        return rows, columns

    def scaled(self, frame: Frame) -> Frame:
        """Return a frame, uint8 (H, W, 3), scaled and padded by its last row and column."""
        scaled = shrunk_frame(frame, self.inner_hw(frame.shape))
        below, right = self._missing(scaled.shape)
        padded = cv2.copyMakeBorder(scaled, 0, below, 0, right, cv2.BORDER_REPLICATE)
        return np.asarray(padded, np.uint8)

    def padded(self, probs: Probs, device: torch.device) -> Tensor:
        """Return probabilities, float32 (N, h, w), as (N, 1, h, w) padded like their frame."""
        return self.padded_maps(torch.from_numpy(probs).to(device))

    def padded_maps(self, probs: Tensor) -> Tensor:
        """Return probabilities, float32 (N, h, w), as (N, 1, h, w) padded like their frame."""
        maps = probs[:, None]  # (N, 1, h, w)
        below, right = self._missing(maps.shape[-2:])
        return F.pad(maps, (0, right, 0, below), mode="replicate") if below or right else maps

    def _missing(self, hw: Sequence[int]) -> tuple[int, int]:
        """Return how many rows and columns are missing to the next multiple of the stride."""
        return -hw[0] % self.stride, -hw[1] % self.stride


def shares_of_cells(pixels: Pixels, hw: tuple[int, int]) -> Probs:
    """Return how much of each cell an object has, float32 (h, w) in [0, 1].

    pixels : bool (H, W). An object too small to have half of any cell keeps its best one: it must
    not start as nothing.
    """
    shares = resized(pixels.astype(np.float32), hw)
    most = shares.max()
    return shares / most if 0 < most < 0.5 else shares


def shrunk_frame(frame: Frame, hw: tuple[int, int]) -> Frame:
    """Return a frame, uint8 (H, W, 3), at another size, (h, w, 3).

    Smaller by a triangle over what each pixel stands for, which takes a third of the time of the
    mean of it.
    """
    if hw[0] >= frame.shape[0] or hw[1] >= frame.shape[1]:
        return resized(frame, hw)
    maps = torch.from_numpy(np.asarray(_Unlocked(frame))).permute(2, 0, 1)[None]  # (1, 3, H, W)
    small = np.empty((*hw, 3), np.uint8)
    # As `F.interpolate`, whose pixels come channel by channel: then each step after it copies them.
    into = torch.from_numpy(small).permute(2, 0, 1)[None]
    torch.ops.aten._upsample_bilinear2d_aa.out(maps, hw, False, out=into)
    return small


class _Unlocked:
    """A read-only array as torch takes it without a warning; it stays as it is."""

    def __init__(self, array: Frame) -> None:
        self._array = array
        own = array.__array_interface__
        self.__array_interface__ = {**own, "data": (own["data"][0], False)}


def resized(maps: npt.NDArray[X], hw: tuple[int, int]) -> npt.NDArray[X]:
    """Return pixels or maps, (H, W) or (H, W, 3), at another size, (h, w) or (h, w, 3)."""
    how = cv2.INTER_AREA if hw[0] < maps.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(maps, (hw[1], hw[0]), interpolation=how), maps.dtype)
