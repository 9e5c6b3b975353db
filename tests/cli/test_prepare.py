"""`prepare` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.datasets.prepare.long_videos import Shot, write_shots
from vosgui.cli.main import main
from vosgui.project.project import Project


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shots = (Shot(100, seed=1), Shot(90, seed=2, moves=False))
    return write_shots(tmp_path_factory.mktemp("video") / "walk.mp4", shots)


def test_from_a_video_into_a_project(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, project, found = tmp_path / "out", tmp_path / "p.vosgui", tmp_path / "found.json"
    words = ["prepare", str(video), "--out", str(out), "--project", str(project)]
    words += ["--stride", "5", "--workers", "1", "--margin", "0", "--min-motion", "0.4"]
    assert main([*words, "--json", str(found)]) == 0
    said = capsys.readouterr().out
    assert "walk_01" in said and "hardly anything moves" in said and "1 clip" in said
    assert len(json.loads(found.read_text())["videos"][0]["clips"]) == 1
    with Project.open_to_read(project) as opened:
        (record,) = opened.clips
        assert record.name == "walk_01"
        assert record.info.frame_names[:3] == ("00000", "00005", "00010")
    assert main([*words, "--quiet"]) == 0  # nothing twice
    with Project.open_to_read(project) as opened:
        assert len(opened.clips) == 1


def test_a_broken_video_is_named_and_the_others_are_done(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    words = [
        "prepare",
        str(broken),
        str(video),
        "--out",
        str(tmp_path / "out"),
        "--workers",
        "1",
        "--margin",
        "0",
    ]
    assert main(words) == 2
    assert "broken.mp4" in capsys.readouterr().out
    assert (tmp_path / "out/JPEGImages/walk_01/00000.jpg").is_file()


@pytest.mark.parametrize(
    "words",
    [["--threshold", "0"], ["--margin", "0.6"], ["--min-length", "nan"], ["--quality", "0"]],
)
def test_numbers_that_make_no_sense(
    video: Path, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", str(video), "--out", str(tmp_path / "out"), *words]) == 2
    assert words[0] in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
