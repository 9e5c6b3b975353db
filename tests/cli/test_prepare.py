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


def test_every_option_reaches_its_rule(video: Path, tmp_path: Path) -> None:
    given = {
        "shots": {"detector": "adaptive", "threshold": 3.5, "min_length_s": 0.4},
        "clips": {
            **{"min_length_s": 1.0, "max_length_s": 1.5, "max_per_video": 2, "margin": 0.02},
            **{"min_sharpness": 1.0, "min_light": 0.01, "max_light": 0.99, "max_shake": 50.0},
            **{"min_motion": 0.01, "min_distance": 0},
        },
        "files": {"short_side": 64, "quality": 80, "stride": 2, "rate": 12.5},
    }
    flags = {
        ("shots", "min_length_s"): "--min-shot",
        ("clips", "min_length_s"): "--min-length",
        ("clips", "max_length_s"): "--max-length",
        ("clips", "max_per_video"): "--max-clips",
        ("files", "rate"): "--fps",
    }
    words = [
        word
        for part, rules in given.items()
        for name, value in rules.items()
        for word in (flags.get((part, name), f"--{name.replace('_', '-')}"), str(value))
    ]
    words += ["--flashes", "suppress", "--keep-times", "--deinterlace", "--workers", "1"]
    assert main(["prepare", str(video), "--out", str(tmp_path / "out"), *words]) == 0
    settings = json.loads((tmp_path / "out" / "prepare.json").read_text())["settings"]
    given["shots"]["flashes"] = "suppress"
    given["files"] |= {"keep_times": True, "deinterlace": True}
    assert settings == given
    clips = json.loads((tmp_path / "out" / "prepare.json").read_text())["videos"][0]["clips"]
    assert clips and all(25 <= one["stop"] - one["start"] <= 38 for one in clips)


@pytest.mark.parametrize(
    "words",
    [
        ["--threshold", "0"],
        ["--margin", "0.6"],
        ["--min-length", "nan"],
        ["--quality", "0"],
        ["--min-length", "7"],
    ],
)
def test_numbers_that_make_no_sense(
    video: Path, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", str(video), "--out", str(tmp_path / "out"), *words]) == 2
    assert words[0] in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
