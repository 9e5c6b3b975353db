"""The canvas: the frame, the mask over it, and the tool in hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vosgui.core.mask import Box
from vosgui.ui.actions.held_keys import types_text
from vosgui.ui.canvas.badges import Badge, badges_of, draw_badges, draw_message
from vosgui.ui.canvas.frame_picture import FramePicture, draw_grid
from vosgui.ui.canvas.gestures import Gestures
from vosgui.ui.canvas.overlay import Overlay, Style
from vosgui.ui.session.session import Session
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.toolbox import ToolBox
from vosgui.ui.tools.viewport import Viewport


class Canvas(QWidget):
    """Shows the session's frame and mask through a viewport, and hands gestures to the tool.

    The mask drawn is always that of the frame whose pixels are shown.
    zoom_changed : (device pixels per image pixel). cursor_moved : (x, y) in image pixels, -1, -1
    when the pointer leaves the image. message : (str) what a gesture has to say, "" to clear it.
    """

    zoom_changed = Signal(float)
    cursor_moved = Signal(int, int)
    message = Signal(str)

    def __init__(self, session: Session, tools: ToolBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.tools = session, tools
        self.surface = Surface(session, self)
        self.viewport = Viewport()
        self._fits = True  # the whole image is kept in view when the canvas changes its size
        self._picture, self._overlay = FramePicture(), Overlay()
        self._style: Style | None = None
        self._badges: list[Badge] = []
        self._said = ""
        self.gestures = Gestures(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self._connect()

    def _connect(self) -> None:
        session, surface = self.session, self.surface
        session.clip_changed.connect(self._on_clip_changed)
        session.frame_changed.connect(self.gestures.cancel)
        session.frame_loaded.connect(self._on_frame_loaded)
        session.objects_changed.connect(self._on_objects_changed)
        session.object_changed.connect(self._restyle)
        session.view_changed.connect(self._restyle)
        session.annotation_changed.connect(self._on_annotation_changed)
        surface.changed.connect(self._on_surface_changed)
        surface.message.connect(self._say)
        self.tools.changed.connect(self.gestures.on_tool_changed)
        self.tools.size_changed.connect(self.gestures.refresh)

    # -- the view ----------------------------------------------------------------------------

    @property
    def ratio(self) -> float:
        """Return the device pixels per screen pixel."""
        return float(self.devicePixelRatioF())

    @property
    def zoom(self) -> float:
        """Return the device pixels per image pixel."""
        return self.viewport.scale * self.ratio

    def zoom_to_fit(self) -> None:
        """Show the whole image, and keep doing so while the canvas changes its size."""
        if self.session.is_open:
            self.set_viewport(Viewport.fitting(QSizeF(self.size()), self.surface.hw))
        self._fits = True

    def zoom_100(self) -> None:
        """Show one image pixel per device pixel, around the middle of the canvas."""
        self.zoom_at(1 / self.ratio, QPointF(self.rect().center()))

    def zoom_at(self, scale: float, at: QPointF) -> None:
        """Change the scale; the image point at `at` stays where it is."""
        self.set_viewport(self.viewport.zoomed(scale, at))

    def set_viewport(self, viewport: Viewport) -> None:
        """Look at the image through this viewport, or the nearest that shows some of it."""
        self._fits = False
        if not self.session.is_open:
            return
        viewport = viewport.kept_in(QSizeF(self.size()), self.surface.hw)
        # On whole device pixels image and mask meet exactly and nothing is blurred.
        x, y = (round(edge * self.ratio) / self.ratio for edge in (viewport.x, viewport.y))
        before, self.viewport = self.viewport, Viewport(viewport.scale, x, y)
        if self.viewport != before:
            self.update()
            if self.viewport.scale != before.scale:
                self.zoom_changed.emit(self.zoom)

    # -- what the session says ---------------------------------------------------------------

    def _on_clip_changed(self) -> None:
        self.gestures.cancel()
        self.surface.t = None
        self._picture.set_frame(None)
        self._say("")
        self._restyle()
        self.zoom_to_fit()
        self.zoom_changed.emit(self.zoom)

    def _on_frame_loaded(self, t: int) -> None:
        self.surface.t = t
        self._picture.set_frame(self.session.frame)
        self._say("")
        self._restyle()

    def _on_objects_changed(self) -> None:
        self.gestures.cancel()
        self._restyle()

    def _restyle(self) -> None:
        """Draw everything anew, as the objects look now."""
        self._read_style()
        self.update()

    def _read_style(self) -> None:
        t, session = self.surface.t, self.session
        if t is None or not session.is_open:
            self._style = None
        else:
            annotation = session.annotation
            stale = annotation.stale_in(t)
            self._style = Style.of(annotation.objects, session.view, session.object_id, stale)
            self._badges = badges_of(annotation, t, stale)

    def _on_annotation_changed(self, frames: tuple[int, ...]) -> None:
        """Show what an edit did to the shown frame: its mask, or whether it is stale."""
        before = self._style, self._badges
        self._read_style()
        if self.surface.t in frames or (self._style, self._badges) != before:
            self.update()

    def _on_surface_changed(self, box: Box) -> None:
        if not box:
            return
        ratio = self.ratio
        rect = self.viewport.rect(box).adjusted(-4, -4, 4, 4)
        self._overlay.spoil(QRectF(rect.topLeft() * ratio, rect.size() * ratio).toAlignedRect())
        self.update(rect.toAlignedRect())

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self.message.emit(text)
            self.update()

    # -- drawing -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is exposed: frame, mask, grid, tool, words."""
        painter = QPainter(self)
        exposed = event.rect()
        painter.fillRect(exposed, self.palette().color(QPalette.ColorRole.Dark))
        mask, style = self.surface.mask, self._style
        if mask is None or style is None:
            return
        self._picture.draw(painter, self.viewport, QRectF(exposed), QRectF(self.rect()), self.ratio)
        ratio = self.ratio
        device = Viewport(self.zoom, self.viewport.x * ratio, self.viewport.y * ratio)
        size = round(self.width() * ratio), round(self.height() * ratio)
        image = self._overlay.image(mask, style, device, size)
        source = QRectF(QPointF(exposed.topLeft()) * ratio, QSizeF(exposed.size()) * ratio)
        painter.drawImage(QRectF(exposed), image, source)
        draw_grid(painter, self.viewport, QRectF(exposed), self.surface.hw)
        self.gestures.paint(painter)
        draw_badges(painter, self._badges, QPointF(12, 12), self.font())
        if self._said:
            draw_message(painter, self._said, QRectF(self.rect()), self.font())

    # -- events ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole image in view if it was."""
        if self._fits:
            self.zoom_to_fit()
        else:
            self.set_viewport(self.viewport)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of a gesture from being taken by shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.gestures.wants_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand a key to the gesture."""
        if not self.gestures.key_press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Hand a key to the gesture."""
        if not self.gestures.key_release(event):
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry a gesture on."""
        self.gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        self.gestures.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of a double click."""
        self.gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor, or with Ctrl change the brush."""
        self.gestures.wheel(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Note a pen's pressure; its movements come as those of a mouse."""
        self.gestures.pressure = event.pressure()
        event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the tool's cursor and take the keys, so that Space is heard where it is held."""
        self.gestures.show_cursor()
        if self.isActiveWindow() and not types_text():
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of Space: its release will not be heard."""
        self.gestures.let_go_of_space()
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tool's preview away."""
        self.gestures.leave()
