"""Masks that hold colours in place of ids: which colour is which object, blends snapped.

A colour is an object's where somewhere all nine pixels of a 3x3 square have it: the blends that an
anti-aliased brush leaves along edges never do. A rarer colour that lies between two such colours is
a blend and goes to the nearer one; any other is a thin object of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.colours import palette, voc_palette
from vosgui.core.mask import MAX_OBJECT_ID, Mask
from vosgui.errors import MaskError

Colours = npt.NDArray[np.uint8]  # (H, W, 3) RGB
Codes = npt.NDArray[np.int32]  # colours as one number each, 0xRRGGBB

_MAX_DISTINCT = 1 << 15  # more colours than blends can explain
_MAX_PAIRED = 40  # cores of which all pairs are tried
_ON_LINE = 8.0  # how far, in levels, rounding takes a blend off the line between two colours
SQUARE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class ColourTable:
    """Which id a colour stands for.

    ids : colour code to object id, 0 is background. snapped : codes of blends.
    """

    ids: dict[int, int]
    snapped: frozenset[int]

    @property
    def objects(self) -> dict[int, tuple[int, int, int]]:
        """Return the colour of each object id."""
        pairs = ((i, code) for code, i in self.ids.items() if i and code not in self.snapped)
        return {i: (code >> 16, code >> 8 & 255, code & 255) for i, code in sorted(pairs)}

    def mask(self, image: Colours) -> tuple[Mask, int]:
        """Return the ids of an image, uint8 (H, W), and how many of its pixels were snapped."""
        codes, places, n = np.unique(_codes(image), return_inverse=True, return_counts=True)
        values = np.array([self.ids[int(code)] for code in codes], np.uint8)
        n_snapped = int(sum(k for code, k in zip(codes, n, strict=True) if code in self.snapped))
        return values[places].reshape(image.shape[:2]), n_snapped


def colour_table(images: Iterable[Colours]) -> ColourTable:
    """Match the colours of all masks of a clip, uint8 (H, W, 3) RGB, to ids.

    The same colour is the same object. Colours of a published palette (YouTube-VOS, PASCAL VOC)
    get its ids, others 1, 2, ... from top to bottom as they appear. Black is background, or else
    the most frequent colour.
    Raises MaskError where there are more colours than 254 objects, as in a photograph.
    """
    n_pixels: dict[int, int] = {}
    core: dict[int, None] = {}  # in order of appearance
    for image in images:
        codes = _codes(image)
        flat = (cv2.erode(image, SQUARE) == image) & (cv2.dilate(image, SQUARE) == image)
        found, places = np.unique(codes[flat.all(axis=2)], return_index=True)
        core |= dict.fromkeys(found[np.argsort(places)].tolist())
        for code, n in zip(*np.unique(codes, return_counts=True), strict=True):
            n_pixels[int(code)] = n_pixels.get(int(code), 0) + int(n)
        if len(core) > MAX_OBJECT_ID + 1 or len(n_pixels) > _MAX_DISTINCT:
            raise MaskError(
                f"They hold {max(len(core), len(n_pixels))} colours, as photographs do: these are "
                "no masks of objects."
            )
    background = 0 if 0 in n_pixels else max(n_pixels, key=lambda code: (n_pixels[code], -code))
    core = {background: None, **core}
    rare = [code for code in n_pixels if code not in core]
    blends = _blends(rare, list(core))
    objects = [code for code in (*core, *rare) if code != background and code not in blends]
    if len(objects) > MAX_OBJECT_ID:
        raise MaskError(f"They hold {len(objects)} colours; at most {MAX_OBJECT_ID} objects fit.")
    ids = {background: 0, **_numbered(objects)}
    ids |= {blend: ids[nearest] for blend, nearest in blends.items()}
    return ColourTable(ids, frozenset(blends))


def _codes(image: Colours) -> Codes:
    red, green, blue = (image[..., channel].astype(np.int32) for channel in range(3))
    return (red << 16) | (green << 8) | blue


def _rgb(codes: Sequence[int]) -> npt.NDArray[np.float64]:
    values = np.asarray(codes, np.int64).reshape(-1)
    return np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.float64)


def _blends(rare: Sequence[int], core: Sequence[int]) -> dict[int, int]:
    """Return the rare colours that lie between two cores, each with the core nearest to it."""
    if not rare or len(core) < 2:
        return {}
    points, ends = _rgb(rare), _rgb(core)
    nearest = ((points[:, None] - ends[None]) ** 2).sum(axis=2).argmin(axis=1)
    between = np.full(len(rare), len(core) > _MAX_PAIRED)
    if len(core) <= _MAX_PAIRED:
        for i in range(len(core)):
            for k in range(i):
                line = ends[i] - ends[k]
                along = np.clip((points - ends[k]) @ line / (line @ line), 0, 1)
                off = np.linalg.norm(points - ends[k] - along[:, None] * line, axis=1)
                between |= off <= _ON_LINE
    return {rare[n]: core[nearest[n]] for n in np.flatnonzero(between).tolist()}


def _numbered(objects: Sequence[int]) -> dict[int, int]:
    """Return an id for each colour: those of a palette that holds them all, or 1, 2, ..."""
    colours = _rgb(objects)
    for table in (palette(), voc_palette()):
        off = np.abs(colours[:, None] - table[None, 1 : MAX_OBJECT_ID + 1]).max(axis=2, initial=0)
        found = off.argmin(axis=1) + 1 if off.size else np.array([], int)
        # One level off is still the same: older tools of DAVIS have 191 where VOC has 192.
        if (off.min(axis=1, initial=255) <= 1).all() and len(set(found.tolist())) == len(objects):
            return dict(zip(objects, found.tolist(), strict=True))
    return {code: n for n, code in enumerate(objects, start=1)}
