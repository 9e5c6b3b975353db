"""Masks that hold colours in place of ids: which colour is which object, blends snapped.

Colours of a published palette stand for its ids. Colours that are only a few levels apart are
numbers, R + 256 G + 65536 B, as DEVA, Cutie and COCO's panoptic masks write ids beyond 255.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from vosgui.core.colours import palette, voc_palette
from vosgui.core.mask import MAX_OBJECT_ID, Mask
from vosgui.media.soft_edges import (
    NONE,
    SQUARE,
    Codes,
    Colours,
    FoundColours,
    Images,
    Labels,
    are_low,
    around,
    codes_of,
    explained,
    find_colours,
    has_close,
    labelled,
    rgb_of,
)
from vosgui.media.wide_ids import fitting_ids

_SOFT_THIN = 24  # levels that soft edges may have taken a thin object's colour off
_RINGING = 40.0  # levels; see soft_edges


@dataclass(frozen=True)
class ColourTable:
    """Which id each colour of a clip's masks stands for.

    ids : colour, 0xRRGGBB, to object id; 0 is background. numbers : number to id, where colours
        are numbers. has_own_ids : whether these or a palette say the ids, not the order of colours.
    """

    found: FoundColours
    ids: dict[int, int]
    numbers: dict[int, int]
    has_own_ids: bool

    @property
    def objects(self) -> dict[int, tuple[int, int, int]]:
        """Return the colour of each object id."""
        pairs = ((i, code) for code, i in self.ids.items() if i)
        return {i: (code >> 16, code >> 8 & 255, code & 255) for i, code in sorted(pairs)}

    @cached_property
    def _values(self) -> Mask:
        return np.array([*self.ids.values()], np.uint8)

    def mask(self, image: Colours) -> tuple[Mask, int]:
        """Return the ids of an image, uint8 (H, W), and how many of its pixels were snapped."""
        codes = codes_of(image)
        labels = labelled(codes, [*self.ids])
        if not self.found.is_soft:
            return self._values[labels], 0
        labels = _without_strays(labels, codes, self._n_solid, [*self.ids])
        n_snapped = int(np.count_nonzero(labels == NONE))
        return self._values[_snapped(labels, codes, [*self.ids])], n_snapped

    @property
    def _n_solid(self) -> int:
        """Return how many of the colours fill areas; those of thin objects come last."""
        return len(self.ids) - len(self.found.thin)


def colour_table(images: Images) -> ColourTable:
    """Match the colours of all masks of a clip, uint8 (H, W, 3) RGB, to ids.

    The same colour is the same object. Numbers up to 254 and colours of a published palette
    (YouTube-VOS, PASCAL VOC) keep their ids, other colours get 1, 2, ... from top to bottom as they
    appear. Black is background, or else the most frequent colour.
    Raises MaskError where there are more colours than 254 objects, as in a photograph.
    """
    found = find_colours(images)
    if _are_numbers(found):
        numbers = fitting_ids([_number(code) for code in found.objects])
        ids = {code: numbers[_number(code)] for code in found.objects}
    else:
        numbers, ids = {}, _of_palette(found)
    has_own_ids = bool(ids) or not found.objects
    ids = ids or {code: n for n, code in enumerate(found.objects, start=1)}
    return ColourTable(found, {found.background: 0, **ids}, numbers, has_own_ids)


def _number(code: int) -> int:
    return code >> 16 | code & 0xFF00 | (code & 0xFF) << 16


def _are_numbers(found: FoundColours) -> bool:
    if found.is_soft or found.background != 0 or not found.objects:
        return False
    if has_close([0, *found.objects]):
        return True
    return are_low(found.objects) and not _of_palette(found)


def _of_palette(found: FoundColours) -> dict[int, int]:
    """Return the ids of a published palette that holds all colours; none where there is none."""
    colours = rgb_of(found.objects)
    # One level off is still the same: older tools of DAVIS have 191 where VOC has 192.
    most = np.array([_SOFT_THIN if code in found.thin else 1 for code in found.objects])
    for table in (palette(), voc_palette()):
        off = np.abs(colours[:, None] - table[None, 1 : MAX_OBJECT_ID + 1]).max(axis=2, initial=0)
        ids = (off.argmin(axis=1) + 1).tolist() if off.size else []
        if ids and (off.min(axis=1) <= most).all() and len({*ids}) == len(ids):
            return dict(zip(found.objects, ids, strict=True))
    return {}


def _without_strays(labels: Labels, codes: Codes, n_solid: int, known: Sequence[int]) -> Labels:
    """Return the labels without those of blends that happen to have an object's own colour.

    Such a pixel is away from all areas of the object, and between areas of two others that explain
    it. n_solid : how many of the colours, the first of `known`, fill areas at all.
    """
    small = (labels + 1).astype(np.uint8)
    is_flat = cv2.erode(small, SQUARE) == cv2.dilate(small, SQUARE)
    solid = np.where(is_flat, labels, NONE)
    ys, xs = np.nonzero(~is_flat & (labels >= 0) & (labels < n_solid))
    own = labels[ys, xs]
    is_away = (around(solid, ys, xs, 2) != own[:, None]).all(axis=1)
    ys, xs, own = ys[is_away], xs[is_away], own[is_away]
    near = around(solid, ys, xs)
    ends = np.where(((near >= 0) & (near != own[:, None]))[..., None], rgb_of(known)[near], np.nan)
    is_stray = explained(rgb_of(codes[ys, xs]), ends)[1]
    labels = labels.copy()
    labels[ys[is_stray], xs[is_stray]] = NONE
    return labels


def _snapped(labels: Labels, codes: Codes, known: Sequence[int]) -> Labels:
    """Return labels for all pixels: where there is none, of what is around that of nearest colour.

    Nothing is taken from further away than it must be, so that no third object's label comes
    between two others.
    """
    ends, labels = rgb_of(known), labels.copy()
    ys, xs = np.nonzero(labels == NONE)
    while ys.size:
        points, n_before = rgb_of(codes[ys, xs]), ys.size
        for reach, is_last in ((1, False), (2, False), (3, True)):
            near = around(labels, ys, xs, reach)
            off = np.linalg.norm(points[:, None] - ends[near], axis=2)
            off[near == NONE] = np.inf
            is_found = np.isfinite(off[:, 0 if is_last else 1]) | (off.min(axis=1) <= _RINGING)
            nearest = near[np.arange(ys.size), off.argmin(axis=1)]
            labels[ys[is_found], xs[is_found]] = nearest[is_found]
            ys, xs, points = ys[~is_found], xs[~is_found], points[~is_found]
        if ys.size == n_before:  # nothing known is anywhere near
            off = np.linalg.norm(points[:, None] - ends, axis=2)
            labels[ys, xs] = off.argmin(axis=1)
            break
    return labels
