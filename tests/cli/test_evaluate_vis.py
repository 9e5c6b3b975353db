"""`evaluate --task vis` from its words to its numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.datasets.test_evaluate_vis import NOTHING, TRUE_A, TRUE_B, TRUTH, results_of
from vosgui.cli.main import main


def run(folder: Path, *words: str) -> int:
    results = results_of([(1, 1, TRUE_A[:3] + [NOTHING] * 3, 0.9), (1, 2, TRUE_B, 0.8)])
    truth, found = folder / "GT.json", folder / "results.json"
    truth.write_text(json.dumps(TRUTH))
    if not found.exists():
        found.write_text(json.dumps(results))
    return main(["evaluate", "--task", "vis", str(truth), str(found), "--workers", "1", *words])


def test_numbers_overall_and_per_category(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["AP", "55.0"] in lines
    assert ["APm", "-"] in lines
    assert ["kind1", "10.0", "10.0"] in lines
    assert ["kind2", "100.0", "100.0"] in lines


def test_numbers_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--json", str(tmp_path / "out.json"), "--quiet", "--areas", "masks") == 0
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["overall"]["AP75"] == pytest.approx(0.5)
    assert report["overall"]["APl"] is None
    assert report["settings"]["areas"] == "of the masks"
    assert report["categories"]["kind1"]["AP"] == pytest.approx(0.1)
    assert capsys.readouterr().out.count("\n") == 12


def test_bad_files_are_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.json").write_text("{")
    assert run(tmp_path) == 2
    assert capsys.readouterr().err.count("\n") == 1
