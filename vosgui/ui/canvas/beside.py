"""The grid frame before the one shown, with its masks, beside it: at the same place and zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QToolButton, QWidget

from vosgui.core.clip import Clip, Frame
from vosgui.errors import ClipError
from vosgui.ui.actions.actions import Actions
from vosgui.ui.canvas.badges import Badge, draw_badges
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.canvas.frame_picture import FramePicture
from vosgui.ui.canvas.overlay import Overlay, Style, draw
from vosgui.ui.session.frame_loader import FrameThread
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import paint_as_panel
from vosgui.ui.tools.viewport import Viewport

_CROSS_PX, _CLOSE_PX = 7.0, 26
_HIDE = "Hide the previous grid frame"
_INK, _PAPER = QColor(15, 16, 18), QColor(250, 250, 250)


class _Loader(FrameThread):
    """Decodes the frame that is shown beside. loaded : (t, frame uint8 (H, W, 3) or None)."""

    loaded = Signal(int, object)

    def __init__(self, clip: Clip, parent: QWidget) -> None:
        super().__init__(clip, parent, once=True)
        self.start()

    def take(self, reader: Clip, t: int) -> None:
        """Read the frame and hand it over."""
        frame: Frame | None
        try:
            frame = reader[t]
        except ClipError:
            frame = None  # the canvas says so when the frame is gone to
        self.loaded.emit(t, frame)


class GridFrameBeside(QWidget):
    """Follows a canvas; hidden, it reads no frame and keeps none. Nothing is drawn on it.

    t : the frame that is shown or asked for; None where there is none before.
    """

    def __init__(self, session: Session, canvas: Canvas, actions: Actions) -> None:
        super().__init__()
        self._session, self._canvas = session, canvas
        self.t: int | None = None
        self._loader: _Loader | None = None
        self._shown: int | None = None  # the frame whose pixels are here
        self._picture, self._overlay = FramePicture(), Overlay()
        self._pointer: tuple[int, int] | None = None
        self.setAccessibleName("Previous grid frame")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for widget in (self, canvas):  # where both are shown, each gets and keeps its half
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            policy.setHorizontalStretch(1)
            widget.setSizePolicy(policy)
        self.setMinimumSize(120, 120)
        self._close = QToolButton(self)
        self._close.setText("✕")
        actions.tell(self._close, _HIDE, "beside")
        self._close.setAccessibleName(_HIDE)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.setFixedSize(_CLOSE_PX, _CLOSE_PX)
        paint_as_panel(self._close)
        self._close.clicked.connect(lambda: session.set_view(beside=False))
        session.leaving.connect(self._on_leaving)
        for signal in (session.clip_changed, session.view_changed, session.frame_changed,
                       session.objects_changed):  # fmt: skip
            signal.connect(self.refresh)
        session.object_changed.connect(self.update)
        session.annotation_changed.connect(self._on_annotation_changed)
        canvas.view.changed.connect(self.update)
        canvas.gestures.cursor_moved.connect(self._on_cursor_moved)
        self.refresh()

    @property
    def viewport(self) -> Viewport:
        """Return the canvas's viewport, with what is in its middle in the middle here."""
        dx, dy = (
            (self.width() - self._canvas.width()) / 2,
            (self.height() - self._canvas.height()) / 2,
        )
        ratio = self.devicePixelRatioF()
        moved = self._canvas.view.viewport.moved(dx, dy)
        return Viewport(moved.scale, round(moved.x * ratio) / ratio, round(moved.y * ratio) / ratio)

    def refresh(self) -> None:
        """Show what belongs beside the frame that is shown now."""
        session = self._session
        is_wanted = session.is_open and session.view.beside
        if is_wanted == self.isHidden():
            self.setVisible(is_wanted)
            self._halve()
        self._picture.light = session.view.light
        if not is_wanted:
            self._let_go()
            return
        stride = session.annotation.stride
        self.t = (session.t - 1) // stride * stride if session.t else None
        if self.t is not None and self.t != self._shown:
            if self._loader is None:
                assert session.clip is not None
                self._loader = _Loader(session.clip, self)
                self._loader.loaded.connect(self._on_loaded)
            self._loader.ask([self.t])
        self.update()

    def _halve(self) -> None:
        """Give itself and the canvas the same room, where a line between them can be dragged."""
        splitter = self.parentWidget()
        if isinstance(splitter, QSplitter):
            splitter.setSizes([splitter.width() // 2] * 2)

    def _let_go(self) -> None:
        """Keep no frame and no thread."""
        if self._loader is not None:
            self._loader.close()
            self._loader.deleteLater()
            self._loader = None
        self._picture.set_frame(None)
        self._overlay = Overlay()
        self.t = self._shown = None

    def _on_leaving(self, is_closing: bool) -> None:
        if is_closing:
            self._let_go()

    def _on_loaded(self, t: int, frame: Frame | None) -> None:
        if self.sender() is self._loader and t == self.t:
            self._picture.set_frame(frame)
            self._shown = t
            self.update()

    def _on_annotation_changed(self, frames: tuple[int, ...]) -> None:
        if self.t in frames:
            self.update()

    def _on_cursor_moved(self, x: int, y: int) -> None:
        self._pointer = (x, y) if x >= 0 else None
        if self.isVisible():
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in its corner."""
        self._close.move(self.width() - _CLOSE_PX - 8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, its masks, and where the pointer is on the canvas."""
        painter = QPainter(self)
        exposed, whole = QRectF(event.rect()), QRectF(self.rect())
        painter.fillRect(exposed, self.palette().color(QPalette.ColorRole.Dark))
        session, viewport = self._session, self.viewport
        if not session.is_open:
            return
        if self.t is None:
            self._say(painter, "No grid frame before this one")
            return
        name = session.info.frame_names[self.t]
        if self._shown != self.t:
            self._say(painter, f"{name}…")
            return
        self._picture.draw(painter, viewport, exposed, whole, self.devicePixelRatioF())
        annotation, view = session.annotation, session.view
        stale = annotation.stale_in(self.t)
        style = Style.of(annotation.objects, view, session.object_id, stale)
        draw(painter, self._overlay, annotation.mask(self.t), style, viewport, exposed)
        if self._pointer is not None:
            _draw_pointer(painter, viewport.to_screen(*(p + 0.5 for p in self._pointer)))
        self._say(painter, f"{name} · previous grid frame")

    def _say(self, painter: QPainter, text: str) -> None:
        draw_badges(painter, [Badge(text)], QPointF(12, 12), self.font())


def _draw_pointer(painter: QPainter, at: QPointF) -> None:
    """Draw a cross, to be seen on any ground."""
    for colour, width in ((_INK, 3.0), (_PAPER, 1.0)):
        painter.setPen(QPen(colour, width))
        for way in (QPointF(_CROSS_PX, 0), QPointF(0, _CROSS_PX)):
            painter.drawLine(at - way, at + way)
