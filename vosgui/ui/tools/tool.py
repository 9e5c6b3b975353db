"""The base of all tools, and what a tool is told of mouse and pen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.viewport import Viewport


@dataclass(frozen=True)
class Pointer:
    """The mouse or pen over the image.

    x, y : in image pixels. right : the right button, which erases with any tool that paints.
    pressure : of a pen, [0, 1]; 1 for a mouse.
    """

    x: float
    y: float
    right: bool = False
    shift: bool = False
    alt: bool = False
    pressure: float = 1.0


class Tool:
    """One tool: a gesture in image pixels that ends in one edit.

    A new tool is a subclass and a row in toolbox.py. The canvas calls these methods; between
    `press` and `release`, and for as long as `active`, all mouse events belong to the tool.
    name, title : for code and for the screen. icon : a file of resources/icons, without ".svg".
    key : the default shortcut. hint : one line on how it is used.
    makes_masks : it can begin the mask of an object.
    """

    name = ""
    title = ""
    icon = ""
    key = ""
    hint = ""
    makes_masks = False
    cursor = Qt.CursorShape.ArrowCursor

    @property
    def active(self) -> bool:
        """Return whether a gesture is in progress, which Esc would drop."""
        return False

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Begin a gesture, or take its next step. scale : screen pixels per image pixel."""

    def move(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Follow the pointer, whether a button is held or not."""

    def release(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """End the gesture, or this step of it."""

    def double_click(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Take the second press of a double click; a press like any other, unless overridden."""
        self.press(surface, pointer, scale)

    def key_press(self, surface: Surface, key: Qt.Key) -> bool:
        """Take a key during a gesture; return whether it meant something."""
        return False

    def cancel(self, surface: Surface) -> None:
        """Drop the gesture: nothing has happened."""
        surface.drop()

    def finish(self, surface: Surface, *, at_once: bool = False) -> None:
        """End the gesture as something else begins: take what is whole already.

        at_once : the clip is being closed: nothing that is still being worked out can be waited
            for, and what waits for it is not done any more
        """

    def settle(self, surface: Surface, then: Callable[[], None]) -> None:
        """End the gesture likewise, and go on when what is taken is an edit."""
        self.finish(surface)
        then()

    def objects_changed(self, surface: Surface) -> None:
        """Hear that the list of objects, or one's name or lock, has changed."""
        self.cancel(surface)

    def paint(self, painter: QPainter, viewport: Viewport, pointer: Pointer | None) -> None:
        """Draw the gesture over the mask, in screen coordinates. pointer : None when outside."""

    def extent(self, viewport: Viewport, pointer: Pointer | None) -> QRectF:
        """Return the part of the screen that `paint` draws on."""
        return QRectF()
