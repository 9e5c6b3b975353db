"""Icons: the drawings of resources/icons in the text colour of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from vosgui import paths


def icon(name: str) -> QIcon:
    """Return an icon that follows the theme; an empty one where `name` is empty."""
    return QIcon(_TintedEngine(name)) if name else QIcon()


@cache
def _drawing(name: str) -> bytes:
    return (paths.resources() / "icons" / f"{name}.svg").read_bytes()


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode())))


class _TintedEngine(QIconEngine):
    """Draws one SVG whose currentColor is the palette's text colour of the moment."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name)

    def isNull(self) -> bool:
        return False

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        _renderer(self._name, _colour(mode)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        # The size is in screen pixels, from Qt 6.8 on: each has scale x scale pixels of the device.
        pixmap = QPixmap(size * scale)
        if pixmap.isNull():  # where a window is so small that no room is left for it
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap


def _colour(mode: QIcon.Mode) -> str:
    group = QPalette.ColorGroup.Active
    if mode == QIcon.Mode.Disabled:
        group = QPalette.ColorGroup.Disabled
    return QGuiApplication.palette().color(group, QPalette.ColorRole.ButtonText).name()
