"""A database of another program is refused, and left exactly as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.project.projects import paint
from vosgui.cli.main import main
from vosgui.errors import ProjectError, TargetError
from vosgui.project.project import Project


@pytest.fixture(params=["DELETE", "WAL"])
def theirs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Yield a database that another program has open, in one of the two modes."""
    path = tmp_path / "theirs" / "songs.vosgui"
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {request.param}")
    connection.execute("CREATE TABLE songs (name)")
    connection.execute("INSERT INTO songs VALUES ('one')")
    yield path
    assert connection.execute("SELECT name FROM songs").fetchall() == [("one",)]
    connection.close()


def state(path: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the time of every file beside a database, but for shared memory."""
    there = (one for one in path.parent.iterdir() if not one.name.endswith("-shm"))
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in there}


@pytest.mark.parametrize("opened", [Project.open, Project.open_to_read])
def test_opened_as_a_project(theirs: Path, opened: Callable[[Path], Project]) -> None:
    before = state(theirs)
    with pytest.raises(ProjectError, match=r"songs\.vosgui is a database of another program"):
        opened(theirs)
    assert state(theirs) == before


@pytest.mark.parametrize("command", ["export", "evaluate", "propagate"])
def test_given_to_a_command(
    theirs: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(theirs)
    words: dict[str, list[object]] = {
        "export": [theirs, "--out", tmp_path / "out"],
        "evaluate": [theirs, theirs],
        "propagate": [tmp_path, "--project", theirs, "--out", tmp_path / "out", "--model", "flow"],
    }
    assert main([command, *map(str, words[command])]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert state(theirs) == before


def test_one_that_is_at_work_is_not_replaced(theirs: Path, project: Project) -> None:
    paint(project, 2)
    with sqlite3.connect(theirs, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        before = state(theirs)
        with pytest.raises(TargetError, match=r"songs\.vosgui is open"):
            project.save_as(theirs)
        connection.execute("ROLLBACK")
    connection.close()
    assert {name: data for name, (data, _) in state(theirs).items()} == {
        name: data for name, (data, _) in before.items()
    }
