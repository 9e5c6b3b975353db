"""Through which viewport the canvas shows the image, and how it shows the masks."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QSizeF, Signal
from PySide6.QtWidgets import QWidget

from vosgui.ui.session.session import Session
from vosgui.ui.session.view import Light
from vosgui.ui.tools.viewport import Viewport

OPACITY_STEP = 0.1
LIGHT_STEP, MOST_LIGHT = 10, 100  # percent
ZOOM_STEP = 1.2


class CanvasView(QObject):
    """The viewport on the open clip's frames, in a widget that they are drawn on.

    changed : it is another one. zoom_changed : (device pixels per image pixel).
    """

    changed = Signal()
    zoom_changed = Signal(float)

    def __init__(self, session: Session, widget: QWidget) -> None:
        super().__init__(widget)
        self._session, self._widget = session, widget
        self.viewport = Viewport()
        self._fits = True  # the whole image is kept in view when the widget changes its size

    @property
    def ratio(self) -> float:
        """Return the device pixels per screen pixel."""
        return float(self._widget.devicePixelRatioF())

    @property
    def zoom(self) -> float:
        """Return the device pixels per image pixel."""
        return self.viewport.scale * self.ratio

    def change_opacity(self, steps: int) -> None:
        """Make the masks' fill more opaque, or less where steps is negative."""
        opacity = self._session.view.opacity + OPACITY_STEP * steps
        self._session.set_view(opacity=round(min(max(opacity, 0.0), 1.0), 2))

    def toggle(self, name: str) -> None:
        """Turn a switch of `View` over, by its name."""
        self._session.set_view(**{name: not getattr(self._session.view, name)})

    def change_light(self, name: str, steps: int) -> None:
        """Show frames brighter or darker, or with more or less contrast."""
        light = self._session.view.light
        value = getattr(light, name) + LIGHT_STEP * steps
        light = replace(light, **{name: min(max(value, -MOST_LIGHT), MOST_LIGHT)})
        self._session.set_view(light=light)

    def reset_light(self) -> None:
        """Show frames as they are."""
        self._session.set_view(light=Light())

    def zoom_to_fit(self) -> None:
        """Show the whole image, and keep doing so while the widget changes its size."""
        if self._session.is_open:
            size = QSizeF(self._widget.size())
            self.set_viewport(Viewport.fitting(size, self._session.annotation.hw))
        self._fits = True

    def zoom_100(self) -> None:
        """Show one image pixel per device pixel, around the middle of the widget."""
        self.zoom_at(1 / self.ratio, QPointF(self._widget.rect().center()))

    def zoom_steps(self, n: int) -> None:
        """Zoom n steps of the wheel in, or out where n is negative, around the middle."""
        centre = QPointF(self._widget.rect().center())
        self.zoom_at(self.viewport.scale * ZOOM_STEP**n, centre)

    def zoom_at(self, scale: float, at: QPointF) -> None:
        """Change the scale; the image point at `at` stays where it is."""
        self.set_viewport(self.viewport.zoomed(scale, at))

    def set_viewport(self, viewport: Viewport) -> None:
        """Look at the image through this viewport, or the nearest that shows some of it."""
        self._fits = False
        if not self._session.is_open:
            return
        viewport = viewport.kept_in(QSizeF(self._widget.size()), self._session.annotation.hw)
        # On whole device pixels image and mask meet exactly and nothing is blurred.
        x, y = (round(edge * self.ratio) / self.ratio for edge in (viewport.x, viewport.y))
        before, self.viewport = self.viewport, Viewport(viewport.scale, x, y)
        if self.viewport != before:
            self.changed.emit()
            if self.viewport.scale != before.scale:
                self.zoom_changed.emit(self.zoom)

    def follow_size(self) -> None:
        """Fit the viewport to the size that the widget has now."""
        if self._fits:
            self.zoom_to_fit()
        else:
            self.set_viewport(self.viewport)
