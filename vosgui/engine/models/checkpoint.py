"""Models on disk: a folder with config.json, weights.safetensors and README.md (the model card).

config.json alone says what a model is; nothing is read off a file name.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import safetensors
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vosgui import paths
from vosgui.errors import ModelError, TargetError
from vosgui.files.atomic import atomic_file
from vosgui.network.int8_ranges import layers_with_ranges
from vosgui.network.interface import VosNetwork
from vosgui.network.layers import ConvNorm
from vosgui.network.lite import LiteConfig, LiteNetwork
from vosgui.network.presence import PRESENCE_SIGNS
from vosgui.network.s2s import S2SConfig, S2SNetwork

CONFIG, WEIGHTS, CARD = "config.json", "weights.safetensors", "README.md"
DEFAULT_MODEL = "s2s-lite"
_NEW = ".new-"
_LONGEST = 160  # characters of a list of names in a message

# architecture: (its sizes, the network)
ARCHITECTURES: dict[str, tuple[type[msgspec.Struct], type[VosNetwork]]] = {
    "s2s-lite": (LiteConfig, LiteNetwork),
    "s2s": (S2SConfig, S2SNetwork),
}


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What config.json holds.

    sizes : the fields of the architecture's own configuration that differ from its defaults
    trained_on, licence : one line each, as the card tells at length
    scores : figure by name, in [0, 1] or in frames per second
    ranges : how far the maps of its layers reach, as `VosNetwork` has them
    presence : weights of the signs of network/presence.py, as `vosgui model calibrate` finds them;
        a network that goes on from another has that one's until then
    """

    architecture: str
    title: str
    sizes: dict[str, Any] = {}
    n_parameters: int = 0
    trained_on: str = ""
    licence: str = ""
    scores: dict[str, float] = {}
    ranges: dict[str, float] = {}
    presence: dict[str, float] = {}


@dataclass(frozen=True)
class ModelInfo:
    """A model folder, as a list shows it.

    trained : its weights are there
    default_height : height in pixels that frames are scaled to
    fault : why it cannot be used: its config.json cannot be read; else empty
    """

    folder: Path
    name: str
    title: str
    architecture: str
    n_parameters: int
    trained: bool
    trained_on: str
    scores: Mapping[str, float]
    licence: str
    default_height: int
    fault: str = ""


def list_models() -> list[ModelInfo]:
    """Return the models that come with the program, then the user's own, by name.

    A damaged one is among them, with its fault: it keeps nobody from the others.
    """
    found = []
    for root in (paths.models(), own_models()):
        if root.is_dir():
            found += [_info(path.parent) for path in sorted(root.glob(f"*/{CONFIG}"))]
    return found


def own_models() -> Path:
    """Return the folder in which the user's own models are found by name."""
    return paths.user_data() / "models"


def build_network(architecture: str, sizes: Mapping[str, Any]) -> VosNetwork:
    """Make an untrained network; ModelError for a name or sizes that do not exist."""
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise ModelError(f"There is no architecture {architecture!r}; there are {known}.")
    config, network = ARCHITECTURES[architecture]
    try:
        return network(msgspec.convert(dict(sizes), config))
    except msgspec.ValidationError as error:
        raise ModelError(f"The sizes given for {architecture} do not fit it: {error}.") from error


def load_network(name: str | Path, device: str | torch.device = "cpu") -> VosNetwork:
    """Load a model by its name or folder, ready to run.

    Raise ModelError where it is unknown, or its weights are missing, damaged or of another network.
    """
    folder = find_model(name)
    config = read_config(folder)
    network = build_network(config.architecture, config.sizes)
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise ModelError(
            f"Model {folder.name!r} has no weights ({weights}); {CARD} beside it says how to "
            "train it."
        )
    fill_network(network, read_weights(weights), weights)
    network.ranges = _checked_ranges(network, config.ranges, folder / CONFIG)
    network.presence = config.presence
    return on_device(network.eval(), device)


def _checked_ranges(network: VosNetwork, ranges: dict[str, float], path: Path) -> dict[str, float]:
    missing = layers_with_ranges(network).keys() - ranges.keys()
    if ranges and missing:
        raise ModelError(
            f"{path}: ranges lacks {_shortened(', '.join(sorted(missing)))}. Leave ranges out "
            "altogether, and the network runs in float32."
        )
    return ranges


