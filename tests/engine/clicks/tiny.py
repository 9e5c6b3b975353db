"""A tiny trunk and an untrained head for clicks, and both as folders."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from tests.engine.propagation.test_recurrent import TINY
from vosgui.engine.clicks.load import ARCHITECTURE, trunk_digest
from vosgui.engine.models.config import CONFIG, WEIGHTS, ModelConfig, TrunkOf
from vosgui.engine.models.load import load_network
from vosgui.engine.models.save import save_model
from vosgui.files.json_file import write_json
from vosgui.network.clicks import ClickHead
from vosgui.network.lite import LiteNetwork


def tiny_trunk(seed: int = 0) -> LiteNetwork:
    torch.manual_seed(seed)
    return LiteNetwork(TINY).eval()


def tiny_head() -> ClickHead:
    torch.manual_seed(1)
    return ClickHead(TINY.encoder, norm=False).eval()


def save_tiny(root: Path, trunk: str = "trunk", digest: str = "") -> Path:
    """Write a trunk, and a head that stands on it; return the head's folder."""
    save_model(
        root / trunk,
        tiny_trunk(),
        ModelConfig(architecture="s2s-lite", title="Tiny"),
        "",
        half=True,
    )
    network = load_network(root / trunk)
    assert isinstance(network, LiteNetwork)
    folder = root / "head"
    folder.mkdir()
    save_file(tiny_head().state_dict(), folder / WEIGHTS)
    stands_on = TrunkOf(str(root / trunk), digest or trunk_digest(network))
    about = ModelConfig(architecture=ARCHITECTURE, title="Tiny head", trunk=stands_on)
    write_json(folder / CONFIG, about)
    return folder
