"""The timeline: which frame, which object, what is known of each, and the range."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from vosgui.project.notes import Note
from vosgui.ui.session.session import Session
from vosgui.ui.style.pointing import show_tip
from vosgui.ui.timeline.gestures import Drag, TimelineGestures, Wanted
from vosgui.ui.timeline.painter import TimelinePainter
from vosgui.ui.timeline.reference import Reference
from vosgui.ui.timeline.scale import (
    CURVE_H,
    CURVE_TOP,
    LABELS_W,
    THUMBNAIL_H,
    TRACK_H,
    TRACKS_TOP,
    TimeScale,
)
from vosgui.ui.timeline.thumbnails import Thumbnails
from vosgui.ui.timeline.tooltip import describe
from vosgui.ui.timeline.view import Look, TimelineView

_PLAYHEAD_PX = 48  # half the width of what has to be drawn anew when the playhead moves


class Timeline(QWidget):
    """A track per object over the frames of the session's clip."""

    def __init__(self, session: Session, reference: Reference | None = None) -> None:
        super().__init__()
        self.session = session
        self._reference = reference
        if reference is not None:
            reference.changed.connect(self._refresh_tracks)
        self.scale = TimeScale()
        self.thumbnails: Thumbnails | None = None
        self._shown_t = 0
        self._threshold = session.view.threshold
        self._notes: tuple[Note, ...] = ()
        self._painter = TimelinePainter(self._thumbnail)
        self._gestures = TimelineGestures()
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setSingleStep(TRACK_H)
        self._bar.valueChanged.connect(self.refresh)
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(TRACKS_TOP + TRACK_H)
        session.clip_changed.connect(self._on_clip_changed)
        session.frame_changed.connect(self._on_frame_changed)
        session.objects_changed.connect(self._on_objects_changed)
        session.object_changed.connect(self._on_object_changed)
        session.annotation_changed.connect(self._refresh_tracks)
        session.range_changed.connect(self.refresh)
        session.view_changed.connect(self._on_view_changed)
        self.destroyed.connect(self._painter.strips.clear)

    @property
    def view(self) -> TimelineView | None:
        """Return what is shown now; None where nothing is open."""
        session = self.session
        if not session.is_open:
            return None
        annotation = session.annotation
        return TimelineView(
            self.scale,
            self._bar.value(),
            session.info,
            annotation.stride,
            annotation.objects,
            dict(annotation.all_tracks()),
            session.t,
            session.object_id,
            session.range,
            self._reference.agreement if self._reference is not None else None,
            session.view.threshold,
            self._notes,
        )

    def set_scale(self, scale: TimeScale) -> None:
        """Zoom or scroll."""
        if scale != self.scale:
            self.scale = scale
            self._request_thumbnails()
            self._refresh(QRect(LABELS_W, 0, self.width(), self.height()))

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show what persons have said of frames of the clip."""
        if tuple(notes) != self._notes:
            self._notes = tuple(notes)
            self.refresh()

    def refresh(self) -> None:
        """Draw everything anew."""
        self._refresh(self.rect())

    def _refresh_tracks(self) -> None:
        """Draw anew what depends on masks: curves and tracks."""
        self._refresh(QRect(LABELS_W, CURVE_TOP, self.width(), self.height()))
        self.update(0, CURVE_TOP, LABELS_W, CURVE_H)

    def _refresh(self, rect: QRect) -> None:
        rect = rect.intersected(self.rect())
        self._painter.invalidate(rect)
        self.update(rect)

    def _scroll(self, pixels: float) -> None:
        """Scroll the tracks down."""
        self._bar.setValue(self._bar.value() + round(pixels))

    def _scale_width(self) -> int:
        """Return the width of the tracks; room for the bar is kept also where there is none."""
        return max(self.width() - LABELS_W - self._bar.sizeHint().width(), 1)

    def _lay_out(self) -> None:
        """Fit the scroll bar and the scale to the size and the number of tracks."""
        n_tracks = len(self.session.annotation.objects) if self.session.is_open else 0
        room = self.height() - TRACKS_TOP
        hidden = max(n_tracks * TRACK_H - room, 0)
        self._bar.setRange(0, hidden)
        self._bar.setPageStep(max(room, 1))
        self._bar.setVisible(hidden > 0)
        width = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - width, TRACKS_TOP, width, max(room, 0))
        self.set_scale(self.scale.resized(self._scale_width()))

    def _thumbnail(self, t: int) -> QImage | None:
        return None if self.thumbnails is None else self.thumbnails.image(t)

    def _request_thumbnails(self) -> None:
        view = self.view
        if self.thumbnails is not None and view is not None and self.isVisible():
            self.thumbnails.request(view.thumbnail_frames())

    def _on_thumbnail(self, t: int) -> None:
        view = self.view
        if self.sender() is self.thumbnails and view and t in view.thumbnail_frames():
            self.refresh()

    def _on_clip_changed(self) -> None:
        self._gestures.drag = Drag.NOTHING
        self._painter.strips.clear()
        if self.thumbnails is not None:
            self.thumbnails.close()
            self.thumbnails.deleteLater()
            self.thumbnails = None
        session = self.session
        if session.is_open and session.clip is not None:
            self.thumbnails = Thumbnails(session.clip, 2 * THUMBNAIL_H, self)
            self.thumbnails.loaded.connect(self._on_thumbnail)
            self.scale = TimeScale.whole(len(session.clip), self._scale_width())
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

    def _on_view_changed(self) -> None:
        if self._threshold != self.session.view.threshold:
            self._threshold = self.session.view.threshold
            self._refresh_tracks()

    def _on_objects_changed(self) -> None:
        self._lay_out()
        self._request_thumbnails()  # the grid may be another one
        self.refresh()

    def _on_object_changed(self, object_id: int) -> None:
        """Bring the current object's track into view."""
        view = self.view
        ids = [entry.id for entry in view.objects] if view is not None else []
        if view is not None and object_id in ids:
            top = view.track_top(ids.index(object_id))
            if top < TRACKS_TOP:
                self._scroll(top - TRACKS_TOP)
            elif top + TRACK_H > self.height():
                self._scroll(top + TRACK_H - self.height())
        self.refresh()

    def sizeHint(self) -> QSize:
        """Ask for room for three tracks: in wide frames it is the height that the canvas lacks."""
        return QSize(800, TRACKS_TOP + 3 * TRACK_H + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is exposed."""
        self._painter.paint(QPainter(self), event.rect(), self.view, Look.of(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit scale and scroll bar to the new size."""
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Draw everything anew in another palette or font."""
        self._painter.invalidate(self.rect())
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take a step of a gesture, or show the tooltip of what is under the pointer."""
        if event.type() in self._gestures.steps and (view := self.view) is not None:
            assert isinstance(event, QMouseEvent | QWheelEvent)
            self._do(self._gestures.steps[event.type()](event, view))
            self.setCursor(self._gestures.cursor(event.position(), self.view or view))
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            view = self.view
            show_tip(event, self, describe(view, QPointF(event.pos())) if view is not None else "")
            return True
        if event.type() == QEvent.Type.Show:
            self._request_thumbnails()
        return super().event(event)

    def choose_at(self, at: QPoint) -> bool:
        """Make frame and object at a point current, for a menu; False where there is no object."""
        view = self.view
        object_id = view.object_at(at.y()) if view is not None else None
        if view is None or object_id is None:
            return False
        self.session.select_object(object_id)
        if at.x() >= LABELS_W:
            self.session.go_to(view.scale.frame_at(at.x() - LABELS_W))
        return True

    def _do(self, wanted: Wanted) -> None:
        """Do what a step of a gesture asks for."""
        if wanted.t is not None:
            self.session.go_to(wanted.t)
        if wanted.object_id is not None:
            self.session.select_object(wanted.object_id)
        if wanted.frames is not None:
            self.session.set_range(wanted.frames)
        if wanted.scale is not None:
            self.set_scale(wanted.scale)
        self._scroll(wanted.scroll_px)
