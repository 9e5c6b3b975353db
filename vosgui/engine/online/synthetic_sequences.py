"""Synthetic sequences from a given frame: its object moves over its own background.

The object is cut out, what was behind it is painted in (lucid dreaming: Khoreva et al. 2017), and
both move, bend and change their light as the synthetic clips of training do.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.core.mask import box_of
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.samples import Sample
from vosgui.engine.training.synthetic import Layer, Scene
from vosgui.engine.training.textures import Alpha, Image

_INPAINT_PX = 5
_MARGIN_PX = 3  # around the object, painted over with it: its edge pixels are a mixture


class GivenFrame(NamedTuple):
    """One object in a frame in which it is given.

    frame : uint8 (h, w, 3) RGB. alpha : uint8 (h, w), 255 where the object is, with a pixel.
    behind : uint8 (h, w, 3), the frame with the object painted over.
    """

    frame: Frame
    alpha: Alpha
    behind: Image


def given_frame(frame: Frame, mask: npt.NDArray[np.bool_], hw: tuple[int, int]) -> GivenFrame:
    """Scale a frame, uint8 (H, W, 3), and an object's mask, bool (H, W), and paint it over."""
    size = (hw[1], hw[0])
    small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
    shares = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    inside = (shares >= min(0.5, float(np.max(shares)))).astype(np.uint8)
    hole = cv2.dilate(inside, np.ones((2 * _MARGIN_PX + 1,) * 2, np.uint8))
    behind = cv2.inpaint(small, hole, _INPAINT_PX, cv2.INPAINT_TELEA)
    return GivenFrame(small, inside * np.uint8(255), np.asarray(behind, np.uint8))


class _GivenScene(Scene):
    """A scene that begins with a given frame, of which the object and the camera move."""

    def __init__(self, rng: np.random.Generator, given: GivenFrame, T: int) -> None:
        self._given = given
        super().__init__(rng, Photographs(), T, (given.alpha.shape[0], given.alpha.shape[1]))

    def _background(self) -> Image:
        return self._given.behind

    def _layers(self) -> tuple[list[Layer], int]:
        box = box_of(self._given.alpha)
        image, alpha = (part[box.slices] for part in (self._given.frame, self._given.alpha))
        return [self._in_motion(image, alpha, (box.x + box.w / 2, box.y + box.h / 2))], 0


def draw_sequence(rng: np.random.Generator, given: GivenFrame, T: int) -> Sample:
    """Draw T frames that begin with a given one, with left and right swapped half of the time."""
    frames, masks = _GivenScene(rng, given, T).render()
    if rng.random() < 0.5:
        frames, masks = (np.ascontiguousarray(part[:, :, ::-1]) for part in (frames, masks))
    return Sample(frames, masks, np.ones(T, np.bool_))
