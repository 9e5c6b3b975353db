"""Masks over the frame, drawn at the screen's resolution.

The mask is looked up once per screen pixel, so that cost and memory follow the screen and not the
clip, and outlines are as crisp at 5 % as at 3200 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from vosgui.core.annotation import ObjectInfo
from vosgui.core.mask import Mask
from vosgui.ui.session.view import View
from vosgui.ui.tools.viewport import Viewport

Argb = npt.NDArray[np.uint32]  # premultiplied

# What a screen pixel is, beside its object id: bits of the table's first index.
_FILL = 0
_EDGE = 1  # on the object's outline
_STRIPE = 2  # on a stripe of the hatching
HALO = 0x8C000000  # just outside the current object, over background
STRIPE_PX = 6
_MARGIN = 3  # screen pixels around a rectangle that its outlines depend on
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_SQUARE = np.ones((5, 5), np.uint8)


@dataclass(frozen=True)
class Style:
    """How the objects of one frame look.

    objects : (id, colour RGB) of those that are shown. stale : ids to hatch. current : an id, or 0.
    opacity, edge : of fills and of outlines, [0, 1].
    """

    objects: tuple[tuple[int, tuple[int, int, int]], ...] = ()
    stale: frozenset[int] = frozenset()
    current: int = 0
    opacity: float = 0.5
    outline_only: bool = False
    edge: float = 1.0

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
        """Return the colour of each kind of screen pixel and id, premultiplied, uint32 (4, 256)."""
        table = np.zeros((4, 256), np.uint32)
        fill = 0.0 if self.outline_only else self.opacity
        for object_id, colour in self.objects:
            stale = object_id in self.stale
            emphasis = 1.0 if object_id == self.current or not self.current else 0.75
            for kind in range(4):
                striped = bool(kind & _STRIPE)
                if kind & _EDGE:
                    alpha = 0.0 if stale and striped else self.edge
                else:
                    alpha = fill * emphasis * (0.35 if stale and not striped else 1.0)
                table[kind, object_id] = _argb(colour, alpha)
        return table


class Overlay:
    """The picture of a mask for one canvas, kept until the mask, the style or the viewport change.

    While a stroke is painted only the rectangle it touched is made anew: see `invalidate`.
    pixels : the picture, premultiplied ARGB, uint32 (height, width).
    """

    def __init__(self) -> None:
        self.pixels: Argb = np.zeros((0, 0), np.uint32)
        self._image = QImage()
        self._key: object = None
        self._style: Style | None = None
        self._table: Argb = np.zeros((4, 256), np.uint32)
        self._invalid = QRect()

    def invalidate(self, rect: QRect) -> None:
        """Say that the mask has changed in place under a rectangle of device pixels."""
        self._invalid = self._invalid.united(rect)

    def image(self, mask: Mask, style: Style, viewport: Viewport, size: tuple[int, int]) -> QImage:
        """Return the picture, premultiplied ARGB of `size`.

        mask : uint8 (H, W) of object ids. viewport, size : in device pixels; width, height.
        """
        if style != self._style:
            self._style, self._table = style, style.table()
            self._key = None
        if self.pixels.shape != (size[1], size[0]):
            self.pixels = np.zeros((size[1], size[0]), np.uint32)
            form = QImage.Format.Format_ARGB32_Premultiplied
            self._image = QImage(self.pixels.data, *size, form)
            self._key = None
        whole = QRect(0, 0, *size)
        # The mask itself is kept in the key: an id alone may be given to another array.
        key = (mask, viewport)
        if not isinstance(self._key, tuple) or self._key[0] is not mask or self._key[1] != viewport:
            self._invalid = whole
            self._key = key
        self._invalid = self._invalid.intersected(whole)
        if not self._invalid.isEmpty():
            r = self._invalid
            part = self.pixels[r.top() : r.bottom() + 1, r.left() : r.right() + 1]
            render(mask, style, self._table, viewport, r, part)
            self._invalid = QRect()
        return self._image


def draw(
    painter: QPainter,
    overlay: Overlay,
    mask: Mask,
    style: Style,
    viewport: Viewport,
    exposed: QRectF,
) -> None:
    """Draw what is exposed of a widget of the picture of its mask, uint8 (H, W).

    viewport : in screen pixels.
    """
    widget = painter.device()
    ratio = widget.devicePixelRatioF()
    size = round(widget.width() * ratio), round(widget.height() * ratio)
    device = Viewport(viewport.scale * ratio, viewport.x * ratio, viewport.y * ratio)
    image = overlay.image(mask, style, device, size)
    painter.drawImage(exposed, image, QRectF(exposed.topLeft() * ratio, exposed.size() * ratio))


def render(
    mask: Mask, style: Style, table: Argb, viewport: Viewport, rect: QRect, out: Argb
) -> None:
    """Draw a rectangle of the screen, in device pixels, into `out`.

    mask : uint8 (H, W) of object ids. table : uint32 (4, 256), see `Style.table`.
    out : uint32 (height, width) of the rectangle.
    """
    out[...] = 0
    if not style.objects:
        return
    ids, xs, ys = _look_up(mask, viewport, rect)
    x, y, width, height = cv2.boundingRect(ids)
    if not width:
        return
    # Only what is near an object has anything to show.
    near_y = slice(max(y - _MARGIN, 0), y + height + _MARGIN)
    near_x = slice(max(x - _MARGIN, 0), x + width + _MARGIN)
    ids, xs, ys = np.ascontiguousarray(ids[near_y, near_x]), xs[near_x], ys[near_y]
    columns = _shown(xs, viewport.x, mask.shape[1] * viewport.scale, rect.left(), rect.right())
    rows = _shown(ys, viewport.y, mask.shape[0] * viewport.scale, rect.top(), rect.bottom())
    if columns.start >= columns.stop or rows.start >= rows.stop:
        return
    left, top = xs[columns.start] - rect.left(), ys[rows.start] - rect.top()
    width, height = columns.stop - columns.start, rows.stop - rows.start
    part = out[top : top + height, left : left + width]
    _fill(ids[rows, columns], table, part)
    stripes = (xs[None, columns] + ys[rows, None]) // STRIPE_PX % 2 == 0 if style.stale else None
    _mark(ids, (rows, columns), style, table, stripes, part)


def _fill(ids: Mask, table: Argb, out: Argb) -> None:
    """Give each pixel its object's fill."""
    signed = out.view(np.int32)
    filled = cv2.LUT(ids, table[_FILL].view(np.int32), signed)
    if not np.shares_memory(filled, signed):  # OpenCV made an array of its own
        signed[...] = filled


