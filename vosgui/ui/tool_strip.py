"""The strip of tools left of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.style.panels import action_button, rule
from vosgui.ui.tools.toolbox import ToolBox

ICON = QSize(20, 20)
WIDTH_PX = 40
BELOW = ("paint_over", "outline")
AT_END = ("zoom_fit", "zoom_100", "undo", "redo")


class ToolStrip(QWidget):
    """One button per tool, the size of the brush, and what changes how masks look."""

    def __init__(self, tools: ToolBox, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tools, self._actions = tools, actions
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH_PX)
        self._size = QLabel()
        self._size.setProperty("weight", "muted")
        self._size.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._size.setToolTip("Diameter of the brush in image pixels: [ and ], or Ctrl+wheel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 6, 4, 6)
        layout.setSpacing(2)
        for row in actions.rows.values():
            if row.choice == "tool":
                layout.addWidget(action_button(actions[row.id], ICON))
        layout.addWidget(self._size)
        layout.addSpacing(4)
        layout.addWidget(rule())
        layout.addSpacing(4)
        for name in BELOW:
            layout.addWidget(action_button(actions[name], ICON))
        layout.addStretch(1)
        for name in AT_END:
            layout.addWidget(action_button(actions[name], ICON))
        tools.changed.connect(self._refresh)
        tools.size_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self._actions.tick("tool", self._tools.current.name)
        size = self._tools.size
        self._size.setText("" if size is None else f"{size:.0f}")
