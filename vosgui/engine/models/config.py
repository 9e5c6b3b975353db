"""Models on disk: a folder with config.json, weights.safetensors and README.md (the model card).

config.json alone says what a model is; nothing is read off a file name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from vosgui.errors import ModelError
from vosgui.files.json_file import write_json
from vosgui.files.ordinary import read_bytes
from vosgui.network.confidence import BLEND_SIGNS, OWN_SIGNS, SIGNS
from vosgui.network.object_presence import OBJECT_PRESENCE_SIGNS

CONFIG, WEIGHTS, CARD = "config.json", "weights.safetensors", "README.md"
_REMEDY = "Paste what `vosgui model calibrate` prints, or leave it out."


class TrunkOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model whose trunk a head stands on, and what tells that trunk from others."""

    model: str
    digest: str


class ModelConfig(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What config.json holds.

    sizes : the fields of the architecture's own configuration that differ from its defaults
    trained_on, licence : one line each, as the card tells at length
    scores : figure by name, in [0, 1] or in frames per second
    ranges : how far the maps of its layers reach, as `VosNetwork` has them
    object_presence, confidence : weights of the signs of network/object_presence.py and
        network/confidence.py, as `vosgui model calibrate` finds them; a network that goes on from
        another has that one's until then. Confidence has "single", of a mask that is carried, and
        "blend", of one between two keyframes.
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
    confidence: dict[str, dict[str, float]] = {}
    trunk: TrunkOf | None = None


_LATER = {"area"}  # a sign that came later; it counts nothing for a model measured before


def read_config(folder: Path) -> ModelConfig:
    """Read a model folder's config.json; ModelError where it is damaged or not one."""
    path = folder / CONFIG
    try:
        found = msgspec.json.decode(read_bytes(path))
        if isinstance(found, dict) and "presence" in found:  # its name in 0.1
            found["object_presence"] = found.pop("presence")
        config = msgspec.convert(found, ModelConfig)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ModelError(f"{path} is not a model's configuration: {error}.") from error
    if config.object_presence:
        _check(path, "object_presence", config.object_presence, OBJECT_PRESENCE_SIGNS)
    if config.confidence:
        for name, weights, signs in _of_confidence(path, config.confidence):
            _check(path, f"confidence.{name}", weights, signs)
    return config


def _of_confidence(
    path: Path, found: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[str, Mapping[str, float], Sequence[str]]]:
    """Yield name, weights and signs of each part of confidence."""
    if found.keys() != {"single", "blend"}:
        raise ModelError(f"{path}: confidence needs single and blend. {_REMEDY}")
    # A network that keeps no frames has fewer signs.
    single = SIGNS if OBJECT_PRESENCE_SIGNS[0] in found["single"] else OWN_SIGNS
    yield "single", found["single"], single
    yield "blend", found["blend"], BLEND_SIGNS


def _check(path: Path, name: str, weights: Mapping[str, float], signs: Sequence[str]) -> None:
    wanted = {*signs, "bias"}
    if not wanted - _LATER <= weights.keys() <= wanted:
        raise ModelError(
            f"{path}: {name} needs {', '.join(sorted(wanted))}, no more and no less. {_REMEDY}"
        )


def write_calibration(
    folder: Path,
    *,
    object_presence: Mapping[str, float],
    confidence: Mapping[str, Mapping[str, float]],
    ranges: Mapping[str, float],
) -> None:
    """Put what was measured of a model into its config.json, in place of what is there.

    Raises ModelError where it is no model, TargetError where it cannot be written.
    """
    measured = {
        "object_presence": dict(object_presence),
        "confidence": {name: dict(weights) for name, weights in confidence.items()},
        "ranges": dict(ranges),
    }
    config = msgspec.structs.replace(read_config(folder), **measured)
    write_json(folder / CONFIG, config, indent=2)
