"""The connection to a project file: one SQLite file, held by one process at a time."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, RLock
from typing import Any

from vosgui.errors import ProjectError, TargetError, VosguiError
from vosgui.formats.progress import Progress, no_progress

Change = Callable[[sqlite3.Connection], None]

_MAGIC = b"SQLite format 3\0"
_WAIT_S = 0.2  # another process that holds the file does so until it is closed there
_STEP_PAGES = 256  # a copy is made so many at a time: 1 MB, about a millisecond
_LENT, _LENT_S = Event(), 0.001  # never set: it waits without holding anything

# How a transaction, and one within a batch, is begun, kept and undone.
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))

# What SQLite says: what that means to a person, and what to do.
_MEANING = {
    "database is locked": "is open in another window or program; close it there",
    "attempt to write a readonly database": (
        "is read-only; copy it to a folder you can write to, or change its permissions"
    ),
    "unable to open database file": (
        "cannot be opened for writing; check the permissions of the file and of its folder"
    ),
    "database or disk is full": "cannot grow, the disk is full; free some space there",
    "disk I/O error": "cannot be read or written, the disk reports an error; check the disk",
    "file is not a database": "is not a project of this program, or is damaged at its start",
}
_SIGNS_OF_DAMAGE = ("malformed", "corrupt", "Could not decode to UTF-8")
_DAMAGED = "is damaged; go back to a backup copy of it"


class ProjectFile:
    """One connection to a project file, one thread at a time: another one waits.

    The file stays locked until `close`: two processes that both edit an annotation would each
    overwrite the other's history.
    """

    def __init__(self, path: Path) -> None:
        """Connect to an existing file; raise ProjectError where that is not possible."""
        self.path = path
        self._lock = RLock()
        self._is_batch = False
        self._connection = _connect_alone(path)

    def close(self) -> None:
        """Fold the write-ahead log into the file and release it."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection; SQLite's errors become ProjectError."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _explain(self.path, error, ProjectError) from error
            except UnicodeDecodeError as error:  # SQLite's own message quotes damaged text
                raise ProjectError(f"The project {self.path} {_DAMAGED}.") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection within a transaction, on disk when the block has ended.

        A block that raises leaves the file as it was. SQLite's errors become TargetError.
        """
        with self._lock:
            begin, keep, undo = _PART if self._is_batch else _WHOLE
            connection = self._connection
            try:
                connection.execute(begin)
                yield connection
                connection.execute(keep)
            except BaseException as error:
                if connection.in_transaction:  # a full disk has ended it already
                    for statement in undo:
                        connection.execute(statement)
                if isinstance(error, sqlite3.Error):
                    raise _explain(self.path, error, TargetError) from error
                raise

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make all that is written in the block one transaction: it waits for the disk once."""
        with self.writing():
            self._is_batch = True
            try:
                yield
            finally:
                self._is_batch = False

    def rows(self, statement: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a question."""
        with self.reading() as connection:
            return connection.execute(statement, tuple(values)).fetchall()

    def size_bytes(self) -> int:
        """Return how large the file is, the log folded in."""
        (pages,), (page_bytes,) = self.rows("PRAGMA page_count") + self.rows("PRAGMA page_size")
        return int(pages * page_bytes)

    def copy_to(self, target: Path, change: Change | None = None) -> None:
        """Write a whole copy in place of what is at `target`, changed by `change`.

        Raises TargetError where that cannot be done; then `target` is as it was.
        """
        with self._lock:
            self._write_copy(target, change, no_progress)

    def move_to(
        self, target: Path, change: Change | None = None, progress: Progress = no_progress
    ) -> None:
        """Write a copy as `copy_to` does and go on in it; the old file stays as it is then.

        What other threads write meanwhile is in the copy: they wait for a few pages at a time, and
        in the end until everything goes on in the new file. `progress` may raise to end it.
        """
        with self._lock:
            self._write_copy(target, change, progress)
            before, self._connection = self._connection, _connect_alone(target)
            self.path = target
        before.close()

    def _write_copy(self, target: Path, change: Change | None, progress: Progress) -> None:
        if target.exists() and target.samefile(self.path):
            raise TargetError(f"{target} is the project itself. Choose another name.")
        with new_file(target) as copy:
            self._copy_pages(copy, progress)
            if change is not None:
                copy.execute("BEGIN")
                change(copy)
                copy.execute("COMMIT")

    def _copy_pages(self, copy: sqlite3.Connection, progress: Progress) -> None:
        """Copy all pages. The lock, held once, is lent to other threads between the steps."""
        ((_, _, temporary),) = copy.execute("PRAGMA database_list")

        def between(_status: int, n_left: int, n_pages: int) -> None:
            progress(1 - n_left / max(1, n_pages))
            if not n_left:
                return
            self._lock.release()
            try:
                if n_left > _STEP_PAGES:
                    _LENT.wait(_LENT_S)  # long enough for a thread that waits
                else:  # what is on disk by now need not be waited for after the last step
                    _sync(temporary)
            finally:
                self._lock.acquire()

        # SQLite copies a page again that this very connection has written meanwhile.
        self._connection.backup(copy, pages=_STEP_PAGES, progress=between)


def _connect_alone(path: Path) -> sqlite3.Connection:
    """Connect to a file that no other process can open until that is closed."""
    _look_at(path)
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
            raise _explain(path, error, ProjectError) from error
        raise
    return connection


def _sync(path: str) -> None:
    """Wait until all that was written to a file is on disk."""
    with Path(path).open("rb+") as file:
        os.fsync(file.fileno())


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Connect to a file; transactions are begun and ended in so many words."""
    mode = "rwc" if create else "rw"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_WAIT_S,
        isolation_level=None,
        check_same_thread=False,  # who holds the lock uses it
    )


