"""What persons say of frames: comments, and what a second person accepts or rejects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from vosgui.core.quality.clip_state import Accepted, ClipCounts, ClipState, state_of
from vosgui.project.file import ProjectFile
from vosgui.project.records import FrameIndex, ObjectId, RowId

Kind = Literal["comment", "accepted", "rejected"]
_COLUMNS = "id, kind, first, last, object_id, text, person, at, is_done, prints"


class _Row(msgspec.Struct, array_like=True):
    """A row of `notes`, in the order of `_COLUMNS`, with its clip."""

    id: RowId
    kind: Kind
    first: FrameIndex
    last: FrameIndex
    object_id: ObjectId | None
    text: str
    person: str
    at: float
    is_done: int
    prints: bytes | None
    clip_id: RowId


@dataclass(frozen=True)
class Note:
    """What a person says of some frames that follow one another.

    object_id : whom it is about; None for nobody alone. at : seconds since 1970.
    is_done : nobody needs to look at it again. What is accepted is done at once.
    prints : of the masks of its frames as they were accepted; None where they were not kept.
    """

    id: int
    kind: Kind
    frames: range
    object_id: int | None
    text: str
    person: str
    at: float
    is_done: bool
    prints: tuple[int, ...] | None = None


@dataclass(frozen=True)
class LastEdit:
    """The last edit of a clip: who made it, and when; None where that is not kept."""

    person: str | None
    at: float | None


def last_edit(file: ProjectFile, clip_id: int) -> LastEdit | None:
    """Return the last edit of a clip; None where there is none."""
    rows = file.rows(
        tuple[str | None, float | None],
        "SELECT person, at FROM edits WHERE clip_id = ? ORDER BY place DESC LIMIT 1",
        (clip_id,),
    )
    return LastEdit(*rows[0]) if rows else None


def state_of_clip(n_frames: int, counts: ClipCounts, notes: Collection[Note]) -> ClipState:
    """Return how far a clip is, by what was counted and what persons have said of it."""
    return state_of(
        counts,
        n_frames,
        [Accepted(one.frames, one.prints) for one in notes if one.kind == "accepted"],
        has_open_note=any(not one.is_done and one.kind != "accepted" for one in notes),
    )


def notes_by_clip(file: ProjectFile) -> dict[int, list[Note]]:
    """Return the notes of all clips that have some; ProjectError where one is damaged."""
    found: dict[int, list[Note]] = {}
    rows = file.rows(_Row, f"SELECT {_COLUMNS}, clip_id FROM notes ORDER BY clip_id, first, id")
    for row in rows:
        found.setdefault(row.clip_id, []).append(_note(row))
    return found


class ProjectNotes:
    """The notes of one clip in its project file. They are no part of the history of edits."""

    def __init__(self, file: ProjectFile, clip_id: int) -> None:
        self._file, self._clip_id = file, clip_id

    def all(self) -> list[Note]:
        """Return all notes, by frame; ProjectError where one is damaged."""
        rows = self._file.rows(
            _Row,
            f"SELECT {_COLUMNS}, clip_id FROM notes WHERE clip_id = ? ORDER BY first, id",
            (self._clip_id,),
        )
        return [_note(row) for row in rows]

    def add(
        self,
        kind: Kind,
        frames: range,
        object_id: int | None,
        text: str,
        person: str,
        at: float,
        prints: tuple[int, ...] | None = None,
    ) -> None:
        """Keep one more note. prints : of the masks of these frames, which are accepted."""
        kept = None if prints is None else np.array(prints, "<u4").tobytes()
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO notes (clip_id, kind, first, last, object_id, text, person, at,"
                " is_done, prints) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._clip_id, kind, frames[0], frames[-1], object_id, text, person, at,
                 kind == "accepted", kept),
            )  # fmt: skip

    def set_done(self, note_id: int, *, is_done: bool) -> None:
        """Close a note, or open it again."""
        with self._file.writing() as connection:
            connection.execute("UPDATE notes SET is_done = ? WHERE id = ?", (is_done, note_id))

    def remove(self, note_id: int) -> None:
        """Forget a note."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM notes WHERE id = ?", (note_id,))


def _note(row: _Row) -> Note:
    frames, stored = range(row.first, max(row.first, row.last) + 1), row.prints or b""
    is_whole = row.prints is not None and len(stored) == 4 * len(frames)
    return Note(
        row.id, row.kind, frames, row.object_id, row.text, row.person, row.at, row.is_done == 1,
        tuple(np.frombuffer(stored, "<u4").tolist()) if is_whole else None,
    )  # fmt: skip
