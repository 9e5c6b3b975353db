"""The tables of a project file, their version, and how older files are brought up to it.

The version stands in SQLite's `user_version`. An older file is migrated step by step, in one
transaction, after a backup copy was made beside it; a newer one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vosgui.core.words import free_name
from vosgui.errors import ProjectError, TargetError
from vosgui.project.connection import APPLICATION_ID
from vosgui.project.file import ProjectFile, new_file

VERSION = 5
SUFFIX = ".vosgui"

# clips.path: relative to the project's folder, with slashes; absolute where there is no such path.
# clips.absolute_path: where the clip was when it was last seen.
# clips.frames: names and times. annotations.header: objects and stride. Both JSON.
# annotations: apart from clips, whose rows are long and would be written whole at each edit.
# annotations.n_done: how many of the clip's edits are done; the others were undone.
# edits.id: never given twice. edits.place: the order within the clip, without gaps.
# edits.t: the frame where a run began; NULL for other edits. edits.person, edits.at: who made it,
# and when, in seconds since 1970; NULL where that is not kept. at: of its first part.
# notes: what persons say of frames first..last of a clip, and of an object (NULL: of none alone).
# notes.prints: of the masks of its frames as they were accepted, uint32 each; else NULL.
# masks.packed, parts.data: see encoding. cells.cell: one record of a track, as core/track says.
# clips.assignee: who is to work on it, empty for nobody. clips.is_removed: taken off the list, and
# kept with all that was done.
# clip_edits: changes of the list of clips, in the order of `id`; data: JSON, see clip_edits.py.
# counts: how far each clip is, in JSON; no row where its annotation has changed since.
# blobs: what belongs to a clip, is large, and can be made again; not part of its history.
_BLOBS = """
CREATE TABLE blobs (
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    key TEXT NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (clip_id, key)
);
"""
_NOTES = """
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    kind TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    object_id INTEGER,
    text TEXT NOT NULL,
    person TEXT NOT NULL,
    at REAL NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0
);
"""
_PRINTS = "ALTER TABLE notes ADD COLUMN prints BLOB"
_LIST = """
CREATE TABLE clip_edits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL,
    is_done INTEGER NOT NULL,
    person TEXT,
    at REAL,
    data TEXT NOT NULL
);
CREATE TABLE counts (
    clip_id INTEGER PRIMARY KEY REFERENCES clips ON DELETE CASCADE,
    data TEXT NOT NULL
);
"""
_TABLES = f"""
CREATE TABLE clips (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    absolute_path TEXT NOT NULL,
    clip_name TEXT NOT NULL,
    height INTEGER NOT NULL,
    width INTEGER NOT NULL,
    n_frames INTEGER NOT NULL,
    n_bytes INTEGER,
    rate REAL NOT NULL,
    fingerprint TEXT NOT NULL,
    frames TEXT NOT NULL,
    assignee TEXT NOT NULL DEFAULT '',
    is_removed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE annotations (
    clip_id INTEGER PRIMARY KEY REFERENCES clips ON DELETE CASCADE,
    header TEXT NOT NULL,
    n_done INTEGER NOT NULL DEFAULT 0,
    last_revision INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE masks (
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    t INTEGER NOT NULL,
    packed BLOB NOT NULL,
    UNIQUE (clip_id, t)
);
CREATE TABLE cells (
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    object_id INTEGER NOT NULL,
    t INTEGER NOT NULL,
    cell BLOB NOT NULL,
    PRIMARY KEY (clip_id, object_id, t)
) WITHOUT ROWID;
CREATE TABLE edits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    place INTEGER NOT NULL,
    label TEXT NOT NULL,
    n_bytes INTEGER NOT NULL,
    t INTEGER,
    person TEXT,
    at REAL,
    UNIQUE (clip_id, place)
);
CREATE TABLE parts (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    n INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (edit_id, n)
);
CREATE TABLE settings (
    clip_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (clip_id, key)
) WITHOUT ROWID;
{_BLOBS}{_NOTES}{_LIST}{_PRINTS};"""

# version: the statements that make it the next one.
MIGRATIONS: Mapping[int, str] = {
    1: _BLOBS,
    2: f"""
        ALTER TABLE edits ADD COLUMN t INTEGER;
        ALTER TABLE edits ADD COLUMN person TEXT;
        ALTER TABLE edits ADD COLUMN at REAL;
        {_NOTES}
    """,
    3: f"""
        ALTER TABLE clips ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
        ALTER TABLE clips ADD COLUMN is_removed INTEGER NOT NULL DEFAULT 0;
        {_LIST}
    """,
    4: _PRINTS,
}


def create(path: Path) -> None:
    """Make an empty project file where nothing is; raise TargetError where that cannot be done."""
    if path.exists():
        raise TargetError(f"{path} exists already. Open it, or choose another name.")
    with new_file(path) as connection:
        connection.executescript(
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL;"
            f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
        )


def bring_up_to_date(
    file: ProjectFile, migrations: Mapping[int, str] = MIGRATIONS, version: int = VERSION
) -> None:
    """Check that the file is a project of a version we know, and migrate an older one.

    Raises ProjectError for a newer version, one without a migration, and an older one that is only
    read.
    """
    found = _version_of(file)
    if found > version:
        raise ProjectError(
            f"The project {file.path} was written by a newer version of this program "
            f"(format {found}, this one reads up to {version}). Install the newer version."
        )
    if found == version:
        return
    if file.is_read_only:
        raise ProjectError(
            f"The project {file.path} was written by an older version of this program (format "
            f"{found}) and is read-only. Copy it to a folder you can write to; it is brought up to "
            "date there."
        )
    if any(step not in migrations for step in range(found, version)):
        raise ProjectError(
            f"The project {file.path} has format {found}, which this version cannot read. Open it "
            "with a newer one."
        )
    file.copy_to(backup_path(file.path, found))
    with file.writing() as connection:
        for step in range(found, version):
            for statement in migrations[step].split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")


def backup_path(path: Path, version: int) -> Path:
    """Return a free name beside a project for a copy of it as it was in an older version."""
    end = f".backup{path.suffix}"
    wanted = f"{path.stem}.format{version}"
    return path.with_name(free_name(wanted, lambda one: path.with_name(one + end).exists()) + end)


def _version_of(file: ProjectFile) -> int:
    ((version,),) = file.rows(tuple[int], "PRAGMA user_version")
    return version
