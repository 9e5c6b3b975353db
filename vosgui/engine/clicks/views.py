"""What of a frame the network looks at: all of it, or a crop around a small object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clicks import Click
from vosgui.core.clip import Frame
from vosgui.core.mask import Box, Pixels

Floats = npt.NDArray[np.float32]
X = TypeVar("X", np.uint8, np.float32)

STRIDE = 16
WHOLE_HEIGHT = 352  # to which the shorter side of a whole frame is scaled
CROP_AREA = 320 * 416  # pixels to which a crop is scaled: what the head was trained on
MOST_ENLARGED = 4.0
_OBLONG = 2.5  # frames whose sides differ more are scaled by their area

MARGIN = 0.2  # of an object's sides, around it in its crop
SMALLEST_CROP = 64  # image pixels
# Of the area of the frame: a larger crop would gain too little.
LARGEST_CROP = 0.7
# A crop is kept until the object's own one would be this much smaller in area.
_LOOSE = 0.4


@dataclass(frozen=True)
class View:
    """A part of a frame, and the size at which the network sees it.

    box : of image pixels. hw : multiples of the network's stride.
    """

    box: Box
    hw: tuple[int, int]

    def pixels_of(self, frame: Frame) -> Frame:
        """Return what the network sees of a frame, uint8 (H, W, 3): uint8 (h, w, 3)."""
        return _resized(frame[self.box.slices], self.hw)

    def mask_of(self, pixels: Pixels) -> Floats:
        """Return an object's pixels, bool (H, W), as the network sees them: float32 (h, w)."""
        return _resized(pixels[self.box.slices].astype(np.float32), self.hw)

    def points_of(self, clicks: Sequence[Click]) -> Floats:
        """Return clicks where the network sees them: float32 (n, 3), x, y, and 1 inside or 0."""
        across, down = self.hw[1] / self.box.w, self.hw[0] / self.box.h
        rows = [
            ((c.x - self.box.x) * across, (c.y - self.box.y) * down, float(c.belongs))
            for c in clicks
        ]
        return np.array(rows, np.float32).reshape(-1, 3)

    def pixels_from(self, logits: Floats) -> Pixels:
        """Return the object's pixels in the box, bool (h, w), of logits of any size."""
        size = (self.box.w, self.box.h)
        return np.asarray(cv2.resize(logits, size, interpolation=cv2.INTER_LINEAR) > 0)


def whole_view(hw: tuple[int, int]) -> View:
    """Return the view of all of a frame of a size."""
    height, width = hw
    short, long = sorted(hw)
    scale = WHOLE_HEIGHT / short
    if long > _OBLONG * short:
        scale = float(np.sqrt(_OBLONG * WHOLE_HEIGHT**2 / (height * width)))
    return View(Box(0, 0, height, width), _network_hw(hw, scale))


def view_around(box: Box, hw: tuple[int, int]) -> View:
    """Return the view of what is in a box, with a margin; of all of the frame, if that is much."""
    height, width = (
        max(side * (1 + 2 * MARGIN), other * (1 + 2 * MARGIN) / 2, SMALLEST_CROP)
        for side, other in ((box.h, box.w), (box.w, box.h))
    )
    if height * width > LARGEST_CROP * hw[0] * hw[1]:
        return whole_view(hw)
    top, h = _placed(box.y + box.h / 2, height, hw[0])
    left, w = _placed(box.x + box.w / 2, width, hw[1])
    return View(Box(top, left, h, w), _network_hw((h, w), float(np.sqrt(CROP_AREA / (h * w)))))


def still_fits(view: View, found: Box, hw: tuple[int, int]) -> bool:
    """Return whether a view is right for an object that was found in a box.

    It is not where the object reaches the edge of a crop, or would get a much smaller one.
    """
    own = view_around(found, hw)
    if own == whole_view(hw):
        return view == own
    inner = view.box
    edges = (
        (found.y <= inner.y and inner.y > 0)
        or (found.x <= inner.x and inner.x > 0)
        or (found.y + found.h >= inner.y + inner.h < hw[0])
        or (found.x + found.w >= inner.x + inner.w < hw[1])
    )
    return not edges and own.box.h * own.box.w >= _LOOSE * inner.h * inner.w


def _placed(middle: float, length: float, most: int) -> tuple[int, int]:
    """Return first pixel and length of a span around a middle that lies within 0..most."""
    n = min(round(length), most)
    return min(max(round(middle - n / 2), 0), most - n), n


def _network_hw(hw: tuple[int, int], scale: float) -> tuple[int, int]:
    scale = min(scale, MOST_ENLARGED)
    height, width = (max(2, round(side * scale / STRIDE)) * STRIDE for side in hw)
    return height, width


def _resized(maps: npt.NDArray[X], hw: tuple[int, int]) -> npt.NDArray[X]:
    how = cv2.INTER_AREA if hw[0] < maps.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(maps, (hw[1], hw[0]), interpolation=how), maps.dtype)
