"""A project: one file that holds clips (by reference), their annotations and all history.

Every edit is one transaction of an SQLite file. A process that is killed loses nothing that
`History.do`, `OpenEdit.extend`, `undo` or `redo` had returned from; a run that was growing is
there with all its parts and opens as one finished edit.

Histories, clips and settings are used by one thread only (in the window, the GUI's); `blob` and
`set_blob` by any.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

import msgspec

from vosgui import paths
from vosgui.core.clip import ClipInfo
from vosgui.core.history import History
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import ProjectError
from vosgui.project import schema as project_schema
from vosgui.project.clip_edits import ClipEdits
from vosgui.project.clips import ProjectClips
from vosgui.project.connection import can_write
from vosgui.project.counts import Counts
from vosgui.project.file import Change, ProjectFile
from vosgui.project.journal import (
    HISTORY_BYTES,
    Loaded,
    ProjectJournal,
    Signature,
    load_annotation,
)
from vosgui.project.notes import ProjectNotes

_ALL_CLIPS = 0  # in the settings table: belongs to the project as a whole
IDENTITY = "identity"  # of those settings: tells a project and its copies from others


class Project:
    """An open project file. No other process can open it until it is closed.

    clips : in the order in which they were added; `clips.add` adds one.
    clip_edits : changes the list of clips, and undoes that. counts : how far each clip is.
    file : knows whether it is in its place, and can be put back.
    history_bytes : how much history is kept, of all clips together; the oldest edits go first.
    sign : returns who makes an edit now; nobody, until it is set.
    """

    def __init__(self, file: ProjectFile, history_bytes: int = HISTORY_BYTES) -> None:
        self.file = file
        self._history_bytes = history_bytes
        self.sign: Callable[[], Signature] = Signature
        self._read_clips()
        self._histories: WeakValueDictionary[int, History] = WeakValueDictionary()

    def _read_clips(self) -> None:
        self.clips = ProjectClips(self.file)
        self.clip_edits = ClipEdits(self.file, self.clips, lambda: self.sign())
        self.counts = Counts(self.file)

    @classmethod
    def create(cls, path: Path | str, history_bytes: int = HISTORY_BYTES) -> Project:
        """Make a new project file and open it; raise TargetError where that cannot be done."""
        project_schema.create(Path(path))
        project = cls.open(path, history_bytes)
        project.set_setting(None, IDENTITY, uuid4().hex)
        return project

    @classmethod
    def open(cls, path: Path | str, history_bytes: int = HISTORY_BYTES) -> Project:
        """Open a project file, migrating an older one after a backup copy was made beside it.

        Raises ProjectError where it is missing, damaged, read-only, open elsewhere, or newer.
        """
        return cls._checked(ProjectFile(Path(path)), history_bytes)

    @classmethod
    def open_to_read(cls, path: Path | str) -> Project:
        """Open a project, read-only where the file or its folder cannot be written to.

        Raises ProjectError where it is missing, damaged, of another version, or in use.
        """
        path = Path(path)
        if can_write(path) or not path.exists():
            return cls.open(path)
        return cls._checked(ProjectFile(path, read_only=True), HISTORY_BYTES)

    @classmethod
    def _checked(cls, file: ProjectFile, history_bytes: int) -> Project:
        try:
            project_schema.bring_up_to_date(file)
            return cls(file, history_bytes)
        except BaseException:
            file.close()
            raise

    def close(self) -> None:
        """Release the file. Histories of this project can keep nothing any more."""
        self.file.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Return the project file."""
        return self.file.path

    @property
    def is_read_only(self) -> bool:
        """Return whether nothing can be changed; `save_as` and `move_to` can."""
        return self.file.is_read_only

    def history(self, clip_id: int, loaded: Loaded | None = None) -> History:
        """Return the history of a clip, with its annotation as it was left.

        loaded : the annotation, where it was read in another thread; used if it is still so.

        The same history is returned for as long as someone holds it: two of one clip would
        overwrite each other. Raises ProjectError where the annotation is damaged.
        """
        history = self._histories.get(clip_id)
        if history is None:
            journal = ProjectJournal(self.file, clip_id, self._history_bytes, lambda: self.sign())
            is_so = loaded is not None and loaded.n_changes == self.file.n_changes[clip_id]
            annotation = loaded.annotation if loaded is not None and is_so else None
            history = History(annotation or load_annotation(self.file, clip_id), journal)
            self._histories[clip_id] = history
        return history

    def notes(self, clip_id: int) -> ProjectNotes:
        """Return the notes of a clip."""
        return ProjectNotes(self.file, clip_id)

    def batch(self) -> AbstractContextManager[None]:
        """Return a block within which nothing waits for the disk: all of it is kept at its end.

        A block that raises leaves the file as it was, but not this project and its histories:
        close it then.
        """
        return self.file.batch()

    def save_as(self, path: Path) -> Project:
        """Write a whole copy of the project, in place of what is at `path`, and open it.

        This project stays open as it is. Raises TargetError where the copy cannot be written.
        """
        self.file.copy_to(path, self._rebased(path))
        return Project.open(path, self._history_bytes)

    def move_to(self, path: Path, progress: Progress = NO_PROGRESS) -> None:
        """Write a copy as `save_as` does, and go on in it as this project, history and all.

        May be called in a thread of its own: edits that are made meanwhile are in the copy. No clip
        may be added. Raises TargetError where the copy cannot be written; then nothing has changed.
        """
        self.file.move_to(path, self._rebased(path), progress)
        self._read_clips()

    def _rebased(self, path: Path) -> Change:
        return lambda connection: self.clips.rebase(connection, path.parent)

    def setting(self, clip_id: int | None, key: str, default: Any = None, kind: Any = Any) -> Any:
        """Return a small value kept by `set_setting`; clip_id None: of the project as a whole.

        kind : the type that it has to have, as msgspec takes it.
        """
        rows = self.file.rows(
            tuple[str],
            "SELECT value FROM settings WHERE clip_id = ? AND key = ?",
            (clip_id or _ALL_CLIPS, key),
        )
        try:
            return msgspec.json.decode(rows[0][0], type=kind) if rows else default
        except msgspec.DecodeError as error:
            raise ProjectError(
                f"The project {self.path} is damaged: its setting {key} cannot be read."
            ) from error

    def set_setting(self, clip_id: int | None, key: str, value: Any) -> None:
        """Keep a small JSON value: the last frame, say. Not part of the history.

        It waits for the disk as an edit does: call it when a clip is left, not at each frame.
        """
        stored = msgspec.json.encode(value).decode()
        with self.file.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)",
                (clip_id or _ALL_CLIPS, key, stored),
            )

    def blob(self, clip_id: int, key: str) -> bytes | None:
        """Return what `set_blob` kept, or None."""
        rows = self.file.rows(
            tuple[bytes], "SELECT data FROM blobs WHERE clip_id = ? AND key = ?", (clip_id, key)
        )
        return rows[0][0] if rows else None

    def set_blob(self, clip_id: int, key: str, data: bytes | None) -> None:
        """Keep bytes of some megabytes with a clip, or drop them. Not part of the history."""
        with self.file.writing() as connection:
            connection.execute("DELETE FROM blobs WHERE clip_id = ? AND key = ?", (clip_id, key))
            if data is not None:
                connection.execute("INSERT INTO blobs VALUES (?, ?, ?)", (clip_id, key, data))


def automatic_project(info: ClipInfo) -> Path:
    """Return where the project of a clip lives that is opened without one.

    It goes by what the clip holds, not by where it lies: a moved clip finds its project again.
    """
    name = re.sub(r"[^\w.-]+", "_", info.name).strip("._")[:40] or "clip"
    digest = hashlib.sha256(f"{info.name}\0{info.fingerprint}".encode()).hexdigest()[:12]
    return automatic_projects() / f"{name}-{digest}{project_schema.SUFFIX}"


def automatic_projects() -> Path:
    """Return the folder of the projects of clips that are opened without one."""
    return paths.user_data() / "projects"
