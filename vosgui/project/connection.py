"""How a project file is connected to, and what SQLite's errors mean to a person."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from vosgui.errors import ProjectError, VosguiError
from vosgui.files.ordinary import open_file

APPLICATION_ID = 0x566F7347  # "VosG": tells a project from other SQLite files
_MAGIC = b"SQLite format 3\0"
# Where SQLite's header has the size of a page and the application's number (fileformat2, 1.3).
_PAGE_BYTES, _APPLICATION = slice(16, 18), slice(68, 72)
_PAGE_SIZES = (1, *(1 << n for n in range(9, 16)))  # 1 stands for 65536
_ROOM_BYTES = 1 << 20
_WAIT_S = 0.2  # another process that holds the file does so until it is closed there
# What SQLite says: what that means to a person, and what to do.
_LOCKED, _FAILED = "database is locked", "disk I/O error"
_FULL = "database or disk is full"
_MEANING = {
    _LOCKED: "is open in another window or program; close it there",
    "attempt to write a readonly database": (
        "is read-only; copy it to a folder you can write to, or change its permissions"
    ),
    "unable to open database file": (
        "cannot be opened for writing; check the permissions of the file and of its folder"
    ),
    _FULL: "cannot grow, the disk is full; free some space there",
    _FAILED: "cannot be read or written, the disk reports an error; check the disk",
    "Cannot operate on a closed database.": "is closed; open it again",
    "file is not a database": "is not a project of this program, or is damaged at its start",
}
_SIGNS_OF_DAMAGE = ("malformed", "corrupt", "Could not decode to UTF-8")
DAMAGED = "is damaged; go back to a backup copy of it"


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """Connect to a file; transactions are begun and ended in so many words.

    mode : of SQLite's addresses, such as "rwc" to make the file.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_WAIT_S,
        isolation_level=None,
        check_same_thread=False,  # who holds the lock uses it
    )


def connect_alone(path: Path) -> sqlite3.Connection:
    """Connect to a file that no other process can open until that is closed."""
    look_at(path)
    connection = connect(path)
    try:
        # Before the first look inside, so that no memory is shared with other processes.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise explain(path, error, ProjectError) from error
        if isinstance(error, UnicodeDecodeError):  # SQLite has put what is damaged into its words
            raise ProjectError(f"The project {path} {DAMAGED}.") from error
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Connect to a file that is only read; nothing is written beside it either."""
    look_at(path, to_write=False)
    log = log_of(path)
    if log.exists() and log.stat().st_size:
        raise ProjectError(
            f"The project {path} is read-only, and the program that wrote it last has not closed "
            f"it. Close it there, or copy it with {log.name} to a folder you can write to."
        )
    try:
        return connect(path, "ro&immutable=1")
    except sqlite3.Error as error:
        raise explain(path, error, ProjectError) from error


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from every other, whatever its name; None where there is none."""
    try:
        at = path.stat()
    except OSError:
        return None
    return at.st_dev, at.st_ino


def log_of(path: Path) -> Path:
    """Return the write-ahead log of a file."""
    return path.with_name(path.name + "-wal")


def is_full(folder: Path) -> bool:
    """Return whether a disk has less room than an edit may take."""
    try:
        return shutil.disk_usage(folder).free < _ROOM_BYTES
    except OSError:
        return False


def is_held(path: Path) -> bool:
    """Return whether a process has a database open to write in it; an empty one also counts."""
    try:
        with closing(connect(path)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return str(error) == _LOCKED
    return False


def can_write(path: Path) -> bool:
    """Return whether a file and its folder can be written to, as SQLite needs to."""
    try:
        path.open("r+b").close()
    except OSError:
        return False
    return os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def look_at(path: Path, *, to_write: bool = True) -> None:
    """Raise ProjectError where a file cannot be read, or written, or is no project."""
    try:
        with open_file(path) as file:
            start = file.read(_APPLICATION.stop)
    except FileNotFoundError as error:
        raise ProjectError(f"There is no project file {path}.") from error
    except OSError as error:
        raise ProjectError(
            f"The project {path} cannot be read: {error.strerror or error}."
        ) from error
    try:
        path.open("r+b" if to_write else "rb").close()
    except OSError as error:
        reason = _MEANING["attempt to write a readonly database"]
        raise ProjectError(f"The project {path} {reason}.") from error
    if not start:
        raise ProjectError(f"The project {path} is empty. Go back to a backup copy of it.")
    page_bytes, application = (int.from_bytes(start[at]) for at in (_PAGE_BYTES, _APPLICATION))
    if not start.startswith(_MAGIC) or page_bytes not in _PAGE_SIZES:
        raise ProjectError(f"{path} is not a project of this program, or is damaged at its start.")
    if application != APPLICATION_ID:  # before SQLite opens it, which may write into it
        raise ProjectError(f"{path} is a database of another program, not a project of this one.")


def explain(path: Path, error: sqlite3.Error, kind: type[VosguiError]) -> VosguiError:
    """Return what an error of SQLite means, as an error of a kind; damage is a ProjectError."""
    words = str(error)
    if words == _FAILED and is_full(path.parent):  # some systems tell late, and no more than that
        words = _FULL
    if any(sign in words for sign in _SIGNS_OF_DAMAGE):
        return ProjectError(f"The project {path} {DAMAGED}.")
    return kind(
        f"The project {path} {_MEANING.get(words, f'cannot be used: {words}; it may be damaged')}."
    )
