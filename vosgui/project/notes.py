"""What persons say of frames: comments, and what a second person accepts or rejects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vosgui.project.file import ProjectFile
from vosgui.project.records import FrameIndex, ObjectId, RowId

Kind = Literal["comment", "accepted", "rejected"]
_COLUMNS = "id, kind, first, last, object_id, text, person, at, is_done"


@dataclass(frozen=True)
class Note:
    """What a person says of some frames that follow one another.

    object_id : whom it is about; None for nobody alone. at : seconds since 1970.
    is_done : nobody needs to look at it again. What is accepted is done at once.
    """

    id: int
    kind: Kind
    frames: range
    object_id: int | None
    text: str
    person: str
    at: float
    is_done: bool


def notes_by_clip(file: ProjectFile) -> dict[int, list[Note]]:
    """Return the notes of all clips that have some; ProjectError where one is damaged."""
    found: dict[int, list[Note]] = {}
    rows = file.rows(
        tuple[RowId, RowId, Kind, FrameIndex, FrameIndex, ObjectId | None, str, str, float, int],
        f"SELECT clip_id, {_COLUMNS} FROM notes ORDER BY clip_id, first, id",
    )
    for row in rows:
        found.setdefault(row[0], []).append(_note(*row[1:]))
    return found


class ProjectNotes:
    """The notes of one clip in its project file. They are no part of the history of edits."""

    def __init__(self, file: ProjectFile, clip_id: int) -> None:
        self._file, self._clip_id = file, clip_id

    def all(self) -> list[Note]:
        """Return all notes, by frame; ProjectError where one is damaged."""
        rows = self._file.rows(
            tuple[RowId, Kind, FrameIndex, FrameIndex, ObjectId | None, str, str, float, int],
            f"SELECT {_COLUMNS} FROM notes WHERE clip_id = ? ORDER BY first, id",
            (self._clip_id,),
        )
        return [_note(*row) for row in rows]

    def add(
        self, kind: Kind, frames: range, object_id: int | None, text: str, person: str, at: float
    ) -> None:
        """Keep one more note."""
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO notes (clip_id, kind, first, last, object_id, text, person, at,"
                " is_done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._clip_id, kind, frames[0], frames[-1], object_id, text, person, at,
                 kind == "accepted"),
            )  # fmt: skip

    def set_done(self, note_id: int, *, is_done: bool) -> None:
        """Close a note, or open it again."""
        with self._file.writing() as connection:
            connection.execute("UPDATE notes SET is_done = ? WHERE id = ?", (is_done, note_id))

    def remove(self, note_id: int) -> None:
        """Forget a note."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM notes WHERE id = ?", (note_id,))


def _note(
    note_id: int, kind: Kind, first: int, last: int, object_id: int | None, text: str,
    person: str, at: float, is_done: int,
) -> Note:  # fmt: skip
    frames = range(first, max(first, last) + 1)
    return Note(note_id, kind, frames, object_id, text, person, at, is_done == 1)
