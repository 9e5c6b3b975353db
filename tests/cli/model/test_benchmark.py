"""`model benchmark`: a table for the card, and a clear word where there is nothing to score on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import moving_squares
from vosgui.cli.main import main
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.save import save_model
from vosgui.media.palette import write_mask
from vosgui.network.lite import LiteNetwork


def write_tree(root: Path, name: str) -> None:
    clip, truth = moving_squares(7, (48, 64), 16)
    for folder in ("JPEGImages", "Annotations"):
        (root / folder / name).mkdir(parents=True)
    for t, mask in enumerate(truth):
        Image.fromarray(clip[t]).save(root / "JPEGImages" / name / f"{t:05d}.png")
        write_mask(root / "Annotations" / name / f"{t:05d}.png", mask)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    about = ModelConfig(architecture="s2s-lite", title="Tiny")
    save_model(tmp_path / "tiny", LiteNetwork(TINY), about, "# tiny\n\nWords.\n")
    return tmp_path / "tiny"


def on_cpu(data: Path, model: Path) -> list[str]:
    """Return the words that benchmark a model on the clips of a folder."""
    return f"model benchmark --device cpu --data {data} --model {model}".split()


def test_the_card_gets_the_table_in_place_of_the_one_before(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("squares", "again"):
        write_tree(tmp_path / "davis-train-448", name)
    words = [*on_cpu(tmp_path, model), "--write"]
    for workers in ("1", "2"):
        assert main([*words, "--workers", workers]) == 0
    card = (model / "README.md").read_text(encoding="utf-8")
    assert card.startswith("# tiny\n\nWords.\n\n## Scores\n\n<!-- scores")
    assert card.endswith("<!-- end of scores -->\n")
    assert card.count("| tiny |") == card.count("| flow |") == 1
    assert card.count("| tiny (with flip) |") == 1
    assert "Confidence of tiny: corr" in card and "Confidence of tiny (with flip): corr" in card
    assert "| frames given, bidirectional | 1 | 2 | 3 | 5 | every 5th |" in card
    assert card.count("| lowest J of a clip |") == 2
    assert "schoolgirls is not here" in card
    assert "squares: flow: J" in capsys.readouterr().err


def test_alone_a_model_is_scored_once(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree(tmp_path / "davis-train-448", "squares")
    words = [*on_cpu(tmp_path, model), "--no-given", "--alone"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert out.count("| tiny |") == 1 and "Confidence of tiny: " in out
    assert not any(other in out for other in ("flip", "flow", "copy", "schoolgirls"))
    assert main([*words, "--finetune-steps", "2"]) == 2
    assert "--alone" in capsys.readouterr().err


def test_without_the_clips_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "benchmark", "--data", str(tmp_path)]) == 2
    assert str(tmp_path / "davis-train-448") in capsys.readouterr().err


@pytest.mark.parametrize(("names", "said"), [("squares,typo", "typo"), (" , ", "no clip")])
def test_clips_that_are_not_there_are_named_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names: str, said: str
) -> None:
    write_tree(tmp_path / "davis-train-448", "squares")
    assert (
        main(["model", "benchmark", "--data", str(tmp_path), "--model", "flow", "--clips", names])
        == 2
    )
    error = capsys.readouterr().err
    assert f"--clips names {said}" in error and len(error.strip().splitlines()) == 1


def test_a_missing_mask_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(tmp_path / "davis-train-448", "squares")
    (tmp_path / "davis-train-448" / "Annotations" / "squares" / "00003.png").unlink()
    assert main(["model", "benchmark", "--data", str(tmp_path), "--model", "flow"]) == 2
    assert "squares " in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--finetune-steps", "--adapt-steps"])
def test_a_row_per_clip_tells_what_fine_tuning_gained(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    write_tree(tmp_path / "davis-train-448", "squares")
    words = on_cpu(tmp_path, model)
    assert main([*words, "--no-given", option, "2"]) == 0
    out, err = capsys.readouterr()
    assert "| fine-tuned for 2 steps | J before | after | with flip | gain |" in out
    rows = [line.split(" | ") for line in out.splitlines() if line.startswith("| squares |")]
    assert len(rows) == 1
    before, after = (float(cell.rstrip("%")) for cell in rows[0][1:3])
    gain = rows[0][4].removesuffix(" |")
    assert (before == after) if gain == "dropped" else abs(float(gain) - after + before) < 0.11
    assert f"| mean | {' | '.join(rows[0][1:4])} |" in out
    assert "Worst squares" in out and "of 1 clip." in out
    assert "2 steps in" in err


def test_what_cannot_learn_is_not_fine_tuned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree(tmp_path / "davis-train-448", "squares")
    words = ["model", "benchmark", "--data", str(tmp_path), "--model", "flow", "--no-given"]
    assert main([*words, "--finetune-steps", "2"]) == 2
    assert "'flow' cannot learn" in capsys.readouterr().err
