"""What the window shows while nothing is open: what to do first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.icons import icon
from vosgui.ui.style.panels import in_column, in_row, label, paint_as_panel, text_button

N_RECENT = 5
ICON_PX = 56


class EmptyState(QWidget):
    """Offers to open something. chosen : (Path) a recent clip or project."""

    chosen = Signal(object)

    def __init__(self, actions: Actions, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        paint_as_panel(self)
        mark = QLabel()
        mark.setPixmap(icon("app").pixmap(QSize(ICON_PX, ICON_PX)))
        title = QLabel("Open a clip, paint one frame, let it run")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        text = label("A video file or a folder of images. You can also drop one here.")
        for words in (mark, title, text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._recent = in_column()
        middle = in_column(mark, title, text, 8, _buttons(actions), 14, self._recent, spacing=8)
        across = None, in_column((None, 2), middle, (None, 3)), None
        self.setLayout(in_row(*across, margins=(9, 9, 9, 9)))
        self.refresh()

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

    def _row(self, path: Path) -> QPushButton:
        button = QPushButton(f"{path.name}   {_short(path.parent)}")
        button.setToolTip(str(path))
        button.setFlat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setProperty("role", "row")
        button.clicked.connect(lambda: self.chosen.emit(path))
        return button


def _buttons(actions: Actions) -> QHBoxLayout:
    names = ("open_clip", "open_folder", "open_project", "open_demo")
    buttons = [text_button(actions[name], actions[name].text().rstrip("…")) for name in names]
    buttons[0].setDefault(True)
    return in_row(None, *buttons, None, spacing=8)


def _short(folder: Path) -> str:
    """Return a folder as a person writes it, from the home folder or by its last three parts."""
    try:
        return "~/" + folder.relative_to(Path.home()).as_posix()
    except ValueError:
        parts = folder.parts
        return str(folder) if len(parts) <= 4 else "…/" + "/".join(parts[-3:])
