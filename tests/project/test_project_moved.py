"""A project file that is moved, removed or replaced while it is open: said, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project.projects import brush, history_in, paint, state_of
from vosgui.core.history import History
from vosgui.errors import GoneError, TargetError
from vosgui.project.project import Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved there")


def stroke(history: History, seed: int) -> None:
    history.do("Brush", brush(history.annotation, seed))


def move(path: Path) -> Path:
    return path.rename(path.with_name("moved.vosgui"))


def remove(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    other = path.with_name("other.vosgui")
    Project.create(other).close()
    other.replace(path)


def rename_folder(path: Path) -> Path:
    return path.parent.rename(path.parent.with_name("elsewhere")) / path.name


AWAY = (move, remove, replace, rename_folder)


@pytest.mark.parametrize("away", AWAY)
def test_nothing_is_kept_once_the_file_is_not_in_its_place(
    project: Project, away: Callable[[Path], object]
) -> None:
    paint(project, 12)
    history = history_in(project)
    before, n_before = state_of(history.annotation), history.undo_label
    project.file.check_place()
    away(project.path)
    assert not project.file.is_in_place
    with pytest.raises(GoneError, match=project.path.name):
        project.file.check_place()
    for attempt in (
        lambda: stroke(history, 3),
        history.undo,
        lambda: project.set_setting(None, "frame", 3),
        lambda: project.set_blob(project.clips[0].id, "key", b"data"),
    ):
        with pytest.raises(GoneError, match=project.path.name):
            attempt()
    assert state_of(history.annotation) == before
    assert history.undo_label == n_before


@pytest.mark.parametrize("away", [move, rename_folder])
@pytest.mark.parametrize("is_noticed", [False, True])
def test_a_moved_file_has_all_that_was_kept(
    project: Project, away: Callable[[Path], Path], is_noticed: bool
) -> None:
    paint(project, 30)
    state = state_of(history_in(project).annotation)
    moved, log = away(project.path), project.path.with_name(project.path.name + "-wal")
    if is_noticed:
        with pytest.raises(GoneError):
            stroke(history_in(project), 1)
        copy = moved.with_name("copy.vosgui")
        copy.write_bytes(moved.read_bytes())
        with Project.open(copy) as again:
            assert state_of(history_in(again).annotation) == state
    project.close()
    assert not log.exists()
    with Project.open(moved) as again:
        assert state_of(history_in(again).annotation) == state


@pytest.mark.parametrize("away", [move, remove, rename_folder])
def test_it_is_put_back_with_its_history(project: Project, away: Callable[[Path], object]) -> None:
    paint(project, 12)
    history, path = history_in(project), project.path
    away(path)
    with pytest.raises(GoneError):
        stroke(history, 3)
    project.file.put_back()
    assert project.file.is_in_place and project.path == path
    stroke(history, 3)
    state = state_of(history.annotation)
    project.close()
    assert [one.name for one in path.parent.glob(f"{path.name}-*")] == []
    with Project.open(path) as again:
        assert state_of(history_in(again).annotation) == state
        assert history_in(again).undo() is not None


@pytest.mark.parametrize("away", AWAY)
def test_it_is_gone_on_with_under_another_name(
    project: Project, tmp_path: Path, away: Callable[[Path], object]
) -> None:
    paint(project, 12)
    history = history_in(project)
    away(project.path)
    project.move_to(tmp_path / "new" / "copy.vosgui")
    stroke(history, 3)
    state = state_of(history.annotation)
    project.close()
    with Project.open(tmp_path / "new" / "copy.vosgui") as again:
        assert state_of(history_in(again).annotation) == state


def test_a_file_that_took_its_place_is_not_overwritten(project: Project) -> None:
    paint(project, 3)
    replace(project.path)
    theirs = project.path.read_bytes()
    with pytest.raises(TargetError, match="another file"):
        project.file.put_back()
    project.close()
    assert project.path.read_bytes() == theirs


ONE_STROKE_THEN_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.project.projects import history_in
from tests.project.test_project_moved import stroke
from vosgui.project.project import Project
project = Project.open(sys.argv[1])
history = history_in(project)
stroke(history, 1)
Path(sys.argv[1] + "-wal").unlink()
stroke(history, 2)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_strokes_outlive_the_removal_of_the_log(project: Project) -> None:
    paint(project, 5)
    history = history_in(project)
    path = project.path
    expected = []
    for n in (1, 2):
        stroke(history, n)
        expected.append(state_of(history.annotation))
    for _ in expected:
        history.undo()
    project.close()
    words = [sys.executable, "-c", ONE_STROKE_THEN_KILLED, str(path)]
    ended = subprocess.run(words, cwd=Path(__file__).resolve().parents[2], check=False)
    assert ended.returncode < 0
    with Project.open(path) as again:
        assert state_of(history_in(again).annotation)[1] == expected[-1][1]
