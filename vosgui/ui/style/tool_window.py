"""A small window that stays over its own while one works in that one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

_MARGIN_PX = 12
_OWN_KEYS = frozenset({
    Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter,
    Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
})  # fmt: skip


class ToolWindow(QDialog):
    """Waits for nothing and lets nobody wait; Esc closes it, and it is deleted then.

    The shortcuts of the window below act while it has the keys.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def show_beside(self, canvas: QWidget) -> None:
        """Show it at the upper right corner of a widget, where it covers little."""
        self.adjustSize()
        corner = canvas.mapToGlobal(QPoint(canvas.width(), 0))
        self.move(corner + QPoint(-self.width() - _MARGIN_PX, _MARGIN_PX))
        self.show()
        self.activateWindow()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move about in it, and Esc, from the shortcuts of the window below."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)
