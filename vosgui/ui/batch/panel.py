"""The queue of runs as it is seen: what waits, what is at work and how far, what failed and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from vosgui.ui.batch.entries import OVER, Entry, Stage
from vosgui.ui.batch.queue import RunQueue
from vosgui.ui.clips.delegate import draw_elided
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.runs.starting import DIRECTION_WORDS
from vosgui.ui.style.folds import ElidedLabel
from vosgui.ui.style.panels import PanelTitle, in_column, paint_as_panel, rule
from vosgui.ui.style.tables import Index
from vosgui.ui.style.theme import roles, small_font

ROW_PX, BAR_PX, AIR_PX, MAX_ROWS = 40, 3, 10, 4
ENTRY = Qt.ItemDataRole.UserRole
_Key = Qt.Key


class QueueModel(QAbstractListModel):
    """The runs of the queue, by the names of their clips."""

    def __init__(self, queue: RunQueue, opener: ClipOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._queue, self._opener = queue, opener
        self._n = 0

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many runs there are."""
        return 0 if parent is not None and parent.isValid() else self._n

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown of a run."""
        entries = self._queue.entries
        if not index.isValid() or index.row() >= len(entries):
            return None
        entry = entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name_of(entry)
        if role == Qt.ItemDataRole.ToolTipRole:
            about = f"{self.name_of(entry)}: {DIRECTION_WORDS[entry.direction]}, {entry.words}"
            return f"{about}\n{entry.why}" if entry.why else about
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.name_of(entry)}, {entry.words} {entry.why}".rstrip()
        return None

    def name_of(self, entry: Entry) -> str:
        """Return the name of a run's clip."""
        project = self._opener.project
        record = project.clips.of_id(entry.clip_id) if project is not None else None
        return record.name if record is not None else "?"

    def refresh(self) -> None:
        """Show the queue as it is now."""
        if len(self._queue.entries) != self._n:
            self.beginResetModel()
            self._n = len(self._queue.entries)
            self.endResetModel()
        elif self._n:
            self.dataChanged.emit(self.index(0), self.index(self._n - 1))


class QueueView(QListView):
    """The runs; Delete takes out, Ctrl+Up and Ctrl+Down move, Return opens the clip, Esc goes.

    opened : (clip id). left : the keys are to go back to the canvas.
    """

    opened = Signal(int)
    left = Signal()

    def __init__(self, model: QueueModel, queue: RunQueue) -> None:
        super().__init__()
        self._queue = queue
        self.setModel(model)
        self.setItemDelegate(_QueueDelegate(self))
        self.setAccessibleName("Queue of runs")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    @property
    def chosen(self) -> list[int]:
        """Return the clips of the runs that are chosen."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self._queue.entries[n].clip_id for n in rows if n < len(self._queue.entries)]

    def choose(self, clip_ids: list[int]) -> None:
        """Choose the runs of these clips."""
        selection = self.selectionModel()
        selection.clearSelection()
        for n, entry in enumerate(self._queue.entries):
            if entry.clip_id in clip_ids:
                index = self.model().index(n, 0)
                selection.setCurrentIndex(index, selection.SelectionFlag.Select)

    def move_chosen(self, by: int) -> None:
        """Move the runs that are chosen one place earlier or later; they stay chosen."""
        chosen = self.chosen
        self._queue.move(chosen, by)
        self.choose(chosen)

    def _show_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        chosen, queue = self.chosen, self._queue
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, act in (
            ("Open this clip", lambda: self.opened.emit(chosen[0])),
            ("Move Up", lambda: self.move_chosen(-1)),
            ("Move Down", lambda: self.move_chosen(1)),
            ("Take Out", lambda: queue.take_out(chosen)),
            ("Run again", lambda: queue.again(chosen)),
        ):
            menu.addAction(text, act).setEnabled(bool(chosen))
        menu.addSeparator()
        menu.addAction("Stop All", queue.stop_all)
        menu.addAction("Go On", queue.go_on).setEnabled(queue.is_paused)
        menu.addAction("Clear What Is Over", queue.clear)
        menu.popup(self.viewport().mapToGlobal(at))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the clip of a run."""
        if self.indexAt(event.position().toPoint()).isValid() and self.chosen:
            self.opened.emit(self.chosen[0])
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the queue from the shortcuts of the window."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _OWN:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys of the queue do; arrows move in it."""
        key, with_ctrl = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == _Key.Key_Delete:
            self._queue.take_out(self.chosen)
        elif key in (_Key.Key_Up, _Key.Key_Down) and with_ctrl:
            self.move_chosen(-1 if key == _Key.Key_Up else 1)
        elif key in (_Key.Key_Return, _Key.Key_Enter) and self.chosen:
            self.opened.emit(self.chosen[0])
            self.left.emit()
        elif key == _Key.Key_Escape:
            self.left.emit()
        elif key in _OWN:
            super().keyPressEvent(event)
        else:
            event.ignore()


