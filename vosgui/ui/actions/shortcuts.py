"""Change the keys of any action; two actions never get the same key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from vosgui.ui.actions.actions import Actions, conflicts, keys_of, shown_keys
from vosgui.ui.actions.table import PRESETS
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import in_column, in_row, label

WIDTH_PX, HEIGHT_PX = 560, 560
_ID = Qt.ItemDataRole.UserRole


class ShortcutsDialog(QDialog):
    """Edits a copy of the keys; OK hands it to the actions and the settings."""

    def __init__(self, actions: Actions, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._actions, self._settings = actions, settings
        self._keys = {row_id: actions.keys(row_id) for row_id in actions.rows}
        self.preset = QComboBox()
        self.preset.addItems(list(PRESETS))
        self.preset.setCurrentText(settings.preset)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find an action or a key")
        self.rows = QTreeWidget()
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.set_button, self.clear_button = QPushButton("Set"), QPushButton("None")
        self.note = label("", "warning")
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self._connect()
        self._show_rows()

    def _lay_out(self) -> None:
        self.rows.setColumnCount(2)
        self.rows.setHeaderLabels(["Action", "Keys"])
        self.rows.setRootIsDecorated(False)
        self.rows.header().setStretchLastSection(False)
        self.rows.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        top = in_row(QLabel("Preset"), self.preset, (self.search, 1), spacing=6)
        set_key = QLabel("Press a key:"), (self.key, 1), self.set_button, self.clear_button
        parts = top, (self.rows, 1), in_row(*set_key, spacing=6), self.note, self.buttons
        self.setLayout(in_column(*parts, margins=(11, 11, 11, 11), spacing=6))

    def _connect(self) -> None:
        self.preset.textActivated.connect(self._take_preset)
        self.search.textChanged.connect(self._filter)
        self.rows.currentItemChanged.connect(self._show_current)
        self.set_button.clicked.connect(self._set)
        self.clear_button.clicked.connect(self._clear)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _take_preset(self, name: str) -> None:
        self._keys = keys_of(self._actions.rows.values(), Settings(preset=name))
        self._show_rows()

    def _set(self) -> None:
        sequence = self.key.keySequence()
        if not sequence.isEmpty():
            self._give((sequence.toString(),))

    def _clear(self) -> None:
        self._give(())

    def _give(self, keys: tuple[str, ...]) -> None:
        item = self.rows.currentItem()
        if item is None:
            return
        action_id = item.data(0, _ID)
        self._keys[action_id] = keys
        item.setText(1, shown_keys(keys))
        self._check()

    def _check(self) -> None:
        """Name what has the same key; OK waits until nothing has."""
        lines = [
            f"{key}: {' and '.join(self._actions.rows[i].text for i in ids)}"
            for key, ids in conflicts(self._keys).items()
        ]
        self.note.setText("The same key twice: " + "; ".join(lines) if lines else "")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not lines)

    def accept(self) -> None:
        """Hand the keys over."""
        self._settings.preset = self.preset.currentText()
        usual = keys_of(self._actions.rows.values(), Settings(preset=self._settings.preset))
        others = {name: keys for name, keys in self._settings.keys.items() if name not in usual}
        self._settings.keys = others | {
            action_id: list(keys)
            for action_id, keys in self._keys.items()
            if keys != usual[action_id]
        }
        self._actions.set_keys(self._keys)
        super().accept()

    def _show_rows(self) -> None:
        self.rows.clear()
        for row in self._actions.rows.values():
            item = QTreeWidgetItem([row.name, shown_keys(self._keys[row.id])])
            item.setData(0, _ID, row.id)
            item.setToolTip(0, row.tip)
            self.rows.addTopLevelItem(item)
        self.rows.resizeColumnToContents(1)
        self._filter(self.search.text())
        self._check()

    def _filter(self, text: str) -> None:
        for n in range(self.rows.topLevelItemCount()):
            item = self.rows.topLevelItem(n)
            if item is not None:
                words = f"{item.text(0)} {item.text(1)}".lower()
                item.setHidden(text.lower() not in words)

    def _show_current(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            keys = self._keys[item.data(0, _ID)]
            self.key.setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())
