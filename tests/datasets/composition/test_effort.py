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
from vosgui.datasets.composition.edit_log import edits_of
from vosgui.datasets.composition.effort import (
    FRAME_HEADER,
    HEADER,
    efforts_of,
    with_total,
)
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
    paint(0, 2, 20, "4 clicks")
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
    (whole, one, two), _ = efforts_of(project)
    assert (whole.clip, whole.object_id, whole.seconds) == ("tennis", None, 10 + 20 + 40 + 12)
    assert (one.seconds, two.seconds) == (10 + 40 + 6, 20 + 6)
    assert (whole.edits, whole.strokes, whole.clicks, whole.runs) == (8, 3, 4, 1)
    assert (one.painted, one.corrected, one.propagated, one.untouched) == (1, 2, 8, 2)
    assert (two.painted, two.corrected, two.propagated, two.untouched) == (1, 0, 10, 2)
    assert one.per_frame == pytest.approx(56 / 3, abs=0.1)
    assert one.per_hour == pytest.approx(3 * 3600 / 56, abs=0.1), "frames 0, 5 and 10 of the grid"


def test_without_times_edits_are_counted_all_the_same(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work.vosgui")
    project.clips.add(clip_info(tmp_path))
    history = project.history(project.clips[0].id)
    history.do("Add object", edits.add_object(history.annotation))
    (whole, one), _ = efforts_of(project)
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


def test_each_frame_has_its_time_strokes_and_clicks(project: Project) -> None:
    found = {(one.frame, one.object_id): one for one in efforts_of(project)[1]}
    assert sorted(found) == [("00000", 1), ("00000", 2), ("00005", 1), ("00006", 1),
                             ("00008", 1), ("00008", 2), ("00009", 1), ("00009", 2)]  # fmt: skip
    clicked = found["00000", 2]
    assert (clicked.seconds, clicked.strokes, clicked.clicks) == (20, 0, 4)
    assert (clicked.source, found["00006", 1].source) == ("painted", "corrected")
    assert found["00006", 1].seconds == 40, "and the pause before frame 5 counts for nothing"
    verified = found["00009", 1]
    assert (verified.source, verified.verified, verified.seconds) == ("propagated", True, 6)


def test_several_clips_have_a_line_of_all(project: Project) -> None:
    assert with_total(efforts_of(project)[0]) == efforts_of(project)[0], "one clip needs none"
    one, *_ = efforts_of(project)[0]
    total, *rest = with_total([one, one])
    assert rest == [one, one]
    assert (total.clip, total.seconds, total.clicks) == ("", 2 * one.seconds, 2 * one.clicks)
    assert (total.per_hour, total.per_frame) == (one.per_hour, one.per_frame)


def test_one_edit_is_no_edits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.create(tmp_path / "one.vosgui") as one:
        history = one.history(one.clips.add(clip_info(tmp_path)).id)
        history.do("1 click", edits.add_object(history.annotation))
    assert main(["effort", str(one.path)]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert ", 1 edit, 1 click, 0 strokes, " in line


def test_the_command_writes_a_table_of_frames(project: Project, tmp_path: Path) -> None:
    project.close()
    assert main(["effort", str(project.path), "--frames", str(tmp_path / "f.csv")]) == 0
    with (tmp_path / "f.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == FRAME_HEADER
    assert len(rows) == 9


def test_who_did_what_is_listed_and_written(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.history(project.clips[0].id).undo()
    found = edits_of(project)
    assert [(one.person, one.what, one.frames, one.state) for one in found[2:]] == [
        ("Ada", "Brush", "00000", ""),
        ("Ada", "4 clicks", "00000", ""),
        ("Ada", "Propagate forward", "", ""),
        ("Ada", "Brush", "00005", ""),
        ("Ada", "Brush", "00006", ""),
        ("Bo", "Verify", "00008", ""),
        ("Bo", "Verify", "00009", "undone"),
    ]
    assert (found[4].n_frames, found[3].clicks, found[7].objects) == (10, 4, "object 1, object 2")
    project.close()
    path = tmp_path / "edits.csv"
    assert main(["edits", str(project.path), "--person", "Bo", "--csv", str(path)]) == 0
    assert len(path.read_text().splitlines()) == 3
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ", 1)[1] for line in lines[:2]] == [
        "Bo  tennis: Verify, 00008", "Bo  tennis: Verify, 00009 (undone)",
    ]  # fmt: skip
