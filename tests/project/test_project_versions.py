"""Older and newer project files: migrated after a backup, or refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.projects import (
    brush,
    history_in,
    history_of,
    paint,
    state_of,
)
from vosgui.errors import ProjectError, TargetError
from vosgui.project import schema as project_schema
from vosgui.project.file import ProjectFile
from vosgui.project.project import Project
from vosgui.project.schema import bring_up_to_date


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


def test_a_newer_version_is_refused_and_left_alone(project: Project) -> None:
    project.close()
    set_version(project.path, project_schema.VERSION + 1)
    before = project.path.read_bytes()
    with pytest.raises(ProjectError, match="newer version of this program"):
        Project.open(project.path)
    assert project.path.read_bytes() == before


def test_an_unknown_older_version_is_refused(project: Project) -> None:
    project.close()
    set_version(project.path, 0)
    with pytest.raises(ProjectError, match="format 0"):
        Project.open(project.path)


def test_an_older_version_is_migrated_after_a_backup(project: Project) -> None:
    paint(project, 20)
    state = state_of(history_in(project).annotation)
    project.close()
    now = project_schema.VERSION
    steps = {
        now: "ALTER TABLE clips ADD COLUMN shot TEXT",
        now + 1: "UPDATE clips SET shot = 'first'",
    }
    with closing(ProjectFile(project.path)) as file:
        bring_up_to_date(file, steps, now + 2)
        assert file.rows(tuple[int], "PRAGMA user_version") == [(now + 2,)]
        assert file.rows(tuple[str], "SELECT shot FROM clips") == [("first",)]
    backup = project.path.with_name(f"tennis.format{now}.backup.vosgui")
    with Project.open(backup) as old:
        assert state_of(history_in(old).annotation) == state


def as_version_4(path: Path) -> None:
    """Take from a project what version 5 has brought."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE notes DROP COLUMN prints")
    set_version(path, 4)


def test_a_project_of_version_4_is_opened_and_what_was_accepted_still_is(project: Project) -> None:
    paint(project, 5)
    clip_id = project.clips[0].id
    project.notes(clip_id).add("accepted", range(3), None, "", "Bo", 13.0, (1, 2, 3))
    project.close()
    as_version_4(project.path)
    with Project.open(project.path) as again:
        (note,) = again.notes(clip_id).all()
        assert note.prints is None and note.frames == range(3)
    assert project.path.with_name("tennis.format4.backup.vosgui").exists()


def as_version_3(path: Path) -> None:
    """Take from a project what versions 4 and 5 have brought."""
    as_version_4(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in ("clip_edits", "counts"):
            connection.execute(f"DROP TABLE {table}")
        for column in ("assignee", "is_removed"):
            connection.execute(f"ALTER TABLE clips DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 3")


def test_a_project_of_version_3_is_opened(project: Project) -> None:
    state = state_of(paint(project, 5).annotation)
    project.close()
    as_version_3(project.path)
    with Project.open(project.path) as again:
        assert state_of(history_in(again).annotation) == state
        again.clip_edits.assign([again.clips[0].id], "Ann")
        assert again.clips[0].assignee == "Ann"
    assert project.path.with_name("tennis.format3.backup.vosgui").exists()


def as_version_2(path: Path) -> None:
    """Take from a project what versions 3, 4 and 5 have brought."""
    as_version_3(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE notes")
        for column in ("t", "person", "at"):
            connection.execute(f"ALTER TABLE edits DROP COLUMN {column}")
    set_version(path, 2)


def test_a_project_of_version_1_is_opened(project: Project) -> None:
    state = state_of(paint(project, 5).annotation)
    project.close()
    as_version_2(project.path)
    with closing(sqlite3.connect(project.path)) as connection:
        connection.execute("DROP TABLE blobs")
    set_version(project.path, 1)
    with Project.open(project.path) as again:
        assert state_of(history_in(again).annotation) == state
        again.set_blob(again.clips[0].id, "finetuned", b"learned")
        assert again.blob(again.clips[0].id, "finetuned") == b"learned"
    assert project.path.with_name("tennis.format1.backup.vosgui").exists()


def test_a_project_of_version_2_is_opened_with_its_history(project: Project) -> None:
    history = paint(project, 20)
    state = state_of(history.annotation)
    project.close()
    as_version_2(project.path)
    with Project.open(project.path) as again:
        history = history_in(again)
        assert state_of(history.annotation) == state
        n = len(history_of(history))
        assert n > 5
        for _ in range(n):
            assert history.redo()
        assert state_of(history.annotation) == state
        history.do("Brush", brush(history.annotation, 1))
        assert history.undo_label == "Brush"


def test_a_migration_that_fails_changes_nothing(project: Project) -> None:
    project.close()
    now = project_schema.VERSION
    steps = {
        now: "ALTER TABLE clips ADD COLUMN shot TEXT",
        now + 1: "UPDATE nothing SET shot = 'first'",
    }
    for _ in range(2):
        with closing(ProjectFile(project.path)) as file, pytest.raises(TargetError):
            bring_up_to_date(file, steps, now + 2)
    with Project.open(project.path) as again:
        assert [record.name for record in again.clips] == ["tennis"]
    assert sorted(p.name for p in project.path.parent.iterdir()) == [
        f"tennis.format{now}-2.backup.vosgui",
        f"tennis.format{now}.backup.vosgui",
        "tennis.vosgui",
    ]
