"""What the mouse does everywhere alike: turns of its wheel, and tooltips of what lies under it."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

_NOTCH = 120.0  # QWheelEvent.angleDelta of one notch


def notches(event: QWheelEvent) -> float:
    """Return how many notches the wheel was turned, up, or else to the left."""
    delta = event.angleDelta()
    return (delta.y() or delta.x()) / _NOTCH


def show_tip(event: QHelpEvent, widget: QWidget, text: str) -> None:
    """Show a tooltip for as long as the pointer stays where it is."""
    at = event.pos()
    QToolTip.showText(event.globalPos(), text, widget, QRect(at.x() - 3, at.y() - 3, 6, 6))
