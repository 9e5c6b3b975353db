"""The journal of a file keeps edits in the order in which one in memory does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.projects import N_FRAMES, brush, clip_info, history_in, history_of, state_of
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.project.journal import Signature
from vosgui.project.project import Project


def edit_meanwhile(history: History) -> None:
    """Paint, undo and do again while a run goes on that comes to some of these frames."""
    annotation = history.annotation
    run = history.open("Propagate")
    run.extend(brush(annotation, 0, 1))
    history.do("Brush 5", brush(annotation, 1, 5))
    history.do("Brush 1", brush(annotation, 2, 1))
    run.extend(brush(annotation, 3, 2))
    history.do("Brush 3", brush(annotation, 4, 3))
    history.do("Brush 8", brush(annotation, 5, 8))
    history.undo()
    run.extend(brush(annotation, 6, 3))  # Brush 3 goes beneath it
    history.redo()
    history.do("Brush 9", brush(annotation, 7, 9))
    history.undo()
    run.extend(brush(annotation, 8, 9))  # what was undone is forgotten
    run.extend(brush(annotation, 9, 1))  # a run of its own, above the stroke of frame 1
    history.do("Brush 11", brush(annotation, 10, 11))
    history.undo()


def test_edits_during_a_run_are_kept_in_their_order(tmp_path: Path) -> None:
    memory = History(Annotation((48, 64), N_FRAMES))
    edit_meanwhile(memory)
    project = Project.create(tmp_path / "p.vosgui")
    project.clips.add(clip_info(tmp_path))
    edit_meanwhile(history_in(project))
    project.close()  # as a kill leaves it: every part was on disk when it returned
    with Project.open(project.path) as again:
        history = history_in(again)
        assert history.redo_label == "Brush 11"
        assert state_of(history.annotation) == state_of(memory.annotation)
        memory.growing.close()  # type: ignore[union-attr]
        walked = history_of(history)
        assert walked == history_of(memory)
        assert [label for label, _ in walked] == [
            "Propagate", "Brush 8", "Brush 1", "Brush 5", "Propagate", "Brush 3",
        ]  # fmt: skip
        for label, _ in reversed(walked):
            assert history.redo_label == label
            history.redo()


@pytest.mark.parametrize("history_bytes", [100, 4000])
def test_a_bounded_history_goes_on_with_a_run(tmp_path: Path, history_bytes: int) -> None:
    project = Project.create(tmp_path / "p.vosgui", history_bytes=history_bytes)
    project.clips.add(clip_info(tmp_path))
    memory = History(Annotation((48, 64), N_FRAMES))
    for history in (history_in(project), memory):
        for seed in range(20, 24):
            history.do("Before", brush(history.annotation, seed, 20))
        edit_meanwhile(history)
    after = state_of(history_in(project).annotation)
    assert after == state_of(memory.annotation)
    project.close()
    with Project.open(project.path) as again:
        history = history_in(again)
        assert state_of(history.annotation) == after
        n = len(history_of(history))
        for _ in range(n):
            history.redo()
        assert state_of(history.annotation) == after


def test_who_made_an_edit_when_and_where_a_run_began_are_kept(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p.vosgui")
    project.clips.add(clip_info(tmp_path))
    history = history_in(project)
    history.do("Brush", brush(history.annotation, 0))
    project.sign = lambda: Signature("Ada", 1234.5)
    run = history.open("Propagate", t=7)
    run.extend(brush(history.annotation, 1, 8))
    run.extend(brush(history.annotation, 2, 9))
    run.close()
    project.close()
    with Project.open(project.path) as again:
        rows = again.file.rows(
            tuple[str, int | None, str | None, float | None],
            "SELECT label, t, person, at FROM edits ORDER BY place",
        )
        assert rows == [("Brush", None, None, None), ("Propagate", 7, "Ada", 1234.5)]
        edit = history_in(again).undo()
        assert edit is not None and edit.t == 7
