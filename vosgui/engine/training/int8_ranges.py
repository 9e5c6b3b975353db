"""The 8-bit ranges of a network, measured on synthetic clips.

Without photographs they are of textures alone, so a model can be saved where there is no data; the
maps of real clips reach about as far. What does reach further is cut off there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.synthetic import synthetic_clip
from vosgui.network.int8_ranges import measure_ranges
from vosgui.network.interface import VosNetwork

_CLIPS, _T = 4, 4
_HW = (256, 448)


def synthetic_ranges(
    network: VosNetwork, photographs: Photographs | None = None, n_clips: int = _CLIPS
) -> dict[str, float]:
    """Return how far the maps of a network's layers reach, by name: see `measure_ranges`."""
    device = next(network.parameters()).device
    return measure_ranges(network, _clips(photographs or Photographs(), n_clips, device))


def _clips(
    photographs: Photographs, n_clips: int, device: torch.device
) -> Iterator[tuple[Tensor, Tensor]]:
    for number in range(n_clips):
        frames, masks = synthetic_clip(np.random.default_rng(number), photographs, _T, _HW)
        pixels = torch.from_numpy(frames).to(device).permute(0, 3, 1, 2).float() / 255
        yield pixels, torch.from_numpy(masks[:1]).to(device)[None].float()
