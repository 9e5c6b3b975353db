"""Lines of a check or a report, gravest first, each with its severity in its colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from vosgui.core.issues import Issue, Severity
from vosgui.ui.style.theme import roles

_Index = QModelIndex | QPersistentModelIndex
_AIR_PX = 8  # above and below a text together, and beside it
_PLACE = Qt.ItemDataRole.UserRole
_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}


class ReportTree(QTreeWidget):
    """A list of lines that are wrapped, never cut. A click or Return on a line goes where it is.

    wanted : (the place of a line) is to be shown.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setWordWrap(True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setItemDelegateForColumn(1, _Wrapping(self))
        # The height of a wrapped row goes by the width of its column.
        self.header().sectionResized.connect(self.scheduleDelayedItemsLayout)
        self.setMouseTracking(True)
        self.itemEntered.connect(self._show_whether_it_leads)
        self.itemClicked.connect(self._go)

    def show_issues(
        self,
        issues: Iterable[Issue],
        root: str = "",
        place_of: Callable[[Issue], object] = lambda _issue: None,
    ) -> None:
        """Show all there is, gravest first.

        root : what is left out of the paths of files. place_of : returns where an issue leads.
        """
        self.clear()
        for issue in sorted(issues, key=lambda one: -one.severity):
            words = issue.words.replace(root, "") if root else issue.words
            self.add(issue.severity, words, place_of(issue))

    def add(self, severity: Severity, text: str, place: object = None) -> QTreeWidgetItem:
        """Add a line at the end. place : where it leads, None for nowhere."""
        colours = roles()
        tints = {Severity.ERROR: colours.danger, Severity.WARNING: colours.warning}
        item = QTreeWidgetItem([_WORDS[severity], text])
        item.setForeground(0, QColor(tints.get(severity, colours.muted)))
        item.setToolTip(1, text if place is None else f"{text}\nClick to go there")
        item.setData(0, _PLACE, place)
        self.addTopLevelItem(item)
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the line on Return, which is no wish to export or import here."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._go(item)
        else:
            super().keyPressEvent(event)

    def _go(self, item: QTreeWidgetItem) -> None:
        if (place := item.data(0, _PLACE)) is not None:
            self.wanted.emit(place)

    def _show_whether_it_leads(self, item: QTreeWidgetItem) -> None:
        leads = item.data(0, _PLACE) is not None
        shape = Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)


class _Wrapping(QStyledItemDelegate):
    """Gives a row the height of its text in the width of its column: style sheets take one line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        size = super().sizeHint(option, index)
        view = self.parent()
        assert isinstance(view, QTreeWidget)
        style = view.style()  # its class has large enumerations, made when it is first met
        margin = style.pixelMetric(style.PixelMetric.PM_FocusFrameHMargin) + 1
        room = QRect(0, 0, view.header().sectionSize(index.column()) - 2 * margin - _AIR_PX, 1)
        text = str(index.data())
        needed = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()
        return QSize(size.width(), max(size.height(), needed + _AIR_PX))
