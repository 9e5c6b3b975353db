"""The line at the bottom of a window, whose messages end with dots where room ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStatusBar, QStyle, QStyleOption, QToolTip, QWidget

LEFT_PX, GAP_PX = 10, 12  # as panels begin; between a message and what stays beside it


class StatusLine(QStatusBar):
    """Begins where panels do; a message that is cut is told whole by a tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)

    @property
    def message_room(self) -> QRect:
        """Return where a message is drawn: up to what stays shown beside it."""
        beside = (one.x() for one in self.findChildren(QWidget) if one.isVisible())
        right = min(beside, default=self.width())
        return QRect(LEFT_PX, 0, max(right - LEFT_PX - GAP_PX, 0), self.height())

    @property
    def shown_message(self) -> str:
        """Return what can be seen of the message."""
        room, text = self.message_room, " ".join(self.currentMessage().split())
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, and the message if there is one."""
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        panel = QStyle.PrimitiveElement.PE_PanelStatusBar
        self.style().drawPrimitive(panel, option, painter, self)
        painter.setPen(self.palette().windowText().color())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(self.message_room, flags, self.shown_message)

    def event(self, event: QEvent) -> bool:
        """Tell the whole message where it is cut."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.currentMessage()
            is_cut = self.shown_message != " ".join(text.split())
            QToolTip.showText(event.globalPos(), text if is_cut else "", self)
            return True
        return super().event(event)
