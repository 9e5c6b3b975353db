"""Polygon and lasso: one outline, clicked, drawn freehand, or both."""

from __future__ import annotations

import itertools
import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vosgui.core import raster
from vosgui.core.mask import Pixels
from vosgui.core.raster import Point
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer, Tool
from vosgui.ui.tools.viewport import Viewport

SNAP_PX = 9.0  # screen pixels within which a click is on the first point
DRAG_PX = 5.0  # screen pixels that make a press a drag
COARSENESS = 1.2  # image pixels that the corners of an outline taken up may be off
SPACING_PX = 2.0  # screen pixels between the points of a freehand line


class PolygonTool(Tool):
    """Fills an outline with the current object.

    Clicks set corners and dragging draws freehand, in any mixture. A gesture that begins with a
    drag is a lasso and closes on release. Shift or the right button at the first press takes the
    inside away from the object.

    Corners that are set can be dragged; Alt on an edge sets one there. Alt at the first press, on a
    piece of the object, takes up its outline, which then is the piece's.
    """

    name = "polygon"
    title = "Polygon and lasso"
    icon = "polygon"
    key = "P"
    hint = (
        "Click corners or drag freehand; double-click, Enter or the first point closes. Drag a "
        "corner to move it, Backspace takes the one in hand away, Alt on an edge adds one. Alt on "
        "the object takes up its outline. Shift or the right button cuts away"
    )
    makes_masks = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._corners: list[int] = []  # how many points there were before each corner was set
        self._pressed: Pointer | None = None
        self._dragging = False
        self._erases = False
        self._held: int | None = None  # the corner, by its place in _corners, that is in hand
        self._piece: Pixels | None = None  # whose outline this is, bool (H, W)

    @property
    def active(self) -> bool:
        """Return whether an outline is begun."""
        return bool(self._points)

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Set a corner, or close the outline on its first one."""
        if not self._points:
            self._erases = pointer.right or pointer.shift
            if surface.target(erases=self._erases) is None:
                return
            if pointer.alt:
                self._take_up(surface, pointer)
                return
        self._pressed, self._dragging = pointer, False
        self._held = self._corner_at(pointer, scale)
        if self._held is None and pointer.alt:
            self._held = self._split(pointer, scale)
        elif self._held is None and self._piece is None:
            self._corners.append(len(self._points))
            self._points.append((pointer.x, pointer.y))

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Draw freehand."""
        if self._pressed is None:
            return
        start = self._pressed
        if not self._dragging:
            self._dragging = math.dist((start.x, start.y), (pointer.x, pointer.y)) * scale > DRAG_PX
        here = (pointer.x, pointer.y)
        if self._held is not None:
            if self._dragging:
                self._points[self._corners[self._held]] = here
        elif (
            self._piece is None
            and self._dragging
            and math.dist(self._points[-1], here) * scale >= SPACING_PX
        ):
            self._points.append(here)

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Close a lasso, or on the first corner; go on with a polygon."""
        if self._pressed is None:
            return
        if self._held is not None:
            closes = self._held == 0 and len(self._points) > 2 and not self._dragging
            closes = closes and self._piece is None
        else:
            is_lasso = len(self._corners) == 1
            closes = self._dragging and (is_lasso or self._is_near_first(pointer, scale))
        self._pressed, self._dragging = None, False
        if closes:
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
            self._take_back()
        else:
            return False
        return True

    def cancel(self, surface: Surface) -> None:
        """Drop the outline."""
        self._points, self._corners = [], []
        self._pressed, self._dragging, self._held, self._piece = None, False, None, None
        surface.drop()

    def _take_up(self, surface: Surface, pointer: Pointer) -> None:
        """Make corners of the outline of the object's piece under the pointer."""
        mask, entry = surface.mask, surface.session.current_object
        at = int(pointer.x), int(pointer.y)
        inside = mask is not None and surface.is_inside(pointer.x, pointer.y)
        if mask is None or entry is None or not inside or mask[at[1], at[0]] != entry.id:
            surface.message.emit("Alt takes up the outline of the object: click on it")
            return
        self._piece = raster.region_at(mask, *at)
        self._points = raster.outline(self._piece, COARSENESS)
        self._corners = list(range(len(self._points)))

    def _corner_at(self, pointer: Pointer, scale: float) -> int | None:
        """Return the corner under the pointer, the nearest one, by its place among them."""
        far = [math.dist(self._points[i], (pointer.x, pointer.y)) * scale for i in self._corners]
        nearest = min(range(len(far)), key=far.__getitem__, default=None)
        return nearest if nearest is not None and far[nearest] <= SNAP_PX else None

    def _split(self, pointer: Pointer, scale: float) -> int | None:
        """Set a corner on the edge under the pointer; return its place among them, or None."""
        ring = [*self._points, self._points[0]] if self._piece is not None else self._points
        here = (pointer.x, pointer.y)
        far = [_distance(here, a, b) * scale for a, b in itertools.pairwise(ring)]
        nearest = min(range(len(far)), key=far.__getitem__, default=None)
        if nearest is None or far[nearest] > SNAP_PX:
            return None
        self._points.insert(nearest + 1, here)
        before = [i for i in self._corners if i <= nearest]
        after = [i + 1 for i in self._corners if i > nearest]
        self._corners = [*before, nearest + 1, *after]
        return len(before)

    def _take_back(self) -> None:
        """Take away the corner in hand, or else the last one with what was drawn after it."""
        if self._held is not None and len(self._corners) > 1:
            at = self._corners.pop(self._held)
            del self._points[at]
            self._corners = [i - (i > at) for i in self._corners]
        else:
            del self._points[self._corners.pop() :]
        self._pressed, self._dragging, self._held = None, False, None

    def _close(self, surface: Surface) -> None:
        points, erases, piece = self._points, self._erases, self._piece
        self.cancel(surface)
        if len(points) < 3:
            surface.message.emit("An outline needs three corners")
        elif piece is not None:
            place = surface.begin_proposal()
            surface.drop()
            if place is not None:
                own = place.annotation.mask(place.t) == place.target.id
                box, inside = raster.polygon(points, surface.hw)
                after = own & ~piece
                after[box.slices] |= inside & ~raster.holes_in(piece)[box.slices]
                surface.give(place, surface.whole, after, "Edit outline")
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
        if self._piece is not None:
            line.append(points[0])
        elif pointer is not None and self._held is None:
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
        for place, index in enumerate(self._corners):
            radius = 5.5 if (index == 0 and closes) or place == self._held else 3.0
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


def _distance(place: Point, start: Point, end: Point) -> float:
    """Return how far a place is from a segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((place[0] - start[0]) * dx + (place[1] - start[1]) * dy) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.dist(place, (start[0] + along * dx, start[1] + along * dy))
