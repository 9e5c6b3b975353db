"""A mask's outline moved to the edge that is in the image, within a few pixels.

What lies within the band of so many pixels around the outline goes to the side whose colours near
there it is more like: a Gaussian for the inside and one for the outside, of the colours around each
pixel, as localised region-based active contours have them (Lankton and Tannenbaum 2008). What the
mask said weighs the more, the farther a pixel is from the outline.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.core.mask import Box, Pixels

Floats = npt.NDArray[np.float32]

_LEAST_PX = 4  # that colours are gathered in, however narrow the band
_AROUND = 1.5  # times the band's pixels that colours are gathered in
_ROUNDS = 2  # the second one gathers colours by what the first has found
_PRIOR = 1.5  # weight of what the mask said, at the border of the band
_MOST = 1.5  # that the colours of one pixel may weigh
_NOISE = 0.002  # variance of CIE L*a*b*, in hundreds, that every colour has
_SMOOTHING = 0.6  # pixels
_TILE = 512


def reach(px: int) -> int:
    """Return how many pixels around a mask what is found depends on."""
    return _ROUNDS * (_radius(px) + 2 * px) + 4


def snapped(pixels: Pixels, px: int, frame: Frame) -> Pixels:
    """Return pixels, bool (h, w), with their outline at the image's edge, at most so far away.

    frame : uint8 (h, w, 3) RGB. Where the colours of the two sides are alike, it stays.
    """
    found = pixels.copy()
    for tile, around in _tiles(pixels, px):
        part = _snapped(pixels[around.slices], px, frame[around.slices])
        found[tile.slices] = part[tile.moved(-around.y, -around.x).slices]
    return found


def _tiles(pixels: Pixels, px: int) -> Iterator[tuple[Box, Box]]:
    """Yield the parts that the outline runs through, and what is to be looked at for each.

    So that an object as large as a frame of 4K takes no more memory than a small one.
    """
    height, width = pixels.shape
    far = reach(px)
    for y in range(0, height, _TILE):
        for x in range(0, width, _TILE):
            tile = Box(y, x, min(_TILE, height - y), min(_TILE, width - x))
            top, left = max(y - far, 0), max(x - far, 0)
            bottom, right = min(y + tile.h + far, height), min(x + tile.w + far, width)
            part = pixels[top:bottom, left:right]
            if part.any() and not part.all():
                yield tile, Box(top, left, bottom - top, right - left)


def _snapped(pixels: Pixels, px: int, frame: Frame) -> Pixels:
    lab = cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) / 100
    far = _distance(pixels)
    band, prior = np.abs(far) <= px, _PRIOR * far / px
    found, distance, sure = pixels, far, float(px)
    for _ in range(_ROUNDS):
        colours = _evidence(np.asarray(lab, np.float32), distance, sure, px)
        score = cv2.GaussianBlur(colours + prior, (0, 0), _SMOOTHING)
        found = np.where(band, score > 0, pixels)
        distance, sure = _distance(found), max(1.0, px / 2)
    return found


def _distance(pixels: Pixels) -> Floats:
    """Return how far each pixel is from the outline, float32 (h, w); negative outside."""
    inside = pixels.view(np.uint8)
    within = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    without = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    signed = within - without  # whole pixels: the outline runs between them
    return np.asarray(signed - np.copysign(0.5, signed), np.float32)


def _evidence(lab: Floats, distance: Floats, sure: float, px: int) -> Floats:
    """Return how much more each colour is like the inside's around it than the outside's.

    lab : float32 (h, w, 3). distance : float32 (h, w). sure : pixels from the outline from which a
    side is what it is; half the thickness, where a side is thinner. Returns float32 (h, w).
    """
    square = np.ones((2 * px + 1, 2 * px + 1), np.uint8)
    inner = distance > np.minimum(sure, cv2.dilate(distance, square) / 2)
    outer = -distance > np.minimum(sure, cv2.dilate(-distance, square) / 2)
    mean_in, variance_in, share_in = _gathered(lab, inner, _radius(px))
    mean_out, variance_out, share_out = _gathered(lab, outer, _radius(px))
    log_ratio = (
        (lab - mean_out) ** 2 / variance_out
        - (lab - mean_in) ** 2 / variance_in
        + np.log(variance_out / variance_in)
    ).sum(axis=-1) / (2 * lab.shape[-1])
    is_known = (share_in > 1e-3) & (share_out > 1e-3)
    return np.where(is_known, np.clip(log_ratio, -_MOST, _MOST), np.float32(0))


def _gathered(lab: Floats, where: Pixels, radius: int) -> tuple[Floats, Floats, Floats]:
    """Return mean and variance, float32 (h, w, 3), of the chosen colours around each pixel.

    Also the share that is chosen of what is around, float32 (h, w).
    """
    chosen = where.astype(np.float32)
    share = _blurred(chosen, radius)
    weight = np.maximum(share, np.float32(1e-6))[..., None]
    mean = np.asarray(_blurred(lab * chosen[..., None], radius) / weight, np.float32)
    squares = np.asarray(_blurred(lab * lab * chosen[..., None], radius) / weight, np.float32)
    return mean, np.maximum(squares - mean * mean, 0) + np.float32(_NOISE), share


def _blurred(values: Floats, radius: int) -> Floats:
    """Return the mean of what lies within a square around each pixel, float32 (h, w) or more."""
    return np.asarray(cv2.blur(values, (2 * radius + 1, 2 * radius + 1)), np.float32)


def _radius(px: int) -> int:
    return int(_AROUND * max(px, _LEAST_PX))
