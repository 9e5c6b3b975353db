"""Find an action by its name and do it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from vosgui.ui.actions.actions import Actions, shown_keys
from vosgui.ui.style.panels import in_column, two_columns

WIDTH_PX, HEIGHT_PX = 520, 380
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
_ID = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """A field and the actions that match it; Enter does the chosen one."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        blank = QPixmap(16, 16)  # keeps the names in one line where an action has no icon
        blank.fill(Qt.GlobalColor.transparent)
        self._no_icon = QIcon(blank)
        self.field = QLineEdit()
        self.field.setPlaceholderText("What do you want to do?")
        self.field.installEventFilter(self)
        self.rows = QTreeWidget()
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        two_columns(self.rows)
        frame = QFrame()  # the system draws none around a popup
        frame.setProperty("role", "popup")
        frame.setLayout(in_column(self.field, self.rows, margins=(8, 8, 8, 8), spacing=6))
        self.setLayout(in_column(frame))
        self.setFixedSize(WIDTH_PX, HEIGHT_PX)
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._do)
        self.rows.itemClicked.connect(self._do)
        self._search("")

    def show_over(self, window: QWidget) -> None:
        """Show it at the top of a window, its field ready."""
        top = window.mapToGlobal(window.rect().topLeft())
        self.move(top.x() + (window.width() - WIDTH_PX) // 2, top.y() + 60)
        self.show()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrow keys in the field choose among the actions."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step:
            self._move(step)
        return step != 0

    def _move(self, n: int) -> None:
        row = self.rows.currentIndex().row() + n
        self._choose(min(max(row, 0), self.rows.topLevelItemCount() - 1))

    def _choose(self, row: int) -> None:
        item = self.rows.topLevelItem(row)
        if item is not None:
            self.rows.setCurrentItem(item)

    def _search(self, text: str) -> None:
        self.rows.clear()
        words = text.lower().split()
        found = []
        for row in self._actions.rows.values():
            place = rank(words, row.text, f"{row.menu} {row.text} {row.tip}")
            if place is not None:
                found.append((not self._actions[row.id].isEnabled(), place, row))
        for disabled, _, row in sorted(found, key=lambda entry: entry[:2]):
            item = QTreeWidgetItem([row.name, shown_keys(self._actions.keys(row.id))])
            item.setData(0, _ID, row.id)
            item.setIcon(0, self._actions[row.id].icon() if row.icon else self._no_icon)
            item.setToolTip(0, self._actions[row.id].toolTip())
            item.setDisabled(disabled)
            self.rows.addTopLevelItem(item)
        self._choose(0)

    def _do(self) -> None:
        item = self.rows.currentItem()
        if item is not None and not item.isDisabled():
            self.close()
            self._actions[item.data(0, _ID)].trigger()


def rank(words: list[str], text: str, described: str) -> int | None:
    """Return how well an action fits, 0 best; None where some word is nowhere in it."""
    text, described = text.lower(), described.lower()
    if not all(word in described for word in words):
        return None
    if all(any(part.startswith(word) for part in text.split()) for word in words):
        return 0
    return 1 if all(word in text for word in words) else 2
