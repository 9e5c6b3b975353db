"""Frames made small from the planes in which they were decoded: a third of what FFmpeg takes."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]

# 8 bits, a plane each of luma and of two colours, which may be smaller.
_FORMATS = {f"yuv{'j' * is_full}{kind}p" for kind in (420, 422, 444) for is_full in (0, 1)}
_FULL_RANGE = 2  # ITU-T H.273 and FFmpeg: values of 0 to 255
# Red and blue in luma, by the matrix of ITU-T H.273, table 4; else ITU-R BT.601, as FFmpeg has it.
_RED_BLUE = {1: (0.2126, 0.0722), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
_RED_BLUE_601 = (0.299, 0.114)
# What luma of 16 to 235 is from 0 to 255.
_FULL = np.clip(np.round((np.arange(256) - 16.0) * 255 / 219), 0, 255).astype(np.uint8)


def planes_of(frame: Any) -> tuple[Plane, Plane, Plane] | None:
    """Return luma and both colours of a decoded frame, uint8 (H, W) and smaller, not copied.

    None for frames that are stored otherwise.
    """
    if frame.format.name not in _FORMATS:
        return None
    y, u, v = (
        np.frombuffer(one, np.uint8).reshape(-1, one.line_size)[: one.height, : one.width]
        for one in frame.planes
    )
    return y, u, v


def shrunk(plane: Plane, hw: tuple[int, int]) -> Plane:
    """Return a plane, uint8 (H, W), of size `hw`: halved as often as it can be, then in between.

    That costs least, and each pixel is a mean still; of an odd size the last line is left out.
    """
    while min(plane.shape[0] // 2 - hw[0], plane.shape[1] // 2 - hw[1]) >= 0:
        height, width = plane.shape[0] // 2, plane.shape[1] // 2
        even = plane[: 2 * height, : 2 * width]
        plane = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
    if plane.shape != hw:
        plane = np.asarray(cv2.resize(plane, hw[::-1], interpolation=cv2.INTER_LINEAR))
    return plane


def small_bgr(frame: Any, hw: tuple[int, int], planes: tuple[Plane, Plane, Plane]) -> Plane:
    """Return a decoded frame of size `hw`, uint8 (h, w, 3) BGR. planes : its own.

    Each pixel lies between the four nearest ones, as in the pictures of PySceneDetect: of a large
    frame most rows are not touched, and scores come out as theirs to a tenth.
    """
    size = hw[::-1]
    small = cv2.merge([cv2.resize(one, size, interpolation=cv2.INTER_LINEAR) for one in planes])
    to_bgr = _to_bgr(int(frame.colorspace), is_full=is_full_range(frame))
    return np.asarray(cv2.transform(small, to_bgr), np.uint8)


def small_grey(frame: Any, hw: tuple[int, int], planes: tuple[Plane, Plane, Plane]) -> Plane:
    """Return the luma of a decoded frame, uint8 (h, w) of 0 to 255. planes : its own."""
    luma = shrunk(planes[0], hw)
    if is_full_range(frame):
        return luma
    return np.asarray(cv2.LUT(luma, _FULL), np.uint8)


def is_full_range(frame: Any) -> bool:
    """Return whether luma goes from 0 to 255; else it goes from 16 to 235."""
    return bool(frame.format.name.startswith("yuvj") or int(frame.color_range) == _FULL_RANGE)


@cache
def _to_bgr(colorspace: int, *, is_full: bool) -> npt.NDArray[np.float32]:
    """Return the matrix from (Y, U, V, 1) to blue, green and red, float32 (3, 4)."""
    red, blue = _RED_BLUE.get(colorspace, _RED_BLUE_601)
    green = 1 - red - blue
    luma, colour, black = (1.0, 1.0, 0) if is_full else (255 / 219, 255 / 224, 16)
    of_u, of_v = 2 * (1 - blue) * colour, 2 * (1 - red) * colour
    rows = np.array(
        [
            [luma, of_u, 0, 0],
            [luma, -of_u * blue / green, -of_v * red / green, 0],
            [luma, 0, of_v, 0],
        ]
    )
    rows[:, 3] = -rows[:, :3] @ (black, 128, 128)
    return rows.astype(np.float32)
