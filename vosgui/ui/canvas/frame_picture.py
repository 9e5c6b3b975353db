"""The pixels of one frame on the canvas, and the grid between them."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, qRgba

from vosgui.core.clip import Frame
from vosgui.core.mask import Box
from vosgui.ui.canvas.light import lit
from vosgui.ui.session.view import Light
from vosgui.ui.tools.viewport import Viewport

NEAREST_FROM = 5.0  # screen pixels per image pixel from which the pixels themselves are shown
GRID_FROM = 8.0  # and from which a grid parts them


class FramePicture:
    """A frame ready to be drawn; what is in view is kept at the zoom it was last drawn at.

    light : in which it is drawn; the frame stays as it is.
    """

    def __init__(self) -> None:
        self.light = Light()
        self._frame: Frame | None = None
        self._image = QImage()
        self._kept = QImage()
        self._kept_key: tuple[object, ...] = ()

    def set_frame(self, frame: Frame | None) -> None:
        """Show these pixels, uint8 (H, W, 3), which must not change."""
        self._frame = frame
        self._image = QImage() if frame is None else _as_image(frame)
        self._kept_key = ()

    def draw(
        self, painter: QPainter, viewport: Viewport, exposed: QRectF, canvas: QRectF, ratio: float
    ) -> None:
        """Draw what is exposed of the canvas. ratio : device pixels per screen pixel."""
        if self._frame is None:
            return
        scale = viewport.scale * ratio
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        is_scaled = scale != 1 and scale < NEAREST_FROM
        if is_scaled or self.light != Light():
            # All that is in view is made ready, once, however often parts of it are drawn.
            area = self._part(viewport, canvas)
            image = self._made(area, scale if is_scaled else 1.0)
            source = QRectF(image.rect())
        else:
            area, image = self._part(viewport, exposed), self._image
            source = QRectF(area)
        target = QRectF(
            viewport.to_screen(area.left(), area.top()), QSizeF(area.size()) * viewport.scale
        )
        if not area.isEmpty():
            painter.drawImage(target, image, source)

    def draw_magnified(self, painter: QPainter, viewport: Viewport, area: QRectF) -> None:
        """Draw the very pixels of an area, however small the scale; nothing of it is kept."""
        part = self._part(viewport, area)
        if self._frame is None or part.isEmpty():
            return
        rows = slice(part.top(), part.bottom() + 1)
        pixels = np.ascontiguousarray(self._frame[rows, part.left() : part.right() + 1])
        box = Box(part.top(), part.left(), *pixels.shape[:2])
        image = _as_image(lit(pixels, self.light))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(viewport.rect(box), image, QRectF(image.rect()))

    def _part(self, viewport: Viewport, screen: QRectF) -> QRect:
        """Return the whole image pixels that lie, if only in part, in a part of the screen."""
        assert self._frame is not None
        height, width = self._frame.shape[:2]
        left, top = viewport.to_image(screen.topLeft())
        right, bottom = viewport.to_image(screen.bottomRight())
        left, top = max(math.floor(left), 0), max(math.floor(top), 0)
        right, bottom = min(math.ceil(right), width), min(math.ceil(bottom), height)
        return QRect(left, top, max(right - left, 0), max(bottom - top, 0))

    def _made(self, area: QRect, scale: float) -> QImage:
        """Return a part of the frame at a scale, smoothly, in the light."""
        assert self._frame is not None
        left, top, width, height = area.left(), area.top(), area.width(), area.height()
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        key = (left, top, width, height, *size, self.light)
        if self._kept_key != key and not area.isEmpty():
            part = self._frame[top : top + height, left : left + width]
            if scale != 1:
                part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.uint8)
            self._kept = _as_image(lit(part, self.light))
            self._kept_key = key
        return self._kept


def draw_grid(painter: QPainter, viewport: Viewport, exposed: QRectF, hw: tuple[int, int]) -> None:
    """Draw lines between the pixels where they are large enough to be told apart."""
    if viewport.scale < GRID_FROM:
        return
    whole = QRectF(viewport.to_screen(0, 0), QSizeF(hw[1], hw[0]) * viewport.scale)
    area = exposed.intersected(whole).toAlignedRect()
    if area.isEmpty():
        return
    left, top = viewport.to_image(QPointF(area.topLeft()))
    right, bottom = viewport.to_image(QPointF(area.bottomRight()))
    columns = np.arange(max(math.ceil(left), 0), min(math.floor(right), hw[1]) + 1)
    rows = np.arange(max(math.ceil(top), 0), min(math.floor(bottom), hw[0]) + 1)
    x = columns * viewport.scale + whole.x() - area.x()
    y = rows * viewport.scale + whole.y() - area.y()
    # As one picture: Qt blends a line that is not opaque pixel by pixel, in tens of milliseconds.
    ratio = painter.device().devicePixelRatioF()
    width, height = round(area.width() * ratio), round(area.height() * ratio)
    strength = min((viewport.scale - GRID_FROM) / GRID_FROM, 1.0)
    lines = np.zeros((height, width), np.uint32)
    alpha = round(30 + 50 * strength)
    grey = alpha // 2  # times the alpha, as the form wants it
    lines[:, (x * ratio).astype(int)] = lines[(y * ratio).astype(int)] = qRgba(
        grey, grey, grey, alpha
    )
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(lines.data, width, height, lines.strides[0], form)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(area.topLeft(), image)


def _as_image(pixels: npt.NDArray[np.generic]) -> QImage:
    """Return an image over uint8 (h, w, 3); it lives on the array's memory and keeps it alive."""
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], form)
