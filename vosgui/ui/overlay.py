"""Masks over the frame, drawn at the screen's resolution.

The mask is looked up once per screen pixel, so that cost and memory follow the screen and not the
clip, and outlines are as crisp at 5 % as at 3200 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from vosgui.core.annotation import ObjectInfo
from vosgui.core.mask import Mask
from vosgui.ui.session import View
from vosgui.ui.viewport import Viewport

Argb = npt.NDArray[np.uint32]  # premultiplied

# What a screen pixel is, beside its object id: bits of the table's first index.
_EDGE = 1  # on the object's outline
_STRIPE = 2  # on a dark stripe of the hatching
_HALO = 4  # just outside the current object
STRIPE_PX = 6
_MARGIN = 3  # screen pixels around a rectangle that its outlines depend on


@dataclass(frozen=True)
class Style:
    """How the objects of one frame look.

    objects : (id, colour RGB) of those that are shown. stale : ids to hatch. current : an id, or 0.
    """

    objects: tuple[tuple[int, tuple[int, int, int]], ...] = ()
    stale: frozenset[int] = frozenset()
    current: int = 0
    opacity: float = 0.5
    outline_only: bool = False

    @classmethod
    def of(
        cls, objects: Iterable[ObjectInfo], view: View, current: int, stale: frozenset[int]
    ) -> Style:
        """Return how these objects look in a view."""
        shown = () if view.masks_hidden else tuple((o.id, o.colour) for o in objects if o.visible)
        ids = frozenset(object_id for object_id, _ in shown)
        return cls(
            shown,
            stale & ids,
            current if current in ids else 0,
            view.opacity,
            view.outline_only,
        )

    def table(self) -> Argb:
        """Return the colour of each kind of screen pixel and id, premultiplied, (8 * 256,)."""
        table = np.zeros((8, 256), np.uint32)
        fill = 0.0 if self.outline_only else self.opacity
        for object_id, colour in self.objects:
            stale = object_id in self.stale
            emphasis = 1.0 if object_id == self.current or not self.current else 0.75
            for kind in range(4):
                striped = bool(kind & _STRIPE)
                if kind & _EDGE:
                    alpha = 0.0 if stale and striped else 1.0
                else:
                    alpha = fill * emphasis * (0.35 if stale and not striped else 1.0)
                table[kind, object_id] = _argb(colour, alpha)
        table[_HALO:] = table[:_HALO]
        if self.current:
            # Over background the halo darkens, over a neighbour it leaves its fill to be seen.
            table[_HALO:, 0] = _argb((0, 0, 0), 0.55)
        return table.reshape(-1)


class Overlay:
    """The picture of a mask for one canvas, kept until the mask, the style or the viewport change.

    While a stroke is painted only the rectangle it touched is made anew: see `spoil`.
    """

    def __init__(self) -> None:
        self._pixels: Argb = np.zeros((0, 0), np.uint32)
        self._image = QImage()
        self._key: object = None
        self._style: Style | None = None
        self._table: Argb = np.zeros(0, np.uint32)
        self._spoilt = QRect()

    def spoil(self, rect: QRect) -> None:
        """Say that the mask has changed in place under a rectangle of device pixels."""
        self._spoilt = self._spoilt.united(rect)

    def image(self, mask: Mask, style: Style, viewport: Viewport, size: tuple[int, int]) -> QImage:
        """Return the picture, premultiplied ARGB of `size`.

        viewport : in device pixels. size : width and height in device pixels.
        """
        if style != self._style:
            self._style, self._table = style, style.table()
            self._key = None
        if self._pixels.shape != (size[1], size[0]):
            self._pixels = np.zeros((size[1], size[0]), np.uint32)
            self._image = QImage(
                self._pixels.data,
                size[0],
                size[1],
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            self._key = None
        whole = QRect(0, 0, *size)
        # The mask itself is kept in the key: an id alone may be given to another array.
        key = (mask, viewport)
        if not isinstance(self._key, tuple) or self._key[0] is not mask or self._key[1] != viewport:
            self._spoilt = whole
            self._key = key
        self._spoilt = self._spoilt.intersected(whole)
        if not self._spoilt.isEmpty():
            r = self._spoilt
            part = self._pixels[r.top() : r.bottom() + 1, r.left() : r.right() + 1]
            render(mask, style, self._table, viewport, r, part)
            self._spoilt = QRect()
        return self._image


def render(
    mask: Mask, style: Style, table: Argb, viewport: Viewport, rect: QRect, out: Argb
) -> None:
    """Draw a rectangle of the screen, in device pixels, into `out`, uint32 of its size."""
    xs = np.arange(rect.left() - _MARGIN, rect.right() + 1 + _MARGIN)
    ys = np.arange(rect.top() - _MARGIN, rect.bottom() + 1 + _MARGIN)
    columns = np.floor((xs + 0.5 - viewport.x) / viewport.scale).astype(np.intp)
    rows = np.floor((ys + 0.5 - viewport.y) / viewport.scale).astype(np.intp)
    height, width = mask.shape
    inside_x = np.flatnonzero((columns >= 0) & (columns < width))
    inside_y = np.flatnonzero((rows >= 0) & (rows < height))
    out[...] = 0
    if not style.objects or not inside_x.size or not inside_y.size:
        return
    # Beyond the frame the mask goes on as at its edge, so that no outline runs along the edge.
    ids = mask[np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)[None, :]]
    kinds = _kinds(ids, style, xs, ys)
    shown = table[kinds[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]]
    x0, x1 = np.clip(np.array([inside_x[0], inside_x[-1] + 1]) - _MARGIN, 0, out.shape[1])
    y0, y1 = np.clip(np.array([inside_y[0], inside_y[-1] + 1]) - _MARGIN, 0, out.shape[0])
    out[y0:y1, x0:x1] = shown[y0:y1, x0:x1]


def _kinds(
    ids: Mask, style: Style, xs: npt.NDArray[np.intp], ys: npt.NDArray[np.intp]
) -> npt.NDArray[np.uint16]:
    """Return the table's index of each screen pixel."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    edge = cv2.dilate(ids, cross) != cv2.erode(ids, cross)
    kinds = ids.astype(np.uint16)
    if style.current:
        current = (ids == style.current).astype(np.uint8)
        around = cv2.dilate(current, cross)
        kinds |= (around != current).astype(np.uint16) * np.uint16(_HALO << 8)
        edge |= (current - cv2.erode(current, np.ones((5, 5), np.uint8))).astype(bool)
    kinds |= edge.astype(np.uint16) * np.uint16(_EDGE << 8)
    if style.stale:
        stripes = ((xs[None, :] + ys[:, None]) // STRIPE_PX) % 2 == 0
        kinds |= stripes.astype(np.uint16) * np.uint16(_STRIPE << 8)
    return kinds


def _argb(colour: tuple[int, int, int], alpha: float) -> int:
    red, green, blue = (round(channel * alpha) for channel in colour)
    return (round(255 * alpha) << 24) | (red << 16) | (green << 8) | blue
