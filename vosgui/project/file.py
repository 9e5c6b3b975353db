"""The connection to a project file: one SQLite file, held by one process at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, RLock
from typing import Any

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import ProjectError, ReadOnlyError, TargetError
from vosgui.files.atomic import atomic_path
from vosgui.project.connection import (
    DAMAGED,
    connect,
    connect_alone,
    connect_to_read,
    explain,
)

Change = Callable[[sqlite3.Connection], None]

_STEP_PAGES = 256  # a copy is made so many at a time: 1 MB, about a millisecond
_LENT, _LENT_S = Event(), 0.001  # never set: it waits without holding anything

# How a transaction, and one within a batch, is begun, kept and undone.
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class ProjectFile:
    """One connection to a project file, one thread at a time: another one waits.

    The file stays locked until `close`: two processes that both edit an annotation would each
    overwrite the other's history.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Connect to an existing file; raise ProjectError where that is not possible.

        read_only : every attempt to write raises ReadOnlyError; nothing is locked.
        """
        self.path, self.is_read_only = path, read_only
        self._lock = RLock()
        self._is_batch = False
        self._connection = connect_to_read(path) if read_only else connect_alone(path)

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
                raise explain(self.path, error, ProjectError) from error
            except UnicodeDecodeError as error:  # SQLite's own message quotes damaged text
                raise ProjectError(f"The project {self.path} {DAMAGED}.") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection within a transaction, on disk when the block has ended.

        A block that raises leaves the file as it was. SQLite's errors become TargetError.
        """
        if self.is_read_only:
            raise ReadOnlyError(
                f"The project {self.path} is read-only: nothing in it can be changed. "
                "Save it under another name to go on there."
            )
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
                    raise explain(self.path, error, TargetError) from error
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
            self._write_copy(target, change, NO_PROGRESS)

    def move_to(
        self, target: Path, change: Change | None = None, progress: Progress = NO_PROGRESS
    ) -> None:
        """Write a copy as `copy_to` does and go on in it; the old file stays as it is then.

        What other threads write meanwhile is in the copy: they wait for a few pages at a time, and
        in the end until everything goes on in the new file. `progress` may raise to end it.
        """
        with self._lock:
            self._write_copy(target, change, progress)
            before, self._connection = self._connection, connect_alone(target)
            self.path, self.is_read_only = target, False
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
            progress.report(n_pages - n_left, n_pages)
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


def _sync(path: str) -> None:
    """Wait until all that was written to a file is on disk."""
    with Path(path).open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def new_file(target: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to an empty file that takes the place of `target` if the block ends well.

    Raises TargetError where that cannot be done; then `target` is as it was.
    """
    with atomic_path(target) as temporary:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(connect(temporary, "rwc")) as connection:
                yield connection
        except sqlite3.Error as error:
            raise explain(target, error, TargetError) from error
        finally:
            _remove_logs(temporary)
        _fold_log(target)


def remove_unless_held(path: Path) -> None:
    """Remove a project file, if there is one; raise TargetError where a process has it open."""
    _fold_log(path)
    path.unlink(missing_ok=True)


def _fold_log(path: Path) -> None:
    """Fold the log of a file that is to go into it; raise TargetError where it is open elsewhere.

    A log that a killed process left there would be read into the new file.
    """
    try:
        ProjectFile(path).close()
    except ProjectError as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.Error) and str(cause) == "database is locked":
            raise TargetError(str(error)) from error
        # Anything else at this path is no project that works, and is to be replaced.
    _remove_logs(path)


def _remove_logs(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