def _mark(
    ids: Mask,
    part: tuple[slice, slice],
    style: Style,
    table: Argb,
    stripes: npt.NDArray[np.bool_] | None,
    out: Argb,
) -> None:
    """Draw what differs from the fill: hatching, outlines, the halo of the current object.

    ids : with a margin around `part`, which is what `out` and `stripes` are of.
    """
    edge = cv2.compare(cv2.dilate(ids, _CROSS), cv2.erode(ids, _CROSS), cv2.CMP_NE)
    current = (ids == style.current).view(np.uint8)
    if style.current:
        thick = cv2.subtract(current, cv2.erode(current, _SQUARE))
        edge = cv2.max(edge, thick)
    # numpy finds true bits ten times as fast as nonzero bytes.
    edges = np.nonzero(edge[part] != 0)
    inner = ids[part]
    if stripes is None:
        out[edges] = table[_EDGE][inner[edges]]
    else:
        is_stale = np.zeros(256, bool)
        is_stale[list(style.stale)] = True
        hatched = np.nonzero(is_stale[inner] & stripes)
        out[hatched] = table[_STRIPE][inner[hatched]]
        out[edges] = table[_EDGE | (stripes[edges] * _STRIPE), inner[edges]]
    if style.current:
        halo = (cv2.dilate(current, _CROSS)[part] != 0) & (inner == 0)
        out[np.nonzero(halo)] = HALO


def _look_up(
    mask: Mask, viewport: Viewport, rect: QRect
) -> tuple[Mask, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the id under each screen pixel of a rectangle and its margin, and their x and y.

    Beyond the frame the mask goes on as at its edge, so that no outline runs along the edge.
    """
    xs = np.arange(rect.left() - _MARGIN, rect.right() + 1 + _MARGIN)
    ys = np.arange(rect.top() - _MARGIN, rect.bottom() + 1 + _MARGIN)
    columns = np.floor((xs + 0.5 - viewport.x) / viewport.scale).astype(np.intp)
    rows = np.floor((ys + 0.5 - viewport.y) / viewport.scale).astype(np.intp)
    columns = np.clip(columns, 0, mask.shape[1] - 1)
    rows = np.clip(rows, 0, mask.shape[0] - 1)
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    rows, columns = rows - rows[0], columns - columns[0]
    # Whole rows are copied fastest, columns one by one: the latter on as few rows as there are.
    if viewport.scale > 1:
        return _taken(_taken(part, columns, 1), rows, 0), xs, ys
    return _taken(_taken(part, rows, 0), columns, 1), xs, ys


def _taken(part: Mask, at: npt.NDArray[np.intp], axis: Literal[0, 1]) -> Mask:
    """Return the rows (axis 0) or columns at these places."""
    if np.array_equal(at, np.arange(part.shape[axis])):
        return np.ascontiguousarray(part)
    return part.take(at, axis=axis)


def _shown(at: npt.NDArray[np.intp], origin: float, length: float, first: int, last: int) -> slice:
    """Return which of some screen pixels lie over the image and within first..last."""
    low = max(first, np.ceil(origin - 0.5))
    high = min(last, np.ceil(origin + length - 0.5) - 1)
    return slice(int(np.searchsorted(at, low)), int(np.searchsorted(at, high, side="right")))


def _argb(colour: tuple[int, int, int], alpha: float) -> int:
    red, green, blue = (round(channel * alpha) for channel in colour)
    return (round(255 * alpha) << 24) | (red << 16) | (green << 8) | blue
