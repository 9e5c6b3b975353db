"""Which gesture mouse and keys make on the canvas: moving the view, or the tool's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QInputDevice,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from vosgui.ui.actions.held_keys import types_text
from vosgui.ui.canvas.canvas_view import ZOOM_STEP, CanvasView
from vosgui.ui.style.pointing import notches
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer
from vosgui.ui.tools.toolbox import ToolBox

NOWHERE = (-1, -1)
Button, Key = Qt.MouseButton, Qt.Key
_LEAVE_RIGHT = ("pan", "pick")  # tools that do nothing with the right button
_OF_A_GESTURE = (Key.Key_Escape, Key.Key_Return, Key.Key_Enter, Key.Key_Backspace, Key.Key_Delete)


class Gestures(QObject):
    """The gesture in progress, made of the mouse and key events of the widget.

    cursor_moved : (x, y) in image pixels, (-1, -1) when the pointer leaves the image.
    """

    cursor_moved = Signal(int, int)

    def __init__(self, widget: QWidget, view: CanvasView, surface: Surface, tools: ToolBox) -> None:
        super().__init__(widget)
        self._widget, self._view, self._surface, self._tools = widget, view, surface, tools
        self._pointer: Pointer | None = None
        self._pixel = NOWHERE
        self._drawn = QRectF()  # where the tool's preview was last drawn
        self._tool = tools.current
        self._button = Button.NoButton  # the one that the tool's gesture is made with
        self._pan_from: QPointF | None = None
        self._space_held = False
        self._pressure = 1.0
        tools.changed.connect(self._on_tool_changed)
        tools.size_changed.connect(self.refresh)
        # Each returns whether the event is taken from the widget.
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Wheel: self._wheel,
            QEvent.Type.TabletPress: self._note_pressure,
            QEvent.Type.TabletMove: self._note_pressure,
            QEvent.Type.TabletRelease: self._note_pressure,
            QEvent.Type.ShortcutOverride: self._override_shortcut,
            QEvent.Type.KeyPress: self._key_press,
            QEvent.Type.KeyRelease: self._key_release,
            QEvent.Type.Enter: self._enter,
            QEvent.Type.Leave: self._leave,
            QEvent.Type.FocusOut: self._let_go_of_space,
        }
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the widget's events to what they mean here."""
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    def cancel(self) -> None:
        """Drop the gesture in progress, if there is one."""
        self._tool.cancel(self._surface)
        self._button = Button.NoButton
        self.refresh()

    def finish(self, *, at_once: bool = False) -> None:
        """End the gesture as something else begins: what is whole of it is taken."""
        self._tool.finish(self._surface, at_once=at_once)
        self.refresh()

    def settle(self, then: Callable[[], None]) -> None:
        """End the gesture likewise; go on when what is taken is an edit."""
        self._tool.settle(self._surface, then)
        self.refresh()

    def hear_of_objects(self) -> None:
        """Let the tool hear that the objects have changed."""
        self._tool.objects_changed(self._surface)
        if not self._tool.active:
            self._button = Button.NoButton
        self.refresh()

    def refresh(self) -> None:
        """Draw the tool's preview anew."""
        extent = self._tool.extent(self._view.viewport, self._pointer)
        self._widget.update(self._drawn.united(extent).adjusted(-2, -2, 2, 2).toAlignedRect())
        self._drawn = extent

    def paint(self, painter: QPainter) -> None:
        """Draw the tool's preview."""
        self._tool.paint(painter, self._view.viewport, self._pointer)

    def _on_tool_changed(self) -> None:
        """End the old tool's gesture and take the new tool in hand."""
        self.finish()
        self.cancel()
        self._tool = self._tools.current
        self._surface.message.emit("")
        self._show_cursor()
        self.refresh()

    def _show_cursor(self) -> None:
        """Show the cursor of what a press would do."""
        shape = self._tool.cursor
        if not self._surface.session.is_open:
            shape = Qt.CursorShape.ArrowCursor
        elif self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        self._widget.setCursor(shape)

    def _tell_pixel(self, pixel: tuple[int, int]) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self.cursor_moved.emit(*pixel)

    def _press(self, event: QMouseEvent) -> bool:
        """Begin to move the view, or hand the press to the tool."""
        if self._pans(event):
            self._pan_from = event.position()
            self._show_cursor()
        elif self._takes(event):
            self._button = event.button()
            self._step(event, self._tool.press)
        return True

    def _double_click(self, event: QMouseEvent) -> bool:
        """Hand the second press of a double click to the tool."""
        if self._takes(event) and not self._pans(event):
            self._button = event.button()
            self._step(event, self._tool.double_click)
            return True
        return self._press(event)

    def _move(self, event: QMouseEvent) -> bool:
        """Move the view, or hand the movement to the tool."""
        if self._pan_from is not None:
            step, self._pan_from = event.position() - self._pan_from, event.position()
            self._view.set_viewport(self._view.viewport.moved(step.x(), step.y()))
        elif self._surface.session.is_open:
            pointer = self._step(event, self._tool.move)
            inside = self._surface.is_inside(pointer.x, pointer.y)
            self._tell_pixel((int(pointer.x), int(pointer.y)) if inside else NOWHERE)
        return True

    def _release(self, event: QMouseEvent) -> bool:
        """End the gesture that the button began."""
        if self._pan_from is not None:
            self._pan_from = None
            self._show_cursor()
        elif event.button() == self._button and self._button != Button.NoButton:
            # The button is let go first: the edit that follows would cancel what is in progress.
            self._step(event, self._tool.release)
            self._button = Button.NoButton
        return True

    def _wheel(self, event: QWheelEvent) -> bool:
        """Zoom at the cursor, or with Ctrl change the brush."""
        n = notches(event)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._tools.resize(n)
        elif self._surface.session.is_open:
            scale = self._view.viewport.scale * ZOOM_STEP**n
            self._view.zoom_at(scale, event.position())
            self.refresh()
        event.accept()
        return True

    def _note_pressure(self, event: QTabletEvent) -> bool:
        """Note a pen's pressure; its movements come as those of a mouse."""
        self._pressure = event.pressure()
        return False

    def _enter(self, _event: QEvent) -> bool:
        """Show the tool's cursor and take the keys, so that Space is heard where it is held."""
        self._show_cursor()
        if self._widget.isActiveWindow() and not types_text():
            self._widget.setFocus(Qt.FocusReason.MouseFocusReason)
        return False

    def _leave(self, _event: QEvent) -> bool:
        """Forget the pointer, and take the tool's preview away."""
        self._pointer = None
        self._tell_pixel(NOWHERE)
        self.refresh()
        return False

    def _pans(self, event: QMouseEvent) -> bool:
        if event.button() == Button.MiddleButton:
            return self._button == Button.NoButton
        left = event.button() == Button.LeftButton
        return left and (self._space_held or self._tool.name == "pan")

    def has_menu_at(self, modifiers: Qt.KeyboardModifier) -> bool:
        """Return whether a right click with these keys held shows the menu and draws nothing."""
        is_ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        return is_ctrl or self._tool.name in _LEAVE_RIGHT

    def _takes(self, event: QMouseEvent) -> bool:
        """Return whether a press is the tool's: left or right, with no other button held."""
        if event.button() == Button.RightButton and self.has_menu_at(event.modifiers()):
            return False
        held = self._button != Button.NoButton or self._pan_from is not None
        is_tools = event.button() in (Button.LeftButton, Button.RightButton)
        return is_tools and not held and self._surface.session.is_open

    def _step(self, event: QMouseEvent, step: Callable[[Surface, Pointer, float], None]) -> Pointer:
        """Take a step of the tool's gesture; return where."""
        pointer = self._pointer = self._pointer_of(event)
        size = self._tools.size
        step(self._surface, pointer, self._view.viewport.scale)
        self._tools.announce_size(size)
        self.refresh()
        return pointer

    def _pointer_of(self, event: QMouseEvent) -> Pointer:
        x, y = self._view.viewport.to_image(event.position())
        modifiers = event.modifiers()
        device = event.pointingDevice()
        is_pen = device is not None and device.type() == QInputDevice.DeviceType.Stylus
        return Pointer(
            x,
            y,
            right=self._button == Button.RightButton,
            shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
            pressure=self._pressure if is_pen else 1.0,
        )

    def _override_shortcut(self, event: QKeyEvent) -> bool:
        """Keep a key that is the gesture's from being taken by a shortcut."""
        if event.key() == Key.Key_Space:
            wanted = not event.modifiers()
        else:
            of_gesture = event.key() in _OF_A_GESTURE or event.matches(
                QKeySequence.StandardKey.Undo
            )
            wanted = self._tool.active and of_gesture
        if wanted:
            event.accept()
        return wanted

    def _key_press(self, event: QKeyEvent) -> bool:
        key = Key(event.key())
        if key == Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = True
                self._show_cursor()
            return True
        if not self._tool.active:
            return False
        if key == Key.Key_Escape:
            self.cancel()
            return True
        if event.matches(QKeySequence.StandardKey.Undo):
            key = Key.Key_Backspace  # undo goes back a step of the gesture, not an edit beneath it
        taken = self._tool.key_press(self._surface, key)
        self.refresh()
        return taken

    def _key_release(self, event: QKeyEvent) -> bool:
        if event.key() != Key.Key_Space:
            return False
        if not event.isAutoRepeat() and self._space_held:
            self._let_go_of_space(event)
        return True

    def _let_go_of_space(self, _event: QEvent) -> bool:
        """Take Space as not held: where the focus goes, its release will not be heard."""
        self._space_held = False
        self._show_cursor()
        return False
