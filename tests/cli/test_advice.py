"""Advice names only options that the command has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import boxes, put_image, put_palette
from vosgui.cli.main import main

A, B = {1: (1, 1, 5, 5)}, {1: (1, 1, 5, 5), 2: (6, 8, 4, 5)}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Return folders of objects, one of which has a mask of several."""
    for n in range(9):
        for one in ("1", "2"):
            put_image(tmp_path / f"in/c/{one}/{n:05d}.png", boxes(A))
    put_palette(tmp_path / "in/c/2/00003.png", boxes(B))
    return tmp_path / "in"


def test_a_command_without_the_option_does_not_advise_it(
    mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    convert = ["convert", str(mixed), "--to", "masks", "--out", str(tmp_path / "out")]
    assert main(convert) == 2
    assert "(--format masks)" in capsys.readouterr().err
    assert main(["compare", str(mixed), str(mixed)]) == 2
    said = capsys.readouterr().err
    assert "folders of masks" in said and "--format" not in said


def test_what_nobody_annotated_is_said_in_words_of_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "clip"
    folder.mkdir()
    for t, shapes in enumerate(('{"label": "a", "points": [[1, 1], [8, 1], [8, 8]]}', "")):
        text = f'{{"shapes": [{shapes}], "imageHeight": 12, "imageWidth": 16, "imagePath": ""}}'
        (folder / f"{t:05d}.json").write_text(text)
    assert main(["convert", str(folder), "--to", "masks", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "not annotated" in said and "import" not in said
