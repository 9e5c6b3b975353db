"""The commands `models` and `train`, as a person runs them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.engine.test_dataset import make_clip
from tests.engine.test_train import tiny
from vosgui.cli.main import main
from vosgui.engine.checkpoint import load_network


def test_models_shows_what_is_there_and_what_needs_weights(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    assert "s2s-lite (default)" in out and "trained on: photographs" in out
    assert "271.1 million parameters\n    needs weights" in out


def test_train_makes_a_model_that_models_can_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_clip(tmp_path / "tree", "a", 4, 1)
    (tmp_path / "run.json").write_bytes(msgspec.json.encode(tiny(2)))
    words = ["--config", str(tmp_path / "run.json"), "--procedural", "--workers", "0"]
    tree = ["--tree", str(tmp_path / "tree"), "--validate", str(tmp_path / "tree")]
    assert main(["train", str(tmp_path / "run"), *words, *tree]) == 0
    seen = capsys.readouterr()
    assert "2/2" in seen.err and "step 2: J " in seen.out + seen.err
    network = load_network(tmp_path / "run" / "best")
    assert network.default_height == 48


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "nothing to train on"),
        (["--procedural", "--preset", "nothing"], "no preset 'nothing'"),
        (["--procedural", "--preset", "paper"], "(--steps)"),
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
