"""An export never takes the place of the frames that a project's clips are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main

NAMES = ("00000", "00002", "00005")


@pytest.mark.parametrize("words", [["--overwrite"], ["--overwrite", "--clips=pond"], ["--merge"]])
def test_back_into_the_dataset_that_a_project_was_made_of(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Only frames with a mask are written: the others would be gone."""
    tree = tmp_path / "tree"
    put_frames(tree / "train/JPEGImages/pond", NAMES)
    for name in NAMES[::2]:
        put_palette(tree / f"train/Annotations/pond/{name}.png", boxes({1: (2, 2, 5, 5)}))
    entry = '{"category": "dog", "frames": ["00000", "00005"]}'
    put_text(tree / "train/meta.json", f'{{"videos": {{"pond": {{"objects": {{"1": {entry}}}}}}}}}')
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    project, link = str(tmp_path / "p.vosgui"), tmp_path / "link"
    link.symlink_to(tree)
    assert main(["import", str(tree), "--project", project, "--quiet"]) == 0
    for out in (tree, link):
        capsys.readouterr()
        assert main(["export", project, "--out", str(out), "--quiet", *words]) == 2
        (line,) = capsys.readouterr().err.strip().splitlines()
        assert "frames" in line and "pond" in line
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before


def test_frames_that_a_link_in_the_dataset_leads_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, frames = tmp_path / "tree/train", tmp_path / "frames"
    put_frames(frames / "pond", NAMES)
    put_palette(tree / "Annotations/pond/00000.png", boxes({1: (2, 2, 5, 5)}))
    put_text(tree / "meta.json", '{"videos": {"pond": {"objects": {}}}}')
    (tree / "JPEGImages").symlink_to(frames)
    project = str(tmp_path / "p.vosgui")
    assert main(["import", str(tree.parent), "--project", project, "--quiet"]) == 0
    capsys.readouterr()
    assert main(["export", project, "--out", str(tree.parent), "--quiet", "--overwrite"]) == 2
    assert "frames" in capsys.readouterr().err
    assert sorted(path.stem for path in (frames / "pond").iterdir()) == list(NAMES)


@pytest.mark.parametrize("command", ["convert", "validate", "stats", "import", "export", "split"])
def test_a_name_that_is_too_long_is_bad_input(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    long = str(tmp_path / ("x" * 300))
    more = {
        "convert": ["--to", "masks", "--out", "o"],
        "import": ["--project", "p"],
        "export": ["--out", "o"],
        "split": ["--out", "o"],
    }
    assert main([command, long, *more.get(command, [])]) == 2
    assert "too long" in capsys.readouterr().err
