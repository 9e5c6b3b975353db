"""Edits of the list of clips: names, assignees, and what is removed; each can be undone."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping

import msgspec

from vosgui.core.words import counted
from vosgui.errors import ClipError, ProjectError
from vosgui.project.clips import ClipMarks, ProjectClips
from vosgui.project.connection import DAMAGED
from vosgui.project.file import ProjectFile
from vosgui.project.journal import Signature
from vosgui.project.records import RowId

MAX_EDITS, MAX_NAME = 500, 120
_Marks = dict[int, ClipMarks]


class _Stored(msgspec.Struct):
    before: _Marks
    after: _Marks


class ClipEdits:
    """Does, undoes and redoes edits of the list of clips, and keeps them in the project.

    sign : returns who makes an edit now.
    """

    def __init__(
        self, file: ProjectFile, clips: ProjectClips, sign: Callable[[], Signature]
    ) -> None:
        self._file, self._clips, self._sign = file, clips, sign

    def rename(self, clip_id: int, name: str) -> bool:
        """Give a clip another name; False where it has it. Exports write it under that name.

        Raises ClipError where another clip has the name, in whatever case, or it is none.
        """
        name = name.strip()
        if not name or len(name) > MAX_NAME or re.search(r"[\x00-\x1f]", name):
            raise ClipError(
                f"A clip cannot be called {name[:MAX_NAME]!r}. Choose a name of 1 to "
                f"{MAX_NAME} letters."
            )
        others = (*self._clips, *self._clips.removed)
        for one in others:
            if one.id != clip_id and one.name.casefold() == name.casefold():
                where = ", which was removed" if one.is_removed else ""
                raise ClipError(f"There is another clip {one.name}{where}. Choose another name.")
        return self._change("Rename", [clip_id], lambda one: _with(one, name=name))

    def assign(self, clip_ids: Iterable[int], person: str) -> bool:
        """Say who is to work on clips, or with "" that nobody is; False where that is so."""
        who = person.strip()
        return self._change("Assign", clip_ids, lambda one: _with(one, assignee=who))

    def remove(self, clip_ids: Iterable[int]) -> bool:
        """Take clips off the list. Their annotations stay in the project, their files anywhere."""
        return self._change("Remove", clip_ids, lambda one: _with(one, is_removed=True))

    def put_back(self, clip_ids: Iterable[int]) -> bool:
        """Put clips that were removed back on the list."""
        return self._change("Put Back", clip_ids, lambda one: _with(one, is_removed=False))

    @property
    def undo_label(self) -> str:
        """Return what `undo` takes back, in words; empty for nothing."""
        found = self._next(done=True)
        return found[1] if found else ""

    @property
    def redo_label(self) -> str:
        """Return what `redo` does again, in words; empty for nothing."""
        found = self._next(done=False)
        return found[1] if found else ""

    def undo(self) -> str:
        """Take back the last edit and return it in words; empty where there is none.

        Raises ClipError where another clip has taken a name meanwhile.
        """
        return self._step(done=True)

    def redo(self) -> str:
        """Do the last undone edit again and return it in words; empty where there is none."""
        return self._step(done=False)

    def _change(
        self, word: str, clip_ids: Iterable[int], change: Callable[[ClipMarks], ClipMarks]
    ) -> bool:
        before: _Marks = {}
        for clip_id in clip_ids:
            record = self._clips.of_id(clip_id)
            if record is not None and change(record.marks) != record.marks:
                before[clip_id] = record.marks
        if not before:
            return False
        after = {clip_id: change(marks) for clip_id, marks in before.items()}
        label, who = f"{word} {_named(before)}", self._sign()
        data = msgspec.json.encode(_Stored(before, after)).decode()

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM clip_edits WHERE NOT is_done")
            connection.execute(
                "INSERT INTO clip_edits (label, is_done, person, at, data) VALUES (?, 1, ?, ?, ?)",
                (label, who.person, who.at, data),
            )
            connection.execute(
                "DELETE FROM clip_edits WHERE id NOT IN"
                " (SELECT id FROM clip_edits ORDER BY id DESC LIMIT ?)",
                (MAX_EDITS,),
            )

        self._clips.mark(after, keep)
        return True

    def _next(self, *, done: bool) -> tuple[int, str, str] | None:
        order = "DESC" if done else "ASC"
        rows = self._file.rows(
            tuple[RowId, str, str],
            f"SELECT id, label, data FROM clip_edits WHERE is_done = ? ORDER BY id {order} LIMIT 1",
            (done,),
        )
        return rows[0] if rows else None

    def _step(self, *, done: bool) -> str:
        found = self._next(done=done)
        if found is None:
            return ""
        edit_id, label, data = found
        try:
            stored = msgspec.json.decode(data, type=_Stored)
        except msgspec.DecodeError as error:
            raise ProjectError(f"The project {self._file.path} {DAMAGED}.") from error
        marks: Mapping[int, ClipMarks] = stored.before if done else stored.after
        known = {i: one for i, one in marks.items() if self._clips.of_id(i) is not None}

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE clip_edits SET is_done = ? WHERE id = ?", (not done, edit_id)
            )

        self._clips.mark(known, keep)
        return label


def _with(marks: ClipMarks, **changes: object) -> ClipMarks:
    return msgspec.structs.replace(marks, **changes)


def _named(marks: Mapping[int, ClipMarks]) -> str:
    if len(marks) > 1:
        return counted(len(marks), "clip")
    return next(iter(marks.values())).name
