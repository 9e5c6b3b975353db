"""A box to a mask: what stands out within it from what is around."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from vosgui.core.clicks import DraggedBox
from vosgui.core.image_regions import object_in_box
from vosgui.ui.tools.clicks import draw_box
from vosgui.ui.tools.search import SearchTool
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer
from vosgui.ui.tools.viewport import Viewport

FINDING = "What the box holds is being found…"


class BoxTool(SearchTool):
    """Finds the object within a dragged box by its colours; outside the box it keeps its mask."""

    name = "box"
    title = "Box to mask"
    icon = "box"
    key = "K"
    hint = "Drag a box around something whose colours stand out from what is around it"
    cursor = Qt.CursorShape.CrossCursor
    label = "Box"

    def __init__(self) -> None:
        super().__init__()
        self._corners: tuple[Pointer, Pointer] | None = None

    @property
    def active(self) -> bool:
        """Return whether a box is dragged, or what it holds is being found."""
        return super().active or self._corners is not None

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Set the first corner."""
        if self._search is None:
            self._corners = pointer, pointer

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Drag the other one."""
        if self._corners is not None:
            self._corners = self._corners[0], pointer

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Find what the box holds."""
        if self._corners is None:
            return
        first, self._corners = self._corners[0], None
        box = DraggedBox.between((first.x, first.y), (pointer.x, pointer.y), surface.hw)
        frame = surface.session.frame
        if box is None or frame is None:
            surface.message.emit("Drag a box around the object")
        elif self._begin(surface) is not None:
            surface.message.emit(FINDING)
            self._want(surface, lambda: object_in_box(frame, box))
            self._end(surface)

    def cancel(self, surface: Surface) -> None:
        """Drop the box."""
        self._corners = None
        super().cancel(surface)

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the box that is dragged."""
        if self._corners is not None:
            draw_box(painter, self._rect(viewport))

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the box on the screen."""
        return QRectF() if self._corners is None else self._rect(viewport).adjusted(-4, -4, 4, 4)

    def _rect(self, viewport: Viewport) -> QRectF:
        assert self._corners is not None
        first, last = (viewport.to_screen(p.x, p.y) for p in self._corners)
        return QRectF(first, last).normalized()
