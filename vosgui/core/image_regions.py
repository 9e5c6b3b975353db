"""Masks found in the pixels of a frame: what is like a place, and what a box holds."""

from __future__ import annotations

import cv2
import numpy as np

from vosgui.core.clicks import DraggedBox
from vosgui.core.clip import Frame
from vosgui.core.mask import Box, Pixels, box_of

_ROUNDS = 5  # of GrabCut; more change nothing to be seen
_MOST_PX = 560  # of the longer side that GrabCut works at: a second of work, not a minute at 4K
_AROUND = 0.35  # of a box's sides: what is looked at around it as background


def region_like(frame: Frame, x: int, y: int, tolerance: int) -> tuple[Box, Pixels]:
    """Return what is connected to a pixel and like it in colour.

    frame : uint8 (H, W, 3). tolerance : how far each channel may be from that pixel's.
    Returns the box around it and its pixels, bool (h, w).
    """
    height, width = frame.shape[:2]
    reached = np.zeros((height + 2, width + 2), np.uint8)
    most = (float(tolerance),) * 3
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    # The image itself stays as it is, but OpenCV wants one that it could write to.
    _, _, _, (left, top, w, h) = cv2.floodFill(frame.copy(), reached, (x, y), (), most, most, flags)
    box = Box(top, left, h, w)
    return box, reached[1:-1, 1:-1][box.slices] == 1


def object_in_box(frame: Frame, dragged: DraggedBox) -> tuple[Box, Pixels]:
    """Return what stands out within a box from what is around it (GrabCut, Rother et al. 2004).

    frame : uint8 (H, W, 3). Returns the box of whole pixels and the object's, bool (h, w); the same
    each time.
    """
    height, width = frame.shape[:2]
    inner = _whole_pixels(dragged)
    around_y, around_x = (max(4, round(_AROUND * side)) for side in (inner.h, inner.w))
    top, left = max(inner.y - around_y, 0), max(inner.x - around_x, 0)
    bottom = min(inner.y + inner.h + around_y, height)
    right = min(inner.x + inner.w + around_x, width)
    part = frame[top:bottom, left:right]
    scale = min(1.0, _MOST_PX / max(part.shape[:2]))
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    seen = np.ascontiguousarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
    kinds = np.full(seen.shape[:2], cv2.GC_BGD, np.uint8)
    y, x = round((inner.y - top) * scale), round((inner.x - left) * scale)
    h, w = max(1, round(inner.h * scale)), max(1, round(inner.w * scale))
    kinds[y : y + h, x : x + w] = cv2.GC_PR_FGD
    if (kinds == cv2.GC_BGD).sum() < 8:  # the box is the whole frame: there is nothing around it
        kinds[[0, -1]] = kinds[:, [0, -1]] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    unused, (background, foreground) = (0, 0, 0, 0), np.zeros((2, 1, 65))
    cv2.grabCut(seen, kinds, unused, background, foreground, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = np.isin(kinds, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    whole = (right - left, bottom - top)
    pixels = cv2.resize(found, whole, interpolation=cv2.INTER_LINEAR) > 0.5
    return inner, np.asarray(pixels[inner.moved(-top, -left).slices])


def moved(
    pixels: Pixels, dx: float, dy: float, scale: float, hw: tuple[int, int]
) -> tuple[Box, Pixels]:
    """Return an object's pixels, bool (H, W), moved, and scaled about their middle.

    Returns the box, cut to the frame, and its pixels, bool (h, w).
    """
    box = box_of(pixels)
    middle_x, middle_y = box.x + box.w / 2, box.y + box.h / 2
    # A pixel's centre is at its half: warpAffine counts from the centre of the first one.
    shift_x = middle_x + dx - scale * middle_x + 0.5 * (scale - 1)
    shift_y = middle_y + dy - scale * middle_y + 0.5 * (scale - 1)
    way = np.array([[scale, 0, shift_x], [0, scale, shift_y]])
    shares = pixels.astype(np.uint8) * 255
    found = cv2.warpAffine(shares, way, (hw[1], hw[0]), flags=cv2.INTER_LINEAR) > 127
    around = box_of(found)
    return around, found[around.slices]


def _whole_pixels(dragged: DraggedBox) -> Box:
    top, left = int(dragged.top), int(dragged.left)
    return Box(top, left, int(np.ceil(dragged.bottom)) - top, int(np.ceil(dragged.right)) - left)
