"""The wand: what is connected and like the pixel under it in colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from vosgui.core.clip import Frame
from vosgui.core.image_regions import region_like
from vosgui.core.mask import Box, Mask, Pixels
from vosgui.ui.tools.search import SearchTool
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer
from vosgui.ui.tools.viewport import Viewport

START_TOLERANCE = 24
MOST_TOLERANCE = 160
_PX_PER_STEP = 2.0  # screen pixels of a drag that change the tolerance by one


class WandTool(SearchTool):
    """Adds a region of one colour to the object; the right button takes it away.

    A drag to the right lets colours differ more, one to the left less. tolerance : of each of red,
    green and blue, kept for the next press.
    """

    name = "wand"
    title = "Wand"
    icon = "wand"
    key = "W"
    hint = (
        "Press on a region of one colour and drag right for more, left for less; the right button "
        "takes it away"
    )
    cursor = Qt.CursorShape.CrossCursor
    label = "Wand"

    def __init__(self) -> None:
        super().__init__()
        self.tolerance = START_TOLERANCE
        self._pressed: Pointer | None = None
        self._began_at = START_TOLERANCE

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Find the region under the pointer."""
        if surface.is_inside(pointer.x, pointer.y) and self._begin(surface) is not None:
            self._pressed, self._began_at = pointer, self.tolerance
            self._find(surface)

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Set the tolerance by how far the pointer has come."""
        if self._pressed is None or self._search is None:
            return
        steps = (pointer.x - self._pressed.x) * scale / _PX_PER_STEP
        tolerance = min(max(round(self._began_at + steps), 0), MOST_TOLERANCE)
        if tolerance != self.tolerance:
            self.tolerance = tolerance
            self._find(surface)

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Take the region."""
        self._pressed = None
        self._end(surface)

    def cancel(self, surface: Surface) -> None:
        """Drop the region."""
        self._pressed = None
        super().cancel(surface)

    def _find(self, surface: Surface) -> None:
        frame, search, pressed = surface.session.frame, self._search, self._pressed
        if frame is None or search is None or pressed is None:
            return
        mask = search.place.annotation.mask(search.place.t)
        object_id, tolerance = search.place.target.id, self.tolerance
        at = int(pressed.x), int(pressed.y)

        def find() -> tuple[Box, Pixels]:
            return _with_region(frame, mask, object_id, at, tolerance, takes=not pressed.right)

        self._want(surface, find)

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Say the tolerance beside the pointer."""
        if self._pressed is None or pointer is None:
            return
        rect = self._label_rect(viewport, pointer)
        painter.fillRect(rect, QColor(22, 24, 28, 215))
        painter.setPen(QPen(QColor(245, 245, 245)))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"± {self.tolerance}")

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return where the tolerance is said."""
        if self._pressed is None or pointer is None:
            return QRectF()
        return self._label_rect(viewport, pointer)

    def _label_rect(self, viewport: Viewport, pointer: Pointer) -> QRectF:
        at = viewport.to_screen(pointer.x, pointer.y)
        return QRectF(at.x() + 14, at.y() + 10, 48, 20)


def _with_region(
    frame: Frame, mask: Mask, object_id: int, at: tuple[int, int], tolerance: int, *, takes: bool
) -> tuple[Box, Pixels]:
    """Return an object's pixels in the box of a region, with the region or without it."""
    box, region = region_like(frame, *at, tolerance)
    own = mask[box.slices] == object_id
    return box, own | region if takes else own & ~region
