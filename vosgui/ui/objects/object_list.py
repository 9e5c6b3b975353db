"""The panel of objects: colour, name, category, tick for runs, eye and lock."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QCompleter,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vosgui.formats.categories import published
from vosgui.ui.actions.actions import Actions
from vosgui.ui.objects.object_model import (
    HERE_ROLE,
    OBJECT_ROLE,
    Column,
    ObjectModel,
    describe_here,
)
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import PanelTitle, note

ROW_PX = 28
SWITCH_PX = 26
SWATCH_PX = 18
ICON_PX = 16
_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class ObjectList(QWidget):
    """The objects of the clip; the selected row is the current object."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = ObjectModel(session, self)
        self.view = _make_view(self.model)
        self._title = PanelTitle("Objects")
        self._empty = note("No object yet: Ctrl+N adds one, and painting begins it.")
        self.here = QLabel()
        self.here.setProperty("weight", "muted")
        self.here.setContentsMargins(10, 4, 10, 6)
        self.here.setWordWrap(True)  # a long name neither widens the panel nor is cut off
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self._title, self._empty, self.view, self.here):
            layout.addWidget(widget)
        layout.setStretch(2, 1)
        self._connect()
        self._refresh()

    def hasHeightForWidth(self) -> bool:
        """Say no, though words wrap: Qt takes the height that goes with a width for the least one.

        The panels below would be squeezed in a low window.
        """
        return False

    def add_buttons(self, actions: Actions) -> None:
        """Put the buttons that add and remove an object beside the title."""
        self._title.add_button(actions["remove_object"])
        self._title.add_button(actions["new_object"])

    def rename(self) -> None:
        """Let the current object's name be edited in place."""
        row = self.model.row_of(self._session.object_id)
        index = self.model.index(row, Column.NAME)
        if row >= 0 and self.view.indexWidget(index) is None:  # it is not being edited yet
            self.view.edit(index)

    def _connect(self) -> None:
        # The view takes the focus back from an editor that closes; keys belong to the canvas.
        self.view.itemDelegate().closeEditor.connect(self.view.clearFocus)
        self.view.clicked.connect(self._on_clicked)
        self.view.selectionModel().currentRowChanged.connect(self._on_row)
        self.model.modelReset.connect(self._refresh)
        self.model.dataChanged.connect(self._describe)
        self._session.object_changed.connect(self._refresh)
        self._session.clip_changed.connect(self._refresh)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == Column.COLOUR:
            entry = self.model.object_at(index.row())
            colour = QColorDialog.getColor(QColor(*entry.colour), self, f"Colour of {entry.name}")
            if colour.isValid():
                self.model.set_colour(index.row(), colour)
        else:
            self.model.toggle(index.row(), index.column())

    def _on_row(self, index: QModelIndex) -> None:
        if index.isValid():
            self._session.select_object(self.model.object_at(index.row()).id)

    def _refresh(self) -> None:
        row = self.model.row_of(self._session.object_id)
        if row >= 0:
            self.view.selectionModel().setCurrentIndex(
                self.model.index(row, Column.NAME),
                _SELECT,
            )
        else:
            self.view.clearSelection()
        empty = self.model.rowCount() == 0
        self._empty.setVisible(empty)
        self.view.setVisible(not empty)
        self._describe()

    def _describe(self) -> None:
        entry = self._session.current_object if self._session.is_open else None
        self.here.setText(describe_here(self._session, entry) if entry else "")


class _ObjectDelegate(QStyledItemDelegate):
    """Draws swatches and switches, and offers the known categories while one is typed."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        if index.column() in (Column.NAME, Column.CATEGORY):
            super().paint(painter, option, index)
            return
        entry = index.data(OBJECT_ROLE)
        self.initStyleOption(option, index)
        style = option.widget.style()
        option.icon = type(option.icon)()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        box = option.rect
        if index.column() == Column.COLOUR:
            _draw_swatch(painter, QRectF(box), QColor(*entry.colour), str(entry.id))
        else:
            painter.save()
            painter.setOpacity(1.0 if _stands_out(entry, index.column()) else 0.3)
            square = QRectF(0, 0, ICON_PX, ICON_PX)
            square.moveCenter(QRectF(box).center())
            index.data(Qt.ItemDataRole.DecorationRole).paint(painter, square.toAlignedRect())
            painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.column() == Column.CATEGORY or not index.data(HERE_ROLE):
            muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
            option.palette.setColor(QPalette.ColorRole.Text, muted)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, muted)
        if index.column() == Column.CATEGORY and not option.text:
            option.text = "category"
            option.font.setItalic(True)

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        if index.column() == Column.CATEGORY:
            completer = QCompleter(list(published()), editor)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            editor.setCompleter(completer)
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        # Called again at each change of the row, a run's included: what is typed stays.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            super().setEditorData(editor, index)

    def setModelData(
        self,
        editor: QWidget,
        model: QAbstractItemModel,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(SWITCH_PX, ROW_PX)


def _stands_out(entry: object, column: int) -> bool:
    field = {Column.RUNS: "runs", Column.VISIBLE: "visible", Column.LOCKED: "locked"}[
        Column(column)
    ]
    return bool(getattr(entry, field))


def _draw_swatch(painter: QPainter, box: QRectF, colour: QColor, text: str) -> None:
    square = QRectF(0, 0, SWATCH_PX + 2, SWATCH_PX)
    square.moveCenter(box.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(square, 4, 4)
    # Rec. 709 luma decides whether black or white reads better on the colour.
    luma = 0.2126 * colour.redF() + 0.7152 * colour.greenF() + 0.0722 * colour.blueF()
    painter.setPen(QColor(0, 0, 0, 200) if luma > 0.45 else QColor(255, 255, 255, 230))
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 0.85)
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _make_view(model: ObjectModel) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setItemDelegate(_ObjectDelegate(view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(ROW_PX)
    header = view.horizontalHeader()
    header.hide()
    header.setMinimumSectionSize(SWITCH_PX)
    header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(Column.CATEGORY, QHeaderView.ResizeMode.Interactive)
    view.setColumnWidth(Column.CATEGORY, QFontMetrics(view.font()).averageCharWidth() * 13)
    for column in (Column.COLOUR, Column.RUNS, Column.VISIBLE, Column.LOCKED):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        view.setColumnWidth(column, SWITCH_PX if column != Column.COLOUR else SWITCH_PX + 8)
    return view
