"""Polygon and lasso: one outline, clicked, drawn freehand, or both."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vosgui.core import raster
from vosgui.core.raster import Point
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer, Tool
from vosgui.ui.tools.viewport import Viewport

SNAP_PX = 9.0  # screen pixels within which a click is on the first point
DRAG_PX = 5.0  # screen pixels that make a press a drag
SPACING_PX = 2.0  # screen pixels between the points of a freehand line


class PolygonTool(Tool):
    """Fills an outline with the current object.

    Clicks set corners and dragging draws freehand, in any mixture. A gesture that begins with a
    drag is a lasso and closes on release. Shift, Alt or the right button at the first press
    takes the inside away from the object.
    """

    name = "polygon"
    title = "Polygon and Lasso"
    icon = "polygon"
    key = "P"
    hint = (
        "Click corners or drag freehand; double-click, Enter or the first point closes, "
        "Backspace takes a corner back. Shift or the right button cuts away"
    )
    makes_masks = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._corners: list[int] = []  # how many points there were before each corner was set
        self._pressed: Pointer | None = None
        self._dragging = False
        self._erases = False

    @property
    def active(self) -> bool:
        """Return whether an outline is begun."""
        return bool(self._points)

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Set a corner, or close the outline on its first one."""
        if not self._points:
            self._erases = pointer.right or pointer.shift or pointer.alt
            if surface.target(erases=self._erases) is None:
                return
        elif len(self._points) > 2 and self._is_near_first(pointer, scale):
            self._close(surface)
            return
        self._corners.append(len(self._points))
        self._points.append((pointer.x, pointer.y))
        self._pressed, self._dragging = pointer, False

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Draw freehand."""
        if self._pressed is None:
            return
        start = self._pressed
        if not self._dragging:
            self._dragging = math.dist((start.x, start.y), (pointer.x, pointer.y)) * scale > DRAG_PX
        here = (pointer.x, pointer.y)
        if self._dragging and math.dist(self._points[-1], here) * scale >= SPACING_PX:
            self._points.append(here)

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Close a lasso; go on with a polygon."""
        is_lasso = self._dragging and len(self._corners) == 1
        near_first = self._dragging and self._is_near_first(pointer, scale)
        self._pressed, self._dragging = None, False
        if is_lasso or near_first:
            self._close(surface)

    def double_click(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Close the outline; its last corner was set by the first click.

        Where the first click has closed it already, the second begins no new one.
        """
        if self._points:
            self._close(surface)

    def key_press(self, surface: Surface, key: Qt.Key) -> bool:
        """Close with Enter, take the last corner back with Backspace."""
        if not self._points:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close(surface)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            del self._points[self._corners.pop() :]
            self._pressed, self._dragging = None, False
        else:
            return False
        return True

    def cancel(self, surface: Surface) -> None:
        """Drop the outline."""
        self._points, self._corners = [], []
        self._pressed, self._dragging = None, False
        surface.drop()

    def _close(self, surface: Surface) -> None:
        points, erases = self._points, self._erases
        self.cancel(surface)
        if len(points) < 3:
            surface.message.emit("An outline needs three corners")
        elif surface.begin(erases=erases):
            surface.cover(*raster.polygon(points, surface.hw))
            surface.commit("Cut out polygon" if erases else "Polygon")

    def _is_near_first(self, pointer: Pointer, scale: float) -> bool:
        return math.dist(self._points[0], (pointer.x, pointer.y)) * scale <= SNAP_PX

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the outline so far, its corners, and the line to the pointer."""
        if not self._points:
            return
        points = [viewport.to_screen(x, y) for x, y in self._points]
        line = list(points)
        if pointer is not None:
            line.append(viewport.to_screen(pointer.x, pointer.y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(255, 255, 255, 36))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF(line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        light = QColor(255, 130, 120) if self._erases else QColor(255, 255, 255)
        style = Qt.PenStyle.DashLine if self._erases else Qt.PenStyle.SolidLine
        for pen in (QPen(QColor(0, 0, 0, 170), 3.0), QPen(light, 1.4, style)):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(line))
        closes = len(points) > 2 and pointer is not None
        closes = closes and pointer is not None and self._is_near_first(pointer, viewport.scale)
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1.0))
        for index in self._corners:
            radius = 5.5 if index == 0 and closes else 3.0
            painter.setBrush(QColor(90, 220, 120) if index == 0 else light)
            painter.drawEllipse(points[index], radius, radius)

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the box around the outline and the pointer."""
        if not self._points:
            return QRectF()
        line = [viewport.to_screen(x, y) for x, y in self._points]
        if pointer is not None:
            line.append(viewport.to_screen(pointer.x, pointer.y))
        return QPolygonF([QPointF(p) for p in line]).boundingRect().adjusted(-8, -8, 8, 8)
