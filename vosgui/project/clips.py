"""The clips of a project: by reference, never copied, and never silently replaced."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from vosgui.core.annotation import Header
from vosgui.core.clip import ClipInfo
from vosgui.errors import ClipError, ProjectError
from vosgui.project.encoding import encode_header
from vosgui.project.file import ProjectFile

_COLUMNS = (
    "id, name, path, absolute_path, n_bytes, clip_name, height, width, rate, fingerprint, frames"
)


class _Frames(msgspec.Struct):
    names: tuple[str, ...]
    times_s: tuple[float, ...]


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


def read_clips(file: ProjectFile) -> list[ClipRecord]:
    """Return all clips of a project, in the order in which they were added."""
    return [
        _record(file.path, *row) for row in file.rows(f"SELECT {_COLUMNS} FROM clips ORDER BY id")
    ]


def add_clip(file: ProjectFile, info: ClipInfo, taken: Collection[str]) -> ClipRecord:
    """Add a clip under a name that is not taken."""
    name, n = info.name, 2
    while name in taken:
        name, n = f"{info.name}-{n}", n + 1
    info = replace(info, path=info.path.absolute())
    stored_path = relative_path(info.path, file.path.parent)
    n_bytes = _n_bytes(info.path)
    frames = msgspec.json.encode(_Frames(info.frame_names, info.times_s)).decode()
    with file.writing() as connection:
        cursor = connection.execute(
            f"INSERT INTO clips ({_COLUMNS}, n_frames)"
            " VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    return ClipRecord(cursor.lastrowid, name, info, stored_path, n_bytes)


def locate_clip(project: Path, record: ClipRecord) -> Path:
    """Return where a clip lies, seen from the project first, then where it was last.

    Raises ClipError where it is at neither place, or is a file of another size.
    """
    for path in (_from_project(project, record.stored_path), record.info.path):
        if path.exists():
            if _n_bytes(path) != record.n_bytes:
                raise ClipError(
                    f"The clip {record.name} at {path} has changed since it was annotated. "
                    "Put the old file back, or say where it is now."
                )
            return path
    raise ClipError(
        f"The clip {record.name} is not at {record.info.path} any more. "
        "Put it back, or open the project in the window and say where it is now."
    )


def check_clip(record: ClipRecord, info: ClipInfo) -> None:
    """Raise ClipError where `info` is not the clip of the record."""
    misfit = record.misfit(info)
    if misfit:
        raise ClipError(
            f"{info.path} is not the clip {record.name} that was annotated: {misfit}. "
            "Choose the file or folder that was."
        )


def set_clip_path(file: ProjectFile, record: ClipRecord, info: ClipInfo) -> ClipRecord:
    """Note where a clip lies now."""
    path = info.path.absolute()
    stored_path, n_bytes = relative_path(path, file.path.parent), _n_bytes(path)
    with file.writing() as connection:
        connection.execute(
            "UPDATE clips SET path = ?, absolute_path = ?, n_bytes = ? WHERE id = ?",
            (stored_path, str(path), n_bytes, record.id),
        )
    moved = replace(record.info, path=path)
    return replace(record, info=moved, stored_path=stored_path, n_bytes=n_bytes)


def rebase_clips(
    connection: sqlite3.Connection, records: Iterable[ClipRecord], folder: Path
) -> None:
    """Rewrite the paths of clips for a project file in another folder."""
    for record in records:
        connection.execute(
            "UPDATE clips SET path = ?, absolute_path = ? WHERE id = ?",
            (relative_path(record.info.path, folder), str(record.info.path), record.id),
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


def _record(
    project: Path,
    clip_id: int,
    name: str,
    stored_path: str,
    absolute_path: str,
    n_bytes: int | None,
    clip_name: str,
    height: int,
    width: int,
    rate: float,
    fingerprint: str,
    stored_frames: str,
) -> ClipRecord:
    try:
        frames = msgspec.json.decode(stored_frames, type=_Frames)
    except msgspec.DecodeError as error:
        raise ProjectError(
            f"The project {project} is damaged: the clip {name} cannot be read. "
            "Go back to a backup copy of it."
        ) from error
    beside = _from_project(project, stored_path)
    info = ClipInfo(
        beside if beside.exists() else Path(absolute_path),
        clip_name,
        (height, width),
        frames.names,
        frames.times_s,
        rate,
        fingerprint,
    )
    return ClipRecord(clip_id, name, info, stored_path, n_bytes)