_OWN = (
    *(_Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown),
    *(_Key.Key_Delete, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Escape),
)


class _QueueDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry | None = index.data(ENTRY)
        if entry is None:
            return
        view, colours, where = option.widget, roles(), option.rect
        style = view.style() if view is not None else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        painter.save()
        room = where.adjusted(AIR_PX, 2, -AIR_PX, -BAR_PX - 2)
        half = room.height() // 2
        painter.setPen(QColor(colours.text))
        painter.setFont(option.font)
        draw_elided(painter, QRect(room.x(), room.y(), room.width(), half), index.data())
        is_bad = entry.stage is Stage.FAILED
        painter.setPen(QColor(colours.danger if is_bad else colours.muted))
        painter.setFont(small_font(option.font))
        words = f"failed: {entry.why}" if is_bad else entry.words
        draw_elided(painter, QRect(room.x(), room.y() + half, room.width(), half), words)
        if entry.stage is Stage.RUNNING:
            bar = QRect(room.x(), where.bottom() - BAR_PX, room.width(), BAR_PX)
            painter.fillRect(bar, QColor(colours.raised))
            bar.setWidth(round(bar.width() * entry.share))
            painter.fillRect(bar, QColor(colours.accent))
        painter.restore()


class QueuePanel(QWidget):
    """Hidden while nothing is in the queue."""

    def __init__(self, queue: RunQueue, opener: ClipOpener) -> None:
        super().__init__()
        self._queue = queue
        paint_as_panel(self)
        self.model = QueueModel(queue, opener, self)
        self.view = QueueView(self.model, queue)
        self.line = ElidedLabel()
        self.line.setContentsMargins(10, 0, 6, 4)
        self.button = _tool("")
        self.button.clicked.connect(self._stop_or_go_on)
        self.clear_button = _tool("✕", "Clear what is over")
        self.clear_button.clicked.connect(queue.clear)
        title = PanelTitle("Queue", self.button, self.clear_button)
        self.setLayout(in_column(rule(), title, self.line, self.view))
        self.view.opened.connect(opener.show_clip)
        queue.queue_changed.connect(self._refresh)
        queue.moved_on.connect(self._refresh)
        opener.project_changed.connect(self._refresh)
        self._refresh()

    def focus(self) -> None:
        """Give the keys to the queue."""
        if self.isVisible():
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self.view.chosen and self._queue.entries:
                self.view.choose([self._queue.entries[0].clip_id])

    def _refresh(self) -> None:
        entries = self._queue.entries
        self.model.refresh()
        self.setVisible(bool(entries))
        self.line.setText(self._queue.words)
        self.view.setFixedHeight(ROW_PX * min(MAX_ROWS, max(1, len(entries))) + 2)
        is_held = self._queue.is_paused and self._queue.at_work is None
        self.button.setText("▶" if is_held else "■")
        text = "Resume the queue" if is_held else "Pause the queue"
        self.button.setToolTip(text)
        self.button.setAccessibleName(text)
        self.button.setEnabled(any(one.stage not in OVER for one in entries))
        self.clear_button.setEnabled(any(one.stage in OVER for one in entries))

    def _stop_or_go_on(self) -> None:
        if self._queue.is_paused and self._queue.at_work is None:
            self._queue.go_on()
        else:
            self._queue.stop_all()


def _tool(text: str, tip: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAutoRaise(True)
    return button
