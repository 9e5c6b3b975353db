"""The clips of the video that is shown, and what was refused, in the order of time."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)

from vosgui.datasets.prepare.proposals import Refusal
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.ui.objects.categories import offer_categories
from vosgui.ui.prepare.commands import ClipCommands
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.prepare.painter import accepted_colour
from vosgui.ui.prepare.strip import Strip
from vosgui.ui.prepare.tooltip import describe_clip, describe_refusal, state_of
from vosgui.ui.prepare.view import StripView
from vosgui.ui.style.panels import PanelTitle, in_column, in_row, label, note
from vosgui.ui.style.tables import Index, RowDelegate, RowsModel, RowsView
from vosgui.ui.style.theme import roles

ROW_PX = 26
Entry = Stretch | Refusal


class Column(IntEnum):
    """What stands in which column."""

    TIME = 0
    LENGTH = 1
    CATEGORY = 2
    STATE = 3


class ClipModel(RowsModel):
    """A row per clip and per refusal; of a refusal the reason stands where a category would."""

    rows: tuple[Entry, ...]
    columns = Column
    typed = (Column.CATEGORY,)

    def __init__(self, desk: Desk, strip: Strip, commands: ClipCommands, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._strip, self._commands = desk, strip, commands
        self._lists_refusals = True
        for signal in (desk.changed, desk.video_changed):
            signal.connect(self._reload)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every row be chosen, and the categories of clips be changed."""
        flags = super().flags(index)
        is_refused = isinstance(self.rows[index.row()], Refusal)
        return flags & ~Qt.ItemFlag.ItemIsEditable if is_refused else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        entry, column, view = self.rows[index.row()], Column(index.column()), self._strip.view
        if view is None:
            return None
        category, state, tip = _words(view, entry)
        if role == Qt.ItemDataRole.EditRole:
            return category
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(entry, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                Column.TIME: view.clock(entry.start),
                Column.LENGTH: view.length(entry.start, entry.stop),
                Column.CATEGORY: category,
                Column.STATE: state,
            }[column]
        return None

    def take(self, row: int, column: int, text: str) -> bool:
        """Give a clip the category that was typed."""
        entry = self.rows[row]
        return isinstance(entry, Stretch) and self._commands.set_category(entry, text)

    def list_refusals(self, lists: bool) -> None:
        """List what was refused among the clips, or the clips alone."""
        if lists != self._lists_refusals:
            self._lists_refusals = lists
            self._reload()

    def row_of(self, span: tuple[int, int] | None) -> int:
        """Return the row of what has these ends, -1 where there is none."""
        ends = [(one.start, one.stop) for one in self.rows]
        return ends.index(span) if span in ends else -1

    def _reload(self) -> None:
        entries: list[Entry] = [*self._desk.stretches]
        entries += self._desk.refused if self._lists_refusals else ()
        rows = tuple(sorted(entries, key=lambda one: (one.start, one.stop)))
        self.show(rows, are_same=[_ends(o) for o in rows] == [_ends(o) for o in self.rows])

    def _colour(self, entry: Entry, column: Column) -> QColor | None:
        if isinstance(entry, Refusal) or entry.verdict == "rejected":
            return QColor(roles().danger if column == Column.STATE else roles().muted)
        if column == Column.STATE and entry.verdict == "accepted":
            return accepted_colour()
        return QColor(roles().muted) if column == Column.LENGTH else None


def _words(view: StripView, entry: Entry) -> tuple[str, str, str]:
    """Return category, or why there is none, the state, and all that is known."""
    if isinstance(entry, Refusal):
        return entry.reason, "refused", describe_refusal(view, entry)
    return entry.category, state_of(view, entry), describe_clip(view, entry)


def _ends(one: Entry) -> tuple[int, int, bool]:
    return one.start, one.stop, isinstance(one, Refusal)


class ClipTable(QWidget):
    """Shows the rows; the selected one is selected on the strip, and the reverse."""

    def __init__(self, desk: Desk, strip: Strip, commands: ClipCommands) -> None:
        super().__init__()
        self._desk, self._strip = desk, strip
        self.model = ClipModel(desk, strip, commands, self)
        self.view = RowsView(self.model, _ClipDelegate())
        ended = self.view.itemDelegate().closeEditor
        ended.connect(self._leave_editor, Qt.ConnectionType.QueuedConnection)
        self.view.setAccessibleName("Clips and refusals")
        self._summary = label()
        self._empty = note("No clip yet.")
        title = PanelTitle("Clips", self._summary)
        rows = in_row(self.view, margins=(7, 0, 0, 0))  # texts begin where titles do
        self.setLayout(in_column(title, self._empty, (rows, 1)))
        self._size_columns()
        self.view.clicked.connect(self._on_clicked)
        self.model.modelReset.connect(self._refresh)
        self.model.dataChanged.connect(self._refresh)
        desk.selection_changed.connect(self._refresh)
        self._refresh()

    def edit_category(self) -> None:
        """Let the category of the selected clip be typed."""
        row = self.model.row_of(self._desk.selected)
        if row >= 0 and isinstance(self.model.rows[row], Stretch):
            index = self.model.index(row, Column.CATEGORY)
            if self.view.indexWidget(index) is None:
                self.view.scrollTo(index)
                self.view.edit(index)
        else:
            self._desk.said.emit("Select a clip first: PgDown goes from one to the next.")

    def _leave_editor(self) -> None:
        self._strip.setFocus()  # else the next button in the window would have the keys

    def _size_columns(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(ROW_PX)
        header, metrics = self.view.horizontalHeader(), QFontMetrics(self.view.font())
        header.setSectionResizeMode(Column.CATEGORY, QHeaderView.ResizeMode.Stretch)
        for column, text in ((Column.TIME, "0:00:00.0"), (Column.LENGTH, "00.0 s"),
                             (Column.STATE, "proposed")):  # fmt: skip
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.view.setColumnWidth(column, metrics.horizontalAdvance(text) + 14)

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = self.model.rows[index.row()]
        self._desk.select((entry.start, entry.stop))
        self._desk.go_to(entry.start)

    def _refresh(self) -> None:
        row = self.model.row_of(self._desk.selected)
        if row >= 0:
            index = self.model.index(row, Column.TIME)
            self.view.choose(index)
            self.view.scrollTo(index)
        else:
            self.view.clearSelection()
        clips = [one for one in self.model.rows if isinstance(one, Stretch) and one.is_kept]
        n_accepted = sum(one.verdict == "accepted" for one in clips)
        self._summary.setText(f"{n_accepted} of {len(clips)} accepted" if clips else "")
        self._empty.setVisible(not self.model.rows)
        self.view.setVisible(bool(self.model.rows))


class _ClipDelegate(RowDelegate):
    """Says where a category may be typed, and offers the known ones while it is."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        is_clip = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
        if index.column() == Column.CATEGORY and is_clip and not option.text:
            option.text = "category"
            option.font.setItalic(True)
            muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
            option.palette.setColor(QPalette.ColorRole.Text, muted)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, muted)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        offer_categories(editor)
        completer = editor.completer()
        offered = completer.popup() if completer is not None else None
        if offered is not None:
            offered.installEventFilter(_ReturnTakes(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():  # what is typed stays
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())


class _ReturnTakes(QObject):
    """Hands Return on to a line whose offers have the keys: one takes what stands there."""

    def __init__(self, editor: QLineEdit) -> None:
        super().__init__(editor)
        self._editor = editor

    def eventFilter(self, offered: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if isinstance(offered, QWidget):
            offered.hide()
        QApplication.sendEvent(self._editor, event)
        return True
