"""Whatever values a project file holds: it is read, or refused in one line."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.projects import clip_info, history_in, paint
from tests.torture.mutants import project_readers
from vosgui.errors import InputError, ProjectError
from vosgui.project.project import Project


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clips SET frames = NULL",
        "UPDATE clips SET frames = 'null'",
        "UPDATE clips SET name = CAST(x'fffe' AS TEXT)",
        "UPDATE clips SET height = -1",
        "UPDATE clips SET height = 1 << 40",
        "UPDATE clips SET width = 'wide'",
        "UPDATE clips SET rate = 'fast'",
        "UPDATE clips SET n_frames = 3",
        "UPDATE annotations SET header = '[]'",
        "UPDATE annotations SET header = replace(header, '\"id\":1', '\"id\":255')",
        "UPDATE annotations SET last_revision = 'x'",
        "UPDATE annotations SET n_done = 1000",
        "UPDATE annotations SET n_done = -1",
        "DELETE FROM annotations",
        "UPDATE masks SET packed = NULL",
        "UPDATE masks SET packed = 'text'",
        "UPDATE masks SET packed = x''",
        "UPDATE masks SET t = t + 1000",
        "UPDATE cells SET object_id = object_id + 4000",
        "UPDATE cells SET t = t + 1000",
        "UPDATE cells SET cell = x'00'",
        "UPDATE edits SET place = place * 1000000000000",
        "UPDATE edits SET label = x'00ff'",
        "UPDATE parts SET data = 7",
        "UPDATE parts SET data = (SELECT packed FROM masks LIMIT 1)",
    ],
)
def test_a_value_that_cannot_be(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "bent.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(tmp_path))
        paint(project, 20)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        # What the schema refuses, a damaged file holds all the same.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '')")
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute(statement)
    with pytest.raises(ProjectError, match=r"bent\.vosgui") as refused, Project.open(path) as one:
        history = history_in(one)
        while history.undo():
            pass
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["project, bytes", "project, values"])
def test_mutants_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    read = project_readers(tmp_path)[kind]
    n_refused = 0
    for seed in range(60):
        try:
            read(random.Random(f"{kind} {seed}"))
        except InputError as refused:
            assert "\n" not in str(refused).strip()
            n_refused += 1
    assert n_refused