@contextmanager
def new_file(target: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to an empty file that takes the place of `target` if the block ends well.

    Raises TargetError where that cannot be done; then `target` is as it was.
    """
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(target, error) from error
    try:
        with closing(connect(temporary, create=True)) as connection:
            yield connection
        _put_in_place(temporary, target)
    except sqlite3.Error as error:
        raise _explain(target, error, TargetError) from error
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        _remove(temporary)


def remove_unless_held(path: Path) -> None:
    """Remove a project file, if there is one; raise TargetError where a process has it open."""
    if path.exists():
        _fold_log(path)
    _remove(path)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        _beside(path, suffix).unlink(missing_ok=True)


def _cannot_write(target: Path, error: OSError) -> TargetError:
    return TargetError(
        f"Cannot write the project {target}: {error.strerror or error}. Choose another place."
    )


def _put_in_place(temporary: Path, target: Path) -> None:
    # A log that a killed process left beside the old file would be read into the new one, so it
    # is folded in first; a file that is open elsewhere is left alone.
    if target.exists():
        _fold_log(target)
    for suffix in ("-wal", "-shm"):
        _beside(target, suffix).unlink(missing_ok=True)
    temporary.replace(target)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _fold_log(target: Path) -> None:
    try:
        ProjectFile(target).close()
    except ProjectError as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.Error) and str(cause) == "database is locked":
            raise TargetError(str(error)) from error
        # Anything else at this path is no project that works, and is to be replaced.


def _look_at(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise ProjectError(f"There is no project file {path}.") from error
    except OSError as error:
        raise ProjectError(
            f"The project {path} cannot be read: {error.strerror or error}."
        ) from error
    try:
        path.open("r+b").close()
    except OSError as error:
        reason = _MEANING["attempt to write a readonly database"]
        raise ProjectError(f"The project {path} {reason}.") from error
    if not start:
        raise ProjectError(f"The project {path} is empty. Go back to a backup copy of it.")
    if start != _MAGIC:
        raise ProjectError(f"{path} is not a project of this program, or is damaged at its start.")


def _explain(path: Path, error: sqlite3.Error, kind: type[VosguiError]) -> VosguiError:
    words = str(error)
    if any(sign in words for sign in _SIGNS_OF_DAMAGE):
        return ProjectError(f"The project {path} {_DAMAGED}.")
    return kind(
        f"The project {path} {_MEANING.get(words, f'cannot be used: {words}; it may be damaged')}."
    )
