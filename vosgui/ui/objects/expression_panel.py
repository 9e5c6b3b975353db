"""The expressions that refer to the current object: a section that folds away."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from vosgui.ui.objects.expression_model import Column, ExpressionModel, describe
from vosgui.ui.session.session import Session
from vosgui.ui.style.folds import FoldButton
from vosgui.ui.style.icons import icon
from vosgui.ui.style.panels import BUTTON_ICON, PanelTitle, in_column, in_row, label
from vosgui.ui.style.tables import Index, RowDelegate, RowsView

LIST_PX = 84
LEAST_PX = 60  # where the window is low
ROW_GAP_PX = 6


class ExpressionPanel(QWidget):
    """Lists, adds, changes, reorders and removes the expressions of the current object."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = ExpressionModel(session, self)
        self.view = _ExpressionView(self.model, _RowDelegate())
        self.field = _Field()
        self.view.setAccessibleName("Expressions of the object")
        self.field.setAccessibleName("A new expression")
        self.summary, self.warning = label(), label("", "warning")
        self.warning.setContentsMargins(10, 4, 10, 0)
        self.up = _button("up", "Move the expression up")
        self.down = _button("down", "Move the expression down")
        self.removing = _button("remove", "Remove the expression")
        self._drafts: dict[int, str] = {}  # what was begun for other objects, by id
        self._drafted_for = 0
        buttons = self.up, self.down, self.removing
        line = in_row((self.field, 1), 4, *buttons, margins=(10, 4, 6, 8))
        self.body = QWidget()
        self.toggle = FoldButton("Expressions", self.body)
        # The text of the rows begins where titles do.
        self.body.setLayout(in_column(in_row(self.view, margins=(7, 0, 0, 0)), self.warning, line))
        title = PanelTitle("Expressions", self.summary, self.toggle)
        self.setLayout(in_column(title, self.body))
        self._connect()
        self._on_object()

    def begin(self) -> None:
        """Let an expression be typed."""
        self.toggle.fold(False)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _connect(self) -> None:
        self.field.returnPressed.connect(self._add)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.removing.clicked.connect(self._remove)
        self.view.clicked.connect(self._on_clicked)
        self.view.selectionModel().currentRowChanged.connect(self._refresh)
        self.model.modelReset.connect(self._refresh)
        self.model.dataChanged.connect(self._refresh)
        self._session.object_changed.connect(self._on_object)
        self._session.objects_changed.connect(self._on_object)
        self._session.clip_changed.connect(self._on_clip)

    def _add(self) -> None:
        if self.model.add(self.field.text()):
            self.field.clear()
            self._select(self.model.rowCount() - 1)

    def _move(self, by: int) -> None:
        row = self.view.currentIndex().row()
        if row >= 0 and self.model.move(row, by):
            self._select(row + by)

    def _remove(self) -> None:
        row = self.view.currentIndex().row()
        if row >= 0 and self.model.remove(row):
            self._select(min(row, self.model.rowCount() - 1))

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == Column.SCOPE:
            self.model.toggle_scope(index.row())

    def _select(self, row: int) -> None:
        if row >= 0:
            index = self.model.index(row, Column.TEXT)
            self.view.choose(index)
            self.view.scrollTo(index)

    def _on_clip(self) -> None:
        self._drafts.clear()
        self._drafted_for = 0
        self.field.clear()
        self._on_object()

    def _on_object(self) -> None:
        """Keep what was begun for one object apart from what is begun for another."""
        entry = self._session.current_object
        now = entry.id if entry else 0
        if now != self._drafted_for:
            self._drafts[self._drafted_for] = self.field.text()
            self.field.setText(self._drafts.pop(now, ""))
            self._drafted_for = now
        self.field.setEnabled(entry is not None)
        self.field.setPlaceholderText(
            f"Describe {entry.name} in a sentence" if entry else "No object yet"
        )
        self._refresh()

    def _refresh(self) -> None:
        n, row = self.model.rowCount(), self.view.currentIndex().row()
        flagged = [row for row in range(n) if self.model.duplicates(row) is not None]
        self.summary.setText(f"{n} · {len(flagged)} unclear" if flagged else str(n or ""))
        weight = "warning" if flagged else "muted"
        if self.summary.property("weight") != weight:
            self.summary.setProperty("weight", weight)
            self.summary.style().polish(self.summary)
        duplicates = self.model.duplicates(row) if row >= 0 else None
        self.warning.setText(describe(duplicates, self._drafted_for) if duplicates else "")
        self.warning.setVisible(duplicates is not None)
        self.view.setVisible(n > 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < n - 1)
        self.removing.setEnabled(row >= 0)


class _ExpressionView(RowsView):
    """Shows expressions in as many lines as they need."""

    def __init__(self, model: ExpressionModel, delegate: QStyledItemDelegate) -> None:
        super().__init__(model, delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(LEAST_PX)
        self.setMaximumHeight(LIST_PX)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.SCOPE, QHeaderView.ResizeMode.Fixed)
        width = QFontMetrics(self.font()).horizontalAdvance("ambiguous ")
        self.setColumnWidth(Column.SCOPE, width + 12)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resizeRowsToContents()


class _RowDelegate(RowDelegate):
    """Gives a row a little more height than its lines need."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index) + QSize(0, ROW_GAP_PX)


class _Field(QLineEdit):
    """Where an expression is typed: Return adds it, Esc goes back to the canvas."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)


def _button(drawing: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(drawing))
    button.setIconSize(BUTTON_ICON)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
