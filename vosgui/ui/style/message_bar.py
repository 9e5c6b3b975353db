"""A message over the canvas that blocks nothing, with one thing to do about it if there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QWidget

from vosgui.ui.style.panels import in_row

MARGIN_PX = 12
MAX_WIDTH_PX = 560


class MessageBar(QFrame):
    """Lies at the top of the widget it is made for, until it is closed or another is shown."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setProperty("role", "message")
        self._over = over
        self._act: Callable[[], None] | None = None
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
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
        self.setLayout(in_row(*parts, margins=(12, 6, 6, 6), spacing=6))
        over.installEventFilter(self)
        self.hide()

    @Slot(str)
    def say(self, text: str) -> None:
        """Show a message."""
        self.offer(text, "", None)

    def offer(self, text: str, button: str, act: Callable[[], None] | None) -> None:
        """Show a message with a button that does something about it."""
        self.label.setText(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._act = act
        self._place()
        self.show()
        self.raise_()

    def _on_clicked(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the place where the widget below changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        width = min(self._over.width() - 2 * MARGIN_PX, MAX_WIDTH_PX)
        width = max(width, 120)
        layout = self.layout()
        assert layout is not None
        self.resize(width, layout.totalHeightForWidth(width))
        self.move((self._over.width() - self.width()) // 2, MARGIN_PX)
