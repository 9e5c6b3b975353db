"""Tables whose rows are chosen with the mouse: keys belong to the canvas."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

Index = QModelIndex | QPersistentModelIndex
_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RowsModel(QAbstractTableModel):
    """A table of the entries of a tuple, with a column for each member of `columns`.

    typed : the columns whose texts a person can change.
    """

    columns: type[IntEnum]
    typed: Collection[int]

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Any, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many entries there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns there are."""
        return len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every row be chosen, and some texts be changed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in self.typed else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a text that was typed; False where nothing has changed."""
        is_typed = role == Qt.ItemDataRole.EditRole and index.column() in self.typed
        return is_typed and self.take(index.row(), index.column(), str(value).strip())

    def take(self, row: int, column: int, text: str) -> bool:
        """Make an edit of a text that was typed; False where nothing has changed."""
        raise NotImplementedError

    def show(self, rows: tuple[Any, ...], *, are_same: bool) -> None:
        """Take on entries; where they are the same ones, only changed, the chosen row stays."""
        if are_same:
            self.rows = rows
            self.redraw()
        else:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def redraw(self) -> None:
        """Say that any row may look different."""
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


class TypingDelegate(QStyledItemDelegate):
    """Takes what is typed into a line at once on Return; Qt's own does so an event later.

    By then the line may be gone, and with it what was typed.
    """

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Take what is there on Return; all else goes its way."""
        is_press = event.type() == QEvent.Type.KeyPress and isinstance(editor, QLineEdit)
        if is_press and isinstance(event, QKeyEvent) and event.key() in _TAKING:
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, self.EndEditHint.NoHint)
            return True
        return super().eventFilter(editor, event)


class RowDelegate(TypingDelegate):
    """Lets the texts of a chosen row keep the colours of their own."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Set how a cell is drawn."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if colour is not None:
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)


class RowsView(QTableView):
    """Rows of which one is chosen, without heads; a double click edits. It takes no keys."""

    def __init__(self, model: RowsModel, delegate: QStyledItemDelegate) -> None:
        super().__init__()
        self.setModel(model)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        # The view takes the focus back from an editor that closes.
        delegate.closeEditor.connect(self.clearFocus)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()

    def choose(self, index: QModelIndex) -> None:
        """Choose the row of an index."""
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
