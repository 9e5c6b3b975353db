"""The list of clips: names, assignees, what is removed; every change can be undone, and is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.projects import brush, clip_info, paint, reopened, state_of
from vosgui.core.quality.clip_state import ClipCounts
from vosgui.errors import ClipError, ProjectError
from vosgui.project.journal import Signature
from vosgui.project.project import Project


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Project]:
    """Return a project of three clips."""
    with Project.create(tmp_path / "work" / "three.vosgui") as project:
        for name in "abc":
            project.clips.add(clip_info(tmp_path / "clips", name))
        yield project


def names(project: Project) -> list[str]:
    return [record.name for record in project.clips]


def ids(project: Project, *wanted: str) -> list[int]:
    return [record.id for record in project.clips if record.name in wanted]


def test_a_clip_is_renamed_and_that_is_undone_also_after_a_restart(three: Project) -> None:
    (a,) = ids(three, "a")
    assert three.clip_edits.rename(a, " ant ")
    assert not three.clip_edits.rename(a, "ant")
    project = reopened(three)
    assert names(project) == ["ant", "b", "c"]
    assert project.clip_edits.undo_label == "Rename a"
    assert project.clip_edits.undo() == "Rename a"
    assert names(project) == ["a", "b", "c"]
    assert project.clip_edits.undo() == ""
    assert project.clip_edits.redo_label == project.clip_edits.redo() == "Rename a"
    assert names(project) == ["ant", "b", "c"]
    project.close()


@pytest.mark.parametrize("name", ["b", "B", "", "  ", "x" * 121, "two\nlines"])
def test_names_that_cannot_be(three: Project, name: str) -> None:
    with pytest.raises(ClipError):
        three.clip_edits.rename(three.clips[0].id, name)
    assert names(three) == ["a", "b", "c"]


def test_a_removed_clip_keeps_its_name_its_annotation_and_its_files(three: Project) -> None:
    (b,) = ids(three, "b")
    history = three.history(b)
    history.do("Brush", brush(history.annotation, 1))
    state, folder = state_of(history.annotation), three.clips[1].info.path
    three.clip_edits.remove([b])
    assert names(three) == ["a", "c"]
    assert [record.name for record in three.clips.removed] == ["b"]
    with pytest.raises(ClipError, match="which was removed"):
        three.clip_edits.rename(three.clips[0].id, "b")
    project = reopened(three)
    assert names(project) == ["a", "c"]
    assert folder.is_dir()
    project.clip_edits.undo()
    assert names(project) == ["a", "b", "c"]
    assert state_of(project.history(b).annotation) == state
    project.close()


def test_a_removed_clip_that_is_added_again_is_put_back(three: Project, tmp_path: Path) -> None:
    (b,) = ids(three, "b")
    three.clip_edits.remove([b])
    assert three.clips.add(clip_info(tmp_path / "clips", "b")).id == b
    assert names(three) == ["a", "b", "c"]
    three.clip_edits.remove([b])
    three.clip_edits.put_back([b])
    assert names(three) == ["a", "b", "c"]


def test_clips_are_assigned_together_and_each_gets_its_own_back(three: Project) -> None:
    three.clip_edits.assign(ids(three, "a"), "Ann")
    three.clip_edits.assign(ids(three, "a", "b"), "Ben")
    assert [record.assignee for record in three.clips] == ["Ben", "Ben", ""]
    assert three.clip_edits.undo() == "Assign 2 clips"
    assert [record.assignee for record in three.clips] == ["Ann", "", ""]
    three.clip_edits.assign(ids(three, "c"), "Cleo")
    assert three.clip_edits.redo() == ""  # what was undone is gone


def test_two_clips_can_change_names_in_one_edit(three: Project) -> None:
    a, b = (three.clips[n] for n in (0, 1))
    three.clips.mark({
        a.id: type(a.marks)("b", "", False),
        b.id: type(b.marks)("a", "", False),
    })  # fmt: skip
    assert names(three) == ["b", "a", "c"]


def test_undo_is_refused_where_the_name_is_taken_by_now(three: Project, tmp_path: Path) -> None:
    three.clip_edits.rename(three.clips[0].id, "ant")
    three.clips.add(clip_info(tmp_path / "others", "a"))
    with pytest.raises(ClipError, match="another clip a"):
        three.clip_edits.undo()
    assert names(three) == ["ant", "b", "c", "a"]


def test_who_changed_the_list_is_kept(three: Project) -> None:
    three.sign = lambda: Signature("Ann", 5.0)
    three.clip_edits.rename(three.clips[0].id, "ant")
    rows = three.file.rows(tuple[str, str, float], "SELECT label, person, at FROM clip_edits")
    assert rows == [("Rename a", "Ann", 5.0)]


def test_removed_clips_move_with_the_project(three: Project, tmp_path: Path) -> None:
    three.clip_edits.remove([three.clips[1].id])
    three.move_to(tmp_path / "elsewhere" / "copy.vosgui")
    assert names(three) == ["a", "c"]
    (removed,) = three.clips.removed
    assert removed.stored_path == "../clips/b"
    assert three.clip_edits.undo() == "Remove b"
    assert names(three) == ["a", "b", "c"]


def test_counts_are_kept_until_the_annotation_changes(project: Project) -> None:
    history = paint(project, 20)
    clip_id = project.clips[0].id
    counted = project.counts.count(clip_id)
    assert counted[0].n_given > 0
    project.counts.keep({clip_id: counted})
    assert project.counts.kept() == {clip_id: counted[0]}
    history.do("Brush", brush(history.annotation, 3))
    assert project.counts.kept() == {}
    project.counts.keep({clip_id: counted})  # too late: it tells of what was before
    assert project.counts.kept() == {}
    project.counts.keep({clip_id: project.counts.count(clip_id)})
    history.undo()
    assert project.counts.kept() == {}


@pytest.mark.parametrize("data", ["'x'", "'{}'", "7"])
def test_counts_that_cannot_be_read_are_counted_again(project: Project, data: str) -> None:
    with project.file.writing() as connection:
        connection.execute(f"INSERT INTO counts VALUES (1, {data})")
    assert project.counts.kept() == {}
    assert isinstance(project.counts.count(1)[0], ClipCounts)


def test_a_damaged_edit_of_the_list_is_refused(three: Project) -> None:
    three.clip_edits.rename(three.clips[0].id, "ant")
    three.close()
    with closing(sqlite3.connect(three.path, isolation_level=None)) as connection:
        connection.execute("UPDATE clip_edits SET data = '{}'")
    with Project.open(three.path) as project, pytest.raises(ProjectError, match=r"three\.vosgui"):
        project.clip_edits.undo()
