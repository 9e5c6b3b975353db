"""`evaluate --task rvos`: J and F over expressions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.datasets.test_evaluate import HW, mask, write_clip
from vosgui.cli.main import main

NAMES = ("00000", "00005", "00010")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Write a clip of two objects and three expressions; the last is found half as wide."""
    write_clip(tmp_path / "truth/a1b2", {name: mask((1, 0, 0), (2, 20, 20)) for name in NAMES})
    for expression, found in (
        ("0", mask((255, 0, 0))),
        ("1", mask((255, 20, 20))),
        ("2", mask((255, 20, 20), (0, 20, 25))),
    ):
        write_clip(tmp_path / "pred/Annotations/a1b2" / expression, dict.fromkeys(NAMES, found))
    write_meta(tmp_path, {"0": "1", "1": "2", "2": "2"})
    return tmp_path


def write_meta(root: Path, objects: dict[str, Any], frames: tuple[str, ...] = NAMES) -> None:
    expressions = {
        key: {"exp": f"the object of {key}"} | ({} if i is None else {"obj_id": i})
        for key, i in objects.items()
    }
    meta = {"videos": {"a1b2": {"expressions": expressions, "frames": list(frames)}}}
    (root / "meta.json").write_text(json.dumps(meta))


def run(root: Path, *words: object) -> int:
    fixed = ["--expressions", str(root / "meta.json"), "--workers", "1"]
    truth, pred = str(root / "truth"), str(root / "pred")
    return main(["evaluate", "--task", "rvos", truth, pred, *fixed, *map(str, words)])


def test_the_mean_is_over_expressions(tree: Path) -> None:
    assert run(tree, "--json", tree / "report.json") == 0
    report = json.loads((tree / "report.json").read_text())
    assert [one["J"]["mean"] for one in report["objects"]] == [1.0, 1.0, 0.5]
    assert report["objects"][2]["expression"] == "the object of 2"
    assert report["overall"]["J"]["mean"] == pytest.approx(2.5 / 3)
    assert report["overall"]["n_scores"] == 9


def test_sentences_are_printed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tree) == 0
    out = capsys.readouterr().out
    assert "  2 the object of 2 " in out
    assert "(3 expressions, 9 scores)" in out


def test_the_truth_may_be_one_folder_per_expression(tree: Path) -> None:
    for expression in "012":
        write_clip(tree / "own/a1b2" / expression, {n: mask((1, 0, 0)) for n in NAMES})
    (tree / "truth").rename(tree / "ids")
    (tree / "own").rename(tree / "truth")
    write_meta(tree, {"0": None, "1": None, "2": None})
    assert run(tree, "--json", tree / "report.json") == 0
    report = json.loads((tree / "report.json").read_text())
    assert [one["J"]["mean"] for one in report["objects"]] == [1.0, 0.0, 0.0]


def test_void_of_the_truth_is_left_out_or_background(tree: Path) -> None:
    void = mask((1, 0, 0), (2, 20, 20))
    void[20:30, 25:30] = 255
    for name in NAMES:
        (tree / f"truth/a1b2/{name}.png").unlink()
    (tree / "truth/a1b2").rmdir()
    write_clip(tree / "truth/a1b2", dict.fromkeys(NAMES, void))
    assert run(tree, "--json", tree / "report.json") == 0
    report = json.loads((tree / "report.json").read_text())
    assert [one["J"]["mean"] for one in report["objects"]] == [1.0, 1.0, 1.0]
    assert run(tree, "--json", tree / "report.json", "--void", "background") == 0
    report = json.loads((tree / "report.json").read_text())
    assert [one["J"]["mean"] for one in report["objects"]] == [1.0, 0.5, 1.0]
    assert report["settings"]["void"] == "255 of the truth: background"


def test_frames_without_truth_are_noted(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_meta(tree, {"0": 1}, (*NAMES, "00015"))
    assert run(tree) == 0
    assert "a1b2: 1 of its frames" in capsys.readouterr().out


def test_missing_predictions_are_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "pred/Annotations/a1b2/1/00005.png").unlink()
    (tree / "pred/Annotations/a1b2/2").rename(tree / "elsewhere")
    assert run(tree) == 2
    assert "a1b2/1 (00005), a1b2/2 (every frame)" in capsys.readouterr().err


def test_expressions_without_an_object_are_named(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_meta(tree, {"0": "1", "1": None})
    assert run(tree) == 2
    assert "1 of a1b2" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", '{"videos": {"a": {"expressions": {}}}}'])
def test_broken_expressions_are_one_line(
    tree: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "meta.json").write_text(text)
    assert run(tree) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_predictions_of_another_size_are_refused(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "pred/Annotations/a1b2/0/00000.png").unlink()
    (tree / "pred/Annotations/a1b2/0").rename(tree / "elsewhere")
    small = np.zeros((HW[0], HW[1] - 1), np.uint8)
    write_clip(tree / "pred/Annotations/a1b2/0", dict.fromkeys(NAMES, small))
    assert run(tree) == 2
    assert "59x40" in capsys.readouterr().err


def test_the_expressions_of_a_split_are_found(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "valid").mkdir()
    (tree / "truth").rename(tree / "valid/Annotations")
    words = [
        "evaluate",
        "--task",
        "rvos",
        str(tree / "valid"),
        str(tree / "pred"),
        "--workers",
        "1",
    ]
    assert main(words) == 2
    assert "--expressions" in capsys.readouterr().err
    (tree / "meta_expressions/valid").mkdir(parents=True)
    (tree / "meta.json").rename(tree / "meta_expressions/valid/meta_expressions.json")
    assert main(words) == 0
    words[3] = str(tree / "valid/Annotations")
    assert main(words) == 0
    assert capsys.readouterr().out.count("(3 expressions, 9 scores)") == 2
