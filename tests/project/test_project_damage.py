"""A project file that is not right, or cannot be written: said clearly, and nothing lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.projects import (
    brush,
    clip_info,
    history_in,
    history_of,
    paint,
    reopened,
    state_of,
)
from vosgui.errors import ProjectError, TargetError
from vosgui.project.project import Project


def test_create_takes_no_existing_file(project: Project) -> None:
    with pytest.raises(TargetError, match=r"tennis\.vosgui exists already"):
        Project.create(project.path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no project file"),
        (b"", "is empty"),
        (b"\x00\x01garbage" * 1000, "is not a project"),
        (b"SQLite format 3\x00" + b"\xa5" * 5000, "is not a project"),
    ],
)
def test_not_a_project(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "bad.vosgui"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProjectError, match=rf"bad\.vosgui.*{message}|{message}.*bad\.vosgui"):
        Project.open(path)
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_folder_is_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="directory"):
        Project.open(tmp_path)


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.vosgui"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name)")
    with pytest.raises(ProjectError, match="of another program"):
        Project.open(path)


def test_a_truncated_file_anywhere(project: Project) -> None:
    paint(project, 40)
    project.close()
    data = project.path.read_bytes()
    for size in range(20, len(data), len(data) // 13):
        project.path.write_bytes(data[:size])
        with pytest.raises(ProjectError, match=r"tennis\.vosgui.*(damaged|not a project)"):
            Project.open(project.path)


def test_damage_is_met_when_reading_and_never_becomes_a_mask(project: Project) -> None:
    paint(project, 40)
    state = state_of(history_in(project).annotation)
    project.close()
    data = project.path.read_bytes()
    refused = 0
    for at in range(150, len(data), 2999):
        harmed = bytearray(data)
        harmed[at : at + 8] = bytes(b ^ 0x5A for b in harmed[at : at + 8])
        project.path.write_bytes(harmed)
        try:
            with Project.open(project.path) as opened:
                history = history_in(opened)
                masks_and_lanes = state_of(history.annotation)[1:]
                history_of(history)
        except ProjectError as error:
            assert "damaged" in str(error), error
            refused += 1
        else:
            assert masks_and_lanes[0] == state[1]
    assert refused > 3


def test_open_in_another_process(project: Project) -> None:
    code = (
        "import sys; from pathlib import Path; from vosgui.project.project import Project\n"
        "from vosgui.errors import ProjectError\n"
        "try:\n Project.open(Path(sys.argv[1]))\nexcept ProjectError as e: print(e)"
    )
    command = [sys.executable, "-c", code, str(project.path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "is open in another window or program; close it there" in answer
    with pytest.raises(ProjectError, match="is open in another window"):
        Project.open(project.path)
    project.close()
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def test_read_only_file_and_folder(unprivileged_folder: Path) -> None:
    folder = unprivileged_folder
    path = folder / "tennis.vosgui"
    Project.create(path).close()
    path.chmod(0o444)
    with pytest.raises(ProjectError, match=r"tennis\.vosgui is read-only"):
        Project.open(path)
    path.chmod(0o000)
    with pytest.raises(ProjectError, match="Permission denied"):
        Project.open(path)
    path.chmod(0o644)
    with Project.open(path) as project:
        (folder / "closed").mkdir(mode=0o555)
        with pytest.raises(TargetError, match=r"closed/copy\.vosgui"):
            project.save_as(folder / "closed" / "copy.vosgui")
        with pytest.raises(TargetError, match=r"closed/new\.vosgui"):
            Project.create(folder / "closed" / "new.vosgui")


def test_a_full_disk_loses_nothing(project: Project) -> None:
    history = paint(project, 20)
    before = state_of(history.annotation)
    ((pages,),) = project.file.rows(tuple[int], "PRAGMA page_count")
    project.file.rows(tuple[int], f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(TargetError, match=r"tennis\.vosgui cannot grow, the disk is full"):
        for seed in range(50):
            before = state_of(history.annotation)
            history.do("Brush", brush(history.annotation, seed))
    assert state_of(history.annotation) == before
    project.file.rows(tuple[int], "PRAGMA max_page_count = 1073741823")
    assert history.do("Brush", brush(history.annotation, 99))
    after = state_of(history.annotation)
    with reopened(project) as again:
        history = history_in(again)
        assert state_of(history.annotation) == after
        history.undo()
        assert state_of(history.annotation) == before


def test_a_disk_that_is_really_full(small_disk: Path, project: Project) -> None:
    with Project.create(small_disk / "a.vosgui") as full:
        full.clips.add(clip_info(small_disk))
        history = history_in(full)
        with pytest.raises(TargetError, match=r"a\.vosgui (cannot grow|cannot be read or written)"):
            for seed in range(2000):
                before = state_of(history.annotation)
                history.do("Brush", brush(history.annotation, seed))
        assert state_of(history.annotation) == before
        with pytest.raises(TargetError, match=r"copy\.vosgui"):
            project.save_as(small_disk / "copy.vosgui")
    with Project.open(small_disk / "a.vosgui") as again:
        assert state_of(history_in(again).annotation) == before
    left = {p.name for p in small_disk.iterdir()}
    assert left <= {"a.vosgui", "a.vosgui-wal", "tennis"}  # the log stays until there is room


def test_damage_that_stands_in_the_words_of_sqlite_is_a_line(tmp_path: Path) -> None:
    """Its message quotes the schema as it lies in the file, which need not be text any more."""
    path = tmp_path / "a.vosgui"
    Project.create(path).close()
    whole = path.read_bytes()
    assert b"CREATE TABLE" in whole
    path.write_bytes(whole.replace(b"CREATE TABLE", b"CRE\xd1TE \xb4ABLE"))
    with pytest.raises(ProjectError) as raised:
        Project.open(path)
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)
