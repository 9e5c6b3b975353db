"""What panels are built from: a title line with buttons, a rule, a note."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

TITLE_PX = 32
BUTTON_ICON = QSize(16, 16)


class PanelTitle(QWidget):
    """The line at the top of a panel: its name on the left, buttons on the right."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(TITLE_PX)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(10, 0, 6, 0)
        self._layout.setSpacing(0)
        label = QLabel(text)
        label.setProperty("weight", "title")
        self._layout.addWidget(label)
        self._layout.addStretch(1)

    def add_button(self, action: QAction) -> QToolButton:
        """Add a button for an action at the right end."""
        button = action_button(action)
        self._layout.addWidget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Add any small widget at the right end."""
        self._layout.addWidget(widget)


def action_button(action: QAction, size: QSize = BUTTON_ICON) -> QToolButton:
    """Return a flat button for an action. It takes no focus: keys stay with the canvas."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(size)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAutoRaise(True)
    return button


def rule() -> QFrame:
    """Return a thin line between two panels."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def note(text: str = "") -> QLabel:
    """Return a line or two of less weight."""
    label = QLabel(text)
    label.setProperty("weight", "muted")
    label.setWordWrap(True)
    label.setContentsMargins(10, 4, 10, 8)
    return label
