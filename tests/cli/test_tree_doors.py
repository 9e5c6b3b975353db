"""One tree, every door: what convert reads is read by all that take a tree, and means the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.training.samples import Request
from vosgui.engine.training.tree_source import TreeSource, annotated_clips
from vosgui.engine.training.validation import find_validation, score_clip
from vosgui.errors import DatasetError
from vosgui.media.palette import read_mask
from vosgui.project.project import Project

HW = (64, 96)
STEMS = [f"{t:05d}" for t in range(4)]
MASKS = {stem: boxes({1: (10, 10 + t, 30, 30), 2: (30, 60, 20, 20)}, HW)
         for t, stem in enumerate(STEMS)}  # fmt: skip


def davis(root: Path, resolution: str) -> Path:
    """Write a tree of DAVIS with a clip of void pixels and a list that names it."""
    put_frames(root / "JPEGImages" / resolution / "bear", STEMS, HW)
    for stem, mask in MASKS.items():
        void = np.where(np.arange(HW[1]) < 2, 255, mask)
        put_palette(root / "Annotations" / resolution / "bear" / f"{stem}.png", void)
    put_text(root / "ImageSets/2017/val.txt", "bear\n")
    return root


def davis_480p(root: Path) -> Path:
    return davis(root, "480p")


def davis_full(root: Path) -> Path:
    return davis(root, "Full-Resolution")


def mose_val(root: Path) -> Path:
    put_frames(root / "val/JPEGImages/bear", STEMS, HW)
    for stem, mask in MASKS.items():
        put_palette(root / f"val/Annotations/bear/{stem}.png", mask)
    return root


@pytest.fixture(params=[davis_480p, davis_full, mose_val])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    root: Path = request.param(tmp_path / "tree")
    return root


def run(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.fixture
def found(tree: Path, tmp_path: Path) -> Path:
    """Return perfect predictions of the tree, as a method leaves them."""
    for stem, mask in MASKS.items():
        put_palette(tmp_path / "found/bear" / f"{stem}.png", mask)
    return tmp_path / "found"


def test_convert(tree: Path, tmp_path: Path) -> None:
    assert run("convert", tree, "--to", "masks", "--out", tmp_path / "out", "--quiet") == 0
    for stem, mask in MASKS.items():
        got = read_mask(tmp_path / "out/bear" / f"{stem}.png")
        np.testing.assert_array_equal(got[:, 2:], mask[:, 2:])


def test_import(tree: Path, tmp_path: Path) -> None:
    assert run("import", tree, "--project", tmp_path / "p.vosgui", "--quiet") == 0
    with Project.open(tmp_path / "p.vosgui") as project:
        (record,) = project.clips
        assert (record.name, record.info.frame_names) == ("bear", tuple(STEMS))


def test_evaluate(tree: Path, found: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert run("evaluate", tree, found, "--workers", 1, "--json", report) == 0
    assert json.loads(report.read_text())["overall"]["JF"] == 1.0


def test_compare(tree: Path, found: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compare", tree, found, "--workers", 1) == 0
    assert "No pixel differs" in capsys.readouterr().out


def test_train(tree: Path) -> None:
    (clip,) = annotated_clips(tree)
    assert clip.annotated() == list(range(4))
    sample = TreeSource([clip]).sample(np.random.default_rng(0), Request(0, 3, HW, True))
    assert sample.frames.shape == (3, *HW, 3)
    assert sample.masks[0].any() and sample.masks.max() == 1


def test_validation_of_a_training_run(tree: Path) -> None:
    (clip,) = find_validation(tree)
    scores = score_clip(FlowPropagator(), clip)
    assert len(scores) == 2  # void is no object
    assert find_validation(tree, ["bear"]) == [clip]


def test_propagate(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("propagate", "--dataset", tree, "--model", "flow", "--out", out, "--quiet") == 0
    masks = {path.stem: read_mask(path) for path in sorted((out / "bear").glob("*.png"))}
    assert list(masks) == STEMS
    np.testing.assert_array_equal(masks["00000"][:, 2:], MASKS["00000"][:, 2:])
    assert set(np.unique(masks["00003"])) == {0, 1, 2}


# -- what is not clear is said ---------------------------------------------------------------


@pytest.fixture
def two_splits(tmp_path: Path) -> Path:
    root = mose_val(tmp_path / "tree")
    shutil.copytree(root / "val", root / "train")
    return root


def test_one_of_two_splits_is_to_be_named(
    two_splits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words: list[list[object]] = [
        ["evaluate", two_splits, two_splits],
        ["compare", two_splits, two_splits],
        ["propagate", "--dataset", two_splits, "--model", "flow", "--out", tmp_path / "out"],
    ]
    for one in words:
        assert run(*one) == 2
        (line,) = capsys.readouterr().err.strip().splitlines()
        assert "train and val" in line and str(two_splits / "train") in line
    for find in (annotated_clips, find_validation):
        with pytest.raises(DatasetError, match="train and val"):
            find(two_splits)
    assert run("convert", two_splits, "--to", "masks", "--out", tmp_path / "a") == 0
    said = capsys.readouterr().out
    for name in (path.name for path in (two_splits / "val/Annotations").iterdir()):
        assert f"train_{name}" in said and f"val_{name}" in said
        assert len(list((tmp_path / "a").glob(f"*_{name}/*.png"))) == 2 * len(
            list((two_splits / "val/Annotations" / name).iterdir())
        )
    assert run("evaluate", two_splits / "val", two_splits / "train", "--workers", 1) == 0


def test_which_of_two_resolutions_is_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = davis_full(davis_480p(tmp_path / "tree"))
    for words in (
        ["convert", tree, "--to", "masks", "--out", tmp_path / "a"],
        ["evaluate", tree, tree, "--workers", 1],
        ["compare", tree, tree, "--workers", 1],
        ["propagate", "--dataset", tree, "--model", "flow", "--out", tmp_path / "out"],
    ):
        assert run(*words) == 0
        told = capsys.readouterr()
        assert "480p" in told.out + told.err and "Full-Resolution" in told.out + told.err
    other = tree / "Annotations/Full-Resolution"
    assert run("evaluate", other, other, "--workers", 1, "--quiet") == 0


def test_a_clip_without_frames_is_named_and_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, out = mose_val(tmp_path / "tree"), tmp_path / "out"
    put_palette(tree / "val/Annotations/blind/00000.png", MASKS["00000"])
    assert run("propagate", "--dataset", tree, "--model", "flow", "--out", out, "--quiet") == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert "blind" in told[0] and "no frames" in told[0]
    assert (out / "bear/00003.png").is_file()
