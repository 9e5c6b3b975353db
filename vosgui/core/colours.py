"""The colours of object ids: for the screen, and for the palettes of mask PNGs."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

# Colours 1-10 as Cutie and its relatives write YouTube-VOS masks; readers never look at them.
_FIRST = (
    (0, 0, 0),
    (236, 95, 103),
    (249, 145, 87),
    (250, 200, 99),
    (153, 199, 148),
    (98, 179, 178),
    (102, 153, 204),
    (197, 148, 197),
    (171, 121, 103),
    (255, 255, 255),
    (101, 115, 126),
)


@cache
def palette() -> npt.NDArray[np.uint8]:
    """Return uint8 (256, 3) RGB: the YouTube-VOS colours for 0-10, PASCAL VOC's from 11 on."""
    colours = voc_palette()
    colours[: len(_FIRST)] = _FIRST
    colours.flags.writeable = False
    return colours


def voc_palette() -> npt.NDArray[np.uint8]:
    """Return PASCAL VOC's colour map, uint8 (256, 3) RGB.

    The bits of the id, three at a time, become the high bits of red, green and blue.
    """
    ids = np.arange(256)
    colours = np.zeros((256, 3), np.uint8)
    for level in range(3):
        for channel in range(3):
            bit = (ids >> (3 * level + channel)) & 1
            colours[:, channel] |= (bit << (7 - level)).astype(np.uint8)
    return colours


def colour_of(object_id: int) -> tuple[int, int, int]:
    """Return the RGB colour that a new object with this id gets."""
    red, green, blue = palette()[object_id]
    return int(red), int(green), int(blue)
