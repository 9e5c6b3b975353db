"""Live-wire: an outline that finds the edges between the places that are clicked."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vosgui.core import raster
from vosgui.core.live_wire import EdgeMap
from vosgui.core.raster import Point
from vosgui.errors import VosguiError
from vosgui.ui.tools.polygon import SNAP_PX
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer, Tool
from vosgui.ui.tools.viewport import Viewport


class _Anchor:
    """A place that was clicked.

    edges : the ways from it, once they are worked out. way : the one to the next anchor, or None.
    """

    def __init__(self, place: Point) -> None:
        self.place = place
        self.edges: EdgeMap | None = None
        self.way: list[Point] | None = None


class LiveWireTool(Tool):
    """Fills an outline along the edges of the frame between its anchors.

    Clicks set anchors; between them the line goes where the edges are. Closed like a polygon.
    The right button or Shift at the first press takes the inside away from the object.
    """

    name = "live-wire"
    title = "Live-wire"
    icon = "live-wire"
    key = "L"
    hint = (
        "Click along an edge: the line follows it. Double-click, Enter or the first point closes, "
        "Backspace takes an anchor back. Shift or the right button cuts away"
    )
    makes_masks = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._anchors: list[_Anchor] = []
        self._wire: list[Point] = []  # from the last anchor to the pointer
        self._erases = False
        self._closes = False  # as soon as the last way is worked out

    @property
    def active(self) -> bool:
        """Return whether an outline is begun."""
        return bool(self._anchors)

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Set an anchor, or close the outline on its first one."""
        place = pointer.x, pointer.y
        if self._closes or (not self._anchors and not surface.is_inside(*place)):
            return
        if not self._anchors:
            self._erases = pointer.right or pointer.shift
            if surface.target(erases=self._erases) is None:
                return
        elif len(self._anchors) > 1 and self._is_near_first(pointer, scale):
            self._close(surface)
            return
        if self._anchors:
            self._lead(self._anchors[-1], place)
        anchor = _Anchor(place)
        self._anchors.append(anchor)
        self._wire = []
        self._find_edges(surface, anchor, scale)

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Let the wire follow the pointer, along edges where they are known."""
        if not self._anchors or self._closes:
            return
        edges, here = self._anchors[-1].edges, (pointer.x, pointer.y)
        self._wire = [here] if edges is None else edges.path(here)

    def double_click(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Close the outline; its last anchor was set by the first click."""
        if self._anchors:
            self._close(surface)

    def key_press(self, surface: Surface, key: Qt.Key) -> bool:
        """Close with Enter, take the last anchor back with Backspace."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close(surface)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._anchors.pop()
            if self._anchors:
                self._anchors[-1].way = None
            self._wire, self._closes = [], False
        else:
            return False
        return True

    def cancel(self, surface: Surface) -> None:
        """Drop the outline."""
        self._anchors, self._wire, self._closes = [], [], False
        surface.drop()

    def _find_edges(self, surface: Surface, anchor: _Anchor, scale: float) -> None:
        frame = surface.session.frame
        assert frame is not None
        coarseness = max(1, round(1 / scale))  # no finer than it is seen
        surface.tool_thread.ask(
            partial(EdgeMap, frame, anchor.place, coarseness),
            partial(self._on_edges, surface, anchor),
            partial(self._on_failed, surface),
        )

    def _on_edges(self, surface: Surface, anchor: _Anchor, edges: EdgeMap) -> None:
        anchor.edges = edges
        if anchor not in self._anchors:
            return
        at = self._anchors.index(anchor)
        if at + 1 < len(self._anchors):
            anchor.way = edges.path(self._anchors[at + 1].place)
        elif self._wire:
            self._wire = edges.path(self._wire[-1])
        surface.changed.emit(surface.whole)
        if self._closes:
            self._close(surface)

    def _on_failed(self, surface: Surface, error: VosguiError) -> None:
        surface.session.failed.emit(error)
        self.cancel(surface)

    def _lead(self, anchor: _Anchor, end: Point) -> None:
        if anchor.edges is not None:
            anchor.way = anchor.edges.path(end)

    def _close(self, surface: Surface) -> None:
        """Fill the outline, as soon as all its ways are known."""
        if len(self._anchors) < 2:
            self.cancel(surface)
            surface.message.emit("An outline needs two anchors")
            return
        if any(anchor.edges is None for anchor in self._anchors):
            self._closes, self._wire = True, []
            return
        self._lead(self._anchors[-1], self._anchors[0].place)
        points, erases = self._outline(), self._erases
        self.cancel(surface)
        if surface.begin(erases=erases):
            surface.cover(*raster.polygon(points, surface.hw))
            surface.commit("Cut out live-wire" if erases else "Live-wire")

    def _outline(self) -> list[Point]:
        points = [self._anchors[0].place]
        for anchor, following in zip(self._anchors, self._anchors[1:], strict=False):
            points += anchor.way or [following.place]
        return points + (self._anchors[-1].way or [])

    def _is_near_first(self, pointer: Pointer, scale: float) -> bool:
        return math.dist(self._anchors[0].place, (pointer.x, pointer.y)) * scale <= SNAP_PX

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the outline so far, its anchors, and the wire to the pointer."""
        if not self._anchors:
            return
        line = QPolygonF([viewport.to_screen(x, y) for x, y in (*self._outline(), *self._wire)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        light = QColor(255, 130, 120) if self._erases else QColor(255, 255, 255)
        for pen in (QPen(QColor(0, 0, 0, 170), 3.0), QPen(light, 1.4)):
            painter.setPen(pen)
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1.0))
        for index, anchor in enumerate(self._anchors):
            painter.setBrush(light if index else QColor(90, 220, 120))
            painter.drawEllipse(viewport.to_screen(*anchor.place), 3.5, 3.5)

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the box around the outline and the wire."""
        if not self._anchors:
            return QRectF()
        points = np.array([*self._outline(), *self._wire])
        low, high = points.min(axis=0), points.max(axis=0)
        corners = (viewport.to_screen(*low), viewport.to_screen(*high))
        return QRectF(corners[0], corners[1]).adjusted(-8, -8, 8, 8)
