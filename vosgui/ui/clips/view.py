"""The list of clips for mouse and keys: chosen, ticked, opened, renamed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from vosgui.ui.clips.delegate import ClipDelegate, tick_rect
from vosgui.ui.clips.model import ClipModel

_Key = Qt.Key
_PLAIN = Qt.KeyboardModifier.NoModifier
_MOVES = (
    *(_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Home, _Key.Key_End),
)
_STANDARD = QKeySequence.StandardKey
_AIR_PX = 4


class ClipView(QListView):
    """The clips, of which any number is chosen.

    A click opens a clip; with Ctrl or Shift it chooses more of them. While it has the focus, these
    keys are its own and not the canvas's: arrows, Space for ticks, Return to open, F2, Delete,
    Ctrl+A, Ctrl+Z and its opposite.
    opened : (clip id). left : the keys are to go back to the canvas.
    removal_wanted, undo_wanted, redo_wanted : by a key.
    """

    opened = Signal(int)
    left = Signal()
    removal_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, model: ClipModel) -> None:
        super().__init__()
        self.clips = model
        self.setModel(model)
        self.setItemDelegate(ClipDelegate(self))
        self.setAccessibleName("Clips of the project")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def chosen(self) -> list[int]:
        """Return the clips that are chosen, as they are shown."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.clips.rows[n].record.id for n in rows]

    @property
    def shown(self) -> list[int]:
        """Return the clips that can be seen just now."""
        area = self.viewport().rect()
        first = self.indexAt(area.topLeft() + QPoint(_AIR_PX, _AIR_PX))
        last = self.indexAt(area.bottomLeft() + QPoint(_AIR_PX, -_AIR_PX))
        if not first.isValid():
            return []
        stop = last.row() if last.isValid() else len(self.clips.rows) - 1
        return [row.record.id for row in self.clips.rows[first.row() : stop + 1]]

    @property
    def is_typing(self) -> bool:
        """Return whether the name of a clip is being typed."""
        return self.state() == QAbstractItemView.State.EditingState

    def choose(self, clip_ids: list[int], current: int = 0) -> None:
        """Choose clips, of those that are shown; the keys go on from `current`."""
        places = [n for n in map(self.clips.place_of, clip_ids) if n is not None]
        selection, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.clearSelection()
        for n in places:
            selection.select(self.clips.index(n), flag.Select)
        at = self.clips.place_of(current) if current else (places[0] if places else None)
        if at is not None:
            selection.setCurrentIndex(self.clips.index(at), flag.NoUpdate)
            self.scrollTo(self.clips.index(at))

    def choose_at(self, at: QPoint) -> bool:
        """Choose the clip at a point, if it is not one of those chosen; all may have a menu."""
        index = self.indexAt(at)
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        return True

    def begin_rename(self) -> None:
        """Let the name of the current clip be typed."""
        index = self._current()
        if index.isValid() and self.isVisible() and not self.is_typing:
            self.setFocus()
            self.setCurrentIndex(index)
            self.edit(index)

    def tick_chosen(self) -> None:
        """Tick the clips that are chosen, or take their ticks away where all have one."""
        chosen = self.chosen
        self.clips.tick(chosen, is_ticked=not self.clips.ticked.issuperset(chosen))

    def _current(self) -> QModelIndex:
        index = self.currentIndex()
        if not index.isValid() and (n := self.clips.place_of(self.clips.open_id)) is not None:
            index = self.clips.index(n)
        return index

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick a clip whose box was pressed, else choose it."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            box = tick_rect(self.visualRect(index)).adjusted(-_AIR_PX, -_AIR_PX, _AIR_PX, _AIR_PX)
            if box.contains(at):
                clip_id = self.clips.rows[index.row()].record.id
                self.clips.tick([clip_id], is_ticked=clip_id not in self.clips.ticked)
                return
        if event.button() == Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
        self._pressed = index if event.modifiers() == _PLAIN else QModelIndex()

    _pressed = QModelIndex()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the clip that was clicked without another key."""
        super().mouseReleaseEvent(event)
        index, self._pressed = self._pressed, QModelIndex()
        is_click = event.button() == Qt.MouseButton.LeftButton and index.isValid()
        if is_click and index == self.indexAt(event.position().toPoint()):
            self.opened.emit(self.clips.rows[index.row()].record.id)
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the list from the shortcuts of the window."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        keys = (_STANDARD.Undo, _STANDARD.Redo, _STANDARD.SelectAll)
        if any(event.matches(one) for one in keys):
            return True
        own = (*_MOVES, _Key.Key_Space, _Key.Key_Return, _Key.Key_Enter, _Key.Key_F2)
        if event.key() in _MOVES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return True
        is_plain = event.modifiers() in (_PLAIN, Qt.KeyboardModifier.KeypadModifier)
        return is_plain and event.key() in (*own, _Key.Key_Delete, _Key.Key_Escape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys of the list do; others move in it."""
        key = event.key()
        if self.is_typing:
            return  # what the line does not take
        if event.matches(_STANDARD.Undo):
            self.undo_wanted.emit()
        elif event.matches(_STANDARD.Redo):
            self.redo_wanted.emit()
        elif key in (_Key.Key_Return, _Key.Key_Enter):
            if (index := self.currentIndex()).isValid():
                self.opened.emit(self.clips.rows[index.row()].record.id)
                self.left.emit()
        elif key == _Key.Key_Escape:
            self.left.emit()
        elif key == _Key.Key_Space and event.modifiers() == _PLAIN:
            self.tick_chosen()
        elif key == _Key.Key_F2:
            self.begin_rename()
        elif key == _Key.Key_Delete:
            self.removal_wanted.emit()
        elif key in _MOVES or event.matches(_STANDARD.SelectAll):
            super().keyPressEvent(event)
        else:
            event.ignore()  # the tools of the canvas have letters
