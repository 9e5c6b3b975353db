"""The pixels of one frame on the canvas, and the grid between them."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from vosgui.core.clip import Frame
from vosgui.ui.viewport import Viewport

NEAREST_FROM = 3.0  # screen pixels per image pixel from which the pixels themselves are shown
GRID_FROM = 8.0  # and from which a grid parts them


class FramePicture:
    """A frame ready to be drawn; a smaller copy is kept for the zoom it was last shown at."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._image = QImage()
        self._small: QImage | None = None

    def set_frame(self, frame: Frame | None) -> None:
        """Show these pixels, uint8 (H, W, 3), which must not change."""
        self._frame = frame
        self._image = QImage() if frame is None else _as_image(frame)
        self._small = None

    def draw(self, painter: QPainter, viewport: Viewport, exposed: QRectF, ratio: float) -> None:
        """Draw what is exposed. ratio : device pixels per screen pixel."""
        if self._frame is None:
            return
        height, width = self._frame.shape[:2]
        scale = viewport.scale * ratio
        image = self._image if scale >= 1 else self._shrunk(scale)
        # Only whole image pixels around the exposed part are read.
        left, top = viewport.to_image(exposed.topLeft())
        right, bottom = viewport.to_image(exposed.bottomRight())
        left, top = max(math.floor(left) - 1, 0), max(math.floor(top) - 1, 0)
        right, bottom = min(math.ceil(right) + 1, width), min(math.ceil(bottom) + 1, height)
        if right <= left or bottom <= top:
            return
        target = QRectF(viewport.to_screen(left, top), viewport.to_screen(right, bottom))
        x_ratio, y_ratio = image.width() / width, image.height() / height
        source = QRectF(
            left * x_ratio, top * y_ratio, (right - left) * x_ratio, (bottom - top) * y_ratio
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, 1 < scale < NEAREST_FROM)
        painter.drawImage(target, image, source)

    def _shrunk(self, scale: float) -> QImage:
        assert self._frame is not None
        height, width = self._frame.shape[:2]
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        if self._small is None or (self._small.width(), self._small.height()) != size:
            small = cv2.resize(self._frame, size, interpolation=cv2.INTER_LINEAR)
            self._small = _as_image(small).convertToFormat(QImage.Format.Format_RGB32)
        return self._small


def draw_grid(painter: QPainter, viewport: Viewport, exposed: QRectF, hw: tuple[int, int]) -> None:
    """Draw lines between the pixels where they are large enough to be told apart."""
    if viewport.scale < GRID_FROM:
        return
    whole = QRectF(viewport.to_screen(0, 0), QSizeF(hw[1], hw[0]) * viewport.scale)
    area = exposed.intersected(whole)
    if area.isEmpty():
        return
    left, top = viewport.to_image(area.topLeft())
    right, bottom = viewport.to_image(area.bottomRight())
    lines = []
    for column in range(math.ceil(left), math.floor(right) + 1):
        x = viewport.to_screen(column, 0).x()
        lines.append(QLineF(x, area.top(), x, area.bottom()))
    for row in range(math.ceil(top), math.floor(bottom) + 1):
        y = viewport.to_screen(0, row).y()
        lines.append(QLineF(area.left(), y, area.right(), y))
    strength = min((viewport.scale - GRID_FROM) / GRID_FROM, 1.0)
    pen = QPen(QColor(128, 128, 128, round(30 + 50 * strength)), 0)
    pen.setStyle(Qt.PenStyle.SolidLine)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLines(lines)


def _as_image(pixels: npt.NDArray[np.generic]) -> QImage:
    """Return an image over uint8 (h, w, 3); it lives on the array's memory and keeps it alive."""
    height, width = pixels.shape[:2]
    return QImage(
        pixels.data,
        width,
        height,
        pixels.strides[0],
        QImage.Format.Format_RGB888,
    )


def image_rect(viewport: Viewport, hw: tuple[int, int]) -> QRectF:
    """Return where the whole image lies on the canvas."""
    return QRectF(QPointF(viewport.x, viewport.y), QSizeF(hw[1], hw[0]) * viewport.scale)
