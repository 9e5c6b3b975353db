"""`validate` of what the server of Refer-YouTube-VOS takes: a folder of binary masks each."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.annotated import image_folder, make_project
from tests.trees import HW, boxes, put_image, put_palette, put_text
from vosgui.cli.main import main
from vosgui.core import edits
from vosgui.core.annotation import Expression

FORM = "refer-youtube-vos-submission"
TITLE = "Refer-YouTube-VOS, for its server"
CLIPS = ("a1b2c3d4e5", "00aa11bb22")
STEMS = ("00000", "00005", "00010")
WHITE = boxes({255: (1, 1, 5, 5)})


def check(path: Path, *more: str) -> tuple[int, list[dict[str, Any]]]:
    report = path.parent / "report.json"
    words = ["validate", str(path), "--json", str(report), "--workers", "1", "--quiet", *more]
    status = main(words)
    content = json.loads(report.read_text())
    assert content["format"] == TITLE
    return status, content["issues"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a submission by hand: two expressions a clip, of which the second is gone at last."""
    root = tmp_path / "tree"
    for clip in CLIPS:
        for expression in ("0", "1"):
            for stem in STEMS:
                gone = expression == "1" and stem == STEMS[-1]
                path = root / "Annotations" / clip / expression / f"{stem}.png"
                put_image(path, np.zeros_like(WHITE) if gone else WHITE)
    return root


def packed(root: Path, path: Path, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(root.rglob("*.png")):
            archive.write(file, Path(top, file.relative_to(root)))
    return path


def first(root: Path) -> Path:
    return root / "Annotations" / CLIPS[0]


def test_a_good_submission_has_no_issues(tree: Path, tmp_path: Path) -> None:
    assert check(tree) == (0, [])
    assert check(packed(tree, tmp_path / "submission.zip")) == (0, [])
    assert check(tree, "--format", FORM) == (0, [])


def test_our_own_submission_has_no_issues(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.vosgui", image_folder(tmp_path / CLIPS[0])) as project:
        history = project.history(project.clips[0].id)
        said = (Expression("the one on the left"), Expression("who moves"))
        for entry in history.annotation.objects:
            history.do(
                "Say", edits.set_object(history.annotation, replace(entry, expressions=said))
            )
    words = ["export", str(tmp_path / "p.vosgui"), "--format", FORM, "--out", str(tmp_path / "out")]
    assert main([*words, "--workers", "1", "--quiet"]) == 0
    # Two expressions of one object have the same pixels: that is no overlap.
    assert check(tmp_path / "out") == (0, [])
    assert check(tmp_path / "out/submission.zip") == (0, [])


def soft_edges(root: Path) -> None:
    put_image(first(root) / "0/00005.png", boxes({128: (0, 0, 2, 2), 255: (2, 2, 3, 3)}))


def colours(root: Path) -> None:
    put_image(first(root) / "0/00005.png", np.dstack([WHITE] * 3))


def ids(root: Path) -> None:
    put_palette(first(root) / "0/00005.png", boxes({1: (0, 0, 2, 2)}))


def other_size(root: Path) -> None:
    put_image(first(root) / "0/00005.png", np.zeros((HW[0], HW[1] + 1), np.uint8))


def drop_expression(root: Path) -> None:
    for path in (root / "Annotations" / CLIPS[0] / "0").iterdir():
        path.unlink()
    (root / "Annotations" / CLIPS[0] / "0").rmdir()


def empty_expression(root: Path) -> None:
    for stem in STEMS:
        put_image(first(root) / f"0/{stem}.png", np.zeros_like(WHITE))


def rename(old: str, new: str) -> Callable[[Path], object]:
    return lambda root: (first(root) / old).rename(first(root) / new)


# What is done to the tree; how grave it is; what is said; of which file.
FAULTS: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "soft": (soft_edges, "error", "holds 2 values beside 0", "0/00005.png"),
    "colours": (colours, "error", "holds colours", "0/00005.png"),
    "ids": (ids, "warning", "has the value 1, not 255", "0/00005.png"),
    "size": (other_size, "error", "of several sizes: 16x12, 17x12", ""),
    "broken": (
        lambda root: (first(root) / "0/00005.png").write_bytes(b"\x89PNG"),
        "error",
        "cannot be read",
        "0/00005.png",
    ),
    "no mask": (
        lambda root: (first(root) / "1/00005.png").unlink(),
        "error",
        "Expression 1 has no mask here",
        "1/00005.png",
    ),
    "gap": (drop_expression, "warning", "The expressions 0 have no folder", ""),
    "empty": (empty_expression, "warning", "Expression 0 is empty in every frame", "0"),
    "padded": (rename("1", "001"), "error", "folder 001 is named as no expression is", ""),
    "digits": (rename("0/00005.png", "0/5.png"), "error", "1 digits, not 5", "0/5.png"),
    "stranger": (
        lambda root: put_text(first(root) / "0/Thumbs.db", ""),
        "error",
        "no frame or mask",
        "0/Thumbs.db",
    ),
    "loose mask": (
        lambda root: put_image(first(root) / "00005.png", WHITE),
        "error",
        "no expression's folder",
        "00005.png",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(tree: Path, fault: str) -> None:
    spoil, severity, text, file = FAULTS[fault]
    spoil(tree)
    status, issues = check(tree, "--format", FORM)
    (found,) = [one for one in issues if text in one["text"]]
    assert found["severity"] == severity
    assert found["clip"] == CLIPS[0]
    assert found["file"] == str(first(tree) / file)
    assert {one["clip"] for one in issues} == {CLIPS[0]}
    assert status == any(one["severity"] == "error" for one in issues)


def test_a_clip_without_expressions_is_named(tree: Path) -> None:
    put_image(tree / "Annotations/cc/00000.png", WHITE)
    status, issues = check(tree)
    assert status == 1
    assert {one["clip"] for one in issues} == {"cc"}
    assert any("has no expression's folder" in one["text"] for one in issues)


def test_a_file_beside_the_clips_is_named(tree: Path) -> None:
    put_text(tree / "Annotations/.DS_Store", "")
    status, issues = check(tree)
    assert (status, len(issues)) == (1, 1)
    assert "no clip's folder" in issues[0]["text"]


def test_one_bit_a_pixel_is_as_good(tree: Path) -> None:
    with Image.open(first(tree) / "0/00005.png") as image:
        image.convert("1").save(first(tree) / "0/00005.png")
    assert check(tree) == (0, [])


@pytest.mark.parametrize("top", ["", "results"])
def test_the_zip_must_hold_annotations(
    tree: Path, tmp_path: Path, top: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packed(tree / "Annotations", tmp_path / "submission.zip", top)
    assert main(["validate", str(path), "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert "server" in said
    assert said.count(str(path)) == 2  # of the fault and of the last line


def test_object_folders_are_no_submission(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Objects are counted from 1; with frames beside them it is a dataset."""
    for clip in CLIPS:
        (tree / f"Annotations/{clip}/0").rename(tree / f"Annotations/{clip}/2")
    assert main(["validate", str(tree), "--workers", "1", "--quiet"]) == 0
    assert "a folder of binary masks per object" in capsys.readouterr().out
