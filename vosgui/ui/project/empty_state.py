"""What the window shows while nothing is open: what to do first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.icons import icon

N_RECENT = 5
ICON_PX = 56


class EmptyState(QWidget):
    """Offers to open something. chosen : (Path) a recent clip or project."""

    chosen = Signal(object)

    def __init__(self, actions: Actions, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(8)
        mark = QLabel()
        mark.setPixmap(icon("app").pixmap(QSize(ICON_PX, ICON_PX)))
        title = QLabel("Open a clip, paint one frame, let it run")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        text = QLabel("A video file or a folder of images. You can also drop one here.")
        text.setProperty("weight", "muted")
        for label in (mark, title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(_buttons(actions))
        column.addSpacing(14)
        column.addLayout(self._recent)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addLayout(column)
        middle.addStretch(3)
        outer.addLayout(middle)
        outer.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show the recent clips and projects that are still there."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        recent = [Path(p) for p in self._settings.recent if Path(p).exists()][:N_RECENT]
        if recent:
            title = QLabel("Recent")
            title.setProperty("weight", "muted")
            title.setContentsMargins(8, 0, 0, 4)
            self._recent.addWidget(title)
        for path in recent:
            self._recent.addWidget(self._row(path))

    def rows(self) -> list[QPushButton]:
        """Return the buttons of the recent clips and projects."""
        items = (self._recent.itemAt(n) for n in range(self._recent.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def _row(self, path: Path) -> QPushButton:
        button = QPushButton(f"{path.name}   {_short(path.parent)}")
        button.setToolTip(str(path))
        button.setFlat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setProperty("role", "row")
        button.clicked.connect(lambda: self.chosen.emit(path))
        return button


def _buttons(actions: Actions) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for name in ("open_clip", "open_folder", "open_project", "open_demo"):
        action = actions[name]
        button = QPushButton(action.text().rstrip("…"))
        button.setToolTip(action.toolTip())
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setDefault(name == "open_clip")
        button.clicked.connect(action.trigger)
        row.addWidget(button)
    row.addStretch(1)
    return row


def _short(folder: Path) -> str:
    """Return a folder as a person writes it, from the home folder or by its last three parts."""
    try:
        return "~/" + folder.relative_to(Path.home()).as_posix()
    except ValueError:
        parts = folder.parts
        return str(folder) if len(parts) <= 4 else "…/" + "/".join(parts[-3:])
