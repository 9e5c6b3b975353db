"""Comments, and what is accepted and rejected, lie in the project."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.projects import clip_info
from vosgui.errors import ProjectError
from vosgui.project.notes import Note
from vosgui.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.create(tmp_path / "p.vosgui")
    project.clips.add(clip_info(tmp_path))
    return project


def test_notes_are_kept_by_frame_and_copied_with_the_project(
    project: Project, tmp_path: Path
) -> None:
    notes = project.notes(project.clips[0].id)
    notes.add("comment", range(7, 9), 2, "the wheel is missing", "Ada", 12.5)
    notes.add("accepted", range(0, 5), None, "", "Bo", 13.0)
    notes.add("rejected", range(3, 4), 1, "jumps", "Bo", 14.0)
    notes.set_done(1, is_done=True)
    notes.remove(3)
    wanted = [
        Note(2, "accepted", range(0, 5), None, "", "Bo", 13.0, True),
        Note(1, "comment", range(7, 9), 2, "the wheel is missing", "Ada", 12.5, True),
    ]
    assert notes.all() == wanted
    with project.save_as(tmp_path / "copy.vosgui") as copy:
        assert copy.notes(copy.clips[0].id).all() == wanted
    project.clips.add(clip_info(tmp_path, "other"))
    assert project.notes(project.clips[1].id).all() == []
    project.close()


def test_a_damaged_note_is_refused_in_one_line(project: Project) -> None:
    notes = project.notes(project.clips[0].id)
    notes.add("comment", range(7, 9), 2, "text", "Ada", 12.5)
    project.close()
    with closing(sqlite3.connect(project.path)) as connection, connection:
        connection.execute("UPDATE notes SET kind = 'praise'")
    with (
        Project.open(project.path) as again,
        pytest.raises(ProjectError, match=r"p\.vosgui"),
    ):
        again.notes(again.clips[0].id).all()
