"""What a camera makes of scenes: changing light, grey, soft or streaked pictures, noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.engine.training.scenes.plan import Light

_REACH = 6  # pixels, of a streak to each side
_LINE = 0.5  # twice the variance across it


def photographed(frames: Tensor, lights: Sequence[Light]) -> Tensor:
    """Return clips as cameras would take them, float (B, T, 3, h, w) in [0, 1].

    frames : float (B, T, 3, h, w) in [0, 255], changed in place
    """
    device = frames.device
    gain = torch.from_numpy(np.stack([one.gain for one in lights])).to(device)  # (B, T, 3)
    added = torch.from_numpy(np.stack([one.added for one in lights])).to(device)  # (B, T)
    frames.mul_(gain[..., None, None]).add_(added[..., None, None, None])
    for i, light in enumerate(lights):
        clip = frames[i]  # (T, 3, h, w), a view
        if light.is_grey:
            clip.copy_(clip.mean(1, keepdim=True).expand_as(clip))
        if light.is_soft:
            clip.copy_(_softened(clip))
        elif light.streak is not None:
            clip.copy_(_streaked(clip, *light.streak))
        generator = torch.Generator(device).manual_seed(light.seed)
        noise = torch.randn(clip.shape, generator=generator, device=device)
        clip.add_(noise, alpha=light.noise)
    return frames.clamp_(0, 255).div_(255)


def _softened(clip: Tensor) -> Tensor:
    """Halve a clip's resolution, (T, 3, h, w), and bring it back."""
    small = F.interpolate(clip, scale_factor=0.5, mode="bilinear", align_corners=False)
    return F.interpolate(small, size=clip.shape[-2:], mode="bilinear", align_corners=False)


def _streaked(clip: Tensor, direction: float, length: float) -> Tensor:
    """Blur a clip, (T, 3, h, w), along a direction in radians; length in pixels to each side."""
    y, x = np.mgrid[-_REACH : _REACH + 1, -_REACH : _REACH + 1]
    along = x * np.cos(direction) + y * np.sin(direction)
    across = y * np.cos(direction) - x * np.sin(direction)
    kernel = np.exp(-(across**2) / _LINE) * (np.abs(along) <= length)
    weight = torch.from_numpy((kernel / kernel.sum()).astype(np.float32)).to(clip.device)
    padded = F.pad(clip, (_REACH,) * 4, mode="replicate")
    return F.conv2d(padded, weight.expand(3, 1, -1, -1), groups=3)
