"""Clicks to a mask: what belongs, what does not, or a box, and the mask follows each."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from vosgui.core.clicks import Click, DraggedBox, Mark
from vosgui.core.words import counted
from vosgui.errors import VosguiError
from vosgui.ui.tools.click_chain import ClickChain, Found
from vosgui.ui.tools.surface import Place, Surface
from vosgui.ui.tools.tool import Pointer, Tool
from vosgui.ui.tools.viewport import Viewport

DRAG_PX = 6.0  # screen pixels that make a press a drag
_RADIUS_PX = 5.0
_BELONGS, _NOT = QColor(46, 160, 67), QColor(218, 54, 51)
LOADING = "The network for clicks is being loaded…"


class _Gesture:
    """The marks of one object in one frame.

    found : what was worked out so far, by the number of marks
    """

    def __init__(self, place: Place, chain: ClickChain) -> None:
        self.place, self.chain = place, chain
        self.marks: list[Mark] = []
        self.found: dict[int, Found] = {}

    @property
    def latest(self) -> Found | None:
        """Return what the marks have led to, as far as it is worked out."""
        return next((self.found[n] for n in range(len(self.marks), 0, -1) if n in self.found), None)

    @property
    def is_settled(self) -> bool:
        """Return whether all is worked out."""
        found = self.found.get(len(self.marks))
        return not self.marks or (found is not None and found.is_sharp)


class ClickTool(Tool):
    """Makes a mask of clicks, or repairs the one that is there.

    The gesture goes on over many clicks; whatever else is begun takes the mask as it is.
    """

    name = "clicks"
    title = "Clicks to mask"
    icon = "clicks"
    key = "C"
    hint = (
        "Click what belongs to the object, right-click what does not, or drag a box around it. "
        "Backspace takes the last back; Enter takes the mask, Esc drops it"
    )
    makes_masks = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._gesture: _Gesture | None = None
        self._pressed: Pointer | None = None
        self._dragged: Pointer | None = None  # where a box has come to
        self._ending: list[_Gesture] = []  # ended, but the last mark is still worked out
        self._then: list[Callable[[], None]] = []  # what waits for that

    @property
    def active(self) -> bool:
        """Return whether there are marks, or a press that will be one."""
        return self._gesture is not None or self._pressed is not None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return the marks of the gesture in progress."""
        return () if self._gesture is None else tuple(self._gesture.marks)

    @property
    def is_settled(self) -> bool:
        """Return whether all marks are worked out, and all masks that were taken are edits."""
        return not self._ending and (self._gesture is None or self._gesture.is_settled)

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Begin a click or a box."""
        if surface.is_inside(pointer.x, pointer.y) and self._has_gesture(surface):
            self._pressed, self._dragged = pointer, None

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Drag a box."""
        start = self._pressed
        if start is None or start.right:
            return
        far = math.dist((start.x, start.y), (pointer.x, pointer.y)) * scale > DRAG_PX
        if self._dragged is not None or far:
            self._dragged = pointer

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Set the mark."""
        start, end = self._pressed, self._dragged
        self._pressed = self._dragged = None
        if start is None or self._gesture is None:
            return
        if end is None:
            self._add(surface, Click(start.x, start.y, not start.right))
            return
        box = DraggedBox.between((start.x, start.y), (pointer.x, pointer.y), surface.hw)
        if box is not None:
            self._add(surface, box)
        elif not self._gesture.marks:
            self.cancel(surface)

    def key_press(self, surface: Surface, key: Qt.Key) -> bool:
        """Take the mask with Enter, the last mark back with Backspace."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(surface)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._take_back(surface)
        else:
            return False
        return True

    def cancel(self, surface: Surface) -> None:
        """Drop the marks: nothing has happened."""
        self._gesture = self._pressed = self._dragged = None
        surface.drop()

    def finish(self, surface: Surface, *, at_once: bool = False) -> None:
        """Take the mask: as it is `at_once`, or else when the last mark is worked out."""
        if self._gesture is not None and self._gesture.marks:
            self._ending.append(self._gesture)
        self.cancel(surface)
        if at_once:
            self._then.clear()  # meant for what is being closed, and this is no moment to do it
        self._end(surface, at_once=at_once)

    def settle(self, surface: Surface, then: Callable[[], None]) -> None:
        """Take the mask, and go on when that is done; the window never waits for it."""
        self.finish(surface)
        self._then.append(then)
        self._end(surface)

    def objects_changed(self, surface: Surface) -> None:
        """Go on, unless the object is gone, locked or hidden."""
        if self._gesture is not None and not surface.is_open_to(self._gesture.place):
            self.cancel(surface)

    def _has_gesture(self, surface: Surface) -> bool:
        """Return whether a gesture is in progress; begin one where none is."""
        if self._gesture is not None:
            return True
        mask, frame = surface.mask, surface.session.frame
        place = surface.begin_proposal()
        if place is None or mask is None or frame is None:
            return False
        key = surface.clip_number, place.t
        chain = ClickChain(surface.click_model, key, frame, mask, place.target.id, surface.seen)
        self._gesture = _Gesture(place, chain)
        return True

    def _add(self, surface: Surface, mark: Mark) -> None:
        gesture = self._gesture
        assert gesture is not None
        n = len(gesture.marks)
        gesture.marks.append(mark)
        # What a later click is worked out from is worked out before it: the thread keeps the order.
        gesture.found.pop(n + 1, None)
        surface.message.emit("" if surface.click_model.is_loaded else LOADING)
        surface.tool_thread.ask(
            partial(gesture.chain.add, n, mark),
            partial(self._on_found, surface, gesture, mark),
            partial(self._on_failed, surface, gesture),
        )
        # Shown at the first look; the second one, where it is needed, takes twice as long.
        surface.tool_thread.ask(
            partial(gesture.chain.sharpen, n + 1),
            partial(self._on_found, surface, gesture, mark),
            partial(self._on_failed, surface, gesture),
        )

    def _take_back(self, surface: Surface) -> None:
        gesture = self._gesture
        assert gesture is not None
        gesture.found.pop(len(gesture.marks), None)
        del gesture.marks[-1:]
        if gesture.marks:
            self._show(surface, gesture)
        else:
            self.cancel(surface)

    def _on_found(
        self, surface: Surface, gesture: _Gesture, mark: Mark, found: Found | None
    ) -> None:
        """Keep what a mark has led to, unless it was taken back meanwhile."""
        if found is None:
            return
        surface.message.emit("")
        if len(gesture.marks) < found.n or gesture.marks[found.n - 1] is not mark:
            return
        gesture.found[found.n] = found
        if gesture is self._gesture:
            self._show(surface, gesture)
        else:
            self._end(surface)

    def _on_failed(self, surface: Surface, gesture: _Gesture, error: VosguiError) -> None:
        """Say why there is no mask, and keep what there was before."""
        is_current = gesture is self._gesture
        if not is_current and gesture not in self._ending:
            return  # it was said of an earlier mark
        surface.message.emit("")
        surface.session.failed.emit(error)
        if is_current:
            self.cancel(surface)
        else:
            self._end(surface, at_once=True)

    def _end(self, surface: Surface, *, at_once: bool = False) -> None:
        """Take the masks of the gestures that have ended, in order, and do what waited for them."""
        while self._ending and (at_once or self._ending[0].is_settled):
            gesture = self._ending.pop(0)
            if gesture.latest is not None:
                label = counted(len(gesture.marks), "click")
                surface.give(gesture.place, gesture.latest.box, gesture.latest.pixels, label)
        if not self._ending:
            waiting, self._then = self._then, []
            for then in waiting:
                then()

    def _show(self, surface: Surface, gesture: _Gesture) -> None:
        latest = gesture.latest
        if latest is None:
            surface.withdraw()
        else:
            surface.propose(latest.box, latest.pixels)

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the marks, and the box that is being dragged."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self.marks:
            if isinstance(mark, Click):
                _draw_click(painter, viewport.to_screen(mark.x, mark.y), belongs=mark.belongs)
            else:
                draw_box(painter, _rect(viewport, mark))
        if self._pressed is not None and self._dragged is not None:
            start, end = (viewport.to_screen(p.x, p.y) for p in (self._pressed, self._dragged))
            draw_box(painter, QRectF(start, end).normalized())

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the box around the marks."""
        rects = [
            QRectF(viewport.to_screen(mark.x, mark.y), viewport.to_screen(mark.x, mark.y))
            if isinstance(mark, Click)
            else _rect(viewport, mark)
            for mark in self.marks
        ]
        if self._pressed is not None and self._dragged is not None:
            start, end = (viewport.to_screen(p.x, p.y) for p in (self._pressed, self._dragged))
            rects.append(QRectF(start, end).normalized())
        reach = _RADIUS_PX + 3
        around = QRectF()
        for rect in rects:
            around = around.united(rect.adjusted(-reach, -reach, reach, reach))
        return around


def _rect(viewport: Viewport, box: DraggedBox) -> QRectF:
    return QRectF(viewport.to_screen(box.left, box.top), viewport.to_screen(box.right, box.bottom))


def _draw_click(painter: QPainter, at: QPointF, *, belongs: bool) -> None:
    """Draw a disk with a plus or a minus: colours alone are not told apart by everyone."""
    painter.setPen(QPen(QColor(255, 255, 255), 1.5))
    painter.setBrush(_BELONGS if belongs else _NOT)
    painter.drawEllipse(at, _RADIUS_PX, _RADIUS_PX)
    arm = _RADIUS_PX - 2.2
    painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
    if belongs:
        painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))


def draw_box(painter: QPainter, rect: QRectF) -> None:
    """Draw a box, light on dark, so that it is seen on every picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255), 1.4)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine))
        painter.drawRect(rect)
