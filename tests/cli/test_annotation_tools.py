"""What annotation tools write, through every command that takes a dataset."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.formats.tools import HW, LABELS, MASK, STEMS, TOOLS
from vosgui.cli.main import main
from vosgui.formats.registry import detect
from vosgui.media.palette import read_mask
from vosgui.project.project import Project

TOOL = pytest.mark.parametrize("tool", TOOLS)


def run(*words: object) -> int:
    return main([str(word) for word in words])


@TOOL
def test_it_is_recognised_and_has_no_faults(tool: str, tmp_path: Path) -> None:
    root = TOOLS[tool][0](tmp_path)
    assert detect(root).name == tool
    report = tmp_path / "report.json"
    assert run("validate", root, "--json", report) == 0
    issues = json.loads(report.read_text())["issues"]
    assert not [one for one in issues if one["severity"] != "note"]


@TOOL
def test_it_is_converted_and_comes_back(tool: str, tmp_path: Path) -> None:
    root = TOOLS[tool][0](tmp_path)
    out = tmp_path / "masks"
    assert run("convert", root, "--to", "youtube-vos", "--out", out, "--workers", "1") == 0
    for stem in STEMS:
        np.testing.assert_array_equal(read_mask(out / f"train/Annotations/c/{stem}.png"), MASK)
        assert (out / f"train/JPEGImages/c/{stem}.jpg").is_file()
    objects = json.loads((out / "train/meta.json").read_text())["videos"]["c"]["objects"]
    assert {int(key): one["category"] for key, one in objects.items()} == LABELS


@TOOL
def test_it_is_imported_with_its_frames(tool: str, tmp_path: Path) -> None:
    root = TOOLS[tool][0](tmp_path)
    project = tmp_path / "p.vosgui"
    assert run("import", root, "--project", project, "--workers", "1") == 0
    with Project.open(project) as opened:
        (record,) = opened.clips
        annotation = opened.history(record.id).annotation
        assert annotation.hw == HW
        np.testing.assert_array_equal(annotation.mask(1), MASK)
        assert {one.id: one.category for one in annotation.objects} == LABELS


@TOOL
def test_a_zip_is_read(tool: str, tmp_path: Path) -> None:
    root = TOOLS[tool][0](tmp_path)
    packed = shutil.make_archive(str(tmp_path / "a"), "zip", root)
    out = tmp_path / "masks"
    assert run("convert", packed, "--to", "masks", "--out", out, "--workers", "1") == 0
    assert sorted(path.name for path in out.glob("*/*.png")) == [f"{stem}.png" for stem in STEMS]


@TOOL
def test_a_file_cut_short_is_one_clear_line(
    tool: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, name = TOOLS[tool]
    root = make(tmp_path)
    text = (root / name).read_text()
    (root / name).write_text(text[: len(text) * 2 // 3])
    assert run("convert", root, "--to", "masks", "--out", tmp_path / "masks") == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert str(root / name) in said[-1]


# format: what makes its last shape of the file one that cannot be drawn
SPOILED = {
    "label-studio": ('"rle": [', '"rle": [-1, '),
    "supervisely": ('"points": {', '"points": 7, "x": {'),
    "datumaro": ('"points": [', '"points": ["x", '),
    "isat": ('"segmentation": [', '"segmentation": ["x", '),
}


@TOOL
def test_a_shape_that_cannot_be_drawn_is_named_with_its_line(tool: str, tmp_path: Path) -> None:
    make, name = TOOLS[tool]
    root = make(tmp_path)
    good, bad = SPOILED[tool]
    before, _, after = (root / name).read_text().rpartition(good)
    (root / name).write_text(before + bad + after)
    report = tmp_path / "report.json"
    assert run("validate", root, "--json", report) == 1
    (issue,) = [
        one for one in json.loads(report.read_text())["issues"] if one["severity"] == "error"
    ]
    assert issue["file"] == str(root / name)
    # A shape begins where its table does, some lines above what is wrong with it.
    lines = (root / name).read_text().splitlines()
    assert lines[issue["line"] - 1].strip() in ("{", '"value": {')
    assert 0 < before.count("\n") + 1 - issue["line"] <= 16
    out = tmp_path / "masks"
    assert run("convert", root, "--to", "masks", "--out", out, "--workers", "1") == 0
    found = read_mask(out / f"c/{STEMS[1]}.png")
    assert set(np.unique(found)) == {0, 2}
