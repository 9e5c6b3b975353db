"""What the window shows while nothing is open: what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.forms import short_path
from vosgui.ui.style.icons import icon
from vosgui.ui.style.mnemonics import escaped
from vosgui.ui.style.panels import in_column, in_row, label, paint_as_panel, text_button

OPENING = "open_clip", "open_folder", "open_project", "open_demo"
ADDING = "add_files", "add_tree"
TITLE = "Open a clip, paint one frame, let it run"
TEXT = "a video file or a folder of images. You can also drop one here."
N_RECENT = 5
ICON_PX, MOST_PX = 56, 400  # most : of a name, or of a folder


class EmptyState(QWidget):
    """Offers to open something. chosen : (Path) a recent clip or project."""

    chosen = Signal(object)

    def __init__(self, actions: Actions, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        paint_as_panel(self)
        mark = QLabel()
        mark.setPixmap(icon("app").pixmap(QSize(ICON_PX, ICON_PX)))
        self.title, self._text = QLabel(), label()
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        for words in (mark, self.title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._recent = in_column()
        self._opening, self._adding = _buttons(actions, OPENING), _buttons(actions, ADDING)
        self._of_project = QWidget()
        self._of_project.setLayout(in_row(None, *self._adding, None, spacing=8))
        opening = in_row(None, *self._opening, None, spacing=8)
        parts = mark, self.title, self._text, 8, self._of_project, opening, 14, self._recent
        middle = in_column(*parts, spacing=8)
        across = None, in_column((None, 2), middle, (None, 3)), None
        self.setLayout(in_row(*across, margins=(9, 9, 9, 9)))
        self.show_project("")
        self.refresh()

    def show_project(self, name: str) -> None:
        """Offer to add clips to the project of this name, which has none; "" where none is open."""
        shown = self.title.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, MOST_PX)
        self.title.setText(f"{shown} has no clips yet" if name else TITLE)
        self.title.setToolTip(name if shown != name else "")
        self._text.setText(f"{'Add' if name else 'Open'} {TEXT}")
        self._of_project.setVisible(bool(name))
        self._first = (self._adding if name else self._opening)[0]
        for button in (*self._adding, *self._opening):
            button.setDefault(button is self._first)
        if self.isVisible():
            self._first.setFocus()

    def refresh(self) -> None:
        """Show the recent clips and projects that are still there."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        recent = [Path(p) for p in self._settings.recent if Path(p).exists()][:N_RECENT]
        if recent:
            title = label("Recent")
            title.setContentsMargins(8, 0, 0, 4)
            self._recent.addWidget(title)
        for path in recent:
            self._recent.addWidget(self._row(path))

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys."""
        super().showEvent(event)
        self._first.setFocus()

    def _row(self, path: Path) -> QPushButton:
        button = QPushButton()
        words, middle = button.fontMetrics(), Qt.TextElideMode.ElideMiddle
        parts = path.name, short_path(path.parent)
        name, folder = (words.elidedText(part, middle, MOST_PX) for part in parts)
        button.setText(escaped(f"{name}   {folder}"))
        button.setToolTip(str(path))
        button.setFlat(True)
        button.setAutoDefault(True)
        button.setProperty("role", "row")
        button.clicked.connect(lambda: self.chosen.emit(path))
        return button


def _buttons(actions: Actions, names: Sequence[str]) -> list[QPushButton]:
    """Return buttons that take the focus: no canvas wants the keys here."""
    buttons = [text_button(actions[name], actions[name].text().rstrip("…")) for name in names]
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAutoDefault(True)  # Return presses it
    return buttons
