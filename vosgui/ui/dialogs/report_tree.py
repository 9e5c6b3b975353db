"""Lines of a check or a report, gravest first, each with its severity in its colour."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor
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
_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}


class ReportTree(QTreeWidget):
    """A list of lines that are wrapped, never cut."""

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

    def show_issues(self, issues: Iterable[Issue], root: str = "") -> None:
        """Show all there is, gravest first. root : what is left out of the paths of files."""
        self.clear()
        for issue in sorted(issues, key=lambda one: -one.severity):
            self.add(issue.severity, issue.words.replace(root, "") if root else issue.words)

    def add(self, severity: Severity, text: str) -> QTreeWidgetItem:
        """Add a line at the end."""
        colours = roles()
        tints = {Severity.ERROR: colours.danger, Severity.WARNING: colours.warning}
        item = QTreeWidgetItem([_WORDS[severity], text])
        item.setForeground(0, QColor(tints.get(severity, colours.muted)))
        item.setToolTip(1, text)
        self.addTopLevelItem(item)
        return item


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
