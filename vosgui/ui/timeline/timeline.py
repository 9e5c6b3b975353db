"""The timeline: which frame, which object, what is known of each, and the range."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip, QWidget

from vosgui.ui.session.session import Session
from vosgui.ui.timeline.gestures import Drag, TimelineGestures
from vosgui.ui.timeline.painter import TimelinePainter
from vosgui.ui.timeline.reference import Reference
from vosgui.ui.timeline.scale import (
    CURVE_H,
    CURVE_TOP,
    LABELS_W,
    LANE_H,
    THUMBNAIL_H,
    TimeScale,
)
from vosgui.ui.timeline.thumbnails import Thumbnails
from vosgui.ui.timeline.tooltip import describe

_LANES_TOP = CURVE_TOP + CURVE_H
_PLAYHEAD_PX = 48  # half the width of what has to be drawn anew when the playhead moves


class Timeline(QWidget):
    """A lane per object over the frames of the session's clip."""

    def __init__(self, session: Session, reference: Reference | None = None) -> None:
        super().__init__()
        self.session = session
        self.reference = reference
        if reference is not None:
            reference.changed.connect(self._refresh_lanes)
        self.scale = TimeScale()
        self._shown_t = 0
        self._thumbnails: Thumbnails | None = None
        self._painter = TimelinePainter(self)
        self._gestures = TimelineGestures(self)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setSingleStep(LANE_H)
        self._bar.valueChanged.connect(self.refresh)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(_LANES_TOP + LANE_H)
        session.clip_changed.connect(self._on_clip_changed)
        session.frame_changed.connect(self._on_frame_changed)
        session.objects_changed.connect(self._on_objects_changed)
        session.object_changed.connect(self._on_object_changed)
        session.annotation_changed.connect(self._refresh_lanes)
        session.range_changed.connect(self.refresh)
        self.destroyed.connect(self._painter.strips.clear)

    # -- geometry ----------------------------------------------------------------------------

    @property
    def lanes_top(self) -> int:
        """Return where the lanes begin, in pixels from the top."""
        return _LANES_TOP

    def lane_top(self, row: int) -> int:
        """Return the top edge of a lane, counted from 0 in the order of the objects."""
        return _LANES_TOP + row * LANE_H - self._bar.value()

    def object_at(self, y: float) -> int | None:
        """Return the id of the object whose lane is at y, or None."""
        if y < _LANES_TOP or not self.session.is_open:
            return None
        row = int((y - _LANES_TOP + self._bar.value()) // LANE_H)
        objects = self.session.annotation.objects
        return objects[row].id if row < len(objects) else None

    def sizeHint(self) -> QSize:
        """Return the size that shows four lanes."""
        return QSize(800, _LANES_TOP + 4 * LANE_H + 4)

    # -- the view ----------------------------------------------------------------------------

    def set_scale(self, scale: TimeScale) -> None:
        """Zoom or scroll."""
        if scale != self.scale:
            self.scale = scale
            self._request_thumbnails()
            self._refresh(QRect(LABELS_W, 0, self.width(), self.height()))

    def refresh(self) -> None:
        """Draw everything anew."""
        self._refresh(self.rect())

    def _refresh_lanes(self) -> None:
        """Draw anew what depends on masks: curves and lanes."""
        self._refresh(QRect(LABELS_W, CURVE_TOP, self.width(), self.height()))
        self.update(0, CURVE_TOP, LABELS_W, CURVE_H)

    def _refresh(self, rect: QRect) -> None:
        rect = rect.intersected(self.rect())
        self._painter.spoil(rect)
        self.update(rect)

    def zoom_to_fit(self) -> None:
        """Show the whole clip."""
        self.set_scale(TimeScale.whole(self.scale.n_frames, self._tracks_width()))

    def scroll_lanes(self, lanes: float) -> None:
        """Scroll the lanes down by so many."""
        self.scroll_lanes_px(lanes * LANE_H)

    def scroll_lanes_px(self, pixels: float) -> None:
        """Scroll the lanes down by pixels."""
        self._bar.setValue(self._bar.value() + round(pixels))

    def _tracks_width(self) -> int:
        bar = self._bar.sizeHint().width() if self._bar.isVisibleTo(self) else 0
        return max(self.width() - LABELS_W - bar, 1)

    def _lay_out(self) -> None:
        """Fit the scroll bar and the tracks to the size and the number of lanes."""
        n_lanes = len(self.session.annotation.objects) if self.session.is_open else 0
        room = self.height() - _LANES_TOP
        hidden = max(n_lanes * LANE_H - room, 0)
        self._bar.setRange(0, hidden)
        self._bar.setPageStep(max(room, 1))
        self._bar.setVisible(hidden > 0)
        width = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - width, _LANES_TOP, width, max(room, 0))
        self.set_scale(self.scale.resized(self._tracks_width()))

    # -- thumbnails --------------------------------------------------------------------------

    @property
    def thumbnail_width(self) -> float:
        """Return the width of one thumbnail in screen pixels."""
        height, width = self.session.annotation.hw
        return (THUMBNAIL_H - 4) * width / height + 2

    def thumbnail_frames(self) -> range:
        """Return the frames that have a thumbnail in view.

        They are multiples of a step, so that scrolling asks for no frame twice.
        """
        # A slot may be narrower than a thumbnail, whose sides are then cut: no gaps, less to load.
        least = 0.6 * self.thumbnail_width
        step = self.scale.tick_step(self.session.annotation.stride, least)
        visible = self.scale.visible
        return range(visible.start // step * step, visible.stop, step)

    def thumbnail(self, t: int) -> QImage | None:
        """Return the thumbnail of frame t, or None where it is not made yet."""
        return None if self._thumbnails is None else self._thumbnails.image(t)

    def _request_thumbnails(self) -> None:
        if self._thumbnails is not None and self.isVisible():
            self._thumbnails.request(self.thumbnail_frames())

    def _on_thumbnail(self, t: int) -> None:
        if self.sender() is self._thumbnails and t in self.thumbnail_frames():
            self.refresh()

    # -- what the session says ---------------------------------------------------------------

    def _on_clip_changed(self) -> None:
        self._gestures.cancel()
        self._painter.strips.clear()
        if self._thumbnails is not None:
            self._thumbnails.close()
            self._thumbnails.deleteLater()
            self._thumbnails = None
        session = self.session
        if session.is_open and session.clip is not None:
            self._thumbnails = Thumbnails(session.clip, 2 * THUMBNAIL_H, self)
            self._thumbnails.loaded.connect(self._on_thumbnail)
            self.scale = TimeScale.whole(len(session.clip), self._tracks_width())
        self._shown_t = session.t
        self._lay_out()
        self._request_thumbnails()
        self.refresh()

    def _on_frame_changed(self, t: int) -> None:
        before, self._shown_t = self._shown_t, t
        if self._gestures.drag is Drag.NOTHING:
            self.set_scale(self.scale.showing(t))
        for frame in (before, t):
            left, right = self.scale.x_of(frame), self.scale.x_of(frame + 1)
            width = round(right - left) + 2 * _PLAYHEAD_PX
            self.update(LABELS_W + round(left) - _PLAYHEAD_PX, 0, width, self.height())
        self.update(0, CURVE_TOP, LABELS_W, CURVE_H)

    def _on_objects_changed(self) -> None:
        self._lay_out()
        self.refresh()

    def _on_object_changed(self, object_id: int) -> None:
        """Bring the current object's lane into view."""
        ids = [o.id for o in self.session.annotation.objects]
        if object_id in ids:
            top = self.lane_top(ids.index(object_id))
            if top < _LANES_TOP:
                self.scroll_lanes_px(top - _LANES_TOP)
            elif top + LANE_H > self.height():
                self.scroll_lanes_px(top + LANE_H - self.height())
        self.refresh()

    # -- events ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is exposed."""
        self._painter.paint(QPainter(self), event.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the tracks to the new width."""
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Take on another palette or font."""
        self._painter.spoil(self.rect())
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show the tooltip of what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = describe(self, QPointF(event.pos()))
            at = event.pos()
            QToolTip.showText(event.globalPos(), text, self, QRect(at.x() - 3, at.y() - 3, 6, 6))
            return True
        if event.type() == QEvent.Type.Show:
            self._request_thumbnails()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the drag on."""
        self._gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._gestures.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of a double click."""
        self._gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom or scroll."""
        self._gestures.wheel(event)
