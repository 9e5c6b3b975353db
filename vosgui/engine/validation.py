"""Scores of a network on annotated clips while it trains: first mask only, DAVIS protocol."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from vosgui.core.metrics import contour_accuracy, region_similarity
from vosgui.engine.dataset import TreeClip, read_pair
from vosgui.network.interface import VosNetwork

_VOID = 255


def network_hw(network: VosNetwork, hw: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which a network sees frames of a size."""
    if network.fixed_hw is not None:
        return network.fixed_hw
    stride = network.stride
    scale = network.default_height / hw[0]
    return tuple(max(1, round(side * scale / stride)) * stride for side in hw)  # type: ignore[return-value]


def frame_tensor(frame: npt.NDArray[np.uint8], hw: tuple[int, int], device: torch.device) -> Tensor:
    """Scale a frame, uint8 (H, W, 3), to float (1, 3, h, w) in [0, 1]."""
    how = cv2.INTER_AREA if hw[0] < frame.shape[0] else cv2.INTER_LINEAR
    scaled = torch.from_numpy(cv2.resize(frame, (hw[1], hw[0]), interpolation=how)).to(device)
    image = scaled.permute(2, 0, 1)[None].float() / 255
    return image.contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def validate(
    network: VosNetwork, clips: Sequence[TreeClip], device: torch.device
) -> tuple[float, float]:
    """Return mean J and F over all objects, each object's mean over its annotated frames."""
    scores = [pair for clip in clips for pair in score_clip(network, clip, device)]
    J, F = np.mean(np.array(scores), 0)
    return float(J), float(F)


@torch.inference_mode()
def score_clip(
    network: VosNetwork, clip: TreeClip, device: torch.device
) -> list[tuple[float, float]]:
    """Return J and F of each object of a clip's first mask.

    The first frame is given and not scored. Objects compete by the highest score.
    """
    start = clip.annotated()[0]
    frame, ids = read_pair(clip, start)
    assert ids is not None
    objects = [int(i) for i in np.unique(ids) if i not in (0, _VOID)] or [_VOID]
    hw = network_hw(network, frame.shape[:2])
    given = torch.from_numpy(np.stack([ids == i for i in objects])[:, None].astype(np.float32))
    masks = torch.nn.functional.interpolate(given, hw, mode="area").to(device)
    state = network.initialise(network.encode(frame_tensor(frame, hw, device)), masks)
    series: list[list[tuple[float, float]]] = [[] for _ in objects]
    for t in range(start + 1, len(clip.frames)):
        frame, ids = read_pair(clip, t)
        logits, state = network(network.encode(frame_tensor(frame, hw, device)), state)
        if ids is None:
            continue
        full = torch.nn.functional.interpolate(logits, ids.shape, mode="bilinear")[:, 0]
        best = full.amax(0)
        for i, wanted in enumerate(objects):
            pred = ((full[i] > 0) & (full[i] == best)).cpu().numpy()
            truth = ids == wanted
            series[i].append((region_similarity(pred, truth), contour_accuracy(pred, truth)))
    return [(float(J), float(F)) for J, F in (np.mean(one, 0) for one in series if one)]
