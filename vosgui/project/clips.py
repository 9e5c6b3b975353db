"""The clips of a project: by reference, never copied, and never silently replaced."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from vosgui.core.annotation import Header
from vosgui.core.clip import ClipInfo
from vosgui.core.words import counted, free_name
from vosgui.errors import ClipError, ProjectError
from vosgui.project.encoding import encode_header
from vosgui.project.file import Change, ProjectFile
from vosgui.project.records import COLUMNS, ClipRow, Frames, Text

LAST_CLIP = "last_clip"  # the setting of the project with the highest number of a deleted clip
_NEXT_ID = (
    "1 + max((SELECT ifnull(max(id), 0) FROM clips), ifnull((SELECT CAST(value AS INTEGER)"
    f" FROM settings WHERE clip_id = 0 AND key = '{LAST_CLIP}'), 0))"
)


class ClipMarks(msgspec.Struct, frozen=True):
    """What a person can change of a clip in the list, see `ClipRecord`."""

    name: Text
    assignee: str
    is_removed: bool


@dataclass(frozen=True)
class ClipRecord:
    """What a project knows of one of its clips.

    name : of the clip in this project; no two are the same.
    info : as the clip was when it was added; `info.path` is where it was last seen.
    stored_path : relative to the project's folder, with slashes, where there is such a path.
    n_bytes : size of a video file; None for a folder of images.
    assignee : who is to work on it, empty for nobody.
    is_removed : taken off the list of clips, and kept with all that was done.
    """

    id: int
    name: str
    info: ClipInfo
    stored_path: str
    n_bytes: int | None
    assignee: str = ""
    is_removed: bool = False

    @property
    def marks(self) -> ClipMarks:
        """Return what can be changed of it."""
        return ClipMarks(self.name, self.assignee, self.is_removed)

    def misfit(self, info: ClipInfo) -> str:
        """Return in what another clip differs from this one, or an empty string."""
        mine = self.info
        if info.n_frames != mine.n_frames:
            return f"it has {counted(info.n_frames, 'frame')}, not {mine.n_frames}"
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
    """The clips of a project that were not removed, in the order in which they were added."""

    def __init__(self, file: ProjectFile) -> None:
        self._file = file
        rows = file.rows(ClipRow, f"SELECT {COLUMNS} FROM clips ORDER BY id")
        self._records = {record.id: record for record in (_record(file.path, row) for row in rows)}
        self._names = Counter(record.name for record in self._records.values())
        self._at: dict[Path, list[int]] = {}  # the clips at a path
        for record in self._records.values():
            self._at.setdefault(record.info.path, []).append(record.id)
        self._listed = self._not_removed()

    def _not_removed(self) -> tuple[ClipRecord, ...]:
        return tuple(one for one in self._records.values() if not one.is_removed)

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[ClipRecord]:
        return iter(self._listed)

    def __contains__(self, record: object) -> bool:
        return record in self._listed

    def __getitem__(self, n: int) -> ClipRecord:
        return self._listed[n]

    def of_id(self, clip_id: int) -> ClipRecord | None:
        """Return a clip, also a removed one; None where there is none of this id."""
        return self._records.get(clip_id)

    @property
    def removed(self) -> tuple[ClipRecord, ...]:
        """Return the clips that were removed, in the order in which they were added."""
        return tuple(one for one in self._records.values() if one.is_removed)

    def find(self, info: ClipInfo) -> ClipRecord | None:
        """Return the record of a clip that was added, be it removed again; None where none was."""
        there = (self._records[one] for one in self._at.get(info.path.absolute(), ()))
        return next((one for one in there if not one.misfit(info)), None)

    def add(self, info: ClipInfo) -> ClipRecord:
        """Add a clip by reference and return its record; the same clip is not added twice.

        One that was removed is put back, with all that was done.
        """
        info = replace(info, path=info.path.absolute())
        if (found := self.find(info)) is not None:
            if found.is_removed:
                self.mark({found.id: ClipMarks(found.name, found.assignee, False)})
            return self._records[found.id]
        name = free_name(info.name, lambda one: self._names[one] > 0)
        stored_path, n_bytes = relative_path(info.path, self._file.path.parent), _n_bytes(info.path)
        frames = msgspec.json.encode(Frames(info.frame_names, info.times_s)).decode()
        with self._file.writing() as connection:
            cursor = connection.execute(
                f"INSERT INTO clips ({COLUMNS})"
                f" VALUES ({_NEXT_ID}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
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
        self._listed = (*self._listed, record)
        self._names[name] += 1
        self._at.setdefault(info.path, []).append(record.id)
        return record

    def mark(self, marks: Mapping[int, ClipMarks], also: Change = lambda _connection: None) -> None:
        """Change names, assignees, and which clips are removed, by id: all, or where it fails none.

        also : is written in the same transaction. Raises ClipError where two clips would be of one
        name, also of one that was removed.
        """
        names = Counter(self._names)
        names.subtract(self._records[one].name for one in marks)
        for mark in marks.values():
            if names[mark.name] > 0:
                raise ClipError(f"There is another clip {mark.name}. Choose another name.")
            names[mark.name] += 1
        with self._file.writing() as connection:
            # No two clips may have one name, not even in between.
            connection.executemany(
                "UPDATE clips SET name = '\x01' || id WHERE id = ?", [(one,) for one in marks]
            )
            connection.executemany(
                "UPDATE clips SET name = ?, assignee = ?, is_removed = ? WHERE id = ?",
                [(one.name, one.assignee, one.is_removed, i) for i, one in marks.items()],
            )
            also(connection)
        for i, one in marks.items():
            self._records[i] = replace(
                self._records[i],
                name=one.name, assignee=one.assignee, is_removed=one.is_removed,
            )  # fmt: skip
        self._names, self._listed = names, self._not_removed()

    def forget(self, clip_ids: Iterable[int]) -> None:
        """Leave out clips that were deleted from the file, see `deleted_clips`."""
        for clip_id in clip_ids:
            record = self._records.pop(clip_id)
            self._names[record.name] -= 1
            self._at[record.info.path].remove(clip_id)
        self._listed = self._not_removed()

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
        self._listed = self._not_removed()
        return moved

    def rebase(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Rewrite the paths of all clips for a project file in another folder."""
        connection.executemany(
            "UPDATE clips SET path = ?, absolute_path = ? WHERE id = ?",
            (
                (relative_path(record.info.path, folder), str(record.info.path), record.id)
                for record in self._records.values()
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
    return ClipRecord(
        row.id, row.name, info, row.path, row.n_bytes, row.assignee, bool(row.is_removed)
    )
