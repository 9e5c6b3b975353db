"""All keys on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

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
# The tables of each column, where there is room for three columns, else for two.
COLUMNS = (
    (("File", "Edit", "View", "Help"), ("Object", "Tools", "Mouse"), ("Run", "Review", "Clips")),
    (("File", "Edit", "View", "Object"), ("Tools", "Mouse", "Run", "Review", "Clips", "Help")),
)
Rows = Sequence[tuple[str, str]]  # keys, and what they do
AROUND_PX = 28  # margins of the dialog, and a scroll bar
FREE_PX = 40  # of the window, beside the dialog


class CheatSheet(QDialog):
    """Shows every action that has a key, by menu; closes with Esc or its own key."""

    def __init__(
        self,
        actions: Actions,
        parent: QWidget,
        menus: Sequence[str] = MENUS,
        mouse: Rows = MOUSE,
        layouts: Sequence[Sequence[Sequence[str]]] = COLUMNS,
    ) -> None:
        """Make it. layouts : the tables of each column, the widest layout first."""
        super().__init__(parent)
        self.setWindowTitle("Keys")
        tables: dict[str, Rows] = {menu: _rows(actions, menu) for menu in menus}
        tables["Mouse"] = mouse
        room = parent.size()
        for columns in layouts:
            page = _page(tables, columns)
            wanted = page.sizeHint()
            if wanted.width() + AROUND_PX + FREE_PX <= room.width():
                break
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setLayout(in_column(area, margins=(6, 6, 6, 6)))
        self.resize(
            min(wanted.width() + AROUND_PX, room.width() - FREE_PX),
            min(wanted.height() + AROUND_PX, room.height() - FREE_PX),
        )


def _rows(actions: Actions, menu: str) -> Rows:
    rows = [
        (shown_keys(actions.keys(row.id)), row.name)
        for row in actions.rows.values()
        if row.menu == menu and actions.keys(row.id)
    ]
    return [*rows, ("1 … 9", "Object 1 … 9")] if menu == "Object" else rows


def _page(tables: Mapping[str, Rows], columns: Sequence[Sequence[str]]) -> QWidget:
    """Return a page of tables under their names, in columns."""
    assert sorted(tables) == sorted(name for names in columns for name in names)
    page, made = QWidget(), []
    for names in columns:
        parts = [(label(name, "title"), _table(tables[name]), 10) for name in names]
        made.append(in_column(*(item for part in parts for item in part), None, spacing=4))
    page.setLayout(in_row(*made, margins=(9, 9, 9, 9), spacing=16))
    return page


def _table(rows: Rows) -> QVBoxLayout:
    """Return rows as those of a menu: a long text stands beside a short key, and the reverse."""
    return in_column(
        *(in_row(QLabel(text), 10, None, label(keys, "key")) for keys, text in rows), spacing=3
    )
