"""Model folders: what is saved comes back; what is missing or damaged says so in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from vosgui import paths
from vosgui.engine.models.config import CONFIG, WEIGHTS, ModelConfig
from vosgui.engine.models.installed import DEFAULT_MODEL, list_models
from vosgui.engine.models.load import build_network, fill_network, load_network, read_weights
from vosgui.engine.models.save import save_model
from vosgui.errors import ModelError
from vosgui.network.confidence import BLEND_SIGNS, OWN_SIGNS, SIGNS
from vosgui.network.int8_ranges import layers_with_ranges
from vosgui.network.layers import Trunk
from vosgui.network.lite import LiteConfig, LiteNetwork

TINY = {
    "encoder": [4, 6, 8, 10],
    "initializer": [4, 4, 6, 8],
    "key": 6,
    "hidden": 8,
    "decoder": [8, 6, 4],
    "default_height": 96,
}
TINY_CONFIG = ModelConfig(architecture="s2s-lite", title="Tiny", licence="Apache-2.0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    network = build_network("s2s-lite", TINY).eval()
    save_model(tmp_path / "tiny", network, TINY_CONFIG, "# Tiny\n", half=False)
    return tmp_path / "tiny"


def test_a_saved_model_computes_the_same(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = build_network("s2s-lite", TINY).eval()
    frame, mask = torch.rand(1, 3, 32, 48), torch.ones(1, 1, 32, 48)
    (tmp_path / "tiny" / ".new-killed").mkdir(parents=True)
    (tmp_path / "tiny" / ".new-killed" / "weights.safetensors").write_bytes(b"half")
    with torch.no_grad():
        features = network.encode(frame)
        before, _ = network(features, network.initialise(features, mask))
        save_model(tmp_path / "tiny", network, TINY_CONFIG, "# Tiny\n", half=False)
        loaded = load_network(tmp_path / "tiny")
        features = loaded.encode(frame)
        after, _ = loaded(features, loaded.initialise(features, mask))
    torch.testing.assert_close(before, after, atol=1e-4, rtol=1e-4)
    assert loaded.default_height == 96 and not loaded.training and loaded.fixed_hw is None
    assert {p.name for p in (tmp_path / "tiny").iterdir()} == {
        "config.json",
        "weights.safetensors",
        "README.md",
    }


def test_models_are_listed_from_both_places(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "none")
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path)
    assert list_models() == []
    (tmp_path / "models").mkdir()
    folder.rename(tmp_path / "models" / "tiny")
    (info,) = list_models()
    assert (info.name, info.is_trained) == ("tiny", True)
    assert info.config is not None and info.config.architecture == "s2s-lite"
    assert info.config.n_parameters == sum(p.numel() for p in load_network("tiny").parameters())


def test_a_damaged_folder_keeps_nobody_from_the_other_models(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "models", lambda: tmp_path)
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path / "none")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / CONFIG).write_text('{"architecture"')
    first, second = list_models()
    assert first.name == "broken" and not first.is_trained and "config.json" in first.problem
    assert second.name == "tiny" and second.is_trained and not second.problem
    with pytest.raises(ModelError, match=r"no model 'typo': .* nor one of tiny"):
        load_network("typo")


def test_the_default_model_ships_trained() -> None:
    network = load_network(DEFAULT_MODEL)
    assert isinstance(network, LiteNetwork)
    weights = paths.models() / DEFAULT_MODEL / WEIGHTS
    assert weights.stat().st_size < 16e6


def test_missing_weights_say_so(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    with pytest.raises(ModelError, match="has no weights"):
        load_network(folder)


def test_damaged_weights_say_so(folder: Path) -> None:
    weights = folder / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut short"):
        load_network(folder)


def test_weights_that_are_not_finite_say_so(folder: Path) -> None:
    tensors = read_weights(folder / WEIGHTS)
    tensors["tau"] = torch.tensor(float("nan"))
    network = LiteNetwork(LiteConfig())
    with pytest.raises(ModelError, match="tau is not finite"):
        fill_network(network, tensors, folder)


def test_weights_of_another_network_say_so(folder: Path) -> None:
    tensors = read_weights(folder / WEIGHTS)
    for misfit in (tensors, {}, {f"module.{name}": one for name, one in tensors.items()}):
        with pytest.raises(ModelError, match="does not fit") as said:
            fill_network(LiteNetwork(LiteConfig()), misfit, folder)
        assert len(str(said.value)) < len(str(folder)) + 300


@pytest.mark.parametrize("text", ["", "[]", '{"architecture": 3}', '{"title": "no architecture"}'])
def test_a_damaged_configuration_says_so(folder: Path, text: str) -> None:
    (folder / CONFIG).write_text(text)
    with pytest.raises(ModelError, match=r"config\.json"):
        load_network(folder)


def test_ranges_of_some_layers_alone_say_so(folder: Path) -> None:
    config = json.loads((folder / CONFIG).read_text())
    layers = layers_with_ranges(build_network("s2s-lite", TINY))
    config["ranges"] = {name: 1.0 for name in layers if name != "decoder.match4"}
    (folder / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"config\.json: ranges lacks decoder\.match4\."):
        load_network(folder)
    config["ranges"] = {}
    (folder / CONFIG).write_text(json.dumps(config))
    assert load_network(folder).ranges == {}


def test_unknown_names_and_sizes_say_so() -> None:
    with pytest.raises(ModelError, match="no model 'nothing'"):
        load_network("nothing")
    with pytest.raises(ModelError, match="no architecture"):
        build_network("resnet", {})
    with pytest.raises(ModelError, match="hiden"):
        build_network("s2s-lite", {"hiden": 3})


def test_a_pickle_of_more_than_tensors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"a": Path("x")}, path)
    with pytest.raises(ModelError):
        read_weights(path)
    torch.save({"a": 3}, path)
    with pytest.raises(ModelError, match="not a table of tensors"):
        read_weights(path)


def test_weights_of_presence_are_whole_or_left_out(folder: Path) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_bytes())
    for presence in ({"alike": 1.0, "bias": 0.5}, {"bias": 0.5}):
        path.write_text(json.dumps({**config, "object_presence": presence}))
        with pytest.raises(ModelError, match="presence needs alike, bias, given_best, mask_best"):
            load_network(folder)
    path.write_text(json.dumps({**config, "object_presence": {}}))
    assert load_network(folder).object_presence == {}


def test_a_configuration_of_the_release_before_is_read(folder: Path) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_bytes())
    assert "object_presence" not in config  # what says nothing is left out
    weights = {"alike": 1.0, "bias": 0.5, "given_best": 2.0, "mask_best": 3.0}
    path.write_text(json.dumps({**config, "presence": weights}))
    assert load_network(folder).object_presence == weights


def test_a_model_of_before_there_was_a_choice_of_trunks_is_loaded(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_bytes())
    assert "confidence" not in config and "trunk" not in config["sizes"]
    network = load_network(folder)
    assert isinstance(network, LiteNetwork) and isinstance(network.encoder, Trunk)
    assert network.confidence == {}  # then those of before count, which are in the code


def test_a_model_with_the_pretrained_trunk_comes_back(tmp_path: Path) -> None:
    torch.manual_seed(0)
    sizes = {**TINY, "trunk": "efficientnet-lite0", "n_kept": 2}
    network = build_network("s2s-lite", sizes).eval()
    network.confidence = {
        "single": {**dict.fromkeys(SIGNS, 0.5), "bias": 0.25},
        "blend": {**dict.fromkeys(BLEND_SIGNS, 0.5), "bias": 0.25},
    }
    save_model(tmp_path / "tiny", network, TINY_CONFIG, "# Tiny\n", half=False)
    loaded = load_network(tmp_path / "tiny")
    assert isinstance(loaded, LiteNetwork) and loaded.config.n_kept == 2
    assert loaded.confidence == network.confidence
    frame = torch.rand(1, 3, 32, 48)
    with torch.no_grad():
        for one, other in zip(loaded.trunk_maps(frame), network.trunk_maps(frame), strict=True):
            torch.testing.assert_close(one, other)


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        ({"single": {}}, "single and blend"),
        ({"single": {"bias": 1.0}, "blend": {}}, "confidence.single needs .*steadiness"),
        (
            {"single": {**dict.fromkeys(OWN_SIGNS, 1.0), "bias": 1.0}, "blend": {"mean": 1.0}},
            "confidence.blend needs agreement, bias, mean",
        ),
    ],
)
def test_weights_of_confidence_are_whole_or_left_out(
    folder: Path, confidence: dict[str, dict[str, float]], said: str
) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_bytes())
    path.write_text(json.dumps({**config, "confidence": confidence}))
    with pytest.raises(ModelError, match=said):
        load_network(folder)


def test_a_model_measured_before_a_sign_came_is_loaded_without_it(folder: Path) -> None:
    single = {**dict.fromkeys(OWN_SIGNS, 0.5), "bias": 0.25}
    del single["area"]
    path = folder / "config.json"
    config = json.loads(path.read_bytes())
    blend = {**dict.fromkeys(BLEND_SIGNS, 0.5), "bias": 0.25}
    path.write_text(json.dumps({**config, "confidence": {"single": single, "blend": blend}}))
    assert load_network(folder).confidence["single"] == single
