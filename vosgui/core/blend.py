"""Frames with their objects in colour, as pictures for people."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from vosgui.core.clip import Frame
from vosgui.core.mask import Mask

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def blend(
    frame: Frame, mask: Mask, colours: Mapping[int, tuple[int, int, int]], opacity: float = 0.5
) -> Frame:
    """Return the frame with each object tinted in its colour and outlined, uint8 (H, W, 3).

    frame : uint8 (H, W, 3) RGB. mask : uint8 (H, W) of object ids.
    colours : object id to RGB; other ids are not shown. opacity : of the tint, 0 to 1.
    """
    table = np.zeros((256, 3), np.uint8)
    shown = np.zeros(256, bool)
    for object_id, colour in colours.items():
        table[object_id], shown[object_id] = colour, True
    visible = np.where(shown[mask], mask, np.uint8(0))
    if not visible.any():
        return frame.copy()
    tint = table[visible]
    mixed = cv2.addWeighted(tint, opacity, frame, 1 - opacity, 0)
    result = np.where(visible[..., None] > 0, mixed, frame)
    edge = (cv2.erode(visible, _CROSS) != visible) | (cv2.dilate(visible, _CROSS) != visible)
    line = edge & (visible > 0)
    result[line] = tint[line]
    return np.asarray(result, np.uint8)
