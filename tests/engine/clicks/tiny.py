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


def disk_head() -> ClickHead:
    """Return a head whose weights are set by hand, so that one knows what it will find.

    That is the mask so far and a disk around each click inside, without those around the others.
    """
    head = tiny_head()
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.zero_()
        inside, outside, so_far = range(3)
        for kind in (inside, outside):
            head.told2.conv.weight[kind, kind] = 1
        head.told2.conv.weight[so_far, so_far, 2, 2] = 1
        first = head.join2.conv.in_channels - head.told2.conv.out_channels
        for kind, weight in ((inside, 4.0), (outside, -99.0), (so_far, 4.0)):
            head.join2.conv.weight[kind, first + kind, 1, 1] = 1
            head.out.weight[0, kind, 1, 1] = weight
        assert head.out.bias is not None
        head.out.bias.fill_(-1.0)
    return head


def save_tiny(root: Path, digest: str = "", head: ClickHead | None = None) -> Path:
    """Write a trunk, and a head that stands on it; return the head's folder."""
    trunk = root / "trunk"
    save_model(trunk, tiny_trunk(), ModelConfig(architecture="s2s-lite", title="Tiny"), "")
    return save_head(root / "head", head or tiny_head(), trunk, digest)


def save_head(folder: Path, head: ClickHead, trunk: Path, digest: str = "") -> Path:
    """Write a head that stands on a trunk, or says it does; return its folder."""
    network = load_network(trunk)
    assert isinstance(network, LiteNetwork)
    folder.mkdir()
    save_file(head.state_dict(), folder / WEIGHTS)
    about = TrunkOf(str(trunk), digest or trunk_digest(network))
    write_json(folder / CONFIG, ModelConfig(architecture=ARCHITECTURE, title="Head", trunk=about))
    return folder
