"""How far the maps of a network's layers reach: what its 8-bit form rests on.

Measured on procedural clips, so that a model can be saved where there is no data; the maps of real
clips reach about as far. What does reach further is cut off there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vosgui.engine.photographs import Photographs
from vosgui.engine.synthetic import synthetic_clip
from vosgui.network.interface import VosNetwork
from vosgui.network.layers import ConvNorm, Residual

_CLIPS, _T = 4, 4
_HW = (256, 448)


def layers_with_ranges(network: VosNetwork) -> dict[str, nn.Module]:
    """Return the layers whose maps' reach the 8-bit form needs, by name."""
    return {
        name: layer
        for name, layer in network.named_modules()
        if isinstance(layer, (ConvNorm, Residual)) and not name.startswith("initializer")
    }


@torch.no_grad()
def measure_ranges(network: VosNetwork) -> dict[str, float]:
    """Return the largest absolute value of each layer's maps by its name, three digits of it.

    Empty for a network without such layers. The Initializer, which runs seldom, is left out.
    """
    layers = layers_with_ranges(network)
    if not layers:
        return {}
    found: dict[str, float] = {}
    hooks = [layer.register_forward_hook(_Note(found, name)) for name, layer in layers.items()]
    was_training = network.training
    try:
        network.eval()
        for number in range(_CLIPS):
            _carry(network, number)
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return {name: _three_digits(value) for name, value in sorted(found.items())}


class _Note:
    """Notes the largest value of a layer's maps."""

    def __init__(self, found: dict[str, float], name: str) -> None:
        self._found, self._name = found, name

    def __call__(self, layer: nn.Module, inputs: Any, maps: Tensor) -> None:
        self._found[self._name] = max(self._found.get(self._name, 0.0), float(maps.abs().max()))


def _carry(network: VosNetwork, number: int) -> None:
    """Carry the object of a procedural clip through it."""
    frames, masks = synthetic_clip(np.random.default_rng(number), Photographs(), _T, _HW)
    device = next(network.parameters()).device
    pixels = torch.from_numpy(frames).to(device).permute(0, 3, 1, 2).float() / 255
    mask = torch.from_numpy(masks[:1]).to(device)[None].float()
    state = network.initialise(network.encode(pixels[:1]), mask)
    for t in range(1, _T):
        state = network(network.encode(pixels[t : t + 1]), state)[1]


def _three_digits(value: float) -> float:
    """Round up, so that the value itself is in range; a layer of zeros reaches to 1."""
    if value == 0:
        return 1.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    return round(math.ceil(value / unit) * unit, 12)
