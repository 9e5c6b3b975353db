"""How far the maps of a network's layers reach: what its 8-bit form rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from vosgui.network.interface import VosNetwork
from vosgui.network.layers import ConvNorm, Residual
from vosgui.network.pretrained_trunk import InvertedResidual


def layers_with_ranges(network: VosNetwork) -> dict[str, nn.Module]:
    """Return the layers whose maps' reach the 8-bit form needs, by name."""
    return {
        name: layer
        for name, layer in network.named_modules()
        if isinstance(layer, (ConvNorm, Residual, InvertedResidual))
        and not name.startswith("initializer")
    }


@torch.no_grad()
def measure_ranges(network: VosNetwork, clips: Iterable[tuple[Tensor, Tensor]]) -> dict[str, float]:
    """Return the largest absolute value of each layer's maps by its name, three digits of it.

    clips : each float32 frames (T, 3, H, W) in [0, 1], and the mask of the first, (1, 1, H, W) in
        {0, 1}, on the network's device; the network carries the mask through the frames.
    Empty for a network without such layers. The Initializer, which runs seldom, is left out.
    """
    layers = layers_with_ranges(network)
    if not layers:
        return {}
    found: dict[str, float] = {}
    hooks = [
        layer.register_forward_hook(partial(_note, found, name)) for name, layer in layers.items()
    ]
    was_training = network.training
    try:
        network.eval()
        for frames, mask in clips:
            state = network.initialise(network.encode(frames[:1]), mask)
            for t in range(1, len(frames)):
                state = network(network.encode(frames[t : t + 1]), state)[1]
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return {name: _three_digits(value) for name, value in sorted(found.items())}


def _note(found: dict[str, float], name: str, _layer: Any, _inputs: Any, maps: Tensor) -> None:
    """Note the largest value of a layer's maps."""
    found[name] = max(found.get(name, 0.0), float(maps.abs().max()))


def _three_digits(value: float) -> float:
    """Round up, so that the value itself is in range; a layer of zeros reaches to 1."""
    if value == 0:
        return 1.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    return round(math.ceil(value / unit) * unit, 12)
