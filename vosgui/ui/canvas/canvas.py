"""The canvas: the frame, the mask over it, and the tool in hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.ui.canvas.badges import Badge, badges_of, draw_badges, draw_message
from vosgui.ui.canvas.canvas_view import CanvasView
from vosgui.ui.canvas.frame_picture import FramePicture, draw_grid
from vosgui.ui.canvas.gestures import Gestures
from vosgui.ui.canvas.magnifier import Magnifier
from vosgui.ui.canvas.onion_skin import OnionLayers
from vosgui.ui.canvas.overlay import Overlay, Style, draw
from vosgui.ui.session.session import Session
from vosgui.ui.tools.click_ahead import ClickAhead
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.toolbox import ToolBox


class Canvas(QWidget):
    """Shows the session's frame and mask through a viewport; gestures are handed to the tool.

    The mask drawn is always that of the frame whose pixels are shown.
    menu_wanted : (QPoint of the screen) the context menu is asked for.
    """

    menu_wanted = Signal(object)

    def __init__(self, session: Session, tools: ToolBox) -> None:
        super().__init__()
        self.session, self.tools = session, tools
        self.surface = Surface(session, self)
        self.view = CanvasView(session, self)
        self.gestures = Gestures(self, self.view, self.surface, tools)
        self._click_ahead = ClickAhead(self.surface, tools, self)
        self._picture, self._overlay = FramePicture(), Overlay()
        self._onion, self._magnifier = OnionLayers(), Magnifier()
        self._style: Style | None = None
        self._badges: list[Badge] = []
        self._said = ""
        self.setAccessibleName("Frame and masks")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        session.clip_changed.connect(self._on_clip_changed)
        session.leaving.connect(self._on_leaving)
        session.frame_changed.connect(self.gestures.cancel)
        session.frame_loaded.connect(self._on_frame_loaded)
        session.objects_changed.connect(self._on_objects_changed)
        session.object_changed.connect(self._restyle)
        session.view_changed.connect(self._restyle)
        session.annotation_changed.connect(self._on_annotation_changed)
        self.surface.changed.connect(self._on_surface_changed)
        self.surface.message.connect(self._say)
        self.view.changed.connect(self._on_view_changed)
        self.gestures.cursor_moved.connect(self._on_cursor_moved)

    def _on_view_changed(self) -> None:
        self._note_seen()
        self._place_magnifier()
        self.update()

    def _note_seen(self) -> None:
        """Tell tools which part of the frame is in view."""
        if self.session.is_open:
            size = QSizeF(self.size())
            self.surface.seen = self.view.viewport.seen(size, self.surface.hw)

    def _on_leaving(self, is_closing: bool) -> None:
        self.gestures.finish(at_once=is_closing)

    def _on_clip_changed(self) -> None:
        self.gestures.cancel()
        self.surface.t = None
        self._picture.set_frame(None)
        self._onion.clear()
        self._say("")
        self._restyle()
        self.view.zoom_to_fit()
        self._note_seen()
        self.view.zoom_changed.emit(self.view.zoom)

    def _on_frame_loaded(self, t: int) -> None:
        self.surface.t = t
        self._picture.set_frame(self.session.frame)
        self._say("")
        self._restyle()

    def _on_objects_changed(self) -> None:
        self.gestures.hear_of_objects()
        self._restyle()

    def _restyle(self) -> None:
        """Draw everything anew, as the objects look now."""
        self._read_style()
        self._read_onion()
        self._picture.light = self.session.view.light
        self._place_magnifier()
        self.update()

    def _read_style(self) -> None:
        t, session = self.surface.t, self.session
        if t is None or not session.is_open:
            self._style = None
        else:
            annotation = session.annotation
            stale = annotation.stale_in(t)
            # Where there is no object yet, a gesture shows the one that it will bring along.
            objects = annotation.objects or (edits.new_object(1),)
            self._style = Style.of(objects, session.view, session.object_id, stale)
            self._badges = badges_of(annotation, t, stale, session.view.threshold)

    def _read_onion(self) -> bool:
        """Look up the masks before and after; return whether they are other ones."""
        view, t = self.session.view, self.surface.t
        if view.onion and t is not None and self._style is not None:
            return self._onion.read(self.session.annotation, t, self._style, view.onion_skin)
        self._onion.clear()
        return False

    def _on_annotation_changed(self, frames: tuple[int, ...]) -> None:
        """Show what an edit did to the shown frame: its mask, or whether it is stale."""
        before = self._style, self._badges
        self._read_style()
        is_other = self._read_onion() or (self._style, self._badges) != before
        if self.surface.t in frames or is_other:
            self.update()

    def _on_surface_changed(self, box: Box) -> None:
        if not box:
            return
        ratio = self.view.ratio
        rect = self.view.viewport.rect(box).adjusted(-4, -4, 4, 4)
        on_device = QRectF(rect.topLeft() * ratio, rect.size() * ratio)
        self._overlay.invalidate(on_device.toAlignedRect())
        self._magnifier.hear_of_mask()
        self.update(rect.toAlignedRect())
        self._place_magnifier()

    def _on_cursor_moved(self, x: int, y: int) -> None:
        self._magnifier.pixel = (x, y) if x >= 0 else None
        self._place_magnifier()

    def _place_magnifier(self) -> None:
        is_shown = self.session.is_open and self.session.view.magnifier
        place = self._magnifier.place(self.view.viewport, QRectF(self.rect()), is_shown=is_shown)
        if not place.isEmpty():
            self.update(place.toAlignedRect())

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done here, where the right button is not the tool's."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if self.session.is_open and (not by_mouse or self.gestures.has_menu_at(event.modifiers())):
            self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in view what is."""
        self.view.follow_size()
        self._note_seen()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is exposed: frame, mask, grid, tool, words."""
        painter = QPainter(self)
        exposed, whole = QRectF(event.rect()), QRectF(self.rect())
        painter.fillRect(exposed, self.palette().color(QPalette.ColorRole.Dark))
        mask, style = self.surface.mask, self._style
        if mask is None or style is None:
            return
        viewport, ratio = self.view.viewport, self.view.ratio
        self._picture.draw(painter, viewport, exposed, whole, ratio)
        if self._onion.fills:
            self._onion.draw(painter, viewport, exposed)
        draw(painter, self._overlay, mask, style, viewport, exposed)
        if not self._onion.fills:
            self._onion.draw(painter, viewport, exposed)
        draw_grid(painter, viewport, exposed, self.surface.hw)
        self.gestures.paint(painter)
        draw_badges(painter, self._badges, QPointF(12, 12), self.font())
        if self._said:
            draw_message(painter, self._said, whole, self.font())
        n = self.session.view.magnification
        self._magnifier.paint(painter, viewport, n, self._picture, mask, style)
