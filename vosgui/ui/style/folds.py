"""Parts of panels that fold away, and lines of text that are cut with dots where room ends."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

LEAST_CHARS = 4
ARROWS = Qt.ArrowType


class FoldButton(QToolButton):
    """Shows and hides a part of a panel. It takes no focus: keys stay with the canvas.

    name : what is folded, for the settings and for who hears the window.
    arrows : shown while it is folded, and while it is not.
    folded : (whether it is folded now). is_folded : likewise.
    """

    folded = Signal(bool)

    def __init__(
        self,
        name: str,
        body: QWidget,
        text: str = "",
        arrows: tuple[Qt.ArrowType, Qt.ArrowType] = (ARROWS.RightArrow, ARROWS.DownArrow),
    ) -> None:
        super().__init__()
        self.name, self.body, self.is_folded = name, body, False
        self._arrows = arrows
        self.setText(text)
        self.setToolTip(f"Show or hide: {name}")
        self.setAccessibleName(f"Show or hide: {name}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoRaise(True)
        if text:
            self.setProperty("role", "fold")
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(lambda: self.fold(not self.is_folded))
        self._show()

    def fold(self, is_folded: bool) -> None:
        """Hide the part, or show it."""
        if is_folded != self.is_folded:
            self.is_folded = is_folded
            self.body.setVisible(not is_folded)
            self._show()
            self.folded.emit(is_folded)

    def _show(self) -> None:
        folded, open_ = self._arrows
        self.setArrowType(folded if self.is_folded else open_)


class ElidedLabel(QLabel):
    """A line of text of which as much is shown as there is room for; its tooltip has all of it."""

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._mode = mode
        self._tip = ""
        self.setProperty("weight", "muted")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def shown(self) -> str:
        """Return what can be seen of the text."""
        one_line = " ".join(self.text().split())
        return self.fontMetrics().elidedText(one_line, self._mode, self.contentsRect().width())

    def set_tip(self, tip: str) -> None:
        """Set a tooltip in place of the text itself."""
        self._tip = tip
        self._tell()

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self._tell()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Ask for room for a few letters."""
        width = self.fontMetrics().averageCharWidth() * LEAST_CHARS
        return QSize(width, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what there is room for."""
        style, flags = self.style(), int(self.alignment())
        style.drawItemText(
            QPainter(self), self.contentsRect(), flags, self.palette(), self.isEnabled(),
            self.shown, self.foregroundRole(),
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell by the tooltip what is cut."""
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        is_cut = self.shown != " ".join(self.text().split())
        self.setToolTip(self._tip or (self.text() if is_cut else ""))
