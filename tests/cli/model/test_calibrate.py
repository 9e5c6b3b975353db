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
from vosgui.network.confidence import OWN_SIGNS

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
    found = json.loads("{" + out.strip().removesuffix(",") + "}")
    assert found["object_presence"] == found["ranges"] == {}  # it keeps no frames, nor integers
    assert found["confidence"].keys() == {"single", "blend"}


def test_what_is_measured_is_kept_with_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "CLIP_HW", (96, 160))
    shutil.copytree(paths.models() / "s2s-lite", tmp_path / "mine")
    before = json.loads((tmp_path / "mine" / "config.json").read_bytes())
    words = ["--model", str(tmp_path / "mine"), "--device", "cpu", "--clips", "3"]
    assert main(["model", "calibrate", *words, "--write"]) == 0
    out = capsys.readouterr().out
    assert str(tmp_path / "mine") in out
    after = json.loads((tmp_path / "mine" / "config.json").read_bytes())
    loaded = load_network(tmp_path / "mine")
    for name in ("object_presence", "confidence", "ranges"):
        assert f'"{name}": ' in out
        measured = after.pop(name)
        assert measured and measured != before.pop(name, {})
        assert getattr(loaded, name) == measured
    assert before == after


def test_a_network_that_keeps_no_frames_keeps_what_can_be_measured(one_size: Path) -> None:
    words = ["--model", str(one_size), "--device", "cpu", "--clips", "3", "--seed", "4", "--write"]
    assert main(["model", "calibrate", *words]) == 0
    config = json.loads((one_size / "config.json").read_bytes())
    assert not config.keys() & {"object_presence", "ranges"}
    assert set(config["confidence"]["single"]) == {*OWN_SIGNS, "bias"}
    assert load_network(one_size).confidence == config["confidence"]


def test_a_model_is_only_changed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "calibrate", "--write"]) == 2
    assert "--model" in capsys.readouterr().err
