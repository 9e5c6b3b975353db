"""Which gesture mouse and keys make on the canvas: moving the view, or the tool's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QInputDevice, QKeyEvent, QMouseEvent, QPainter, QWheelEvent

from vosgui.ui.tools.tool import Pointer

if TYPE_CHECKING:
    from vosgui.ui.canvas.canvas import Canvas

WHEEL_NOTCH = 120.0  # QWheelEvent.angleDelta of one notch
ZOOM_STEP = 1.2
NOWHERE = (-1, -1)
Button = Qt.MouseButton


class Gestures:
    """The gesture in progress on one canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pointer: Pointer | None = None
        self._pixel = NOWHERE
        self._drawn = QRectF()  # where the tool's preview was last drawn
        self._tool = canvas.tools.current
        self._button = Button.NoButton  # the one that the tool's gesture is made with
        self._pan_from: QPointF | None = None
        self._space_held = False
        self.pressure = 1.0

    # -- from and to the canvas --------------------------------------------------------------

    def cancel(self) -> None:
        """Drop the gesture in progress, if there is one."""
        self._tool.cancel(self._canvas.surface)
        self._button = Button.NoButton
        self.refresh()

    def on_tool_changed(self) -> None:
        """Drop the old tool's gesture and take the new tool in hand."""
        self.cancel()
        self._tool = self._canvas.tools.current
        self._canvas.surface.message.emit("")
        self.show_cursor()
        self.refresh()

    def refresh(self) -> None:
        """Draw the tool's preview anew."""
        canvas = self._canvas
        extent = self._tool.extent(canvas.viewport, self._pointer)
        canvas.update(self._drawn.united(extent).adjusted(-2, -2, 2, 2).toAlignedRect())
        self._drawn = extent

    def paint(self, painter: QPainter) -> None:
        """Draw the tool's preview."""
        self._tool.paint(painter, self._canvas.viewport, self._pointer)

    def show_cursor(self) -> None:
        """Show the cursor of what a press would do."""
        shape = self._tool.cursor
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        if not self._canvas.session.is_open:
            shape = Qt.CursorShape.ArrowCursor
        self._canvas.setCursor(shape)

    def leave(self) -> None:
        """Forget the pointer: it is no longer over the canvas."""
        self._pointer = None
        self._tell_pixel(NOWHERE)
        self.refresh()

    def _tell_pixel(self, pixel: tuple[int, int]) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self._canvas.cursor_moved.emit(*pixel)

    # -- mouse -------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin to move the view, or hand the press to the tool."""
        if self._pans(event):
            self._pan_from = event.position()
            self.show_cursor()
        elif self._takes(event):
            self._button = event.button()
            self._step(event, self._tool.press)

    def double_click(self, event: QMouseEvent) -> None:
        """Hand the second press of a double click to the tool."""
        if self._pans(event):
            self.press(event)
        elif self._takes(event):
            self._button = event.button()
            self._step(event, self._tool.double_click)

    def move(self, event: QMouseEvent) -> None:
        """Move the view, or hand the movement to the tool."""
        canvas = self._canvas
        if self._pan_from is not None:
            step = event.position() - self._pan_from
            self._pan_from = event.position()
            canvas.set_viewport(canvas.viewport.moved(step.x(), step.y()))
            return
        if not canvas.session.is_open:
            return
        held = self._button != Button.NoButton
        self._step(event, self._tool.move if held else self._tool.hover)
        assert self._pointer is not None
        x, y = self._pointer.x, self._pointer.y
        inside = canvas.surface.is_inside(x, y)
        self._tell_pixel((int(x), int(y)) if inside else NOWHERE)

    def release(self, event: QMouseEvent) -> None:
        """End the gesture that the button began."""
        if self._pan_from is not None:
            self._pan_from = None
            self.show_cursor()
        elif event.button() == self._button and self._button != Button.NoButton:
            # The button is let go first: the edit that follows would cancel what is in progress.
            self._step(event, self._tool.release)
            self._button = Button.NoButton

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor, or with Ctrl change the brush."""
        notches = (event.angleDelta().y() or event.angleDelta().x()) / WHEEL_NOTCH
        canvas = self._canvas
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            canvas.tools.resize(notches)
        elif canvas.session.is_open:
            canvas.zoom_at(canvas.viewport.scale * ZOOM_STEP**notches, event.position())
            self.refresh()
        event.accept()

    def _pans(self, event: QMouseEvent) -> bool:
        if event.button() == Button.MiddleButton:
            return self._button == Button.NoButton
        left = event.button() == Button.LeftButton
        return left and (self._space_held or self._tool.name == "pan")

    def _takes(self, event: QMouseEvent) -> bool:
        """Return whether a press is the tool's: left or right, with no other button held."""
        if not self._canvas.session.is_open or self._button != Button.NoButton:
            return False
        return self._pan_from is None and event.button() in (
            Button.LeftButton,
            Button.RightButton,
        )

    def _step(self, event: QMouseEvent, step: object) -> None:
        """Take a step of the tool's gesture. step : one of the tool's methods."""
        canvas = self._canvas
        self._pointer = self._pointer_of(event)
        size = canvas.tools.size
        assert callable(step)
        step(canvas.surface, self._pointer, canvas.viewport.scale)
        canvas.tools.announce_size(size)
        self.refresh()

    def _pointer_of(self, event: QMouseEvent) -> Pointer:
        x, y = self._canvas.viewport.to_image(event.position())
        modifiers = event.modifiers()
        device = event.pointingDevice()
        is_pen = device is not None and device.type() == QInputDevice.DeviceType.Stylus
        return Pointer(
            x,
            y,
            right=self._button == Button.RightButton,
            shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
            ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            pressure=self.pressure if is_pen else 1.0,
        )

    # -- keys --------------------------------------------------------------------------------

    def wants_key(self, event: QKeyEvent) -> bool:
        """Return whether a key is the gesture's although a shortcut may have it too."""
        if event.key() == Qt.Key.Key_Space:
            return not event.modifiers()
        return self._tool.active and event.key() in (
            Qt.Key.Key_Escape,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Backspace,
            Qt.Key.Key_Delete,
        )

    def key_press(self, event: QKeyEvent) -> bool:
        """Take a key; return whether it meant something."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = True
                self.show_cursor()
            return True
        if not self._tool.active:
            return False
        if key == Qt.Key.Key_Escape:
            self.cancel()
            return True
        taken = self._tool.key_press(self._canvas.surface, key)
        self.refresh()
        return taken

    def let_go_of_space(self) -> None:
        """Take Space as not held."""
        self._space_held = False
        self.show_cursor()

    def key_release(self, event: QKeyEvent) -> bool:
        """Let go of Space."""
        if event.key() != Qt.Key.Key_Space:
            return False
        if not event.isAutoRepeat() and self._space_held:
            self._space_held = False
            self.show_cursor()
        return True
