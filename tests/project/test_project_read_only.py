"""Projects that cannot be written: read as they are, changed in no way, saved elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.projects import brush, clip_info, history_in, paint, state_of
from vosgui.errors import ProjectError, ReadOnlyError
from vosgui.project import schema as project_schema
from vosgui.project.project import Project


@pytest.fixture
def closed(unprivileged_folder: Path) -> Iterator[tuple[Path, tuple[object, ...]]]:
    """Return a project in a folder that cannot be written to, and what its annotation holds."""
    folder = unprivileged_folder / "closed"
    folder.mkdir()
    with Project.create(folder / "tennis.vosgui") as project:
        project.clips.add(clip_info(unprivileged_folder))
        project.set_setting(None, "clip", 1)
        state = state_of(paint(project, 25).annotation)
    folder.chmod(0o555)
    yield folder / "tennis.vosgui", state
    folder.chmod(0o755)


Closed = tuple[Path, tuple[object, ...]]


@pytest.mark.parametrize("mode", [0o444, 0o644])
def test_it_is_read_whole_and_left_alone(closed: Closed, mode: int) -> None:
    path, state = closed
    path.chmod(mode)
    before = path.read_bytes()
    with Project.open_to_read(path) as project:
        assert project.is_read_only
        assert state_of(history_in(project).annotation) == state
        assert project.setting(None, "clip") == 1
        assert project.clips[0].info.name == "tennis"
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_nothing_in_it_can_be_changed(closed: Closed) -> None:
    path, state = closed
    with Project.open_to_read(path) as project:
        history = history_in(project)
        for change in (
            lambda: history.do("Brush", brush(history.annotation, 3)),
            history.undo,
            lambda: project.set_setting(None, "clip", 2),
            lambda: project.set_blob(1, "finetuned", b"x"),
            lambda: project.clips.add(clip_info(path.parent.parent, "other", 3)),
        ):
            with pytest.raises(ReadOnlyError, match=r"tennis\.vosgui is read-only: nothing"):
                change()
        assert state_of(history.annotation) == state


def test_it_can_be_gone_on_with_elsewhere(closed: Closed) -> None:
    path, state = closed
    target = path.parent.parent / "mine.vosgui"
    with Project.open_to_read(path) as project:
        history = history_in(project)
        project.move_to(target)
        assert not project.is_read_only
        assert history.do("Brush", brush(history.annotation, 3))
    with Project.open(target) as project, Project.open_to_read(path) as before:
        assert state_of(history_in(project).annotation) != state
        assert state_of(history_in(before).annotation) == state


def test_a_moved_clip_is_known_until_it_is_closed(closed: Closed) -> None:
    path, _ = closed
    elsewhere = clip_info(path.parent.parent / "elsewhere")
    with Project.open_to_read(path) as project:
        record = project.clips.relocate(project.clips[0], elsewhere)
        assert record.info.path == elsewhere.path
        assert tuple(project.clips) == (record,)


def test_a_project_that_can_be_written_is_opened_to_be_written(project: Project) -> None:
    project.close()
    with Project.open_to_read(project.path) as again:
        assert not again.is_read_only
    with pytest.raises(ProjectError, match="There is no project file"):
        Project.open_to_read(project.path.with_name("none.vosgui"))


def test_a_log_that_was_left_is_not_passed_over(closed: Closed) -> None:
    path, _ = closed
    path.parent.chmod(0o755)
    path.with_name(path.name + "-wal").write_bytes(b"edits")
    path.parent.chmod(0o555)
    with pytest.raises(ProjectError, match=r"tennis\.vosgui is read-only, and .* not closed it"):
        Project.open_to_read(path)


@pytest.mark.parametrize(
    ("version", "reason"), [(1, "older version .* read-only"), (99, "newer version")]
)
def test_another_version_is_refused(closed: Closed, version: int, reason: str) -> None:
    path, _ = closed
    path.parent.chmod(0o755)
    with Project.open(path) as project:
        project.file.rows(tuple[int], f"PRAGMA user_version = {version}")
    path.parent.chmod(0o555)
    with pytest.raises(ProjectError, match=reason):
        Project.open_to_read(path)
    assert version != project_schema.VERSION
