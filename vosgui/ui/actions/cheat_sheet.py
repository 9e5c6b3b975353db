"""All keys on one page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vosgui.ui.actions.actions import Actions, shown_keys
from vosgui.ui.actions.row import MENUS

# What the mouse does, which no action says.
MOUSE = (
    ("Wheel", "Zoom at the cursor"),
    ("Middle button, or Space held", "Drag the view"),
    ("Right button", "Erase with any painting tool"),
    ("Ctrl+Wheel, Alt+drag, [ and ]", "Brush size"),
)
COLUMNS = (("File", "Edit", "View", "Help"), ("Object", "Tools"), ("Run", "Review"))


class CheatSheet(QDialog):
    """Shows every action that has a key, by menu; closes with Esc or its own key."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        assert sorted(name for names in COLUMNS for name in names) == sorted(MENUS)
        self.setWindowTitle("Keys")
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setSpacing(28)
        for names in COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(4)
            for name in names:
                column.addWidget(_heading(name))
                column.addLayout(_table(_rows(actions, name)))
                column.addSpacing(10)
            if "Tools" in names:
                column.addWidget(_heading("Mouse"))
                column.addLayout(_table(list(MOUSE)))
            column.addStretch(1)
            columns.addLayout(column)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(area)
        wanted = page.sizeHint()
        room = parent.size()
        self.resize(
            min(wanted.width() + 44, room.width() - 40),
            min(wanted.height() + 44, room.height() - 40),
        )


def _rows(actions: Actions, menu: str) -> list[tuple[str, str]]:
    rows = [
        (shown_keys(actions.keys(row.id)), row.text.rstrip("…"))
        for row in actions.rows.values()
        if row.menu == menu and actions.keys(row.id)
    ]
    if menu == "Object":
        rows.append(("1 … 9", "Object 1 … 9"))
    return rows


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("weight", "title")
    return label


def _table(rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(3)
    for n, (keys, text) in enumerate(rows):
        key = QLabel(keys)
        key.setProperty("weight", "key")
        grid.addWidget(key, n, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(text), n, 1)
    grid.setColumnStretch(1, 1)
    return grid
