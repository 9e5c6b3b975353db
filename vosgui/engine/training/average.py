"""The mean of several models' weights, tensor by tensor.

Networks that were trained on from the same weights lie in one basin: their mean often does better
than each of them (WiSE-FT, Wortsman et al. 2022 a; model soups, Wortsman et al. 2022 b).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from vosgui.engine.models.config import ModelConfig, read_config
from vosgui.engine.models.installed import find_model
from vosgui.engine.models.load import fill_network, load_network
from vosgui.engine.models.save import save_model
from vosgui.engine.training.int8_ranges import synthetic_ranges
from vosgui.errors import ModelError, TargetError


def save_average(folder: Path, shares: Mapping[str, float]) -> None:
    """Write the mean of some models as a model folder.

    shares : share by a model's name or folder, above 0; they are scaled to sum to 1
    Raises ModelError where models are of different architectures or sizes, TargetError where the
    folder holds something: a model is never put in the place of another.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise TargetError(f"{folder} exists and is not empty. Choose another folder.")
    total = sum(shares.values())
    configs = {name: read_config(find_model(name)) for name in shares}
    first, *others = configs
    for name in others:
        if _kind(configs[name]) != _kind(configs[first]):
            raise ModelError(
                f"{name} and {first} are not of the same architecture and sizes. Name models of "
                "one kind, such as checkpoints of one training run."
            )
    mean: dict[str, Tensor] = {}
    for name, share in shares.items():
        for key, tensor in load_network(name).state_dict().items():
            part = tensor.double() * (share / total)
            mean[key] = mean[key] + part if key in mean else part
    most = max(shares, key=lambda name: shares[name])
    network = load_network(most)  # what goes with its keys goes with the mean's
    fill_network(network, mean, folder)
    told = ", ".join(f"{share / total:.2f} of {name}" for name, share in shares.items())
    config = ModelConfig(
        architecture=configs[first].architecture,
        title=f"The mean of {len(shares)} models",
        trained_on="; ".join(dict.fromkeys(c.trained_on for c in configs.values() if c.trained_on)),
        licence="; ".join(dict.fromkeys(c.licence for c in configs.values() if c.licence)),
        ranges=synthetic_ranges(network),
    )
    save_model(folder, network, config, f"# {config.title}\n\nTheir weights: {told}.\n")


def _kind(config: ModelConfig) -> tuple[str, dict[str, object]]:
    """Return what must agree for weights to be averaged: not the height frames are scaled to."""
    sizes = {name: size for name, size in config.sizes.items() if name != "default_height"}
    return config.architecture, sizes
