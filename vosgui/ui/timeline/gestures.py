"""What mouse and wheel do on the timeline: scrub, set the range, zoom, scroll, choose an object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from vosgui.ui.style.pointing import notches
from vosgui.ui.timeline.scale import LABELS_W, RULER_H, TRACK_H, TimeScale
from vosgui.ui.timeline.view import TimelineView

_ZOOM_STEP = 1.25
HANDLE_PX = 7.0


class Drag(Enum):
    """What is being dragged."""

    NOTHING = 0
    PLAYHEAD = 1
    RANGE_START = 2
    RANGE_STOP = 3
    VIEW = 4


@dataclass(frozen=True)
class Wanted:
    """What a gesture asks for; None for what stays as it is.

    t : the playhead. frames : the range. scroll_px : how much further down the tracks.
    """

    t: int | None = None
    object_id: int | None = None
    frames: range | None = None
    scale: TimeScale | None = None
    scroll_px: float = 0.0


class TimelineGestures:
    """The gesture in progress: each of its steps is an event over what the timeline shows.

    steps : what an event of mouse or wheel asks for, by its type.
    """

    def __init__(self) -> None:
        self.drag = Drag.NOTHING
        self._last = QPointF()
        self.steps: dict[QEvent.Type, Callable[[Any, TimelineView], Wanted]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Wheel: self._wheel,
        }

    def _press(self, event: QMouseEvent, view: TimelineView) -> Wanted:
        """Choose an object, or begin to drag."""
        at = self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.drag = Drag.VIEW
        elif event.button() == Qt.MouseButton.LeftButton:
            if at.x() < LABELS_W:
                return Wanted(object_id=view.object_at(at.y()))
            self.drag = handle_at(at, view) or Drag.PLAYHEAD
            wanted = self._follow(at, view)
            # A click on a track is about its object as well as its frame.
            on_track = self.drag is Drag.PLAYHEAD
            return replace(wanted, object_id=view.object_at(at.y())) if on_track else wanted
        return Wanted()

    def _move(self, event: QMouseEvent, view: TimelineView) -> Wanted:
        """Carry the drag on."""
        return self._follow(event.position(), view)

    def _release(self, _event: QMouseEvent, _view: TimelineView) -> Wanted:
        """Let go."""
        self.drag = Drag.NOTHING
        return Wanted()

    def _double_click(self, event: QMouseEvent, view: TimelineView) -> Wanted:
        """On a range handle: hold runs to the whole clip again."""
        if event.button() == Qt.MouseButton.LeftButton and handle_at(event.position(), view):
            return Wanted(frames=range(view.scale.n_frames))
        return self._press(event, view)

    def _wheel(self, event: QWheelEvent, view: TimelineView) -> Wanted:
        """Zoom at the cursor; with Shift, or sideways, scroll; over the labels, scroll tracks."""
        x = event.position().x() - LABELS_W
        event.accept()
        if x < 0:
            return Wanted(scroll_px=-notches(event) * TRACK_H)
        return Wanted(scale=wheeled(view.scale, event, x))

    def cursor(self, at: QPointF, view: TimelineView) -> Qt.CursorShape:
        """Return the cursor that shows what a press would do, or what is being done."""
        if self.drag is Drag.VIEW:
            return Qt.CursorShape.ClosedHandCursor
        if self.drag in (Drag.RANGE_START, Drag.RANGE_STOP) or handle_at(at, view):
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.ArrowCursor

    def _follow(self, at: QPointF, view: TimelineView) -> Wanted:
        scale, frames, x = view.scale, view.frames, at.x() - LABELS_W
        edge = min(max(round(scale.first + x / scale.frame_px), 0), scale.n_frames)
        if self.drag is Drag.PLAYHEAD:
            return Wanted(t=scale.frame_at(x))
        if self.drag is Drag.RANGE_START:
            return Wanted(frames=range(min(edge, frames.stop - 1), frames.stop))
        if self.drag is Drag.RANGE_STOP:
            return Wanted(frames=range(frames.start, max(edge, frames.start + 1)))
        if self.drag is Drag.VIEW:
            step, self._last = self._last - at, at
            return Wanted(scale=scale.moved(step.x() / scale.frame_px), scroll_px=step.y())
        return Wanted()


def wheeled(scale: TimeScale, event: QWheelEvent, x: float) -> TimeScale:
    """Return what the wheel makes of a scale: zoomed at x; with Shift, or sideways, scrolled."""
    is_sideways = event.angleDelta().x() and not event.angleDelta().y()
    if is_sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return scale.moved(-notches(event) * scale.width / scale.frame_px / 10)
    return scale.zoomed(_ZOOM_STEP ** notches(event), x)


def handle_at(at: QPointF, view: TimelineView) -> Drag | None:
    """Return which handle of the range is under a point, or None."""
    edges = ((Drag.RANGE_START, view.frames.start), (Drag.RANGE_STOP, view.frames.stop))
    for drag, edge in edges:
        if at.y() < RULER_H and abs(at.x() - LABELS_W - view.scale.x_of(edge)) <= HANDLE_PX:
            return drag
    return None
