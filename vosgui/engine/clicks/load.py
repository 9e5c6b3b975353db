"""How to get what makes masks of clicks."""

from __future__ import annotations

import torch

from vosgui.engine.clicks.segmenter import ClickSegmenter
from vosgui.engine.models.config import CONFIG, WEIGHTS, read_config
from vosgui.engine.models.device import choose_device
from vosgui.engine.models.digest import weights_digest
from vosgui.engine.models.installed import find_model
from vosgui.engine.models.load import fill_network, load_network, on_device, read_weights
from vosgui.errors import ModelError
from vosgui.network.clicks import ClickHead
from vosgui.network.lite import LiteNetwork

DEFAULT_HEAD = "clicks"
ARCHITECTURE = "clicks"


def load_segmenter(name: str = DEFAULT_HEAD, device: str = "auto") -> ClickSegmenter:
    """Load a head for clicks by its name or folder, and the trunk that it stands on.

    Raises ModelError where either is missing or damaged, or the trunk is not the one that the head
    was trained on.
    """
    where, dtype = choose_device(device)
    folder = find_model(name)
    config = read_config(folder)
    path = folder / CONFIG
    if config.architecture != ARCHITECTURE or config.trunk is None:
        raise ModelError(
            f"{path} is not a head for clicks; its architecture is {config.architecture!r}."
        )
    network = load_network(config.trunk.model, where)
    if not isinstance(network, LiteNetwork) or trunk_digest(network) != config.trunk.digest:
        raise ModelError(
            f"{path}: the head was trained on another trunk than that of model "
            f"{config.trunk.model!r}. Install the version that it came with."
        )
    head = ClickHead(network.config.encoder, norm=False)
    fill_network(head, read_weights(folder / WEIGHTS), folder / WEIGHTS)
    return ClickSegmenter(network, on_device(head, where), where, dtype)


def trunk_digest(network: LiteNetwork) -> str:
    """Return what tells a trunk, and the keys made of its maps, from others."""
    weights = network.state_dict()
    trunk = {name: weights[name] for name in weights if name.startswith(("encoder.", "key."))}
    return weights_digest(trunk, torch.float16)  # as they lie in the file
