"""What mouse and wheel do on the timeline: scrub, set the range, zoom, scroll, choose an object."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from vosgui.ui.timeline.scale import LABELS_W, RULER_H

if TYPE_CHECKING:
    from vosgui.ui.timeline.timeline import Timeline

WHEEL_NOTCH = 120.0  # QWheelEvent.angleDelta of one notch
ZOOM_STEP = 1.25
HANDLE_PX = 7.0


class Drag(Enum):
    """What is being dragged."""

    NOTHING = 0
    PLAYHEAD = 1
    RANGE_START = 2
    RANGE_STOP = 3
    VIEW = 4


class TimelineGestures:
    """The gesture in progress on one timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._drag = Drag.NOTHING
        self._last = QPointF()

    @property
    def drag(self) -> Drag:
        """Return what is being dragged."""
        return self._drag

    def cancel(self) -> None:
        """Let go of what is being dragged."""
        self._drag = Drag.NOTHING

    def press(self, event: QMouseEvent) -> None:
        """Choose an object, or begin to drag."""
        timeline, at = self._timeline, event.position()
        self._last = at
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = Drag.VIEW
        elif event.button() == Qt.MouseButton.LeftButton:
            if at.x() < LABELS_W:
                self._choose(at)
            else:
                self._drag = self.handle_at(at) or Drag.PLAYHEAD
                self._follow(at)
                # A click on a lane is about its object as well as its frame.
                if self._drag is Drag.PLAYHEAD and timeline.object_at(at.y()) is not None:
                    self._choose(at)
        self.show_cursor(at)

    def move(self, event: QMouseEvent) -> None:
        """Carry the drag on, or show what a press would do."""
        if self._drag is not Drag.NOTHING:
            self._follow(event.position())
        self.show_cursor(event.position())

    def release(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag = Drag.NOTHING
        self.show_cursor(event.position())

    def double_click(self, event: QMouseEvent) -> None:
        """On a range handle: hold runs to the whole clip again."""
        timeline = self._timeline
        if event.button() == Qt.MouseButton.LeftButton and self.handle_at(event.position()):
            timeline.session.set_range(range(timeline.scale.n_frames))
        else:
            self.press(event)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; with Shift, or sideways, scroll; over the labels, scroll lanes."""
        timeline, at = self._timeline, event.position()
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / WHEEL_NOTCH
        sideways = bool(delta.x()) and not delta.y()
        if at.x() < LABELS_W:
            timeline.scroll_lanes(-notches)
        elif sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step = timeline.scale.width / timeline.scale.frame_px / 10
            timeline.set_scale(timeline.scale.moved(-notches * step))
        else:
            timeline.set_scale(timeline.scale.zoomed(ZOOM_STEP**notches, at.x() - LABELS_W))
        event.accept()

    def handle_at(self, at: QPointF) -> Drag | None:
        """Return which handle of the range is under a point, or None."""
        timeline = self._timeline
        if at.y() >= RULER_H or not timeline.session.is_open:
            return None
        frames, scale = timeline.session.range, timeline.scale
        x = at.x() - LABELS_W
        for drag, edge in (
            (Drag.RANGE_START, scale.x_of(frames.start)),
            (Drag.RANGE_STOP, scale.x_of(frames.stop)),
        ):
            if abs(x - edge) <= HANDLE_PX:
                return drag
        return None

    def show_cursor(self, at: QPointF) -> None:
        """Show what a press would do, or what is being done."""
        shape = Qt.CursorShape.ArrowCursor
        if self._drag is Drag.VIEW:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._drag in (Drag.RANGE_START, Drag.RANGE_STOP) or self.handle_at(at):
            shape = Qt.CursorShape.SizeHorCursor
        self._timeline.setCursor(shape)

    def _choose(self, at: QPointF) -> None:
        object_id = self._timeline.object_at(at.y())
        if object_id is not None:
            self._timeline.session.select_object(object_id)

    def _follow(self, at: QPointF) -> None:
        timeline, session = self._timeline, self._timeline.session
        if not session.is_open:
            return
        scale = timeline.scale
        x = at.x() - LABELS_W
        frames = session.range
        edge = min(max(round(scale.first + x / scale.frame_px), 0), scale.n_frames)
        if self._drag is Drag.PLAYHEAD:
            session.go_to(scale.frame_at(x))
        elif self._drag is Drag.RANGE_START:
            session.set_range(range(min(edge, frames.stop - 1), frames.stop))
        elif self._drag is Drag.RANGE_STOP:
            session.set_range(range(frames.start, max(edge, frames.start + 1)))
        elif self._drag is Drag.VIEW:
            timeline.set_scale(scale.moved((self._last.x() - at.x()) / scale.frame_px))
            timeline.scroll_lanes_px(self._last.y() - at.y())
            self._last = at
