"""The objects of the annotation as rows of a table; what is set in it becomes an edit."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from vosgui.core import edits
from vosgui.core.annotation import ObjectInfo
from vosgui.core.track import Source, describe_record
from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.session import Session
from vosgui.ui.style.icons import icon
from vosgui.ui.style.tables import Index, RowsModel

OBJECT_ROLE = Qt.ItemDataRole.UserRole
HERE_ROLE = Qt.ItemDataRole.UserRole + 1  # bool: the object has a mask in the frame shown


class Column(IntEnum):
    """What stands in which column."""

    COLOUR = 0
    NAME = 1
    CATEGORY = 2
    RUNS = 3
    VISIBLE = 4
    LOCKED = 5


# column: (field, icon if true, icon if false, tooltip, action)
SWITCHES = {
    Column.RUNS: (
        "runs",
        "propagate-forward",
        "propagate-forward",
        "Runs propagate this object",
        "tick_object",
    ),
    Column.VISIBLE: ("visible", "eye", "eye-off", "Show this object", "hide_object"),
    Column.LOCKED: (
        "locked",
        "lock",
        "unlock",
        "Keep tools and runs from changing it",
        "lock_object",
    ),
}
_TEXTS = {Column.NAME: "name", Column.CATEGORY: "category"}
_LABELS = {
    ("runs", True): "Tick {} to run",
    ("runs", False): "Untick {} to run",
    ("visible", True): "Show {}",
    ("visible", False): "Hide {}",
    ("locked", True): "Lock {}",
    ("locked", False): "Unlock {}",
}


class ObjectModel(RowsModel):
    """One row per object, in the order of the annotation."""

    rows: tuple[ObjectInfo, ...]
    columns = Column
    typed = _TEXTS

    def __init__(self, session: Session, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        session.clip_changed.connect(self._reload)
        session.objects_changed.connect(self._reload)
        session.frame_changed.connect(self.redraw)
        session.annotation_changed.connect(self._on_masks)
        self._reload()

    def object_at(self, row: int) -> ObjectInfo:
        """Return the object in a row."""
        return self.rows[row]

    def row_of(self, object_id: int) -> int:
        """Return the row of an object, -1 where it has none."""
        return next((n for n, o in enumerate(self.rows) if o.id == object_id), -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, and for the roles of this table the object of its row."""
        entry, column = self.rows[index.row()], Column(index.column())
        if role == OBJECT_ROLE:
            return entry
        if role == HERE_ROLE:
            return self._is_here(entry)
        if column in _TEXTS and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return getattr(entry, _TEXTS[column])
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(entry, column)
        if role == Qt.ItemDataRole.DecorationRole:
            if column == Column.COLOUR:
                return QColor(*entry.colour)
            if column in SWITCHES:
                field, on, off, *_ = SWITCHES[column]
                return icon(on if getattr(entry, field) else off)
        return None

    def take(self, row: int, column: int, text: str) -> bool:
        """Make an edit of a name or category that was typed; a name is never empty."""
        entry = self.object_at(row)
        if column == Column.CATEGORY:
            return self._set(f"Category of {entry.name}", replace(entry, category=text))
        renamed = replace(entry, name=text)
        return bool(text) and self._set(f"Rename {entry.name} to {text}", renamed)

    def toggle(self, row: int, column: int) -> None:
        """Turn a switch of an object over; nothing where the column is no switch."""
        if column in SWITCHES:
            self._set(*turned_over(self.rows[row], SWITCHES[Column(column)][0]))

    def set_colour(self, row: int, colour: QColor) -> None:
        """Give an object another colour."""
        entry = self.rows[row]
        rgb = (colour.red(), colour.green(), colour.blue())
        self._set(f"Colour of {entry.name}", replace(entry, colour=rgb))

    def _set(self, label: str, entry: ObjectInfo) -> bool:
        return self._session.apply(label, edits.set_object(self._session.annotation, entry))

    def _reload(self) -> None:
        objects = self._session.annotation.objects if self._session.is_open else ()
        are_same = [o.id for o in objects] == [o.id for o in self.rows]
        self.show(objects, are_same=are_same)

    def _on_masks(self, frames: tuple[int, ...]) -> None:
        if self._session.t in frames:
            self.redraw()

    def _is_here(self, entry: ObjectInfo) -> bool:
        source = self._session.annotation.track(entry.id)["source"][self._session.t]
        return source not in (Source.NONE, Source.ABSENT)

    def _tip(self, entry: ObjectInfo, column: Column) -> str:
        if column in SWITCHES:
            *_, text, action = SWITCHES[column]
            return self._actions.with_keys(text, action)
        if column == Column.COLOUR:
            text = f"Object {entry.id}: click to change its colour"
            return self._actions.with_keys(text, "set_colour")
        if column == Column.CATEGORY:
            shown = f"Category: {entry.category}" if entry.category else "No category"
            return self._actions.with_keys(f"{shown}\nDouble-click to change it", "set_category")
        rename = self._actions.with_keys("Double-click to rename", "rename_object")
        return f"{describe_here(self._session, entry)}\n{rename}"


def turned_over(entry: ObjectInfo, switch: str) -> tuple[str, ObjectInfo]:
    """Return an object with one of its switches turned over, and what such an edit is called."""
    on = not getattr(entry, switch)
    changes: dict[str, Any] = {switch: on}
    return _LABELS[switch, on].format(entry.name), replace(entry, **changes)


def describe_here(session: Session, entry: ObjectInfo) -> str:
    """Return what is known of an object in the frame shown, on one line."""
    words = describe_record(session.annotation.track(entry.id), session.t)
    return f"{entry.name}: {', '.join(words)}"
