"""What a person says of an object by pointing: clicks and boxes; and a robot that says it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vosgui.core.mask import Pixels


@dataclass(frozen=True)
class Click:
    """A point that belongs to an object, or one that does not; in image pixels."""

    x: float
    y: float
    belongs: bool = True


@dataclass(frozen=True)
class DraggedBox:
    """A box dragged around an object, in image pixels; the right and lower edges are outside."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def between(
        cls, one: tuple[float, float], other: tuple[float, float], hw: tuple[int, int]
    ) -> DraggedBox | None:
        """Return the box between two corners (x, y), cut to the frame; None where none is left."""
        (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        left, top = max(left, 0.0), max(top, 0.0)
        right, bottom = min(right, float(hw[1])), min(bottom, float(hw[0]))
        is_there = right - left >= 1 and bottom - top >= 1
        return cls(left, top, right, bottom) if is_there else None


Mark = Click | DraggedBox


def next_click(truth: Pixels, found: Pixels) -> Click | None:
    """Return where a careful person would click next; None where nothing is wrong.

    truth, found : bool (H, W). In the middle of the error that is largest across, as the field's
    robots click (Xu et al. 2016; Sofiiuk et al. 2022).
    """
    best, click = 0.0, None
    for wrong, belongs in ((truth & ~found, True), (found & ~truth, False)):
        # a pixel beyond the frame counts as right: the frame's edge ends an error too
        padded = np.pad(wrong, 1).astype(np.uint8)
        depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
        if depth.max() > best:
            best = float(depth.max())
            y, x = np.unravel_index(int(depth.argmax()), depth.shape)
            click = Click(float(x) + 0.5, float(y) + 0.5, belongs)
    return click
