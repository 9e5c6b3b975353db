"""A magnifier at the pointer: the very pixels around it, large, with a crosshair on the one."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from vosgui.core.mask import Mask
from vosgui.ui.canvas.frame_picture import FramePicture
from vosgui.ui.canvas.overlay import Overlay, Style
from vosgui.ui.tools.viewport import Viewport

SIDE_PX = 200.0
AWAY_PX = 28.0  # from the pointer
_FREE_PX = 40.0  # around the crosshair's pixel, between it and the lines that lead to it
_INK, _PAPER = QColor(15, 16, 18), QColor(250, 250, 250)


class Magnifier:
    """Looks through a square beside the pointer; nothing of the view itself changes.

    pixel : (x, y) that it looks at, None where the pointer is not over the image.
    extent : what it covers of the widget, in screen pixels; empty where it is not shown.
    """

    def __init__(self) -> None:
        self.pixel: tuple[int, int] | None = None
        self.extent = QRectF()
        self._overlay = Overlay()

    def place(self, view: Viewport, widget: QRectF, *, is_shown: bool) -> QRectF:
        """Find its place: above and right of the pixel, or where there is room.

        Returns what is to be drawn anew of the widget.
        """
        before, self.extent = self.extent, QRectF()
        if is_shown and self.pixel is not None:
            at = view.to_screen(self.pixel[0] + 0.5, self.pixel[1] + 0.5)
            left, top = at.x() + AWAY_PX, at.y() - AWAY_PX - SIDE_PX
            if left + SIDE_PX > widget.right():
                left = at.x() - AWAY_PX - SIDE_PX
            if top < widget.top():
                top = at.y() + AWAY_PX
            left = max(left, widget.left())  # of a narrow widget it is kept within
            self.extent = QRectF(round(left), round(top), SIDE_PX, SIDE_PX)
        return before.united(self.extent)

    def hear_of_mask(self) -> None:
        """Draw the mask anew: it has changed in place."""
        height, width = self._overlay.pixels.shape
        self._overlay.invalidate(QRect(0, 0, width, height))

    def paint(
        self,
        painter: QPainter,
        view: Viewport,
        magnification: int,
        picture: FramePicture,
        mask: Mask,
        style: Style,
    ) -> None:
        """Draw it in its place. view : of the widget. mask : uint8 (H, W) of object ids."""
        if self.pixel is None or self.extent.isEmpty():
            return
        ratio = painter.device().devicePixelRatioF()
        through = magnified(self.pixel, view, magnification, ratio)
        own, side = QRectF(0, 0, SIDE_PX, SIDE_PX), round(SIDE_PX * ratio)
        painter.save()
        painter.translate(self.extent.topLeft())
        painter.setClipRect(own)
        painter.fillRect(own, _INK)
        picture.draw_magnified(painter, through, own)
        device = Viewport(through.scale * ratio, through.x * ratio, through.y * ratio)
        image = self._overlay.image(mask, style, device, (side, side))
        painter.drawImage(own, image, QRectF(0, 0, side, side))
        _crosshair(painter, through, self.pixel)
        painter.setClipping(False)
        for colour, inset in ((_INK, 0.5), (_PAPER, 1.5)):
            painter.setPen(QPen(colour, 1))
            painter.drawRect(own.adjusted(inset, inset, -inset, -inset))
        painter.restore()


def magnified(pixel: tuple[int, int], view: Viewport, magnification: int, ratio: float) -> Viewport:
    """Return how a magnifier looks at the image, from its own top left corner.

    The pixel is in its middle. It magnifies by whole device pixels, at least twice as much as the
    view does. ratio : device pixels per screen pixel.
    """
    scale = math.ceil(max(magnification * ratio, 2 * view.scale * ratio)) / ratio
    x, y = (round((SIDE_PX / 2 - (p + 0.5) * scale) * ratio) / ratio for p in pixel)
    return Viewport(scale, x, y)


def _crosshair(painter: QPainter, through: Viewport, pixel: tuple[int, int]) -> None:
    """Draw a frame around a pixel and lines that lead to it, to be seen on any ground."""
    around = QRectF(through.to_screen(*pixel), QSizeF(through.scale, through.scale))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    centre, near = around.center(), through.scale / 2 + _FREE_PX
    for colour, width in ((_INK, 3.0), (_PAPER, 1.0)):
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawRect(around)
        for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            way = QPointF(x, y)
            painter.drawLine(centre + way * near, centre + way * SIDE_PX)
