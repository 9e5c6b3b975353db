"""The outlines of the demo clip's objects, as a hand would draw round them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from vosgui import paths
from vosgui.core.mask import Mask
from vosgui.media.palette import read_mask

STEP_PX = 6  # along an outline, from one mouse event to the next
SMALLEST_PX = 1000  # an area that is worth drawing round


def truth(t: int) -> Mask:
    """Return the exact mask of frame t of the demo clip, uint8 (H, W)."""
    return read_mask(paths.resources() / "demo" / "Annotations" / "demo" / f"{t:05d}.png")


def outlines_of(mask: Mask, object_id: int) -> list[npt.NDArray[np.float64]]:
    """Return the outlines of an object's parts, float64 (n, 2) of (x, y), the largest first.

    mask : uint8 (H, W). Corners are where a hand that draws would change its direction.
    """
    pixels = (mask == object_id).astype(np.uint8)
    found, _ = cv2.findContours(pixels, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    parts = sorted(found, key=cv2.contourArea, reverse=True)
    return [
        part[::STEP_PX, 0].astype(np.float64)
        for part in parts
        if cv2.contourArea(part) >= SMALLEST_PX
    ]
