"""Frames shown lighter, darker, or with more contrast than they have."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.ui.session.view import Light

_DOUBLES = 50  # percent that double or halve the exponent of brightness, and the slope of contrast


def lit(pixels: npt.NDArray[np.uint8], light: Light) -> npt.NDArray[np.uint8]:
    """Return pixels, uint8 (h, w, 3), in a light; the very same array where it changes none."""
    return pixels if light == Light() else np.asarray(cv2.LUT(pixels, table(light)), np.uint8)


def table(light: Light) -> npt.NDArray[np.uint8]:
    """Return what becomes of each value, uint8 (256,).

    Brightness is a gamma curve, which lifts what is dark and loses neither black nor white;
    contrast is a line through the middle grey.
    """
    values = (np.arange(256) / 255) ** (2.0 ** (-light.brightness / _DOUBLES))
    values = 0.5 + (values - 0.5) * 2.0 ** (light.contrast / _DOUBLES)
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)
