"""Moving and scaling the mask of an object in one frame."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from vosgui.core.image_regions import moved
from vosgui.core.mask import Box, Pixels, box_of
from vosgui.ui.tools.clicks import draw_box
from vosgui.ui.tools.search import SearchTool
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer
from vosgui.ui.tools.viewport import Viewport

REACH_PX = 12.0  # screen pixels around a corner of the mask's box that scale it
_SCALES = (0.1, 10.0)
_HANDLE_PX = 4.0


class MoveTool(SearchTool):
    """Drags the current object's mask; dragged at a corner of the box around it, it is scaled."""

    name = "move"
    title = "Move and scale mask"
    icon = "move"
    key = "M"
    hint = "Drag the object's mask to move it, a corner of the box around it to scale it"
    cursor = Qt.CursorShape.SizeAllCursor
    label = "Move"
    makes_masks = False

    def __init__(self) -> None:
        super().__init__()
        self._pressed: Pointer | None = None
        self._own: tuple[Box, Pixels] | None = None  # the box of the mask, and all its pixels
        self._scales = False
        self._shown = Box(0, 0, 0, 0)  # what the handles are drawn around

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Take hold of the mask, or of a corner."""
        place = self._begin(surface)
        if place is None:
            return
        pixels = place.annotation.mask(place.t) == place.target.id
        box = box_of(pixels)
        if not box:
            self.cancel(surface)
            surface.message.emit(f"{place.target.name} has no mask in this frame to move")
            return
        self._pressed, self._own, self._shown = pointer, (box, pixels), box
        near = min(math.dist(corner, (pointer.x, pointer.y)) for corner in _corners(box))
        self._scales = near * scale <= REACH_PX

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Let the mask follow."""
        if self._pressed is None or self._own is None:
            self._shown = _box_of_object(surface)
            return
        start, (box, pixels), hw = self._pressed, self._own, surface.hw
        dx, dy, factor = pointer.x - start.x, pointer.y - start.y, 1.0
        if self._scales:
            middle = (box.x + box.w / 2, box.y + box.h / 2)
            before = max(math.dist(middle, (start.x, start.y)), 1.0)
            after = math.dist(middle, (pointer.x, pointer.y))
            dx, dy, factor = 0.0, 0.0, min(max(after / before, _SCALES[0]), _SCALES[1])
        else:
            dx, dy = round(dx), round(dy)  # by whole pixels the mask stays as it is
        self._want(surface, lambda: _replaced(box, moved(pixels, dx, dy, factor, hw)))

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Make it an edit."""
        has_moved = self._search is not None and (
            self._search.found or self._search.next or self._search.is_finding
        )
        self._pressed = self._own = None
        if has_moved:
            self._end(surface)
        else:
            self.cancel(surface)

    def cancel(self, surface: Surface) -> None:
        """Put the mask back where it was."""
        self._pressed = self._own = None
        super().cancel(surface)

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the box around the mask with its corners."""
        if not self._shown or self._pressed is not None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_box(painter, viewport.rect(self._shown))
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1.0))
        painter.setBrush(QColor(255, 255, 255))
        for x, y in _corners(self._shown):
            at = viewport.to_screen(x, y)
            reach = QPointF(_HANDLE_PX, _HANDLE_PX)
            painter.drawRect(QRectF(at - reach, at + reach))

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the box on the screen, with its corners."""
        if not self._shown:
            return QRectF()
        around = _HANDLE_PX + 3
        return viewport.rect(self._shown).adjusted(-around, -around, around, around)


def _corners(box: Box) -> list[tuple[float, float]]:
    right, bottom = box.x + box.w, box.y + box.h
    return [(x, y) for x in (box.x, right) for y in (box.y, bottom)]


def _box_of_object(surface: Surface) -> Box:
    """Return the box around the current object's mask; an empty one where it has none."""
    mask, object_id = surface.mask, surface.session.object_id
    if mask is None or not object_id:
        return Box(0, 0, 0, 0)
    return box_of(mask == object_id)


def _replaced(before: Box, after: tuple[Box, Pixels]) -> tuple[Box, Pixels]:
    """Return pixels in a box that holds where they were too, bool (h, w), so that they go there."""
    box = before | after[0]
    pixels = np.zeros((box.h, box.w), bool)
    pixels[after[0].moved(-box.y, -box.x).slices] = after[1]
    return box, pixels
