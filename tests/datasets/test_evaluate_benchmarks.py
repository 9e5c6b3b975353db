"""LVOS and MOSEv2: which frames of which objects count, from files to the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.datasets.test_evaluate import mask, write_clip
from vosgui.cli.main import main

SIZE = 10


def run(root: Path, protocol: str, *words: str) -> dict[str, Any]:
    out = root / "scores.json"
    paths = [str(root / "truth"), str(root / "pred"), "--json", str(out), "--workers", "1"]
    assert main(["evaluate", *paths, "--protocol", protocol, *words]) == 0
    content: dict[str, Any] = json.loads(out.read_text())
    return content


def lvos(root: Path) -> None:
    """Write two clips of an object in frames 6 to 31, found half a width off in some."""
    for clip in ("aaa", "bbb"):
        for side in ("truth/Annotations", "pred"):
            masks = {}
            for number in range(1, 42, 5):
                off = 5 if side == "pred" and clip == "bbb" and number in (6, 11, 31, 36) else 0
                there = 6 <= number <= 31 or side == "pred"
                masks[f"{number:08d}"] = mask((1, 20, 20 + off)) if there else mask()
            write_clip(root / side / clip, masks)
    span = {"start": "00000006", "end": "00000031", "frame_nums": "6"}
    meta = {"videos": {clip: {"objects": {"1": {"frame_range": span}}} for clip in ("aaa", "bbb")}}
    (root / "truth/valid_meta.json").write_text(json.dumps(meta))


def test_lvos_scores_the_listed_range(tmp_path: Path) -> None:
    lvos(tmp_path)
    scores = run(tmp_path, "lvos")
    assert [one["n_scores"] for one in scores["objects"]] == [4, 4]  # 11, 16, 21, 26
    # Of bbb frame 11 alone is off: 5 of 15 columns overlap.
    means = [one["J"]["mean"] for one in scores["objects"]]
    assert means == pytest.approx([1, (1 / 3 + 3) / 4])
    assert scores["youtube_vos"] is None
    assert scores["benchmark"] == "LVOS"
    assert scores["benchmark_numbers"]["J"] == pytest.approx(np.mean(means))
    assert scores["benchmark_numbers"]["J unseen"] is None


def test_lvos_tells_seen_from_unseen_clips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lvos(tmp_path)
    (tmp_path / "truth/unseen_videos.txt").write_text("bbb\nccc")
    numbers = run(tmp_path, "lvos")["benchmark_numbers"]
    assert numbers["J seen"] == 1
    assert numbers["J unseen"] == pytest.approx((1 / 3 + 3) / 4)
    assert "LVOS: J&F" in capsys.readouterr().out
    (tmp_path / "mine.txt").write_text("aaa")
    other = run(tmp_path, "lvos", "--unseen", str(tmp_path / "mine.txt"))["benchmark_numbers"]
    assert other["J unseen"] == 1


def test_a_file_that_lists_more_frames_than_are_scored_is_said(tmp_path: Path) -> None:
    lvos(tmp_path)
    file = tmp_path / "truth/valid_meta.json"
    file.write_text(file.read_text().replace('"frame_nums": "6"', '"frame_nums": 26'))
    notes = " ".join(run(tmp_path, "lvos")["notes"])
    assert "aaa: object 1 is scored in 4 frames" in notes
    assert "divides by 24" in notes


def test_lvos_wants_the_range_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_clip(tmp_path / "truth/a", [mask((1, 0, 0))] * 3)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0))] * 3)
    paths = [str(tmp_path / "truth"), str(tmp_path / "pred")]
    for words in (
        ["--protocol", "lvos"],
        ["--protocol", "mosev2", "--first", "keep"],
        ["--unseen", str(tmp_path / "truth")],
    ):
        assert main(["evaluate", *paths, *words]) == 2
    assert "--meta" in capsys.readouterr().err


def test_where_published_evaluators_have_other_figures_is_said(tmp_path: Path) -> None:
    square = mask((1, 0, 0))
    both = mask((1, 0, 0), (2, 20, 20))
    write_clip(tmp_path / "truth/a", [square] * 3 + [both] * 257)
    write_clip(tmp_path / "pred/a", [square] + [both] * 259)
    scores = run(tmp_path, "all")
    notes = " ".join(scores["notes"])
    assert "object 2 is found from frame 00001 on" in notes
    assert "first has it in 00003" in notes
    assert "decay is over 260 frames" in notes
    assert [one["n_scores"] for one in scores["objects"]] == [260, 257]


def test_mosev2_scores_absent_objects_from_the_start(tmp_path: Path) -> None:
    here, gone = mask((1, 20, 20)), mask()
    truth = [gone, gone, here, gone, here, here]
    pred = [here, gone, here, here, gone, gone]
    write_clip(tmp_path / "truth/a", truth)
    write_clip(tmp_path / "pred/a", pred)
    scores = run(tmp_path, "mosev2")
    J = [1, 1, 1 / 101, 1 / 101]  # frames 1 to 4
    (one,) = scores["objects"]
    assert one["n_scores"] == 4
    assert one["J"]["mean"] == pytest.approx(np.mean(J))
    numbers = scores["benchmark_numbers"]
    F = [1, 1, 0, 0]
    assert numbers["J&F-dot"] == pytest.approx((np.mean(J) + np.mean(F)) / 2)
    assert numbers["disappearance J&F-dot"] == pytest.approx((J[2] + F[2]) / 2)
    # It appears in frame 2 and again in 4: each counts as coming back.
    assert numbers["reappearance J&F-dot"] == pytest.approx((J[1] + J[3] + F[1] + F[3]) / 4)


def test_mosev2_takes_a_meta_file_of_ids_and_255_as_background(tmp_path: Path) -> None:
    truth = mask((1, 20, 20), (255, 0, 0))
    write_clip(tmp_path / "truth/Annotations/a", [truth] * 4)
    write_clip(tmp_path / "pred/a", [mask((1, 20, 20), (1, 0, 0))] * 4)
    meta = {"videos": {"a": {"objects": ["1"], "length": 4, "height": 40, "width": 60}}}
    (tmp_path / "truth/meta.json").write_text(json.dumps(meta))
    (one,) = run(tmp_path, "mosev2")["objects"]
    assert one["J"]["mean"] == pytest.approx(101 / 201)
    (ignored,) = run(tmp_path, "mosev2", "--void", "ignore")["objects"]
    assert ignored["J"]["mean"] == 1
