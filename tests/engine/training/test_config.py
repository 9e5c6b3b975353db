"""What a training run is to be: presets, lengths, and what no run can be made of."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from tests.engine.training.tiny_training import tiny
from vosgui.engine.models.load import build_network
from vosgui.engine.training.config import (
    read_training_config,
    with_length,
)
from vosgui.engine.training.presets import PRESETS, named_config
from vosgui.errors import ModelError


def test_presets_are_the_papers() -> None:
    paper = with_length(named_config("paper"), n_clips=2796)
    assert paper.optimiser == "adam" and paper.lr == 1e-5 and paper.rate(10_000) == 1e-5
    assert (paper.bce, paper.dice) == (1.0, 0.0)
    assert sum(s.steps * s.batch for s in paper.stages) == pytest.approx(80 * 2796, rel=1e-3)
    assert [s.annotated_only for s in paper.stages] == [True, False]
    assert all(s.T == (5, 11) and s.hw == (256, 448) for s in paper.stages)
    for config in PRESETS.values():
        with torch.device("meta"):
            build_network(config.architecture, config.sizes)


def test_lengths_are_shares_of_steps_or_of_time() -> None:
    config = named_config("pretrained")
    by_steps = with_length(config, n_clips=0, steps=1000)
    assert [stage.steps for stage in by_steps.stages] == [300, 420, 280]
    assert by_steps.minutes == 0 and not any(stage.share for stage in by_steps.stages)
    by_time = with_length(config, n_clips=0, minutes=9)
    assert [stage.share for stage in by_time.stages] == pytest.approx([0.3, 0.42, 0.28])
    assert by_time.n_steps() == 0 and by_time.length() == 1 and by_time.minutes == 9
    assert by_time.at(0.29)[0].batch == 48 and by_time.at(0.31)[0].batch == 32
    assert by_time.rate(500, 0.0) == 7e-4 and by_time.rate(500, 1.0) == pytest.approx(1.4e-5)
    assert with_length(by_time, n_clips=0).minutes == 9
    risen = [by_time.rate(step, done) / 7e-4 for step, done in ((0, 0.0), (14, 0.05), (14, 0.1))]
    assert risen[0] == pytest.approx(1 / 150) and risen[1] == pytest.approx(0.5, rel=0.02)
    assert risen[2] > 0.95  # few steps in all: it is up after a tenth of the run
    other = with_length(named_config("lite"), n_clips=0, minutes=1)
    assert [stage.share for stage in other.stages] == pytest.approx([0.375, 0.375, 0.25])
    with pytest.raises(ModelError, match="shares of the whole") as error:
        with_length(config, n_clips=0)
    assert error.value.option == "--steps"


def test_epochs_need_clips_and_names_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="never end"):
        with_length(named_config("paper"), n_clips=0)
    assert with_length(named_config("paper"), n_clips=0, steps=80).n_steps() == 80
    with pytest.raises(ModelError, match="no preset"):
        named_config("nothing")
    (tmp_path / "train.json").write_text("{}")
    with pytest.raises(ModelError, match="does not say how to train"):
        read_training_config(tmp_path / "train.json")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"stages": []}, "length >= 1"),
        ({"optimiser": "sgd"}, "sgd"),
        ({"lr": 0}, "> 0"),
        ({"stages": [{"steps": 2, "batch": 0, "T": [2, 3], "hw": [32, 48]}]}, "batch"),
        ({"stages": [{"steps": 2, "batch": 1, "T": [1, 1], "hw": [32, 48]}]}, "T"),
        ({"stages": [{"steps": 2, "batch": 1, "T": [3, 2], "hw": [32, 48]}]}, "the fewest"),
        (
            {"stages": [{"steps": 1, "batch": 1, "T": [2, 3], "hw": [32, 48], "kept": [2, 1]}]},
            "`kept` is the fewest",
        ),
        ({"stages": [{"batch": 1, "T": [2, 3], "hw": [32, 48]}]}, "`steps`, `epochs` or a"),
        ({"minutes": 2}, "each stage needs a `share`"),
        (
            {
                "stages": [
                    {"steps": 1, "batch": 1, "T": [2, 3], "hw": [32, 48]},
                    {"share": 1, "batch": 1, "T": [2, 3], "hw": [32, 48]},
                ]
            },
            "all stages have a `share`, or none",
        ),
    ],
)
def test_what_no_run_can_be_made_of_says_so(
    tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    path = tmp_path / "train.json"
    path.write_bytes(msgspec.json.encode(tiny()))
    assert read_training_config(path) == tiny()
    path.write_bytes(msgspec.json.encode({**msgspec.to_builtins(tiny()), **wrong}))
    with pytest.raises(ModelError, match="does not say how to train") as error:
        read_training_config(path)
    assert said in str(error.value)


def test_batches_that_cannot_be_shared_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [list(tiny().batches(0, rank, 2)) for rank in (0, 1)]
    alone = list(tiny().batches(0, 0, 1))
    assert [a + b for a, b in zip(*requests, strict=True)] == alone
    assert [r.number for batch in alone for r in batch] == list(range(18))
    assert list(tiny().batches(4, 0, 1)) == alone[4:]
