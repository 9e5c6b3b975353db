"""The clips of a project: by reference, never copied, and never silently replaced."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from vosgui.core.annotation import Header
from vosgui.core.clip import ClipInfo
from vosgui.core.words import free_name
from vosgui.errors import ClipError, ProjectError
from vosgui.project.encoding import encode_header
from vosgui.project.file import ProjectFile
from vosgui.project.records import COLUMNS, ClipRow, Frames


@dataclass(frozen=True)
class ClipRecord:
    """What a project knows of one of its clips.

    name : of the clip in this project; no two are the same.
    info : as the clip was when it was added; `info.path` is where it was last seen.
    stored_path : relative to the project's folder, with slashes, where there is such a path.
    n_bytes : size of a video file; None for a folder of images.
    """

    id: int
    name: str
    info: ClipInfo
    stored_path: str
    n_bytes: int | None

    def misfit(self, info: ClipInfo) -> str:
        """Return in what another clip differs from this one, or an empty string."""
        mine = self.info
        if info.n_frames != mine.n_frames:
            return f"it has {info.n_frames} frames, not {mine.n_frames}"
        if info.hw != mine.hw:
            return f"it is {info.hw[1]}x{info.hw[0]}, not {mine.hw[1]}x{mine.hw[0]}"
        if info.frame_names != mine.frame_names:
            return "its frames have other names"
        if info.fingerprint != mine.fingerprint:
            return "its content differs"
        return ""

    def check(self, info: ClipInfo) -> None:
        """Raise ClipError where an opened clip is not this one, which was annotated."""
        misfit = self.misfit(info)
        if misfit:
            raise ClipError(
                f"{info.path} is not the clip {self.name} that was annotated: {misfit}. "
                "Choose the file or folder that was."
            )


class ProjectClips(Collection[ClipRecord]):
    """The clips of a project, in the order in which they were added."""

    def __init__(self, file: ProjectFile) -> None:
        self._file = file
        rows = file.rows(ClipRow, f"SELECT {COLUMNS} FROM clips ORDER BY id")
        self._records = {record.id: record for record in (_record(file.path, row) for row in rows)}
        self._names = {record.name for record in self}
        self._at: dict[Path, list[int]] = {}  # the clips at a path
        for record in self:
            self._at.setdefault(record.info.path, []).append(record.id)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[ClipRecord]:
        return iter(tuple(self._records.values()))

    def __contains__(self, record: object) -> bool:
        return record in self._records.values()

    def __getitem__(self, n: int) -> ClipRecord:
        return tuple(self._records.values())[n]

    def add(self, info: ClipInfo) -> ClipRecord:
        """Add a clip by reference and return its record; the same clip is not added twice."""
        info = replace(info, path=info.path.absolute())
        there = self._at.setdefault(info.path, [])
        for clip_id in there:
            if not self._records[clip_id].misfit(info):
                return self._records[clip_id]
        name = free_name(info.name, self._names.__contains__)
        stored_path, n_bytes = relative_path(info.path, self._file.path.parent), _n_bytes(info.path)
        frames = msgspec.json.encode(Frames(info.frame_names, info.times_s)).decode()
        with self._file.writing() as connection:
            cursor = connection.execute(
                f"INSERT INTO clips ({COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(name, stored_path, str(info.path), n_bytes),
                    *(info.name, *info.hw, info.rate, info.fingerprint, frames),
                    info.n_frames,
                ),
            )
            assert cursor.lastrowid is not None
            connection.execute(
                "INSERT INTO annotations (clip_id, header) VALUES (?, ?)",
                (cursor.lastrowid, encode_header(Header())),
            )
        record = ClipRecord(cursor.lastrowid, name, info, stored_path, n_bytes)
        self._records[record.id] = record
        self._names.add(name)
        there.append(record.id)
        return record

    def locate(self, record: ClipRecord) -> Path:
        """Return where a clip lies, seen from the project first, then where it was last.

        Raises ClipError where it is at neither place, or is a file of another size.
        """
        for path in (_from_project(self._file.path, record.stored_path), record.info.path):
            if path.exists():
                if _n_bytes(path) != record.n_bytes:
                    raise ClipError(
                        f"The clip {record.name} at {path} has changed since it was annotated. "
                        "Put the old file back, or say where it is now."
                    )
                return path
        raise ClipError(
            f"The clip {record.name} is not at {record.info.path} any more. "
            "Put it back, or say where it is now.",
            option="in the window",
        )

    def relocate(self, record: ClipRecord, info: ClipInfo) -> ClipRecord:
        """Note where a moved clip lies now; raise ClipError where it is another clip.

        A project that is read-only knows it until it is closed.
        """
        record.check(info)
        path = info.path.absolute()
        moved = replace(record, info=replace(record.info, path=path))
        if not self._file.is_read_only:
            stored_path, n_bytes = relative_path(path, self._file.path.parent), _n_bytes(path)
            with self._file.writing() as connection:
                connection.execute(
                    "UPDATE clips SET path = ?, absolute_path = ?, n_bytes = ? WHERE id = ?",
                    (stored_path, str(path), n_bytes, record.id),
                )
            moved = replace(moved, stored_path=stored_path, n_bytes=n_bytes)
        self._at[self._records[record.id].info.path].remove(record.id)
        self._at.setdefault(path, []).append(record.id)
        self._records[record.id] = moved
        return moved

    def rebase(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Rewrite the paths of all clips for a project file in another folder."""
        connection.executemany(
            "UPDATE clips SET path = ?, absolute_path = ? WHERE id = ?",
            (
                (relative_path(record.info.path, folder), str(record.info.path), record.id)
                for record in self
            ),
        )


def relative_path(path: Path, folder: Path) -> str:
    """Return a path seen from a folder, with slashes; absolute where there is none."""
    try:
        return Path(os.path.relpath(path, folder.absolute())).as_posix()
    except ValueError:  # on another drive
        return path.absolute().as_posix()


def _from_project(project: Path, stored_path: str) -> Path:
    return Path(os.path.normpath(project.absolute().parent / stored_path))


def _n_bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise ClipError(f"The clip {path} cannot be read: {error.strerror or error}.") from error


def _record(project: Path, row: ClipRow) -> ClipRecord:
    try:
        frames = msgspec.json.decode(row.frames, type=Frames)
        if not len(frames.names) == len(frames.times_s) == row.n_frames > 0:
            raise msgspec.ValidationError("another number of frames than there are names or times")
    except msgspec.DecodeError as error:
        raise ProjectError(
            f"The project {project} is damaged: the clip {row.name} cannot be read. "
            "Go back to a backup copy of it."
        ) from error
    beside = _from_project(project, row.path)
    info = ClipInfo(
        beside if beside.exists() else Path(row.absolute_path),
        row.clip_name,
        (row.height, row.width),
        frames.names,
        frames.times_s,
        row.rate,
        row.fingerprint,
    )
    return ClipRecord(row.id, row.name, info, row.path, row.n_bytes)
