"""All keys on one page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QWidget

from vosgui.ui.actions.actions import Actions, shown_keys
from vosgui.ui.actions.row import MENUS
from vosgui.ui.style.panels import in_column, in_row, label

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
        columns = []
        for names in COLUMNS:
            tables = {name: _rows(actions, name) for name in names}
            if "Tools" in names:
                tables["Mouse"] = list(MOUSE)
            parts = [(label(name, "title"), _table(rows), 10) for name, rows in tables.items()]
            columns.append(in_column(*(item for part in parts for item in part), None, spacing=4))
        page = QWidget()
        page.setLayout(in_row(*columns, margins=(9, 9, 9, 9), spacing=28))
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setLayout(in_column(area, margins=(12, 12, 12, 12)))
        wanted = page.sizeHint()
        room = parent.size()
        self.resize(
            min(wanted.width() + 44, room.width() - 40),
            min(wanted.height() + 44, room.height() - 40),
        )


def _rows(actions: Actions, menu: str) -> list[tuple[str, str]]:
    rows = [
        (shown_keys(actions.keys(row.id)), row.name)
        for row in actions.rows.values()
        if row.menu == menu and actions.keys(row.id)
    ]
    if menu == "Object":
        rows.append(("1 … 9", "Object 1 … 9"))
    return rows


def _table(rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(3)
    for n, (keys, text) in enumerate(rows):
        grid.addWidget(label(keys, "key"), n, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(text), n, 1)
    grid.setColumnStretch(1, 1)
    return grid
