"""Zips and folders as people pass them on: a folder on top, and what systems add to it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main
from vosgui.formats.registry import FORMATS
from vosgui.media.palette import read_mask
from vosgui.project.project import Project

HW = (24, 32)
STEMS = ["00000", "00001", "00002"]
TWO = boxes({1: (2, 2, 8, 8), 2: (12, 14, 9, 9)}, HW)
FIXED = [row for row in FORMATS if row.reader and row.make_writer and row.fixed_as]
WANT_MORE = {"mots", "mots-txt", "mevis"}  # classes, sentences
ROUND_TRIPS = [row.name for row in FIXED if row.name not in WANT_MORE]


def run(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    put_frames(root / "JPEGImages/vid1", STEMS, HW)
    for stem in STEMS:
        put_palette(root / f"Annotations/vid1/{stem}.png", TWO)
    return root


@pytest.fixture(params=ROUND_TRIPS)
def dataset(request: pytest.FixtureRequest, tree: Path, tmp_path: Path) -> Path:
    out = tmp_path / "written"
    assert run("convert", tree, "--to", request.param, "--out", out, "--quiet") == 0
    return out


def packed(folder: Path, path: Path, top: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            archive.write(file, Path(top) / file.relative_to(folder))
        for stray in (
            Path("__MACOSX/my data/._train"),
            Path(top, ".DS_Store"),
            Path(top, "Thumbs.db"),
        ):
            archive.writestr(stray.as_posix(), b"\0\5\x16\7")
    return path


def assert_masks(root: Path) -> None:
    (clip,) = (one for one in root.iterdir() if one.is_dir())
    files = sorted(clip.iterdir())
    assert len(files) == len(STEMS)
    for file in files:
        np.testing.assert_array_equal(read_mask(file), TWO)


@pytest.mark.parametrize("top", ["my data", "a/b"])
def test_a_zip_with_a_folder_on_top(dataset: Path, tmp_path: Path, top: str) -> None:
    path = packed(dataset, tmp_path / "given.zip", top)
    words = ["--to", "masks", "--out", tmp_path / "out", "--quiet", "--workers", 1]
    assert run("convert", path, *words) == 0
    assert_masks(tmp_path / "out")


def test_a_folder_in_a_folder(dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(dataset, tmp_path / "top/my data")
    put_text(tmp_path / "top/.DS_Store", "")
    put_text(tmp_path / "top/README.txt", "")
    words = ["--to", "masks", "--out", tmp_path / "out", "--quiet", "--workers", 1]
    assert run("convert", tmp_path / "top", *words) == 0
    assert_masks(tmp_path / "out")


def test_every_command_takes_a_zip(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packed(tree, tmp_path / "given.zip", "my data")
    for command in ("evaluate", "compare"):
        assert run(command, path, tree, "--workers", 1) == 0
        said = capsys.readouterr().out
        assert str(path) in said and "vosgui-" not in said
    assert run("validate", path, "--workers", 1) == 1  # readers take what systems add for clips
    assert "Thumbs.db" in capsys.readouterr().out.replace("__MACOSX", "Thumbs.db")
    project = tmp_path / "p.vosgui"
    frames = tree / "JPEGImages"
    assert run("import", path, "--project", project, "--frames-from", frames, "--workers", 1) == 0
    with Project.open(project) as opened:
        assert [record.name for record in opened.clips] == ["vid1"]


def test_masks_in_the_root_of_a_zip_are_a_clip_called_like_it(tmp_path: Path) -> None:
    for stem in STEMS:
        put_palette(tmp_path / f"in/{stem}.png", TWO)
    path = packed(tmp_path / "in", tmp_path / "walk.zip", "")
    assert run("convert", path, "--to", "masks", "--out", tmp_path / "out", "--quiet") == 0
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["walk"]


@pytest.mark.parametrize("text", ["[]", "{}", '{"a": 1}', "[1, 2]", "no JSON"])
def test_a_file_of_no_known_format_is_told_so(
    tmp_path: Path, tree: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put_text(tmp_path / "export.json", text)
    out = tmp_path / "out"
    for words in (
        ["import", file, "--project", tmp_path / "p.vosgui"],
        ["convert", file, "--to", "masks", "--out", out],
        ["validate", file],
        ["evaluate", file, tree],
        ["compare", tree, file],
        ["propagate", "--dataset", file, "--model", "flow", "--out", out],
    ):
        assert run(*words) == 2, words
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert "no known format" in told and str(file) in told
    assert not out.exists() and not (tmp_path / "p.vosgui").exists()


def test_the_folders_of_one_clip_need_no_clips_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_frames(tmp_path / "walk/images", STEMS, HW)
    for stem in STEMS:
        put_palette(tmp_path / f"walk/masks/{stem}.png", TWO)
    assert run("validate", tmp_path, "--workers", 1) == 0
    assert "no errors" in capsys.readouterr().out
