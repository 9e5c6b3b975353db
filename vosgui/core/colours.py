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

# Of new objects, from 1 on: chosen for the largest least distance (CIEDE2000) between any two, as
# seen by normal, protan and deutan eyes, first of 12, then of 24. It is over 15 and over 8.
_OBJECTS = (
    (0, 210, 255),
    (225, 105, 0),
    (120, 255, 0),
    (240, 60, 120),
    (90, 135, 255),
    (180, 225, 165),
    (165, 15, 135),
    (30, 165, 150),
    (180, 30, 0),
    (105, 240, 225),
    (75, 45, 255),
    (15, 120, 90),
    (60, 150, 180),
    (195, 165, 105),
    (120, 195, 165),
    (75, 195, 195),
    (195, 0, 75),
    (60, 120, 195),
    (165, 195, 30),
    (225, 0, 60),
    (90, 240, 255),
    (180, 60, 120),
    (210, 240, 135),
    (180, 120, 135),
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
    """Return the RGB colour on the screen that a new object with this id gets."""
    if 1 <= object_id <= len(_OBJECTS):
        return _OBJECTS[object_id - 1]
    red, green, blue = palette()[object_id]
    return int(red), int(green), int(blue)
