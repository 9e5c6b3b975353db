"""`model calibrate`: constants for any network, also one that works at a single size."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from vosgui import paths
from vosgui.cli.main import main
from vosgui.engine.benchmark import calibration
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.load import build_network, load_network
from vosgui.engine.models.save import save_model

TINY = {
    "vgg": [2, 2, 4, 4, 4],
    "fc6_channels": 8,
    "fc6": "1x1",
    "hidden": 4,
    "decoder": [4, 4, 4, 2, 2],
    "hw": [64, 96],
}


@pytest.fixture
def one_size(tmp_path: Path) -> Path:
    """Return a model of the paper's network, tiny: it has one size, and keeps no frames."""
    torch.manual_seed(0)
    about = ModelConfig(architecture="s2s", title="Tiny")
    save_model(tmp_path / "tiny", build_network("s2s", TINY).eval(), about, "")
    return tmp_path / "tiny"


def test_a_network_of_one_size_is_calibrated_at_it(
    one_size: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--model", str(one_size), "--device", "cpu", "--clips", "3", "--seed", "4"]
    assert main(["model", "calibrate", *words]) == 0
    out = capsys.readouterr().out
    assert "SINGLE: Weights = " in out and "presence" not in out


def test_presence_is_fitted_anew_and_kept_with_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "CLIP_HW", (96, 160))
    shutil.copytree(paths.models() / "s2s-lite", tmp_path / "mine")
    before = json.loads((tmp_path / "mine" / "config.json").read_bytes())
    words = ["--model", str(tmp_path / "mine"), "--device", "cpu", "--clips", "3"]
    assert main(["model", "calibrate", *words, "--write"]) == 0
    out = capsys.readouterr().out
    assert "SINGLE" not in out and str(tmp_path / "mine") in out
    after = json.loads((tmp_path / "mine" / "config.json").read_bytes())
    presence = after.pop("object_presence")
    assert presence != before.pop("object_presence") and after == before
    assert load_network(tmp_path / "mine").object_presence == presence


def test_what_has_no_presence_says_so_and_stays(
    one_size: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (one_size / "config.json").read_bytes()
    words = ["--model", str(one_size), "--device", "cpu", "--clips", "1", "--write"]
    assert main(["model", "calibrate", *words]) == 2
    assert "keeps no frames" in capsys.readouterr().err
    assert (one_size / "config.json").read_bytes() == before


def test_a_model_is_only_changed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "calibrate", "--write"]) == 2
    assert "--model" in capsys.readouterr().err
