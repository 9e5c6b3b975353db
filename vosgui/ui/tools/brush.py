"""Brush and eraser: round, hard-edged, sized in image pixels."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from vosgui.core import raster
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer, Tool
from vosgui.ui.tools.viewport import Viewport

MIN_SIZE = 1.0
MAX_SIZE = 1000.0
STEP = 1.15  # one notch of the wheel or press of a bracket


class BrushTool(Tool):
    """Paints the current object while a button is held; the right button erases.

    Shift and press goes on in a straight line from where the last stroke ended in this frame.
    Alt and drag changes the size. size : diameter in image pixels.
    """

    name = "brush"
    title = "Brush"
    icon = "brush"
    key = "B"
    hint = "Paint; the right button erases. Shift+click: a line. [ ] or Ctrl+wheel for the size"
    cursor = Qt.CursorShape.BlankCursor
    makes_masks = True
    erases = False

    def __init__(self, size: float = 24.0) -> None:
        self.size = size
        self._last: Pointer | None = None  # where the stroke has come to
        self._resizing: tuple[Pointer, float] | None = None  # where it began, the size then
        self._ended: tuple[int | None, Pointer] | None = None  # frame and place of the last end

    @property
    def active(self) -> bool:
        """Return whether a stroke or a change of size is in progress."""
        return self._last is not None or self._resizing is not None

    def resize(self, steps: float) -> None:
        """Make the brush larger by steps, smaller by negative ones; by a pixel at least."""
        size = self.size * STEP**steps
        if abs(size - self.size) < 1:
            size = self.size + math.copysign(1, steps)
        self.set_size(round(size))

    def set_size(self, size: float) -> None:
        """Set the diameter, within its limits."""
        self.size = min(max(size, MIN_SIZE), MAX_SIZE)

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Begin a stroke, or with Alt a change of size."""
        if pointer.alt:
            self._resizing = pointer, self.size
        elif surface.begin(erases=self.erases or pointer.right):
            goes_on = pointer.shift and self._ended is not None and self._ended[0] == surface.t
            self._last = self._ended[1] if goes_on and self._ended is not None else pointer
            self._cover(surface, pointer)

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Carry the stroke on to here."""
        if self._resizing is not None:
            start, size = self._resizing
            self.set_size(round(size + 2 * (pointer.x - start.x)))
        elif self._last is not None:
            self._cover(surface, pointer)

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Make the stroke an edit."""
        if self._last is not None:
            self._cover(surface, pointer)
            erases = surface.stroke is not None and surface.stroke.erases
            self._last = None
            self._ended = surface.t, pointer
            surface.commit("Erase" if erases else "Brush")
        self._resizing = None

    def cancel(self, surface: Surface) -> None:
        """Drop the stroke, or go back to the size before."""
        if self._resizing is not None:
            self.size = self._resizing[1]
        self._last = self._resizing = None
        surface.drop()

    def _cover(self, surface: Surface, pointer: Pointer) -> None:
        last = self._last or pointer
        start, end = (last.x, last.y), (pointer.x, pointer.y)
        diameter = max(self.size * pointer.pressure, MIN_SIZE)
        surface.cover(*raster.segment(start, end, diameter, surface.hw))
        self._last = pointer

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the brush's outline, light on dark, so that it is seen on every picture."""
        if pointer is None:
            return
        centre, radius = self._circle(viewport, pointer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        erases = self.erases or pointer.right
        line = Qt.PenStyle.DashLine if erases else Qt.PenStyle.SolidLine
        for colour, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255, 235), 1.2)):
            painter.setPen(QPen(colour, width, line if width < 2 else Qt.PenStyle.SolidLine))
            if radius >= 2.5:
                painter.drawEllipse(centre, radius, radius)
            if radius < 6:  # too small to be found by its circle alone
                for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    near, far = radius + 4, radius + 9
                    painter.drawLine(
                        centre + QPointF(dx * near, dy * near), centre + QPointF(dx * far, dy * far)
                    )

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the square around the circle."""
        if pointer is None:
            return QRectF()
        centre, radius = self._circle(viewport, pointer)
        reach = radius + 12
        return QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach)

    def _circle(self, viewport: Viewport, pointer: Pointer) -> tuple[QPointF, float]:
        at = self._resizing[0] if self._resizing is not None else pointer
        return viewport.to_screen(at.x, at.y), self.size * viewport.scale / 2


class EraserTool(BrushTool):
    """Erases the current object while a button is held; it has a size of its own."""

    name = "eraser"
    title = "Eraser"
    icon = "eraser"
    key = "E"
    hint = "Erase the current object. Shift+click: a line. [ ] or Ctrl+wheel for the size"
    erases = True
    makes_masks = False
