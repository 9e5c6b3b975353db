"""Models on disk: a folder with config.json, weights.safetensors and README.md (the model card).

config.json alone says what a model is; nothing is read off a file name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from vosgui.errors import ModelError
from vosgui.files.json_file import write_json
from vosgui.network.object_presence import OBJECT_PRESENCE_SIGNS

CONFIG, WEIGHTS, CARD = "config.json", "weights.safetensors", "README.md"


class TrunkOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model whose trunk a head stands on, and what tells that trunk from others."""

    model: str
    digest: str


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What config.json holds.

    sizes : the fields of the architecture's own configuration that differ from its defaults
    trained_on, licence : one line each, as the card tells at length
    scores : figure by name, in [0, 1] or in frames per second
    ranges : how far the maps of its layers reach, as `VosNetwork` has them
    object_presence : weights of the signs of network/object_presence.py, as `vosgui model
        calibrate` finds them; a network that goes on from another has that one's until then
    trunk : of a model that is a head over another one's trunk
    """

    architecture: str
    title: str
    sizes: dict[str, Any] = {}
    n_parameters: int = 0
    trained_on: str = ""
    licence: str = ""
    scores: dict[str, float] = {}
    ranges: dict[str, float] = {}
    object_presence: dict[str, float] = {}
    trunk: TrunkOf | None = None


def read_config(folder: Path) -> ModelConfig:
    """Read a model folder's config.json; ModelError where it is damaged or not one."""
    path = folder / CONFIG
    try:
        found = msgspec.json.decode(path.read_bytes())
        if isinstance(found, dict) and "presence" in found:  # its name in 0.1
            found["object_presence"] = found.pop("presence")
        config = msgspec.convert(found, ModelConfig)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ModelError(f"{path} is not a model's configuration: {error}.") from error
    wanted = {*OBJECT_PRESENCE_SIGNS, "bias"}
    if config.object_presence and config.object_presence.keys() != wanted:
        raise ModelError(
            f"{path}: object_presence needs {', '.join(sorted(wanted))}, no more and no less. "
            "Paste what `vosgui model calibrate` prints, or leave it out."
        )
    return config


def write_object_presence(folder: Path, weights: Mapping[str, float]) -> None:
    """Put the weights of object presence into a model's config.json, in place of those there.

    Raises ModelError where it is no model, TargetError where it cannot be written.
    """
    config = msgspec.structs.replace(read_config(folder), object_presence=dict(weights))
    write_json(folder / CONFIG, config, indent=2)
