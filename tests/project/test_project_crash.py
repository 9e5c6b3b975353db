"""A process killed at any moment loses nothing that it had said was done."""

from __future__ import annotations

import itertools
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.project.paint_until_killed import painting
from tests.project.projects import N_FRAMES, Painter, clip_info, history_of, state_of
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.project.project import Project

N_KILLS = int(os.environ.get("VOSGUI_TEST_KILLS", "25"))


def paint_and_kill(path: Path, seed: int, first: int, after_s: float, *target: Path) -> list[int]:
    """Let a child paint, kill it, and return the numbers of the steps that it said were done.

    target : of a copy that it is to go over to meanwhile.
    """
    with painting(path, seed, first, *target) as child:
        assert child.says() == "ready"
        child.process.join(after_s)
        assert child.process.is_alive()
        child.process.kill()
        said = child.says_at_last()
    return [int(line) for line in said]


def integrity(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return connection.execute("PRAGMA integrity_check").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_process_loses_nothing(tmp_path: Path, seed: int) -> None:
    """Kill the same project again and again, each time where the last one stopped."""
    path = tmp_path / "work.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(tmp_path))
    moments = random.Random(seed)
    twin = Painter(History(Annotation((48, 64), N_FRAMES)), seed)  # the same steps, in memory
    n_next = 0
    n_kills = (N_KILLS + 1) // 2
    for n_left in reversed(range(n_kills)):
        said = paint_and_kill(path, seed, n_next, moments.uniform(0, 0.2))
        assert said == list(range(n_next, n_next + len(said)))
        for n in said:
            twin.step(n)
        n_next += len(said)
        with Project.open(path) as project:
            history = project.history(project.clips[0].id)
            if not same(history, twin.history):
                twin.step(n_next)  # it was on disk, and the kill came before it was said
                n_next += 1
            assert same(history, twin.history)
            if n_left % 4 == 0:
                with project.save_as(tmp_path / "copy.vosgui") as copy:
                    undo_to_the_start(copy)
        twin.close_run()
        assert integrity(path) == [("ok",)]
    assert n_next  # the child painted between the kills


@pytest.mark.slow
def test_a_process_killed_while_it_goes_over_to_a_copy_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "work.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(tmp_path))
        project.set_blob(project.clips[0].id, "large", bytes(range(256)) * (1 << 16))
    moments = random.Random(5)
    twin = Painter(History(Annotation((48, 64), N_FRAMES)), 5)
    n_next = 0
    for n in range(N_KILLS // 2):
        target = tmp_path / f"copy{n}.vosgui"
        said = paint_and_kill(path, 5, n_next, moments.uniform(0, 0.3), target)
        for step in said:
            twin.step(step)
        n_next += len(said)
        if target.exists():  # it is there only when whole
            path = target
        with Project.open(path) as project:
            history = project.history(project.clips[0].id)
            if not same(history, twin.history):
                twin.step(n_next)
                n_next += 1
            assert same(history, twin.history)
        twin.close_run()
        assert integrity(path) == [("ok",)]
    assert n_next


def same(history: History, twin: History) -> bool:
    return state_of(history.annotation) == state_of(twin.annotation)


def undo_to_the_start(project: Project) -> None:
    history = project.history(project.clips[0].id)
    there = state_of(history.annotation)
    n_undone = 0
    while history.undo():
        n_undone += 1
    assert state_of(history.annotation) == state_of(Annotation((48, 64), N_FRAMES))
    for _ in range(n_undone):
        assert history.redo()
    assert state_of(history.annotation) == there


def test_a_run_that_was_growing_is_one_finished_edit(tmp_path: Path) -> None:
    path = tmp_path / "work.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(tmp_path))
    # Steps 5, 6 and 7 are one run: kill during it, whatever the machine's speed.
    with painting(path, 3, 0, last=6) as child:
        while child.says() != "6":
            assert child.process.is_alive()
        child.process.kill()
    with Project.open(path) as project:
        history = project.history(project.clips[0].id)
        labels = [label for label, _ in history_of(history)]
    assert labels.count("Propagate") >= 1
    assert "Propagate" not in [a for a, b in itertools.pairwise(labels) if a == b]
