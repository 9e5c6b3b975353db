"""ImageNet's weights: found where their package is installed, and taken by a trunk that can."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from tests.network.test_pretrained_trunk import published_tensors
from vosgui.engine.models.load import (
    IMAGENET_PACKAGE,
    build_network,
    find_imagenet_weights,
    start_network,
)
from vosgui.errors import ModelError

SIZES = {
    "trunk": "efficientnet-lite0",
    "encoder": [4, 6, 8, 10],
    "initializer": [4, 4, 6, 8],
    "key": 6,
    "hidden": 8,
    "decoder": [8, 6, 4],
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a package laid out as the published one is."""
    folder = tmp_path / IMAGENET_PACKAGE.replace("-", "_")
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").touch()
    torch.manual_seed(1)
    torch.save(published_tensors(), folder / "models" / "efficientnet-lite0.pth")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder / "models" / "efficientnet-lite0.pth"
    sys.modules.pop(folder.name, None)


def test_a_trunk_starts_from_what_the_package_holds(package: Path) -> None:
    found = find_imagenet_weights()
    assert found == package
    network = start_network("s2s-lite", SIZES, 0, imagenet=found)
    torch.manual_seed(1)
    want = published_tensors()["_conv_stem.weight"]
    assert torch.equal(network.encoder.base.stem.conv.weight, want)
    assert not torch.equal(build_network("s2s-lite", SIZES).encoder.base.stem.conv.weight, want)


def test_without_the_package_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [p for p in sys.path if "site-packages" not in p])
    assert find_imagenet_weights() is None


@pytest.mark.parametrize(
    ("sizes", "tensors", "said"),
    [
        ({}, published_tensors, "Only a trunk of EfficientNet-Lite0"),
        (SIZES, lambda: {"a": torch.ones(1)}, "is not EfficientNet-Lite0: no '_conv_stem.weight'"),
        (
            SIZES,
            lambda: {**published_tensors(), "_bn0.bias": torch.ones(3)},
            "is not EfficientNet-Lite0: _bn0.bias has shape",
        ),
    ],
)
def test_what_does_not_fit_says_so(
    tmp_path: Path, sizes: dict[str, object], tensors: object, said: str
) -> None:
    torch.save(tensors(), tmp_path / "weights.pth")
    with pytest.raises(ModelError, match=said):
        start_network("s2s-lite", sizes, 0, imagenet=tmp_path / "weights.pth")
