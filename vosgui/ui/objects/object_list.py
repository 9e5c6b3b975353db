"""The panel of objects: colour, name, category, tick for runs, eye and lock."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QColorDialog,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from vosgui.ui.actions.actions import Actions
from vosgui.ui.actions.context_menus import add_context_menu
from vosgui.ui.objects.category_field import CategoryField
from vosgui.ui.objects.object_model import (
    HERE_ROLE,
    OBJECT_ROLE,
    SWITCHES,
    Column,
    ObjectModel,
    describe_here,
)
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import TITLE_PX, PanelTitle, action_button, in_column, label, note
from vosgui.ui.style.tables import Index, RowsView, TypingDelegate
from vosgui.ui.style.theme import small_font

ROW_PX = 26
LEAST_ROWS, MOST_ROWS = 3, 7  # that room is asked for; beyond it, what the panels below leave
SWITCH_PX = 26
QWIDGETSIZE_MAX = (1 << 24) - 1
SWATCH_PX = 18
ICON_PX = 16


class ObjectList(QWidget):
    """The objects of the clip; the selected row is the current object."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self.model = ObjectModel(session, actions, self)
        delegate = _ObjectDelegate()
        delegate.went_on.connect(self._go_on, Qt.ConnectionType.QueuedConnection)
        self.view = RowsView(self.model, delegate)
        self.view.setAccessibleName("Objects")
        add_context_menu(self.view, actions, "objects", self._choose_at)
        self._empty = note("No object yet: click one in the frame (C), or paint it (B).")
        self.here = label()
        self.here.setContentsMargins(10, 4, 10, 6)
        self.here.setWordWrap(True)  # a long name neither widens the panel nor is cut off
        buttons = (action_button(actions[name]) for name in ("remove_object", "new_object"))
        body = QWidget()
        body.setLayout(in_column(self._empty, (self.view, 1), self.here))
        title = PanelTitle("Objects", *buttons, folds=body)
        self.setLayout(in_column(title, (body, 1)))
        assert title.fold is not None
        self._fold = title.fold
        self._fold.folded.connect(self._on_folded)
        self._size_columns()
        self._connect()
        self._refresh()

    def sizeHint(self) -> QSize:
        """Ask for room for the objects there are, but seven at most, and three at least."""
        n_rows = min(max(self.model.rowCount(), LEAST_ROWS), MOST_ROWS)
        height = TITLE_PX + n_rows * ROW_PX + self.here.sizeHint().height() + 2
        return QSize(SWITCH_PX * 10, height)

    def hasHeightForWidth(self) -> bool:
        """Say no, though words wrap: Qt takes the height that goes with a width for the least one.

        The panels below would be squeezed in a low window.
        """
        return False

    def rename(self) -> None:
        """Let the current object's name be edited in place."""
        self._edit(self.model.row_of(self._session.object_id), Column.NAME)

    def set_category(self) -> None:
        """Let the current object's category be edited in place."""
        self._edit(self.model.row_of(self._session.object_id), Column.CATEGORY)

    def set_colour(self) -> None:
        """Ask for the current object's colour."""
        self._ask_colour(self.model.row_of(self._session.object_id))

    def _edit(self, row: int, column: Column) -> None:
        index = self.model.index(row, column)
        if not index.isValid() or self.view.indexWidget(index) is not None:  # it is being edited
            return
        self._fold.fold(False)
        if self.view.state() == RowsView.State.EditingState and (typed := self.focusWidget()):
            typed.clearFocus()  # what is typed elsewhere is taken
        if self.view.state() != RowsView.State.EditingState and self.view.isVisible():
            self.view.edit(index)

    def _go_on(self, row: int) -> None:
        """Go on with the category of the next object, if there is one."""
        if row < self.model.rowCount():
            self._session.select_object(self.model.object_at(row).id)
            self._edit(row, Column.CATEGORY)

    def _choose_at(self, at: QPoint) -> bool:
        index = self.view.indexAt(at)
        if index.isValid():
            self._session.select_object(self.model.object_at(index.row()).id)
        return index.isValid()

    def _ask_colour(self, row: int) -> None:
        entry = self.model.object_at(row)
        asking = QColorDialog(QColor(*entry.colour), self)
        asking.setWindowTitle(f"Colour of {entry.name}")
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.colorSelected.connect(lambda colour: self._set_colour(entry.id, colour))
        asking.open()

    def _set_colour(self, object_id: int, colour: QColor) -> None:
        row = self.model.row_of(object_id)  # it may have gone meanwhile
        if row >= 0:
            self.model.set_colour(row, colour)

    def _on_folded(self, is_folded: bool) -> None:
        self.setMaximumHeight(TITLE_PX if is_folded else QWIDGETSIZE_MAX)
        self.updateGeometry()

    def _size_columns(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.view.horizontalHeader()
        header.setMinimumSectionSize(SWITCH_PX)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.CATEGORY, QHeaderView.ResizeMode.Interactive)
        width = QFontMetrics(self.view.font()).averageCharWidth() * 13
        self.view.setColumnWidth(Column.CATEGORY, width)
        for switch in (Column.COLOUR, Column.RUNS, Column.VISIBLE, Column.LOCKED):
            header.setSectionResizeMode(switch, QHeaderView.ResizeMode.Fixed)
            wider = 8 if switch == Column.COLOUR else 0
            self.view.setColumnWidth(switch, SWITCH_PX + wider)

    def _connect(self) -> None:
        self.view.clicked.connect(self._on_clicked)
        self.view.selectionModel().currentRowChanged.connect(self._on_row)
        self.model.modelReset.connect(self._refresh)
        self.model.dataChanged.connect(self._describe)
        self._session.object_changed.connect(self._refresh)
        self._session.clip_changed.connect(self._refresh)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == Column.COLOUR:
            self._ask_colour(index.row())
        else:
            self.model.toggle(index.row(), index.column())

    def _on_row(self, index: QModelIndex) -> None:
        if index.isValid():
            self._session.select_object(self.model.object_at(index.row()).id)

    def _refresh(self) -> None:
        row = self.model.row_of(self._session.object_id)
        if row >= 0:
            index = self.model.index(row, Column.NAME)
            self.view.choose(index)
        else:
            self.view.clearSelection()
        empty = self.model.rowCount() == 0
        self._empty.setVisible(empty)
        self.view.setVisible(not empty)
        if layout := self.layout():
            layout.update()  # the panel may ask for another height
        self._describe()

    def _describe(self) -> None:
        entry = self._session.current_object
        self.here.setText(describe_here(self._session, entry) if entry else "")


