"""The mean of models: each tensor the mean of theirs, and only of the same network."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from tests.engine.models.test_model_folders import TINY
from vosgui.cli.main import main
from vosgui.engine.models.config import ModelConfig, read_config
from vosgui.engine.models.load import build_network, load_network
from vosgui.engine.models.save import save_model


def save(folder: Path, seed: int, **sizes: object) -> str:
    torch.manual_seed(seed)
    network = build_network("s2s-lite", {**TINY, **sizes}).eval()
    config = ModelConfig(
        architecture="s2s-lite", title="Tiny", trained_on=f"seed {seed}", licence="Apache-2.0"
    )
    save_model(folder, network, config, "# Tiny\n", half=False)
    return str(folder)


def test_the_mean_lies_where_the_shares_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = save(tmp_path / "one", 1), save(tmp_path / "other", 2, default_height=64)
    assert main(["model", "average", str(tmp_path / "mean"), f"{one}=3", f"{other}=1"]) == 0
    assert str(tmp_path / "mean") in capsys.readouterr().out
    mean, a, b = (load_network(tmp_path / name).state_dict() for name in ("mean", "one", "other"))
    for name in mean:
        torch.testing.assert_close(
            mean[name], 0.75 * a[name] + 0.25 * b[name], rtol=2e-3, atol=1e-4
        )
    config = read_config(tmp_path / "mean")
    assert config.trained_on == "seed 1; seed 2" and config.licence == "Apache-2.0"
    assert config.sizes["default_height"] == TINY["default_height"]
    assert "0.75 of" in (tmp_path / "mean" / "README.md").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{one}=1", "{wide}=1"], "not of the same architecture and sizes"),
        (["{one}=0"], "is not MODEL=SHARE"),
        (["{one}=nan"], "is not MODEL=SHARE"),
        (["{one}"], "is not MODEL=SHARE"),
        (["{one}=1", "{one}=2"], "named twice"),
        (["nowhere=1"], "There is no model 'nowhere'"),
    ],
)
def test_what_cannot_be_averaged_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    names = {"one": save(tmp_path / "one", 1), "wide": save(tmp_path / "wide", 2, hidden=12)}
    out = tmp_path / "mean"
    assert main(["model", "average", str(out), *(word.format(**names) for word in words)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_model_is_not_put_in_the_place_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Least of all of one that it is made of."""
    one, other = save(tmp_path / "one", 1), save(tmp_path / "other", 2)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert main(["model", "average", one, f"{other}=1", f"{tmp_path / 'one'}=1"]) == 2
    assert one in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_forgotten_folder_is_not_taken_from_the_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (save(tmp_path / name, seed) for seed, name in enumerate(("one", "other")))
    assert main(["model", "average", f"{one}=0.5", f"{other}=0.5"]) == 2
    assert "Name the folder to write first" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]
    named_so = tmp_path / "rate=0.5"
    assert main(["model", "average", str(named_so), f"{one}=1"]) == 0
    assert read_config(named_so).title == "The mean of 1 models"


def test_presence_is_that_of_the_model_with_the_largest_share(tmp_path: Path) -> None:
    weights = {"alike": 1.0, "given_best": 2.0, "mask_best": 3.0, "bias": -4.0}
    one, other = save(tmp_path / "one", 1), save(tmp_path / "other", 2)
    path = tmp_path / "other" / "config.json"
    path.write_bytes(
        msgspec.json.encode(
            msgspec.structs.replace(read_config(path.parent), object_presence=weights)
        )
    )
    assert main(["model", "average", str(tmp_path / "mean"), f"{one}=1", f"{other}=3"]) == 0
    assert read_config(tmp_path / "mean").object_presence == weights
