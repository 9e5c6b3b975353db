"""The rows of the list of clips for Qt: only what is seen is asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt, Signal
from PySide6.QtGui import QImage

from vosgui.ui.clips.rows import ClipRow
from vosgui.ui.style.tables import Index

ROW = Qt.ItemDataRole.UserRole
MAX_PICTURES = 400  # 20 kB each
_Role = Qt.ItemDataRole


class ClipModel(QAbstractListModel):
    """The clips that are shown.

    renamed : (clip id, name) a name was typed. wanted : something is shown that is not known yet.
    ticked : the clips that are ticked, shown or not. ticks_changed : another set of them.
    """

    renamed = Signal(int, str)
    wanted = Signal()
    ticks_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[ClipRow] = []
        self.open_id = 0
        self.ticked: set[int] = set()
        self._places: dict[int, int] = {}
        self._pictures: OrderedDict[int, QImage] = OrderedDict()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many clips are shown."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every clip be chosen, ticked and renamed."""
        flag = Qt.ItemFlag
        return (
            flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable
            | flag.ItemIsEditable | flag.ItemNeverHasChildren
        )  # fmt: skip

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Return what is shown of a clip; ask for what is not known."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role in (_Role.DisplayRole, _Role.EditRole):
            return row.record.name
        if role == ROW:
            return row
        if role == _Role.DecorationRole:
            return self._picture(row)
        if role == _Role.CheckStateRole:
            is_ticked = row.record.id in self.ticked
            return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        if role == _Role.ToolTipRole:
            return row.about
        if role == _Role.AccessibleTextRole:
            return ", ".join(filter(None, (row.record.name, row.words, row.record.assignee)))
        return None

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:
        """Take a name that was typed, or a tick."""
        row = self.rows[index.row()]
        if role == _Role.CheckStateRole:
            self.tick([row.record.id], is_ticked=Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == _Role.EditRole and str(value) != row.record.name:
            self.renamed.emit(row.record.id, str(value))
            return True
        return False

    def tick(self, clip_ids: Sequence[int], *, is_ticked: bool) -> None:
        """Tick clips, or take their ticks away."""
        self.ticked = self.ticked | set(clip_ids) if is_ticked else self.ticked - set(clip_ids)
        self._redraw()
        self.ticks_changed.emit()

    def show(self, rows: Sequence[ClipRow]) -> None:
        """Show these clips, and no others."""
        self.beginResetModel()
        self.rows = list(rows)
        self._places = {row.record.id: n for n, row in enumerate(self.rows)}
        self.endResetModel()

    def change(self, row: ClipRow) -> None:
        """Show a clip as it is now, if it is shown."""
        n = self._places.get(row.record.id)
        if n is not None:
            self.rows[n] = row
            self.dataChanged.emit(self.index(n), self.index(n))

    def place_of(self, clip_id: int) -> int | None:
        """Return in which row a clip is shown, None where it is not."""
        return self._places.get(clip_id)

    def set_open(self, clip_id: int) -> None:
        """Show which clip is open."""
        self.open_id = clip_id
        self._redraw()

    def lacks_picture(self, clip_id: int) -> bool:
        """Return whether a clip's picture is to be made."""
        return clip_id not in self._pictures

    def take_picture(self, clip_id: int, picture: QImage) -> None:
        """Show a picture, a null one for a clip that cannot be read."""
        self._pictures[clip_id] = picture
        while len(self._pictures) > MAX_PICTURES:
            self._pictures.popitem(last=False)
        if (n := self._places.get(clip_id)) is not None:
            self.dataChanged.emit(self.index(n), self.index(n))

    def forget_pictures(self) -> None:
        """Forget all pictures: another project is open, whose clips have the same numbers."""
        self._pictures.clear()
        self.ticked = set()

    def _picture(self, row: ClipRow) -> QImage | None:
        picture = self._pictures.get(row.record.id)
        if picture is None or row.counts is None:
            self.wanted.emit()
        if picture is not None:
            self._pictures.move_to_end(row.record.id)
        return picture

    def _redraw(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))
