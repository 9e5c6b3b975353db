"""What mouse and wheel do on the strip: scrub, choose, move and trim clips, zoom, scroll."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from vosgui.datasets.prepare.stretches import Stretch, moved, room_of, trimmed
from vosgui.ui.prepare.view import CLIPS_TOP, REFUSED_TOP, RULER_H, StripView
from vosgui.ui.timeline.gestures import wheeled
from vosgui.ui.timeline.scale import TimeScale

HANDLE_PX = 7.0
SNAP_PX = 6.0


class Drag(Enum):
    """What is being dragged."""

    NOTHING = 0
    PLAYHEAD = 1
    START = 2
    STOP = 3
    WHOLE = 4
    VIEW = 5


@dataclass(frozen=True)
class Wanted:
    """What a step of a gesture asks for; None for what stays as it is.

    t : the playhead. select : first frame, and the one after the last, of what to select.
    drawn : a clip, and how it is to be shown while it is dragged. done : the same, now for good.
    new_at : a frame about which a clip is to be made. hover : the clip under the pointer; () for
        none.
    """

    t: int | None = None
    select: tuple[int, int] | None = None
    scale: TimeScale | None = None
    drawn: tuple[Stretch, Stretch] | None = None
    done: tuple[Stretch, Stretch] | None = None
    new_at: int | None = None
    hover: Stretch | tuple[()] | None = None


class StripGestures:
    """The gesture in progress: each of its steps is an event over what the strip shows.

    steps : what an event of mouse or wheel asks for, by its type.
    """

    def __init__(self) -> None:
        self.drag = Drag.NOTHING
        self._held: Stretch | None = None  # as it was before it was dragged
        self._now: Stretch | None = None
        self._grip = 0.0  # frames from the start of the clip to where it is held
        self._last = QPointF()
        self.steps: dict[QEvent.Type, Callable[[Any, StripView], Wanted]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Wheel: self._wheel,
        }

    def cancel(self) -> None:
        """Let go, and leave all as it was."""
        self.drag, self._held, self._now = Drag.NOTHING, None, None

    def _press(self, event: QMouseEvent, view: StripView) -> Wanted:
        """Choose what is there, or begin to drag."""
        at = self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.drag = Drag.VIEW
            return Wanted()
        if event.button() != Qt.MouseButton.LeftButton:
            return Wanted()
        t = view.scale.frame_at(at.x())
        held = handle_at(at, view)
        if held is not None:
            self.drag, self._held = held
            self._now = self._held
            self._grip = view.scale.first + at.x() / view.scale.frame_px - self._held.start
            at_edge = t if self.drag is Drag.WHOLE else self._edge(t)
            return Wanted(select=(self._held.start, self._held.stop), t=at_edge)
        self.drag = Drag.PLAYHEAD
        refusal = view.refusal_at(t) if at.y() >= REFUSED_TOP else None
        return Wanted(t=t, select=(refusal.start, refusal.stop) if refusal else None)

    def _move(self, event: QMouseEvent, view: StripView) -> Wanted:
        """Carry the drag on; without one, say which clip is under the pointer."""
        at = event.position()
        if self.drag is Drag.NOTHING:
            on_clips = CLIPS_TOP <= at.y() < REFUSED_TOP
            clip = view.clip_at(view.scale.frame_at(at.x())) if on_clips else None
            return Wanted(hover=clip or ())
        if self.drag is Drag.VIEW:
            step, self._last = self._last - at, at
            return Wanted(scale=view.scale.moved(step.x() / view.scale.frame_px))
        if self.drag is Drag.PLAYHEAD:
            return Wanted(t=view.scale.frame_at(at.x()))
        assert self._held is not None
        self._now = self._dragged(at, view)
        t = self._edge(view.scale.frame_at(at.x()))
        return Wanted(t=t, drawn=(self._held, self._now), select=(self._now.start, self._now.stop))

    def _release(self, _event: QMouseEvent, _view: StripView) -> Wanted:
        """Let go; what was dragged stays so."""
        held, now = self._held, self._now
        self.cancel()
        return (
            Wanted(done=(held, now)) if held is not None and now not in (None, held) else Wanted()
        )

    def _double_click(self, event: QMouseEvent, view: StripView) -> Wanted:
        """On what is no clip: make one there."""
        at = event.position()
        t = view.scale.frame_at(at.x())
        if event.button() == Qt.MouseButton.LeftButton and at.y() >= CLIPS_TOP:
            refusal = view.refusal_at(t) if at.y() >= REFUSED_TOP else None
            if refusal is not None:
                return Wanted(select=(refusal.start, refusal.stop), new_at=t)
            if view.clip_at(t) is None:
                return Wanted(new_at=t)
        return self._press(event, view)

    def _wheel(self, event: QWheelEvent, view: StripView) -> Wanted:
        """Zoom at the cursor; with Shift, or sideways, scroll."""
        event.accept()
        return Wanted(scale=wheeled(view.scale, event, event.position().x()))

    def cursor(self, at: QPointF, view: StripView) -> Qt.CursorShape:
        """Return the cursor that shows what a press would do, or what is being done."""
        held = handle_at(at, view)
        drag = self.drag if self.drag is not Drag.NOTHING else held[0] if held else Drag.NOTHING
        if drag in (Drag.START, Drag.STOP):
            return Qt.CursorShape.SizeHorCursor
        if drag is Drag.WHOLE:
            held_now = self.drag is Drag.WHOLE
            return Qt.CursorShape.ClosedHandCursor if held_now else Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.ClosedHandCursor if drag is Drag.VIEW else Qt.CursorShape.ArrowCursor

    def _dragged(self, at: QPointF, view: StripView) -> Stretch:
        """Return the clip as it is while it is dragged: it snaps to cuts and to the playhead."""
        assert self._held is not None
        one, scale = self._held, view.scale
        room = room_of(view.clips, one, view.info.n_frames)
        edge = scale.first + at.x() / scale.frame_px
        stops = [shot.start for shot in view.shots] + [view.info.n_frames]
        if self.drag is Drag.START:
            return trimmed(one, _snapped(edge, stops, scale), one.stop, room)
        if self.drag is Drag.STOP:
            return trimmed(one, one.start, _snapped(edge, stops, scale), room)
        start = _snapped(edge - self._grip, stops, scale)
        stop = _snapped(edge - self._grip + one.n_frames, stops, scale)
        is_free = start == round(edge - self._grip)
        return moved(one, stop - one.n_frames if is_free else start, room)

    def _edge(self, t: int) -> int:
        """Return the frame to show while a clip is dragged: its edge that moves."""
        now = self._now
        if now is None:
            return t
        return now.stop - 1 if self.drag is Drag.STOP else now.start if self.drag in (
            Drag.START, Drag.WHOLE) else t  # fmt: skip


def _snapped(edge: float, stops: Iterable[int], scale: TimeScale) -> int:
    """Return the stop that is near an edge, or the edge as a whole frame."""
    near = min(stops, key=lambda stop: abs(stop - edge))
    return near if abs(near - edge) * scale.frame_px <= SNAP_PX else round(edge)


def handle_at(at: QPointF, view: StripView) -> tuple[Drag, Stretch] | None:
    """Return what of which clip is under a point: an end, or the whole; None where nothing is."""
    if not RULER_H < CLIPS_TOP <= at.y() < REFUSED_TOP:
        return None
    found: tuple[float, Drag, Stretch] | None = None
    for one in view.clips:
        left, right = view.scale.x_of(one.start), view.scale.x_of(one.stop)
        if left - HANDLE_PX <= at.x() <= right + HANDLE_PX:
            reach = min(HANDLE_PX, max(2.0, (right - left) / 4))  # of a narrow clip, the middle too
            ends = ((abs(at.x() - left), Drag.START), (abs(at.x() - right), Drag.STOP))
            distance, drag = min(ends, key=lambda end: end[0])
            inside = left <= at.x() < right
            if distance > reach and inside:
                distance, drag = 0.0, Drag.WHOLE
            if (distance <= HANDLE_PX or inside) and (found is None or distance < found[0]):
                found = distance, drag, one
    return found[1:] if found is not None else None
