"""The journal of one clip's edits in its project file: every edit is on disk when it returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import Edit
from vosgui.errors import ProjectError
from vosgui.project.encoding import (
    Damaged,
    decode_header,
    decode_mask,
    decode_part,
    encode_header,
    encode_part,
    seal,
    track_of,
)
from vosgui.project.file import ProjectFile
from vosgui.project.records import Count, FrameIndex, ObjectId, Place, RowId, Side

HISTORY_BYTES = 1 << 30


@dataclass(frozen=True)
class Signature:
    """Who makes an edit, and when, in seconds since 1970; None where that is not to be kept."""

    person: str | None = None
    at: float | None = None


class ProjectJournal:
    """Keeps the edits of one clip and, in the same transactions, its annotation as it now is.

    Implements `core.journal.Journal`. Nothing is held in memory: after a failed write there is
    nothing to put right, and another clip's journal may forget edits of this one.

    max_bytes : of the history of all clips of the project; the oldest edits are forgotten first.
    sign : returns who makes an edit now.
    """

    def __init__(
        self,
        file: ProjectFile,
        clip_id: int,
        max_bytes: int = HISTORY_BYTES,
        sign: Callable[[], Signature] = Signature,
    ) -> None:
        self._file, self._sign = file, sign
        self._clip_id = clip_id
        self._max_bytes = max_bytes

    @property
    def n_edits(self) -> int:
        """Return how many edits are kept, done and undone."""
        first, last = self._places()
        return last - first + 1

    @property
    def n_done(self) -> int:
        """Return how many of them are done."""
        return self._n_done_of(self.n_edits)

    def _n_done_of(self, n_edits: int) -> int:
        found = self._file.rows(
            tuple[Count], "SELECT n_done FROM annotations WHERE clip_id = ?", (self._clip_id,)
        )
        if len(found) != 1 or found[0][0] > n_edits:
            raise self._damaged("it has another number of edits than it says")
        return found[0][0]

    def label(self, index: int) -> str:
        """Return the label of edit number `index`."""
        return self._edit(index)[1]

    def serial(self, index: int) -> int:
        """Return the number of this edit alone; no other edit ever has it, not after a restart."""
        return self._edit(index)[0]

    def load(self, index: int) -> Edit:
        """Return edit number `index`; raise ProjectError where it is damaged."""
        edit_id, label, t = self._edit(index)
        rows = self._file.rows(
            tuple[bytes], "SELECT data FROM parts WHERE edit_id = ? ORDER BY n", (edit_id,)
        )
        try:
            hw, n_frames = size_of_clip(self._file, self._clip_id)
            return Edit(label, tuple(decode_part(data, hw, n_frames) for (data,) in rows), t)
        except Damaged as error:
            raise ProjectError(
                f"The project {self._file.path} is damaged: the edit {label!r} cannot be read. "
                "The masks themselves are kept apart from the history and are still there."
            ) from error

    def push(self, label: str, part: Part, annotation: Annotation, t: int | None) -> int:
        """Drop the undone edits and add one; return its serial number."""
        data, signature = encode_part(part), self._sign()
        with self._file.writing() as connection:
            self._drop_undone(connection)
            first, last = self._places()
            cursor = connection.execute(
                "INSERT INTO edits (clip_id, place, label, n_bytes, t, person, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._clip_id, last + 1, label, len(data), t, signature.person, signature.at),
            )
            serial = cursor.lastrowid
            assert serial is not None
            connection.execute("INSERT INTO parts VALUES (?, 0, ?)", (serial, data))
            self._set_done(connection, last + 1 - first + 1)
            self._store(connection, (part,), annotation)
            self._forget(connection, last + 1)
        return serial

    def extend(self, serial: int, part: Part, annotation: Annotation) -> None:
        """Add a part to an edit of this clip, if it is not forgotten."""
        data = encode_part(part)
        with self._file.writing() as connection:
            place = self._place_of(serial)
            if place is not None:
                connection.execute(
                    "INSERT INTO parts SELECT ?, max(n) + 1, ? FROM parts WHERE edit_id = ?",
                    (serial, data, serial),
                )
                connection.execute(
                    "UPDATE edits SET n_bytes = n_bytes + ? WHERE id = ?", (len(data), serial)
                )
            self._store(connection, (part,), annotation)
            if place is not None:
                self._forget(connection, place)

    def sink(self, serial: int, sunk: Sequence[int]) -> None:
        """Put edits beneath another one."""
        with self._file.writing() as connection:
            rows = self._file.rows(
                tuple[RowId, Place],
                "SELECT id, place FROM edits WHERE clip_id = ? ORDER BY place",
                (self._clip_id,),
            )
            ids = [edit_id for edit_id, _ in rows]
            sinking = [edit_id for edit_id in ids if edit_id in sunk]
            order = [edit_id for edit_id in ids if edit_id not in sunk]
            at = order.index(serial) if serial in order else 0
            order[at:at] = sinking
            changed = [
                (place, edit_id)
                for edit_id, (was, place) in zip(order, rows, strict=True)
                if edit_id != was
            ]
            # No two edits may have one place, not even in between.
            for sign in (-1, 1):
                connection.executemany(
                    "UPDATE edits SET place = ? WHERE id = ?",
                    [(sign * place, edit_id) for place, edit_id in changed],
                )

    def drop_undone(self) -> None:
        """Forget what could be done again."""
        with self._file.writing() as connection:
            self._drop_undone(connection)

    def move(self, n_done: int, touched: tuple[Part, ...], annotation: Annotation) -> None:
        """Note that now the first `n_done` edits are done, and keep what that changed."""
        with self._file.writing() as connection:
            self._set_done(connection, n_done)
            self._store(connection, touched, annotation)

    def _drop_undone(self, connection: sqlite3.Connection) -> None:
        first, last = self._places()
        undone = (self._clip_id, first + self._n_done_of(last - first + 1))
        connection.execute("DELETE FROM edits WHERE clip_id = ? AND place >= ?", undone)

    def _place_of(self, serial: int) -> int | None:
        found = self._file.rows(tuple[Place], "SELECT place FROM edits WHERE id = ?", (serial,))
        return found[0][0] if found else None

    def _places(self) -> tuple[int, int]:
        """Return the places of the first and the last edit; (1, 0) where there is none."""
        end = "(SELECT {}(place) FROM edits WHERE clip_id = ?1)"  # each from the index
        statement = f"SELECT {end.format('min')}, {end.format('max')}"
        ((first, last),) = self._file.rows(
            tuple[Place | None, Place | None], statement, (self._clip_id,)
        )
        return (1, 0) if first is None or last is None else (first, last)

    def _edit(self, index: int) -> tuple[int, str, int | None]:
        first, last = self._places()
        if not 0 <= index <= last - first:
            raise IndexError(index)
        rows = self._file.rows(
            tuple[RowId, str, FrameIndex | None],
            "SELECT id, label, t FROM edits WHERE clip_id = ? AND place = ?",
            (self._clip_id, first + index),
        )
        if not rows:
            raise self._damaged("an edit is missing")
        return rows[0]

    def _damaged(self, how: str) -> ProjectError:
        return ProjectError(
            f"The project {self._file.path} is damaged: {how}. Go back to a backup copy of it."
        )

    def _set_done(self, connection: sqlite3.Connection, n_done: int) -> None:
        connection.execute(
            "UPDATE annotations SET n_done = ? WHERE clip_id = ?", (n_done, self._clip_id)
        )

    def _store(
        self, connection: sqlite3.Connection, parts: Iterable[Part], annotation: Annotation
    ) -> None:
        """Write the masks, tracks and header that the parts have touched, as they now are."""
        frames: set[int] = set()
        tracks: dict[int, set[int]] = {}
        header = False
        for part in parts:
            frames.update(patch.t for patch in part.masks)
            for patch in part.tracks:
                tracks.setdefault(patch.object_id, set()).update(patch.frames.tolist())
            header = header or part.header is not None
        clip_id = self._clip_id
        packed = ((t, annotation.packed(t)) for t in sorted(frames))
        connection.executemany(
            "INSERT INTO masks VALUES (?, ?, ?)"
            " ON CONFLICT (clip_id, t) DO UPDATE SET packed = excluded.packed",
            ((clip_id, t, seal(mask.to_bytes())) for t, mask in packed if mask is not None),
        )
        for object_id, touched in tracks.items():
            where = sorted(touched)
            records = annotation.track(object_id)[np.array(where, np.intp)]
            connection.executemany(
                "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?)",
                ((clip_id, object_id, t, records[i].tobytes()) for i, t in enumerate(where)),
            )
        connection.execute(
            "UPDATE annotations SET last_revision = ? WHERE clip_id = ?",
            (annotation.last_revision, clip_id),
        )
        connection.execute("DELETE FROM counts WHERE clip_id = ?", (clip_id,))
        self._file.n_changes[clip_id] += 1
        if header:
            connection.execute(
                "UPDATE annotations SET header = ? WHERE clip_id = ?",
                (encode_header(annotation.header), clip_id),
            )

    def _forget(self, connection: sqlite3.Connection, place: int) -> None:
        """Drop the oldest edits of any clip while the history is too large.

        place : of the edit that is written just now; it stays, with what is above it.
        """
        if self._file.size_bytes() <= self._max_bytes:
            return  # the history is a part of the file, so it cannot be larger
        ((total,),) = self._file.rows(tuple[Count], "SELECT sum(n_bytes) FROM edits")
        while total > self._max_bytes:
            oldest = self._file.rows(
                tuple[RowId],
                "SELECT clip_id FROM edits WHERE NOT (clip_id = ? AND place >= ?)"
                " ORDER BY id LIMIT 1",
                (self._clip_id, place),
            )
            if not oldest:
                return
            total -= ProjectJournal(self._file, oldest[0][0])._forget_one(connection)

    def _forget_one(self, connection: sqlite3.Connection) -> int:
        """Drop the oldest edit of this clip, or its last where all are undone; return its bytes.

        What is done can then be undone less far; what is undone can be redone less far.
        """
        first, last = self._places()
        n_done = self.n_done
        if n_done:
            self._set_done(connection, n_done - 1)
        key = (self._clip_id, first if n_done else last)
        statement = "SELECT n_bytes FROM edits WHERE clip_id = ? AND place = ?"
        ((n_bytes,),) = self._file.rows(tuple[Count], statement, key)
        connection.execute("DELETE FROM edits WHERE clip_id = ? AND place = ?", key)
        return n_bytes


@dataclass(frozen=True)
class Loaded:
    """An annotation as it was read. n_changes : how often it had changed by then."""

    annotation: Annotation
    n_changes: int


def load(file: ProjectFile, clip_id: int) -> Loaded:
    """Return the annotation of a clip, read in any thread; raise what `load_annotation` raises."""
    n_changes = file.n_changes[clip_id]
    return Loaded(load_annotation(file, clip_id), n_changes)


def size_of_clip(file: ProjectFile, clip_id: int) -> tuple[tuple[int, int], int]:
    """Return height and width of a clip, and how many frames it has."""
    rows = file.rows(
        tuple[Side, Side, FrameIndex],
        "SELECT height, width, n_frames FROM clips WHERE id = ?",
        (clip_id,),
    )
    if not rows:
        raise ProjectError(f"The project {file.path} has no clip number {clip_id}.")
    height, width, n_frames = rows[0]
    return (height, width), n_frames


def load_annotation(file: ProjectFile, clip_id: int) -> Annotation:
    """Return the annotation of a clip as it was left; raise ProjectError where it is damaged."""
    hw, n_frames = size_of_clip(file, clip_id)
    tracks: dict[int, list[tuple[int, bytes]]] = {}
    for object_id, t, record in file.rows(
        tuple[ObjectId, FrameIndex, bytes],
        "SELECT object_id, t, cell FROM cells WHERE clip_id = ?",
        (clip_id,),
    ):
        tracks.setdefault(object_id, []).append((t, record))
    masks = file.rows(
        tuple[FrameIndex, bytes], "SELECT t, packed FROM masks WHERE clip_id = ?", (clip_id,)
    )
    about = file.rows(
        tuple[str, Count], "SELECT header, last_revision FROM annotations WHERE clip_id = ?",
        (clip_id,),
    )  # fmt: skip
    try:
        if len(about) != 1 or any(t >= n_frames for t, _ in masks):
            raise Damaged
        header, last_revision = about[0]
        annotation = Annotation(hw, n_frames, decode_header(header))
        annotation.load(
            {t: decode_mask(packed, hw) for t, packed in masks},
            {object_id: track_of(n_frames, pairs) for object_id, pairs in tracks.items()},
            last_revision,
        )
    except Damaged as error:
        raise ProjectError(
            f"The project {file.path} is damaged: the annotation of its clip number {clip_id} "
            "cannot be read. Go back to a backup copy of it."
        ) from error
    return annotation
