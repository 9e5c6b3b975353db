"""A line that says what matters now and blocks nothing, with one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QToolButton

from vosgui.ui.style.folds import ElidedLabel
from vosgui.ui.style.panels import in_row

MOST_PX = 28  # of its height: bars that hold it are higher


class MessageLine(QFrame):
    """Shown until it is closed or another is said; it lies over no picture and moves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self._act: Callable[[], None] | None = None
        self.label = ElidedLabel()
        self.label.setProperty("weight", "")
        self.button = QPushButton()
        self.button.setAccessibleName("Act on this message")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self._on_clicked)
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName("Close this message")
        close.setToolTip("Close this message")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.hide)
        parts = (self.label, 1), self.button, close
        self.setLayout(in_row(*parts, margins=(8, 0, 2, 0), spacing=6))
        self.setMaximumHeight(MOST_PX)
        self.hide()

    @Slot(str)
    def say(self, text: str) -> None:
        """Show a message."""
        self.offer(text, "", None)

    def offer(self, text: str, button: str, act: Callable[[], None] | None) -> None:
        """Show a message with a button that does something about it."""
        self.label.setText(text)
        self.label.set_tip(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._act = act
        self.show()

    def _on_clicked(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
