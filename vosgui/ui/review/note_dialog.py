"""What a person says of frames, as it is written: of which, of whom, and what."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from vosgui.ui.style.forms import lay_out
from vosgui.ui.style.panels import in_column

_WIDTH = 440


class NoteDialog(QDialog):
    """Asks for a comment. written : (frames, object id or None, text)."""

    written = Signal(object, object, str)

    def __init__(
        self,
        title: str,
        places: Sequence[tuple[range, str]],
        whom: Sequence[tuple[int | None, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self.setWindowTitle(title)
        self.text, self.frames, self.whom = QLineEdit(), QComboBox(), QComboBox()
        self.text.setPlaceholderText("Why? Whoever does it again reads this"
                                     if title == "Reject" else "What to say")  # fmt: skip
        self._places, self._whom = places, whom
        self.frames.addItems([words[:1].upper() + words[1:] for _, words in places])
        self.whom.addItems([words for _, words in whom])
        form = QFormLayout()
        lay_out(form, ("Text", self.text), ("Frames", self.frames), ("Object", self.whom))
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.setLayout(in_column(form, buttons, margins=(16, 14, 16, 12), spacing=12))
        self.resize(_WIDTH, self.sizeHint().height())
        self.text.setFocus()

    def accept(self) -> None:
        """Hand over what was written."""
        super().accept()
        frames, _ = self._places[self.frames.currentIndex()]
        whom, _ = self._whom[self.whom.currentIndex()]
        self.written.emit(frames, whom, self.text.text().strip())
