"""Where the image lies in the canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

from vosgui.core.mask import Box

MIN_SCALE = 0.02
MAX_SCALE = 64.0
FIT_MARGIN_PX = 12.0
KEPT_PX = 48.0  # of the image stay within the canvas, however far it is moved


@dataclass(frozen=True)
class Viewport:
    """A zoom and a position; also the key of everything drawn through it.

    scale : screen pixels per image pixel. x, y : the image's top left corner on the canvas.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def fitting(cls, size: QSizeF, hw: tuple[int, int]) -> Viewport:
        """Return the viewport that shows the whole image, centred."""
        height, width = hw
        room_w = max(size.width() - 2 * FIT_MARGIN_PX, 1.0)
        room_h = max(size.height() - 2 * FIT_MARGIN_PX, 1.0)
        scale = _limited(min(room_w / width, room_h / height))
        x = (size.width() - width * scale) / 2
        y = (size.height() - height * scale) / 2
        return cls(scale, round(x), round(y))

    def to_image(self, point: QPointF) -> tuple[float, float]:
        """Return the image point (x, y) under a point of the canvas."""
        return (point.x() - self.x) / self.scale, (point.y() - self.y) / self.scale

    def to_screen(self, x: float, y: float) -> QPointF:
        """Return the point of the canvas over an image point."""
        return QPointF(self.x + x * self.scale, self.y + y * self.scale)

    def rect(self, box: Box) -> QRectF:
        """Return the rectangle of the canvas over a box of image pixels."""
        scale = self.scale
        return QRectF(self.to_screen(box.x, box.y), QSizeF(box.w * scale, box.h * scale))

    def seen(self, size: QSizeF, hw: tuple[int, int]) -> Box:
        """Return which whole image pixels are in view on a canvas of a size."""
        left, top = self.to_image(QPointF(0, 0))
        right, bottom = self.to_image(QPointF(size.width(), size.height()))
        x, y = max(math.floor(left), 0), max(math.floor(top), 0)
        w, h = min(math.ceil(right), hw[1]) - x, min(math.ceil(bottom), hw[0]) - y
        return Box(y, x, max(h, 0), max(w, 0))

    def zoomed(self, scale: float, at: QPointF) -> Viewport:
        """Return this viewport at another scale, with the image point at `at` staying there."""
        scale = _limited(scale)
        x, y = self.to_image(at)
        return Viewport(scale, at.x() - x * scale, at.y() - y * scale)

    def moved(self, dx: float, dy: float) -> Viewport:
        """Return this viewport moved by screen pixels."""
        return Viewport(self.scale, self.x + dx, self.y + dy)

    def kept_in(self, size: QSizeF, hw: tuple[int, int]) -> Viewport:
        """Return the nearest viewport that leaves a part of the image within the canvas."""
        height, width = hw[0] * self.scale, hw[1] * self.scale
        kept_x, kept_y = min(KEPT_PX, width), min(KEPT_PX, height)
        x = min(max(self.x, kept_x - width), size.width() - kept_x)
        y = min(max(self.y, kept_y - height), size.height() - kept_y)
        return Viewport(self.scale, x, y)


def _limited(scale: float) -> float:
    return min(max(scale, MIN_SCALE), MAX_SCALE)
