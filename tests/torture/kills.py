"""Processes that paint, run and undo, killed at random moments: all that they had said is there."""

from __future__ import annotations

from pathlib import Path

from tests.project.paint_until_killed import painting
from tests.project.projects import N_FRAMES, Painter, clip_info
from tests.project.test_project_crash import integrity, same, undo_to_the_start
from tests.torture.trial import Trial
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.project.project import Project

_KILLS_OF_A_PROJECT = 40
_BLOB = bytes(range(256)) * (1 << 14)  # so that a copy takes a while


def run(trial: Trial) -> None:
    """Kill until the time is over."""
    n_project = 0
    while trial.goes_on:
        n_project += 1
        _one_project(trial, n_project)


def _one_project(trial: Trial, number: int) -> None:
    """Kill the same project again and again, each time where the last one stopped."""
    seed = trial.seed * 10_000 + number
    folder = trial.place(f"project{number}")
    path = folder / "work.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(folder))
        project.set_blob(project.clips[0].id, "large", _BLOB)
    twin = Painter(History(Annotation((48, 64), N_FRAMES)), seed)  # the same steps, in memory
    n_next = 0
    for n in range(_KILLS_OF_A_PROJECT):
        if not trial.goes_on:
            break
        target = folder / f"copy{n}.vosgui"
        copies = (target,) if trial.random.random() < 0.3 else ()
        said = _painted(trial, path, seed, n_next, *copies)
        trial.n += 1
        trial.count("edits", len(said))
        for step in said:
            twin.step(step)
        n_next += len(said)
        path = target if target.exists() else path
        with Project.open(path) as project:
            history = project.history(project.clips[0].id)
            if not same(history, twin.history):
                twin.step(n_next)  # it was on disk, and the kill came before it was said
                n_next += 1
            is_all_there = same(history, twin.history)
        if not is_all_there:
            trial.faults.append(f"project {number}, kill {n}: something said to be done is gone")
            return
        twin.close_run()
        if integrity(path) != [("ok",)]:
            trial.faults.append(f"project {number}, kill {n}: SQLite finds the file damaged")
            return
    with Project.open(path) as project:
        undo_to_the_start(project)


def _painted(trial: Trial, path: Path, seed: int, first: int, *target: Path) -> list[int]:
    """Let a child paint, kill it at a random moment; return the steps that it said were done."""
    with painting(path, seed, first, *target) as child:
        assert child.says() == "ready"
        said = [child.says() for _ in range(trial.random.randrange(25))]
        child.process.join(trial.random.uniform(0, 0.01))
        child.process.kill()
        said += child.says_at_last()
    return [int(line) for line in said]