def on_device(network: VosNetwork, device: str | torch.device) -> VosNetwork:
    """Bring a network to a device; ModelError where the device cannot be used."""
    try:
        where = torch.device(device)
        return network.to(where, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
    except (RuntimeError, AssertionError) as error:
        line = str(error).splitlines()[0]
        raise ModelError(f"Device {str(device)!r} cannot be used: {line}") from error


def start_network(
    architecture: str,
    sizes: Mapping[str, Any],
    seed: int,
    init: str | None = None,
    vgg16: Path | None = None,
) -> VosNetwork:
    """Make a network to be trained: random by a seed, or from a model, weights, or VGG-16's.

    init : a model's name or folder, whose sizes then count; or a file of weights of these sizes
    """
    torch.manual_seed(seed)
    if init is not None and Path(init).is_file():
        network = build_network(architecture, sizes)
        fill_network(network, read_weights(Path(init)), Path(init))
    elif init is not None:
        config = read_config(find_model(init))
        if config.architecture != architecture:
            raise ModelError(f"Model {init!r} is a {config.architecture}, not a {architecture}.")
        return load_network(init)
    else:
        network = build_network(architecture, sizes)
    if vgg16 is not None:
        _fill_vgg(network, vgg16)
    return network


def _fill_vgg(network: VosNetwork, path: Path) -> None:
    if not isinstance(network, S2SNetwork):
        raise ModelError("Only s2s starts from VGG-16's weights.")
    try:
        network.fill_vgg(read_weights(path))
    except KeyError as error:
        raise ModelError(f"{path} is not VGG-16 under torchvision's names: no {error}.") from error
    except ValueError as error:
        raise ModelError(f"{path} is not VGG-16: {error}.") from error


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by name or path; ModelError where there is none."""
    for root in (Path(), paths.models(), own_models()):
        folder = root / name
        if (folder / CONFIG).is_file():
            return folder.resolve()
    known = ", ".join(info.name for info in list_models() if not info.fault) or "none"
    raise ModelError(
        f"There is no model {str(name)!r}: neither a folder with {CONFIG} nor one of {known}."
    )


def read_config(folder: Path) -> ModelConfig:
    """Read a model folder's config.json; ModelError where it is damaged or not one."""
    path = folder / CONFIG
    try:
        config = msgspec.json.decode(path.read_bytes(), type=ModelConfig)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} is not a model's configuration: {error}.") from error
    wanted = {*PRESENCE_SIGNS, "bias"}
    if config.presence and config.presence.keys() != wanted:
        raise ModelError(
            f"{path}: presence needs {', '.join(sorted(wanted))}, no more and no less. Paste what "
            "`vosgui model calibrate` prints, or leave it out."
        )
    return config


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read tensors by name from safetensors or a .pth of tensors alone; ModelError otherwise."""
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, safetensors.SafetensorError) as error:
        raise ModelError(f"{path} cannot be read as weights; it may be cut short.") from error
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{path} is no file of weights, or holds more than tensors, which is not read."
        ) from error
    if not isinstance(tensors, dict) or not all(isinstance(t, Tensor) for t in tensors.values()):
        raise ModelError(f"{path} is not a table of tensors by name.")
    return tensors


def fill_network(network: nn.Module, tensors: Mapping[str, Tensor], source: Path) -> None:
    """Fill a network's parameters, as float32; ModelError where names, shapes or values misfit."""
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ModelError(f"{source} is damaged: {name} is not finite.")
    floats = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    try:
        network.load_state_dict(floats)
    except RuntimeError as error:
        line = str(error).splitlines()[-1].strip().removesuffix(".")
        raise ModelError(f"{source} does not fit the network: {_shortened(line)}.") from error


def _shortened(names: str) -> str:
    """Return a list of names that is not too long for a message."""
    return names if len(names) <= _LONGEST else f"{names[:_LONGEST].rpartition(',')[0]} and more"


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
    config : its `ranges`, where there are some, are of this network; sizes, n_parameters and
        presence are filled in.
    half : weights as float16
    """
    sizes = fold_network(network)
    tensors = {
        name: (t.half() if half and t.is_floating_point() else t).contiguous().cpu()
        for name, t in network.state_dict().items()
    }
    n_parameters = sum(parameter.numel() for parameter in network.parameters())
    config = msgspec.structs.replace(
        config,
        sizes=sizes,
        n_parameters=n_parameters,
        presence=dict(network.presence),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{_NEW}*"):  # by a killed process; up to half a gigabyte
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=_NEW) as new:
            save_file(tensors, Path(new, WEIGHTS), metadata={"format": "pt"})
            Path(new, CONFIG).write_bytes(_as_json(config))
            Path(new, CARD).write_text(card, encoding="utf-8")
            for name in (WEIGHTS, CARD, CONFIG):
                Path(new, name).chmod(0o644)
                Path(new, name).replace(folder / name)
    except OSError as error:
        raise TargetError(f"The model could not be written to {folder}: {error}.") from error


def write_presence(folder: Path, presence: Mapping[str, float]) -> None:
    """Put the weights of presence into a model's config.json, in place of those there.

    Raises ModelError where it is no model, TargetError where it cannot be written.
    """
    config = msgspec.structs.replace(read_config(folder), presence=dict(presence))
    with atomic_file(folder / CONFIG) as file:
        file.write(_as_json(config))


def _as_json(config: ModelConfig) -> bytes:
    return msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n"


def _info(folder: Path) -> ModelInfo:
    try:
        config, fault = read_config(folder), ""
    except ModelError as error:
        config, fault = ModelConfig(architecture="", title=""), str(error)
    kind = ARCHITECTURES.get(config.architecture)
    height = getattr(kind[1], "default_height", 0) if kind else 0
    return ModelInfo(
        folder=folder,
        name=folder.name,
        title=config.title,
        architecture=config.architecture,
        n_parameters=config.n_parameters,
        trained=not fault and (folder / WEIGHTS).is_file(),
        trained_on=config.trained_on,
        scores=config.scores,
        licence=config.licence,
        default_height=int(config.sizes.get("default_height", height)),
        fault=fault,
    )
