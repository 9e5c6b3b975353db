"""The connection to a project file: one SQLite file, held by one process at a time."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, RLock

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import GoneError, ProjectError, ReadOnlyError, TargetError
from vosgui.files.atomic import atomic_path, followed, leftovers, remove_file
from vosgui.project.connection import (
    DAMAGED,
    connect,
    connect_alone,
    connect_to_read,
    explain,
    identity,
    is_held,
    log_of,
)
from vosgui.project.encoding import Damaged
from vosgui.project.records import Row, as_records

Change = Callable[[sqlite3.Connection], None]

_UNFINISHED = ".vosgui-tmp"
_STEP_PAGES = 256  # a copy is made so many at a time: 1 MB, about a millisecond
_LENT, _LENT_S = Event(), 0.001  # never set: it waits without holding anything

# How a transaction, and one within a batch, is begun, kept and undone.
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class ProjectFile:
    """One connection to a project file, one thread at a time: another one waits.

    The file stays locked until `close`: two processes that both edit an annotation would each
    overwrite the other's history.

    n_changes : how often each clip's annotation has changed since the file was opened.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Connect to an existing file; raise ProjectError where that is not possible.

        read_only : every attempt to write raises ReadOnlyError; nothing is locked.
        """
        self.path, self.is_read_only = path, read_only
        self.n_changes: Counter[int] = Counter()
        self._lock = RLock()
        self._is_batch = False
        self._connection = connect_to_read(path) if read_only else connect_alone(path)
        self._note_place()

    def close(self) -> None:
        """Fold the write-ahead log into the file and release it."""
        with self._lock:
            is_in_place = self.is_in_place
            if not is_in_place:
                self._fold_away()
            self._connection.close()
            if not is_in_place and identity(log_of(self.path)) == self._log_identity:
                remove_file(log_of(self.path))  # empty, and the file has gone from it

    @property
    def is_in_place(self) -> bool:
        """Return whether the file is still what it was: not moved, removed or replaced."""
        return self.is_read_only or identity(self.path) == self._identity

    def check_place(self) -> None:
        """Raise GoneError where the file is no longer in its place.

        Wherever it is now, it has by then all that was kept: its log would have stayed behind.
        """
        if self.is_in_place:
            return
        with self._lock:
            if not self._connection.in_transaction:
                self._fold_away()
        raise GoneError(
            f"The project {self.path} was moved, removed or replaced by another program while it "
            "is open: what is done now would be in no file. Save it under another name, or put it "
            "back."
        )

    def _note_place(self) -> None:
        self._identity = identity(self.path)
        self._log_identity = identity(log_of(self.path))

    def _fold_away(self) -> None:
        """Fold the log into the file where it now is; SQLite itself leaves both as they are."""
        with suppress(sqlite3.Error):  # a file that was removed; those who write it hear of it
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _look_after_log(self) -> None:
        """Begin another log where the one at work was removed: it would end with the process."""
        if identity(log_of(self.path)) != self._log_identity:
            for mode in ("DELETE", "WAL"):
                self._connection.execute(f"PRAGMA journal_mode = {mode}")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("COMMIT")
            self._note_place()

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

        A block that raises leaves the file as it was. SQLite's errors become TargetError. Raises
        GoneError where the file is no longer in its place.
        """
        if self.is_read_only:
            raise ReadOnlyError(
                f"The project {self.path} is read-only: nothing in it can be changed. "
                "Save it under another name to go on there."
            )
        with self._lock:
            begin, keep, undo = _PART if self._is_batch else _WHOLE
            connection = self._connection
            if not self._is_batch:  # a part of a batch is kept with the whole of it
                self.check_place()
            try:
                if not self._is_batch:
                    self._look_after_log()
                connection.execute(begin)
                yield connection
                if keep == "COMMIT":
                    self.check_place()
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

    def rows(self, kind: type[Row], statement: str, values: Iterable[object] = ()) -> list[Row]:
        """Return all rows of a question, as records of a kind: a tuple type, or a struct.

        Raises ProjectError where one is none: what is further in meets no other value.
        """
        with self.reading() as connection:
            found = connection.execute(statement, tuple(values)).fetchall()
        try:
            return as_records(found, kind)
        except Damaged as error:
            raise ProjectError(f"The project {self.path} {DAMAGED}.") from error

    def size_bytes(self) -> int:
        """Return how large the file is, the log folded in."""
        ((pages,),) = self.rows(tuple[int], "PRAGMA page_count")
        ((page_bytes,),) = self.rows(tuple[int], "PRAGMA page_size")
        return pages * page_bytes

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
            self._note_place()
        before.close()

    def put_back(self, progress: Progress = NO_PROGRESS) -> None:
        """Write the project anew where it was, with all that was kept, and go on in it.

        Raises TargetError where another file lies there now, or it cannot be written.
        """
        if self.path.exists():
            raise TargetError(f"{self.path} is another file now. Save under another name.")
        self.move_to(self.path, None, progress)

    def _write_copy(self, target: Path, change: Change | None, progress: Progress) -> None:
        if identity(target) == self._identity is not None:
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
    target = followed(target)
    with atomic_path(target, _UNFINISHED) as temporary:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_unfinished(target.parent)
        try:
            with closing(connect(temporary, "rwc")) as connection:
                # Locked from here to its end: what nobody locks was left by a killed process.
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("COMMIT")
                yield connection
        except sqlite3.Error as error:
            raise explain(target, error, TargetError) from error
        finally:
            _remove_logs(temporary)
        _fold_log(target)


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes have left of projects that they were writing to a folder."""
    for path in leftovers(folder, _UNFINISHED):
        if not is_held(path):
            remove_file(path)
            _remove_logs(path)


def remove_unless_held(path: Path) -> None:
    """Remove a project file, if there is one; raise TargetError where a process has it open."""
    _fold_log(path)
    remove_file(path)


def _fold_log(path: Path) -> None:
    """Fold the log of a file that is to go into it; raise TargetError where it is open elsewhere.

    A log that a killed process left there would be read into the new file.
    """
    if path.is_file() and is_held(path):
        raise TargetError(f"{path} is open in another window or program; close it there.")
    with suppress(ProjectError):  # no project that works, and is to be replaced
        ProjectFile(path).close()
    _remove_logs(path)


def _remove_logs(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        remove_file(path.with_name(path.name + suffix))
