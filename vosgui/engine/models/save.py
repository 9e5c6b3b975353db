"""A network goes to disk as a model folder."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from safetensors.torch import save_file

from vosgui.core.words import reason
from vosgui.engine.models.config import CARD, CONFIG, WEIGHTS, ModelConfig
from vosgui.errors import TargetError
from vosgui.files.json_file import write_json
from vosgui.network.interface import VosNetwork
from vosgui.network.layers import ConvNorm

_NEW = ".new-"


def fold_network(network: VosNetwork) -> dict[str, Any]:
    """Work batch normalisation into the convolutions; return the sizes that then describe it."""
    config: msgspec.Struct = network.config  # type: ignore[assignment]
    for module in network.modules():
        if isinstance(module, ConvNorm):
            module.fold()
    if hasattr(config, "norm"):
        network.config = config = msgspec.structs.replace(config, norm=False)  # type: ignore[assignment]
    defaults = msgspec.to_builtins(type(config)())
    sizes = msgspec.to_builtins(config)
    return {name: value for name, value in sizes.items() if value != defaults[name]}


def save_model(
    folder: Path, network: VosNetwork, config: ModelConfig, card: str, *, half: bool = True
) -> None:
    """Write a model folder, each file whole or not at all, the weights before what names them.

    Batch normalisation is folded in first, so `network` changes in form but not in what it does.
    config : its `ranges`, where there are some, are of this network; sizes, n_parameters,
        object_presence and confidence are filled in.
    half : weights as float16
    Raises TargetError where it cannot be written.
    """
    sizes = fold_network(network)
    tensors = {
        name: (t.half() if half and t.is_floating_point() else t).contiguous().cpu()
        for name, t in network.state_dict().items()
    }
    config = msgspec.structs.replace(
        config,
        sizes=sizes,
        n_parameters=sum(parameter.numel() for parameter in network.parameters()),
        object_presence=dict(network.object_presence),
        confidence={name: dict(weights) for name, weights in network.confidence.items()},
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{_NEW}*"):  # by a killed process; up to half a gigabyte
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=_NEW) as new:
            save_file(tensors, Path(new, WEIGHTS), metadata={"format": "pt"})
            write_json(Path(new, CONFIG), config, indent=2)
            Path(new, CARD).write_text(card, encoding="utf-8")
            for name in (WEIGHTS, CARD, CONFIG):
                Path(new, name).chmod(0o644)
                Path(new, name).replace(folder / name)
    except OSError as error:
        text = f"The model could not be written to {folder}: {reason(error)}."
        raise TargetError(text) from error
