"""`compare` from its words to its lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.datasets.test_evaluate import mask, write_clip
from tests.datasets.test_mask_sources import add_painted_clip, painted_project
from vosgui.cli.main import main
from vosgui.project.project import Project


def run(*words: object) -> int:
    return main(["compare", *map(str, words), "--workers", "1"])


def test_frames_that_differ_most_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_clip(tmp_path / "a", [mask((1, 0, 0))] * 4)
    write_clip(tmp_path / "b", [mask((1, 0, x)) for x in (0, 2, 9, 1)])
    report = tmp_path / "report.json"
    assert run(tmp_path / "a", tmp_path / "b", "--worst", 2, "--json", report) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3].startswith("3 frames")
    assert [line.split()[1] for line in lines[-2:]] == ["00002", "00001"]
    frames = json.loads(report.read_text())["frames"]
    assert [one["frame_name"] for one in frames] == ["00002", "00001", "00003"]


def test_the_same_annotation_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_clip(tmp_path / "a", [mask((1, 0, 0))] * 4)
    assert run(tmp_path / "a", tmp_path / "a") == 0
    out = capsys.readouterr().out
    assert "J&F 100.0   J 100.0   F 100.0   (1 object, 4 scores)" in out
    assert "frames differ" not in out


def test_two_projects_of_one_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = painted_project(tmp_path / "a.vosgui", tmp_path / "clips")
    b = painted_project(tmp_path / "b.vosgui", tmp_path / "clips", x=5)
    assert run(a, b) == 0
    out = capsys.readouterr().out
    # half of each square is shared: 50 of 150 pixels; both say absent in frame 7
    assert "J 55.6" in out
    assert "2 frames differ" in out


def test_nothing_in_common_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_clip(tmp_path / "a", {"0": mask((1, 0, 0))})
    write_clip(tmp_path / "b", {"1": mask((1, 0, 0))})
    assert run(tmp_path / "a", tmp_path / "b") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_clips_of_a_project_are_compared_in_several_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    projects = [tmp_path / "a.vosgui", tmp_path / "b.vosgui"]
    for x, project in enumerate(projects):
        painted_project(project, tmp_path / "clips")
        with Project.open_to_read(str(project)) as opened:
            annotation = opened.history(opened.clips[0].id).annotation
            assert annotation.keyframes(1).tolist() == [0, 5, 7]
        add_painted_clip(project, tmp_path / "clips", x, name="golf")
    assert main(["compare", *map(str, projects), "--workers", "2"]) == 0
    assert "2 objects" in capsys.readouterr().out


def test_masks_of_0_and_255_name_the_option_that_scores_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for side in ("a", "b"):
        write_clip(tmp_path / side, {"0": mask((255, 0, 0)), "1": mask((255, 1, 1))})
    for command in ("compare", "evaluate"):
        words = [command, tmp_path / "a", tmp_path / "b", "--workers", 1]
        assert main([str(word) for word in words]) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert "0 and 255" in told and "--binary" in told
    assert run(tmp_path / "a", tmp_path / "b", "--binary") == 0
    assert "No pixel differs" in capsys.readouterr().out


def test_clips_that_are_paired_under_two_names_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    masks = {f"{t}": mask((1, 0, 0)) for t in range(4)}
    write_clip(tmp_path / "a/dog", masks)
    write_clip(tmp_path / "b/cat", masks)
    for command in ("compare", "evaluate"):
        words = [command, tmp_path / "a", tmp_path / "b", "--workers", 1]
        assert main([str(word) for word in words]) == 0
        assert "dog was paired with cat" in capsys.readouterr().out
