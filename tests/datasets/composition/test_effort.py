"""How much work a project has taken, by the times and objects of its edits."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.project.projects import HW, clip_info
from vosgui.cli.main import main
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box
from vosgui.datasets.composition.effort import HEADER, efforts_of
from vosgui.project.journal import Signature
from vosgui.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project in which Ada paints, runs, pauses, corrects, and Bo verifies."""
    project = Project.create(tmp_path / "work.vosgui")
    record = project.clips.add(clip_info(tmp_path))
    history = project.history(record.id)
    annotation = history.annotation
    now = [1000.0]
    who = ["Ada"]
    project.sign = lambda: Signature(who[0], now[0])

    def paint(t: int, i: int, seconds: float, label: str = "Brush") -> None:
        now[0] += seconds
        after = np.full((6, 6), i, np.uint8)
        history.do(label, edits.paint(annotation, t, i, Box(8 * i, t, 6, 6), after))

    for _ in range(2):
        history.do("Add object", edits.add_object(annotation))
    paint(0, 1, 10)
    paint(0, 2, 20, "Clicks")
    now[0] += 5
    run = history.open("Propagate forward", t=0)
    for t in range(1, 11):
        now[0] += 30
        result = FrameResult(t, np.zeros(HW, np.uint8), {1: 0.9, 2: 0.9}, {})
        run.extend(edits.predict(annotation, result, frozenset({1, 2})))
    run.close()
    paint(5, 1, 1000)
    paint(6, 1, 40)
    who[0] = "Bo"
    history.do("Verify", edits.verify(annotation, 8, [1, 2], on=True))
    now[0] += 12
    history.do("Verify", edits.verify(annotation, 9, [1, 2], on=True))
    return project


def test_times_go_to_objects_without_pauses_and_runs(project: Project) -> None:
    whole, one, two = efforts_of(project)
    assert (whole.clip, whole.object_id, whole.seconds) == ("tennis", None, 10 + 20 + 40 + 12)
    assert (one.seconds, two.seconds) == (10 + 40 + 6, 20 + 6)
    assert (whole.edits, whole.strokes, whole.clicked, whole.runs) == (8, 3, 1, 1)
    assert (one.painted, one.corrected, one.propagated, one.untouched) == (1, 2, 8, 2)
    assert (two.painted, two.corrected, two.propagated, two.untouched) == (1, 0, 10, 2)
    assert one.per_frame == pytest.approx(56 / 3, abs=0.1)
    assert one.per_hour == pytest.approx(3 * 3600 / 56, abs=0.1), "frames 0, 5 and 10 of the grid"


def test_without_times_edits_are_counted_all_the_same(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work.vosgui")
    project.clips.add(clip_info(tmp_path))
    history = project.history(project.clips[0].id)
    history.do("Add object", edits.add_object(history.annotation))
    (whole, one) = efforts_of(project)
    assert (whole.seconds, whole.edits, one.per_hour) == (0, 1, 0)


def test_the_command_prints_and_writes_a_table(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.close()
    assert main(["effort", str(project.path), "--csv", str(tmp_path / "e.csv")]) == 0
    assert "tennis: 1.4 min, 8 edits" in capsys.readouterr().out
    with (tmp_path / "e.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == HEADER
    assert [row[:3] for row in rows[1:]] == [
        ["tennis", "", ""], ["tennis", "1", "object 1"], ["tennis", "2", "object 2"],
    ]  # fmt: skip
