"""Mouse events that QTest has no function for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


def wheel(
    widget: QWidget,
    pos: QPoint,
    notches: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Turn the wheel over a point of a widget; 1 is a notch away from the user."""
    event = QWheelEvent(
        QPointF(pos),
        widget.mapToGlobal(QPointF(pos)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def hover(widget: QWidget, pos: QPoint) -> None:
    """Move over a point of a widget, no button down, whichever window lies on top."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(pos),
        widget.mapToGlobal(QPointF(pos)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def double_click(widget: QWidget, pos: QPoint) -> None:
    """Click twice, as a hand does: QTest's own sends the second press alone, which stays down."""
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(widget, left, pos=pos)
    QTest.mouseDClick(widget, left, pos=pos)
    QTest.mouseRelease(widget, left, pos=pos)