class _ObjectDelegate(TypingDelegate):
    """Draws swatches and switches, and offers the known categories while one is typed.

    went_on : (row) a category was typed, and that of this row is next.
    """

    went_on = Signal(int)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell as usual, and on its ground a swatch or a switch."""
        super().paint(painter, option, index)
        entry, box = index.data(OBJECT_ROLE), QRectF(option.rect)
        if index.column() == Column.COLOUR:
            _draw_swatch(painter, box, QColor(*entry.colour), str(entry.id))
        elif index.column() in SWITCHES:
            square = QRectF(0, 0, ICON_PX, ICON_PX)
            square.moveCenter(box.center())
            part = square.toAlignedRect()
            is_on = _stands_out(entry, index)
            _draw_switch(painter, QStyleOptionViewItem(option), part, index, is_on=is_on)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Mute what is not in the frame shown; what is drawn by `paint` is no icon."""
        super().initStyleOption(option, index)
        option.icon = QIcon()
        if index.column() == Column.CATEGORY or not index.data(HERE_ROLE):
            muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
            option.palette.setColor(QPalette.ColorRole.Text, muted)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, muted)
        if index.column() == Column.CATEGORY and not option.text:
            option.text = "category"
            option.font.setItalic(True)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        if index.column() == Column.CATEGORY:
            field = CategoryField(parent)
            row = index.row()
            field.taken.connect(lambda goes_on: self._take(field, row + 1 if goes_on else None))
            return field
        editor = QLineEdit(parent)
        editor.setFrame(False)
        return editor

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Leave to the field of a category what its keys mean."""
        if isinstance(editor, CategoryField) and editor.takes(event):
            return editor.event(event)
        return super().eventFilter(editor, event)

    def _take(self, field: CategoryField, next_row: int | None) -> None:
        if next_row is not None:  # once the field is gone: its going takes the focus along
            field.destroyed.connect(lambda: self.went_on.emit(next_row))
        self.commitData.emit(field)
        self.closeEditor.emit(field, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Called again at each change of the row, a run's included: what is typed stays.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(SWITCH_PX, ROW_PX)


def _stands_out(entry: object, index: Index) -> bool:
    return bool(getattr(entry, SWITCHES[Column(index.column())][0]))


def _draw_switch(
    painter: QPainter, option: QStyleOptionViewItem, square: QRect, index: Index, *, is_on: bool
) -> None:
    """Draw a box with or without a tick for what runs, and a drawing for any other switch."""
    if index.column() != Column.RUNS:
        mode = QIcon.Mode.Normal if is_on else QIcon.Mode.Disabled
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, square, mode=mode)
        return
    option.rect = square
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    option.state &= ~(QStyle.StateFlag.State_On | QStyle.StateFlag.State_Off)
    option.state |= QStyle.StateFlag.State_On if is_on else QStyle.StateFlag.State_Off
    kind = QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck
    option.widget.style().drawPrimitive(kind, option, painter, option.widget)


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
    font = small_font(painter.font(), 0.85)
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
