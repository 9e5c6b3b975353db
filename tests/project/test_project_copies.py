"""Settings, blobs, and copies of a project: made elsewhere, and gone on in."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from tests.hearing import Heard, Stopped
from tests.project.projects import (
    HW,
    N_FRAMES,
    Painter,
    brush,
    history_in,
    history_of,
    paint,
    reopened,
    state_of,
)
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.errors import TargetError
from vosgui.project.file import new_file, remove_unfinished
from vosgui.project.project import Project


def test_settings(project: Project) -> None:
    clip_id = project.clips[0].id
    project.set_setting(clip_id, "frame", 17)
    project.set_setting(None, "export", {"style": "train", "frames": [1, 2]})
    project.set_setting(clip_id, "frame", 18)
    with reopened(project) as again:
        assert again.setting(clip_id, "frame", 0) == 18
        assert again.setting(None, "frame", 0) == 0
        assert again.setting(None, "export") == {"style": "train", "frames": [1, 2]}


def test_blobs_are_kept_replaced_and_dropped(project: Project, tmp_path: Path) -> None:
    clip = project.clips[0].id
    assert project.blob(clip, "finetuned") is None
    for data in (b"one", bytes(range(256)) * 10_000):
        project.set_blob(clip, "finetuned", data)
        assert project.blob(clip, "finetuned") == data
    with project.save_as(tmp_path / "copy.vosgui") as copy:
        assert copy.blob(clip, "finetuned") == data
    with reopened(project) as again:
        assert again.blob(clip, "finetuned") == data
        again.set_blob(clip, "finetuned", None)
        assert again.blob(clip, "finetuned") is None


def test_save_as_is_a_whole_copy_with_its_clips(project: Project, tmp_path: Path) -> None:
    paint(project, 30)
    state = state_of(history_in(project).annotation)
    target = tmp_path / "a" / "b" / "copy.vosgui"
    with project.save_as(target) as copy:
        assert copy.clips[0].stored_path == "../../clips/tennis"
        assert copy.clips.locate(copy.clips[0]) == tmp_path / "clips" / "tennis"
        history = history_in(copy)
        assert state_of(history.annotation) == state
        history.undo()
        assert state_of(history_in(project).annotation) == state
    assert [p.name for p in target.parent.iterdir()] == ["copy.vosgui"]


def test_save_as_over_another_project(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "old.vosgui"
    with Project.create(target) as old:
        with pytest.raises(TargetError, match=r"old\.vosgui is open in another window"):
            project.save_as(target)
        old.set_setting(None, "old", 1)
    target.with_name("old.vosgui-wal").write_bytes(b"left by a killed process")
    with project.save_as(target) as copy:
        assert copy.setting(None, "old") is None
        assert len(copy.clips) == 1
    with pytest.raises(TargetError, match="is the project itself"):
        project.save_as(project.path)


# -- going on in a copy ----------------------------------------------------------------------


def test_going_on_in_a_copy_takes_the_open_history_along(project: Project, tmp_path: Path) -> None:
    history = paint(project, 12)
    before, state = project.path, state_of(history.annotation)
    target = tmp_path / "a" / "copy.vosgui"
    heard = Heard()
    project.move_to(target, heard)
    assert heard.parts[-1] == 1.0
    assert project.path == target
    assert project.clips[0].stored_path == "../clips/tennis"
    assert history_in(project) is history
    history.do("Brush", brush(history.annotation, 5))
    after = state_of(history.annotation)
    with Project.open(before) as old:
        assert state_of(history_in(old).annotation) == state
    with reopened(project) as again:
        assert state_of(history_in(again).annotation) == after
        history_in(again).undo()
        assert state_of(history_in(again).annotation) == state
    assert [p.name for p in target.parent.iterdir()] == ["copy.vosgui"]


def test_edits_that_are_made_meanwhile_are_in_the_copy(project: Project, tmp_path: Path) -> None:
    project.set_blob(project.clips[0].id, "large", b"0123456789abcdef" * (3 << 20))
    painter = Painter(history_in(project), 7)
    twin = Painter(History(Annotation(HW, N_FRAMES)), 7)  # the same steps, in memory
    target = tmp_path / "copy.vosgui"
    mover = Thread(target=project.move_to, args=(target, heard := Heard()))
    mover.start()
    n_steps = n_meanwhile = 0
    while mover.is_alive() or n_steps < 40:
        painter.step(n_steps)
        twin.step(n_steps)
        n_steps += 1
        n_meanwhile += bool(heard.said) and mover.is_alive()
    mover.join()
    assert n_meanwhile, "edits did not wait for the whole copy"
    assert project.path == target
    painter.close_run()
    twin.close_run()
    with reopened(project) as again:
        history = history_in(again)
        assert state_of(history.annotation) == state_of(twin.history.annotation)
        assert history_of(history) == history_of(twin.history)
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_copy_that_is_given_up_changes_nothing(project: Project, tmp_path: Path) -> None:
    project.set_blob(project.clips[0].id, "large", bytes(8 << 20))
    history = paint(project, 12)
    before = project.path
    give_up = Heard(lambda heard: heard.parts[-1] > 0.5)
    with pytest.raises(Stopped):
        project.move_to(tmp_path / "copies" / "copy.vosgui", give_up)
    assert list((tmp_path / "copies").iterdir()) == []
    assert project.path == before
    assert history.do("Brush", brush(history.annotation, 5))
    state = state_of(history.annotation)
    with reopened(project) as again:
        assert state_of(history_in(again).annotation) == state


def test_where_a_copy_cannot_be_written_the_work_goes_on_in_the_old_file(
    project: Project, small_disk: Path
) -> None:
    project.set_blob(project.clips[0].id, "large", bytes(range(256)) * 8000)
    history, before = paint(project, 12), project.path
    with pytest.raises(TargetError, match=r"copy\.vosgui"):
        project.move_to(small_disk / "copy.vosgui")
    assert list(small_disk.iterdir()) == []
    assert project.path == before
    assert history.do("Brush", brush(history.annotation, 5))


def test_a_file_where_a_folder_is_meant(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(TargetError, match=r"Cannot write .*copy\.vosgui: "):
        project.move_to(tmp_path / "file" / "copy.vosgui")


SAVING = """
import os, signal, sys
from vosgui.project.project import Project
project = Project.open(sys.argv[1])
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
progress = type("Progress", (), {"report": kill})()
project.move_to(__import__("pathlib").Path(sys.argv[2]), progress)
"""


def test_what_a_killed_copy_left_is_removed(project: Project, tmp_path: Path) -> None:
    project.set_blob(project.clips[0].id, "large", bytes(4 << 20))
    path, folder = project.path, tmp_path / "elsewhere"
    folder.mkdir()
    mine = folder / ".0123456789abcdef.vosgui-tmp.txt"
    mine.write_text("mine")
    project.close()
    for _ in range(2):
        words = [sys.executable, "-c", SAVING, str(path), str(folder / "copy.vosgui")]
        killed = subprocess.run(words, cwd=Path(__file__).resolve().parents[2], check=False)
        assert killed.returncode < 0
    left = [one for one in folder.iterdir() if one != mine]
    assert left and all(one.name.startswith(".") for one in left)
    with new_file(folder / "other.vosgui"):  # at work: it is left alone
        at_work = {one for one in folder.iterdir() if one != mine}
        assert len([one for one in at_work if one.suffix == ".vosgui-tmp"]) == 1
        remove_unfinished(folder)
        assert {one for one in folder.iterdir() if one != mine} == at_work
    assert sorted(one.name for one in folder.iterdir()) == [mine.name, "other.vosgui"]
