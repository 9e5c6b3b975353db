"""Augmentation: a real clip is shown in part, in another light, at times mirrored.

A few clips are soon known by heart; what is drawn here is the same in all frames of a sample, so
motion stays as it was filmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.engine.propagation.network_input import resized

Pixels = npt.NDArray[np.uint8]
_SMALLEST = 0.5  # of a frame's sides: the least part that is shown
_WHOLE = 0.3  # share of samples that show all of it
_STRETCH = 0.15  # log of how much more one side is cut than the other
_GAIN, _TINT, _LIGHT = 0.12, 0.05, 8.0  # deviations: log of all channels', of each, and grey levels


@dataclass(frozen=True)
class Augmentation:
    """What one sample shows of a clip's frames.

    top, bottom, left, right : the part, in shares of a frame's sides
    gain : factor of each channel. light : grey levels added
    """

    flip: bool = False
    top: float = 0.0
    bottom: float = 1.0
    left: float = 0.0
    right: float = 1.0
    gain: tuple[float, ...] = (1.0, 1.0, 1.0)
    light: float = 0.0

    def frame(self, frame: Pixels, hw: tuple[int, int]) -> Pixels:
        """Return a frame (H, W, 3) as it is shown, uint8 (h, w, 3)."""
        shown: npt.NDArray[Any] = resized(self._part(frame), hw)
        if self.light or self.gain != (1.0, 1.0, 1.0):
            shown = np.clip(shown * np.array(self.gain) + self.light, 0, 255)
        return shown.astype(np.uint8, copy=False)

    def mask(self, mask: npt.NDArray[np.bool_], hw: tuple[int, int]) -> Pixels:
        """Return a mask (H, W) as it is shown, uint8 (h, w) of 0 and 1."""
        part = self._part(mask.astype(np.uint8))
        shown = cv2.resize(part, (hw[1], hw[0]), interpolation=cv2.INTER_NEAREST)
        return shown.astype(np.uint8, copy=False)

    def _part(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        rows = slice(round(self.top * height), max(1, round(self.bottom * height)))
        columns = slice(round(self.left * width), max(1, round(self.right * width)))
        part = pixels[rows, columns]
        return np.ascontiguousarray(part[:, ::-1] if self.flip else part)


def draw_augmentation(
    rng: np.random.Generator, mask: npt.NDArray[np.bool_], *, vary: bool
) -> Augmentation:
    """Draw how a sample shows its clip: mirrored or not, and, if it is to vary, part and light.

    mask : bool (H, W), the object in the sample's first frame; the part shown has a pixel of it.
    """
    flip = bool(rng.random() < 0.5)
    if not vary:
        return Augmentation(flip)
    gain = np.exp(rng.normal(0, _GAIN) + rng.normal(0, _TINT, 3))
    light = float(rng.normal(0, _LIGHT))
    sides = np.ones(2)
    if rng.random() >= _WHOLE:
        stretch = np.exp(rng.normal(0, _STRETCH) * np.array([0.5, -0.5]))
        sides = np.clip(rng.uniform(_SMALLEST, 1.0) * stretch, _SMALLEST, 1.0)
    places = np.argwhere(mask)
    anchor = places[rng.integers(len(places))] / mask.shape if len(places) else np.full(2, 0.5)
    least, most = np.maximum(0, anchor - sides), np.minimum(anchor, 1 - sides)
    top, left = rng.uniform(least, np.maximum(least, most)).tolist()
    height, width = sides.tolist()
    return Augmentation(flip, top, top + height, left, left + width, tuple(gain.tolist()), light)
