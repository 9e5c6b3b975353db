"""The strip of tools left of the canvas."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.style.panels import action_button, in_column, paint_as_panel, rule
from vosgui.ui.tools.toolbox import ToolBox

ICON, BUTTON = QSize(20, 20), QSize(32, 29)  # in 800 pixels is room for three tracks as well
WIDTH_PX = 40
BELOW = ("paint_over", "outline", "onion_skin", "magnifier", "beside")


class ToolStrip(QWidget):
    """One button per tool, and what changes how masks look."""

    def __init__(self, tools: ToolBox, actions: Actions) -> None:
        super().__init__()
        self._tools, self._actions = tools, actions
        paint_as_panel(self)
        self.setFixedWidth(WIDTH_PX)

        def buttons(names: Iterable[str]) -> list[QToolButton]:
            made = [action_button(actions[name], ICON) for name in names]
            for button in made:
                button.setFixedSize(BUTTON)
            return made

        of_tools = buttons(row.id for row in actions.rows.values() if row.choice == "tool")
        items = *of_tools, 4, rule(), 4, *buttons(BELOW), None
        self.setLayout(in_column(*items, margins=(4, 4, 4, 4), spacing=1))
        tools.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self._actions.tick("tool", self._tools.current.name)
