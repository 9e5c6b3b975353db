"""Colour masks as programs save them that draw with soft edges, or resize masks like pictures."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from vosgui.core.mask import Mask
from vosgui.media.soft_edges import Colours

HW = (120, 160)
# As people choose them for their objects: bright, and well apart.
COLOURS = (
    (230, 25, 75),
    (60, 180, 75),
    (255, 225, 25),
    (0, 130, 200),
    (245, 130, 48),
    (145, 30, 180),
    (70, 240, 240),
    (240, 50, 230),
    (210, 245, 60),
    (170, 110, 40),
)


@dataclass(frozen=True)
class SoftMask:
    """A colour mask with soft edges, and what it shows.

    image : uint8 (H, W, 3) RGB. ids : uint8 (H, W), of what was drawn. inner : bool (H, W), where
        no other object is near.
    """

    image: Colours
    ids: Mask
    inner: np.ndarray


def drawn(rng: np.random.Generator, n_objects: int, factor: float) -> Mask:
    """Draw objects of all kinds at `factor` times the size: round, thin, touching, one over two."""
    h, w = (round(side * factor) for side in HW)
    ids = np.zeros((h, w), np.uint8)
    thin = max(2, round(4 * factor))
    for i in range(1, n_objects + 1):
        y, x = int(rng.integers(0, h)), int(rng.integers(0, w))
        kind = i % 4
        if kind == 0:
            cv2.line(ids, (x, y), (w - x, h - y), i, thin)
        elif kind == 1:
            size = rng.integers(10, 25, 2) * factor
            cv2.ellipse(ids, (x, y), (int(size[0]), int(size[1])), 30.0 * i, 0, 360, i, -1)
        elif kind == 2:
            size = rng.integers(15, 45, 2) * factor
            ids[y : y + int(size[0]), x : x + int(size[1])] = i
        else:
            ys, xs = np.nonzero(ids)
            at = int(rng.integers(0, ys.size)) if ys.size else 0
            centre = (int(xs[at]), int(ys[at])) if ys.size else (x, y)
            cv2.circle(ids, centre, int(12 * factor), i, -1)  # it touches another, or lies in it
    return ids


def soft_mask(
    seed: int, n_objects: int, factor: float, how: Image.Resampling, background: int = 0
) -> SoftMask:
    """Return objects drawn at `factor` times the size in colours, and resized like a picture."""
    rng = np.random.default_rng(seed)
    table = np.array([(background,) * 3, *rng.permutation(np.array(COLOURS))[:n_objects]], np.uint8)
    for _ in range(1000):
        large = drawn(rng, n_objects, factor)
        small = Image.fromarray(large).resize(HW[::-1], Image.Resampling.NEAREST)
        ids = np.array(small, np.uint8)
        near = 3 if factor >= 1 else 5
        kernel = np.ones((near, near), np.uint8)
        inner = cv2.erode(ids, kernel) == cv2.dilate(ids, kernel)
        n_inner = np.bincount(ids[inner], minlength=n_objects + 1)[1:]
        if (n_inner >= 6).all():  # every object is still to be seen
            image = Image.fromarray(table[large]).resize(HW[::-1], how)
            return SoftMask(np.array(image, np.uint8), ids, np.asarray(inner))
    raise AssertionError("no such picture was drawn")
