"""The expressions of the current object as rows of a table; what is set in it becomes an edit."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from vosgui.core import edits
from vosgui.core.annotation import Expression
from vosgui.core.expressions import Duplicates, find_duplicates
from vosgui.ui.session.session import Session
from vosgui.ui.style.tables import Index, RowsModel
from vosgui.ui.style.theme import roles


class Column(IntEnum):
    """What stands in which column."""

    TEXT = 0
    SCOPE = 1


class ExpressionModel(RowsModel):
    """One row per expression of the current object, in its order."""

    rows: tuple[Expression, ...]
    columns = Column
    typed = (Column.TEXT,)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._object_id = 0
        self._duplicates: dict[int, Duplicates] = {}
        session.clip_changed.connect(self._follow)
        session.objects_changed.connect(self._follow)
        session.object_changed.connect(self._follow)
        self._follow()

    def duplicates(self, row: int) -> Duplicates | None:
        """Return the expressions that have the same words as this one, or None."""
        return self._duplicates.get(row)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        expression, duplicates = self.rows[index.row()], self._duplicates.get(index.row())
        is_text = index.column() == Column.TEXT
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return expression.text if is_text else _scope(expression, duplicates)
        if role == Qt.ItemDataRole.ForegroundRole and (duplicates or not is_text):
            return QColor(roles().warning if duplicates else roles().muted)
        if role == Qt.ItemDataRole.ToolTipRole:
            if not is_text:
                return "Written from the first frame alone or from the whole clip: click to change"
            said = f"{describe(duplicates, self._object_id)}\n" if duplicates else ""
            return f"{expression.text}\n{said}Double-click to change it"
        return None

    def take(self, row: int, column: int, text: str) -> bool:
        """Make an edit of an expression that was typed; from then on it is this object's own."""
        changed = replace(self.rows[row], text=" ".join(text.split()), shared=False)
        return bool(text) and self._set("Change expression of {}", row, changed)

    def add(self, text: str) -> bool:
        """Add an expression from the whole clip at the end; False where there are no words."""
        text = " ".join(text.split())
        new = (*self.rows, Expression(text))
        return bool(text) and self._apply("Add expression to {}", new)

    def remove(self, row: int) -> bool:
        """Remove an expression."""
        rows = (*self.rows[:row], *self.rows[row + 1 :])
        return self._apply("Remove expression of {}", rows)

    def move(self, row: int, by: int) -> bool:
        """Move an expression up (-1) or down (1); False at the list's end."""
        if not 0 <= row + by < len(self.rows):
            return False
        rows = list(self.rows)
        rows.insert(row + by, rows.pop(row))
        return self._apply("Reorder expressions of {}", tuple(rows))

    def toggle_scope(self, row: int) -> bool:
        """Say that an expression is from the first frame alone, or from the whole clip again."""
        old = self.rows[row]
        label = "Expression of {}: " + ("whole clip" if old.first_frame_only else "first frame")
        return self._set(
            label, row, replace(old, first_frame_only=not old.first_frame_only, shared=False)
        )

    def _set(self, label: str, row: int, expression: Expression) -> bool:
        rows = (*self.rows[:row], expression, *self.rows[row + 1 :])
        return self._apply(label, rows)

    def _apply(self, label: str, rows: tuple[Expression, ...]) -> bool:
        entry = self._session.current_object
        if entry is None:
            return False
        changed = replace(entry, expressions=rows)
        part = edits.set_object(self._session.annotation, changed)
        return self._session.apply(label.format(entry.name), part)

    def _follow(self) -> None:
        """Take on the current object's expressions; nothing where they are the same."""
        entry = self._session.current_object
        object_id, rows = (entry.id, entry.expressions) if entry else (0, ())
        duplicates = _duplicates_of(self._session, object_id)
        if (object_id, rows, duplicates) != (self._object_id, self.rows, self._duplicates):
            are_same = (object_id, len(rows)) == (self._object_id, len(self.rows))
            self._object_id, self._duplicates = object_id, duplicates
            self.show(rows, are_same=are_same)


def describe(duplicates: Duplicates, object_id: int) -> str:
    """Return what else is called so, beside an expression of this object."""
    others = [str(other) for other in duplicates.object_ids if other != object_id]
    if not others:
        return f"Duplicate: this object has it {len(duplicates.places)} times"
    word = "object" if len(others) == 1 else "objects"
    return f"Ambiguous: also said of {word} {', '.join(others)}"


def _scope(expression: Expression, duplicates: Duplicates | None) -> str:
    scope = "first frame" if expression.first_frame_only else "whole clip"
    if expression.shared:
        scope += "\nwith others"
    if duplicates is None:
        return scope
    return f"{scope}\n{'ambiguous' if duplicates.is_ambiguous else 'duplicate'}"


def _duplicates_of(session: Session, object_id: int) -> dict[int, Duplicates]:
    """Return the duplicates of each of an object's expressions that has some."""
    if not object_id:
        return {}
    return {
        row: duplicates
        for duplicates in find_duplicates(session.annotation.objects)
        for owner, row in duplicates.places
        if owner == object_id
    }
