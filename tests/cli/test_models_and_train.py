"""The commands `models` and `train`, as a person runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.cli.main import main


def test_models_shows_what_is_there_and_what_needs_weights(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    assert "s2s-lite (default)" in out and "trained on: photographs" in out
    assert "271.1 million parameters\n    needs weights" in out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "nothing to train on"),
        (["--procedural", "--preset", "nothing"], "no preset 'nothing'"),
        (["--procedural", "--preset", "paper"], "give --steps"),
        (["--procedural", "--init", "nothing", "--steps", "1"], "no model 'nothing'"),
        (["--procedural", "--device", "nonsense", "--steps", "1"], "nonsense"),
        (["--procedural", "--vgg16", __file__, "--steps", "1"], "VGG-16"),
    ],
)
def test_train_says_what_is_wrong_in_one_line(
    words: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tmp_path / "run"), *words]) == 2
    error = capsys.readouterr().err
    assert line in error and len(error.strip().splitlines()) == 1
