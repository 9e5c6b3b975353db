"""`evaluate --task vos` from its words to its files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.core.metrics.test_region_contour import published_frame
from tests.datasets.test_mask_sources import painted_project
from vosgui.cli.main import main
from vosgui.core import edits
from vosgui.media.palette import write_mask
from vosgui.project.project import Project


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a tree of the published clip of twenty frames: truth, pred, and a meta.json."""
    for t in range(20):
        for name, dx in (("truth", 0), ("pred", t // 4)):
            path = tmp_path / name / "Annotations" / "short" / f"{t:05d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_mask(path, published_frame(t, dx))
    frames = [f"{t:05d}" for t in range(20)]
    objects = {
        "1": {"category": "cat", "frames": frames},
        "2": {"category": "cup", "frames": frames[:10]},
    }
    meta = {"videos": {"short": {"objects": objects}}}
    (tmp_path / "truth" / "meta.json").write_text(json.dumps(meta))
    return tmp_path


def run(root: Path, *words: str) -> int:
    return main(["evaluate", str(root / "truth"), str(root / "pred"), "--workers", "1", *words])


def test_the_published_numbers_are_printed(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(published) == 0
    out = capsys.readouterr().out
    assert re.search(r"protocol +davis: .*first.* left out.*last.* left out", out)
    (row,) = [line.split() for line in out.splitlines() if line.startswith("  1 cat")]
    # J&F, then mean, recall, decay of J and of F, then the number of scores
    assert row[2:] == ["87.9", "92.4", "100.0", "11.8", "83.4", "100.0", "42.9", "18"]


def test_json_holds_every_number(published: Path) -> None:
    path = published / "report.json"
    assert run(published, "--protocol", "youtube-vos", "--json", str(path), "--quiet") == 0
    report = json.loads(path.read_text())
    one, two = report["objects"]
    assert (one["n_scores"], two["n_scores"]) == (19, 9)
    assert (one["category"], one["seen"], two["category"], two["seen"]) == (
        "cat",
        True,
        "cup",
        False,
    )
    assert two["J"] == {"mean": 1.0, "recall": 1.0, "decay": 0.0}
    numbers = report["youtube_vos"]
    assert numbers["overall"] == pytest.approx(
        (one["J"]["mean"] + one["F"]["mean"] + two["J"]["mean"] + two["F"]["mean"]) / 4
    )
    assert set(report["kinds"]) == {"seen", "unseen"}
    assert set(report["categories"]) == {"cat", "cup"}
    assert report["clips"]["short"]["n_objects"] == 2
    assert "meta.json lists" in report["settings"]["protocol"]


def test_csv_has_a_line_per_object_and_frame(published: Path) -> None:
    path = published / "frames.csv"
    assert run(published, "--protocol", "all", "--csv", str(path)) == 0
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 40
    assert rows[0] == {
        "clip": "short", "object": "1", "category": "cat", "frame": "00000",
        "J": "1.000000", "F": "1.000000",
    }  # fmt: skip
    J = [float(row["J"]) for row in rows if row["object"] == "1"]
    assert np.mean(J[1:-1]) == pytest.approx(0.9243, abs=5e-5)


def test_the_plot_shows_both_lines(published: Path) -> None:
    path = published / "J.png"
    assert run(published, "--plot", str(path), "--quiet") == 0
    with Image.open(path) as image:
        pixels = np.asarray(image).astype(int)
    assert pixels.shape == (540, 960, 3)
    for colour in ((0, 114, 178), (213, 94, 0)):
        assert (abs(pixels - colour).max(axis=2) < 60).sum() > 1500


def test_quiet_prints_the_overall_score_only(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(published, "--quiet") == 0
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 2
    assert captured.out.startswith("J&F 94.0   J 96.2   F 91.7   (2 objects, 36 scores)")
    assert captured.err == ""


def test_first_and_last_frames_can_be_kept(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(published, "--first", "keep", "--last", "keep") == 0
    assert re.search(r"protocol .*first.* scored.*last.* scored", capsys.readouterr().out)


def test_missing_predictions_are_one_line_and_status_2(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for t in (3, 4):
        (published / "pred/Annotations/short" / f"{t:05d}.png").unlink()
    assert run(published, "--json", str(published / "report.json")) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "short (00003, 00004)" in captured.err
    assert not (published / "report.json").exists()


def test_nothing_to_score_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("truth", "pred"):
        (tmp_path / name).mkdir()
        write_mask(tmp_path / name / "00000.png", np.full((9, 9), 255, np.uint8))
    assert run(tmp_path, "--protocol", "all") == 2
    assert "binary" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path) == 2
    assert str(tmp_path / "truth") in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said_before_anything_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--csv", str(tmp_path / "nowhere" / "a.csv")) == 2
    assert str(tmp_path / "nowhere") in capsys.readouterr().err


def test_a_file_that_is_no_mask_folder_is_named(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meta = published / "truth" / "meta.json"
    assert main(["evaluate", str(published / "truth"), str(meta)]) == 2
    assert str(meta) in capsys.readouterr().err


def test_categories_of_davis_have_no_kinds(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seen and unseen are YouTube-VOS's; DAVIS has names of its own, "person" or "dog" or not."""
    (published / "truth" / "meta.json").unlink()
    semantics = {"short": {"1": "person", "2": "bicycle"}, "other": {"1": "dog"}}
    (published / "truth" / "davis_semantics.json").write_text(json.dumps(semantics))
    report = published / "report.json"
    deeper = published / "truth" / "Annotations"
    words = ["evaluate", str(deeper), str(published / "pred"), "--json", str(report)]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "davis_semantics.json" in out
    assert "YouTube-VOS" not in out
    content = json.loads(report.read_text())
    assert set(content["categories"]) == {"person", "bicycle"}
    assert content["kinds"] == {}
    assert content["youtube_vos"] is None


def test_a_project_is_a_truth_with_categories(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = painted_project(tmp_path / "a.vosgui", tmp_path / "clips", category="cat")
    pred = painted_project(tmp_path / "b.vosgui", tmp_path / "clips", x=5)
    assert main(["evaluate", str(truth), str(pred), "--protocol", "all", "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "[cat]" in out
    assert "[seen]" in out
    assert f"categories   {truth}" in out
    assert "among the 65" in out
    assert "propagated ones too" in out
    # A square of ten, moved by five; in the third frame neither side has it.
    assert "J 55.6" in out


def test_of_a_project_what_is_not_known_is_not_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Object 1 is painted in frames 0 and 5 and absent in 7; object 2 is propagated in 5 alone."""
    truth = painted_project(tmp_path / "a.vosgui", tmp_path / "clips")
    with Project.open(truth) as project:
        history = project.history(project.clips[0].id)
        annotation = history.annotation
        history.do("Add object", edits.add_object(annotation))
        second = np.zeros(annotation.hw, np.uint8)
        second[30:40, 30:40] = 2
        result = edits.FrameResult(5, second, {2: 0.9}, {2: ((0, 1),)})
        history.do("Run", edits.predict(annotation, result, frozenset({2})))
    everywhere = np.full((48, 64), 2, np.uint8)
    everywhere[5:15, 5:15] = 1
    for name in ("00000", "00005", "00007"):
        path = tmp_path / "pred" / "tennis" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_mask(path, everywhere)
    report = tmp_path / "report.json"
    words = ["evaluate", str(truth), str(tmp_path / "pred"), "--protocol", "all", "--json"]
    assert main([*words, str(report)]) == 0
    numbers = {one["object"]: one for one in json.loads(report.read_text())["objects"]}
    assert {i: one["n_scores"] for i, one in numbers.items()} == {"1": 3, "2": 1}
    assert main([*words, str(report), "--given"]) == 0
    content = json.loads(report.read_text())
    assert [(one["object"], one["n_scores"]) for one in content["objects"]] == [("1", 3)]
    assert "a person gave" in content["settings"]["truth"]
    assert any("object 2 " in note for note in content["notes"])


@pytest.mark.parametrize("words", [["--given"], ["--meta", "meta.json"]])
def test_options_of_the_other_kind_of_truth_are_refused(
    published: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    truth = published / "truth"
    if words[0] == "--meta":
        truth = painted_project(published / "a.vosgui", published / "clips")
    assert main(["evaluate", str(truth), str(published / "pred"), *words]) == 2
    assert words[0] in capsys.readouterr().err
