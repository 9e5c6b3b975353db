"""vosgui calibrate: constants for any network, also one that works at a single size."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vosgui.cli.main import main
from vosgui.engine.checkpoint import ModelConfig, build_network, save_model

TINY = {
    "vgg": [2, 2, 4, 4, 4],
    "fc6_channels": 8,
    "fc6": "1x1",
    "hidden": 4,
    "decoder": [4, 4, 4, 2, 2],
    "hw": [64, 96],
}


def test_a_network_of_one_size_is_calibrated_at_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(0)
    about = ModelConfig(architecture="s2s", title="Tiny")
    save_model(tmp_path / "tiny", build_network("s2s", TINY).eval(), about, "")
    words = ["--model", str(tmp_path / "tiny"), "--device", "cpu", "--clips", "3", "--seed", "4"]
    assert main(["calibrate", *words]) == 0
    out = capsys.readouterr().out
    assert "SINGLE: Weights = " in out and "presence" not in out
