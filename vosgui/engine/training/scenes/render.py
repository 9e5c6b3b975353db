"""Scenes are drawn as tensors, a whole batch at once, on whatever device the photographs lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.engine.training.samples import Batch, Loaded
from vosgui.engine.training.scenes.light import photographed
from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors
from vosgui.engine.training.scenes.plan import Placed, ScenePlan, draw_scene

_FEWEST_PIXELS, _FEWEST = 80, 0.0012  # of an object in the first frame; the second a share of it
_ATTEMPTS = 10
_COARSE = 4  # pixels: bends are computed at this stride, then enlarged


def make_loaded(loaded: Loaded, photographs: PhotographTensors | None) -> Batch:
    """Return a loaded batch with its plans made, clips in their order, on the photographs' device.

    photographs : those of the plans, None where there are no plans
    """
    if not loaded.plans:
        assert loaded.drawn is not None
        return loaded.drawn
    assert photographs is not None
    made = make_batch(loaded.plans, photographs)
    if loaded.drawn is None:
        return made
    parts = loaded.drawn.to(made.frames.device), made
    n_clips = sum(len(part.frames) for part in parts)
    others = [i for i in range(n_clips) if i not in loaded.places]
    places = torch.tensor([*others, *loaded.places], device=made.frames.device)
    clips = torch.cat([parts[0].clips, made.clips + len(others)])  # in the order they are joined
    order = torch.argsort(places[clips], stable=True)  # of the objects
    frames, masks, known = (
        torch.cat([getattr(part, name) for part in parts]) for name in ("frames", "masks", "known")
    )
    return Batch(frames[torch.argsort(places)], masks[order], known[order], places[clips][order])


class Rendered(NamedTuple):
    """Clips, and how much of each pixel is each object's.

    frames : float (B, T, 3, h, w) in [0, 1]
    shares : float (B, N, T, h, w) in [0, 1], of objects 1 to N; 0 for those a clip does not have
    """

    frames: Tensor
    shares: Tensor


@torch.no_grad()
def make_batch(plans: Sequence[ScenePlan], photographs: PhotographTensors) -> Batch:
    """Return planned clips, all of one length and size, with the objects their first frames show.

    One that shows none is drawn anew, from a seed of its own.
    """
    frames, shares = render(plans, photographs)
    visible = _visible(shares)
    for attempt in range(_ATTEMPTS):
        empty = [i for i, objects in enumerate(visible) if not objects]
        if not empty:
            break
        others = [_another(plans[i], attempt, shares.shape[1], photographs) for i in empty]
        more = render(others, photographs)
        frames[empty] = more.frames
        shares[empty] = _with_objects(more.shares, shares.shape[1])
        for i, objects in zip(empty, _visible(shares[empty]), strict=True):
            visible[i] = objects
    pairs = [(clip, i) for clip, objects in enumerate(visible) for i in objects or [0]]
    clips, places = torch.tensor(pairs, device=frames.device).t().contiguous()
    masks = (shares[clips, places] > 0.5).float()[:, :, None]  # (N, T, 1, h, w)
    return Batch(frames, masks, torch.ones(masks.shape[:2], device=masks.device), clips)


def _visible(shares: Tensor) -> list[list[int]]:
    """Return which objects, from 0 on, each clip's first frame shows."""
    first = shares[:, :, 0] > 0.5  # (B, N, h, w)
    fewest = max(_FEWEST_PIXELS, _FEWEST * first[0, 0].numel())
    seen = (first.sum((2, 3)) >= fewest).tolist()
    return [[i for i, one in enumerate(row) if one] for row in seen]


def _another(plan: ScenePlan, attempt: int, most: int, photographs: PhotographTensors) -> ScenePlan:
    rng = np.random.default_rng((plan.spare, attempt))
    return draw_scene(rng, photographs.table, plan.T, plan.hw, min(most, plan.n_objects))


def render(plans: Sequence[ScenePlan], photographs: PhotographTensors) -> Rendered:
    """Draw scenes of one length and size: what a clip shows is the same in every batch."""
    n_objects = max(plan.n_objects for plan in plans)
    shown = _sampled([plan.background for plan in plans], plans[0].hw, photographs, "reflection")
    frames, shares = shown.colours, _with_objects(shown.shares, n_objects)
    for depth in range(max(len(plan.layers) for plan in plans)):
        rows = [i for i, plan in enumerate(plans) if len(plan.layers) > depth]
        layers = [plans[i].layers[depth] for i in rows]
        above = _sampled(layers, plans[0].hw, photographs, "zeros")
        alpha = _edged(above.shares, layers)  # (b, 1, T, h, w)
        below = frames[rows]
        frames[rows] = below + (above.colours - below) * alpha
        left = shares[rows] * (1 - alpha)  # (b, N, T, h, w)
        for place, layer in enumerate(layers):
            if layer.number:
                own = left[place, layer.number - 1]
                torch.maximum(own, alpha[place, 0], out=own)
        shares[rows] = left
    lit = photographed(frames.transpose(1, 2).contiguous(), [plan.light for plan in plans])
    return Rendered(lit, shares)


class _Sampled(NamedTuple):
    """Things of a photograph each, as frames show them.

    colours : float (b, 3, T, h, w) in [0, 255]. shares : float (b, N, T, h, w) in [0, 1]
    """

    colours: Tensor
    shares: Tensor


def _sampled(
    placed: Sequence[Placed], hw: tuple[int, int], photographs: PhotographTensors, beyond: str
) -> _Sampled:
    """Look photographs up where the frames' pixels come from. beyond : what lies around them."""
    device = photographs.pixels.device
    numbers = torch.tensor([one.photograph for one in placed], device=device)
    n_shares = max(1, *(len(one.ids) for one in placed))
    ids = np.zeros((len(placed), n_shares, 2), np.uint8)
    for row, one in zip(ids, placed, strict=True):
        for place, pair in enumerate(one.ids):
            row[place] = pair
    own = torch.from_numpy(ids).to(device)  # (b, N, 2)
    there = photographs.ids[numbers][:, None]  # (b, 1, S, S)
    inside = (there == own[..., :1, None]) | (there == own[..., 1:, None])
    inside &= there > 0  # an id of 0 is none
    source = torch.cat([photographs.pixels[numbers].float(), inside.float()], 1)  # (b, 3 + N, S, S)
    grid = _grid(placed, hw, photographs.table.side, device)  # (b, T, h, w, 2)
    flat = grid.flatten(1, 2)  # (b, T * h, w, 2)
    out = F.grid_sample(source, flat, padding_mode=beyond, align_corners=False)
    out = out.view(*out.shape[:2], grid.shape[1], *hw)  # (b, 3 + N, T, h, w)
    gain, tint = (
        torch.from_numpy(np.stack(parts)).to(device)
        for parts in ([one.gain for one in placed], [one.tint for one in placed])
    )
    colours = out[:, :3] * gain[:, :, None, None, None] + tint.mT[..., None, None]
    return _Sampled(colours, out[:, 3:])


def _grid(placed: Sequence[Placed], hw: tuple[int, int], side: int, device: torch.device) -> Tensor:
    """Return where the frames' pixels lie in a photograph, float (b, T, h, w, 2) in [-1, 1]."""
    maps = torch.from_numpy(np.stack([one.maps for one in placed])).to(device)  # (b, T, 2, 3)
    bend = torch.from_numpy(np.stack([one.bend for one in placed])).to(device)  # (b, T, 2, 5, 8)
    coarse = (max(1, hw[0] // _COARSE), max(1, hw[1] // _COARSE))
    wide = F.interpolate(bend.flatten(0, 1), coarse, mode="bicubic", align_corners=False)
    wide = F.interpolate(wide, hw, mode="bilinear", align_corners=False)
    wide = wide.view(*bend.shape[:3], *hw)  # (b, T, 2, h, w)
    x = torch.arange(hw[1], device=device) + wide[:, :, 0]  # (b, T, h, w)
    y = torch.arange(hw[0], device=device)[:, None] + wide[:, :, 1]
    part = maps[..., None, None]  # (b, T, 2, 3, 1, 1)
    places = [part[:, :, i, 0] * x + part[:, :, i, 1] * y + part[:, :, i, 2] for i in (0, 1)]
    return (torch.stack(places, -1) + 0.5) * (2 / side) - 1


def _edged(alpha: Tensor, layers: Sequence[Placed]) -> Tensor:
    """Return alphas, float (b, 1, T, h, w), with edges as sharp as each layer's are."""
    sharpness = torch.tensor([layer.sharpness for layer in layers], device=alpha.device)
    sharp = ((alpha - 0.5) * sharpness.view(-1, 1, 1, 1, 1) + 0.5).clamp(0, 1)
    return sharp * (alpha > 0)


def _with_objects(shares: Tensor, n: int) -> Tensor:
    """Return shares, float (B, N, T, h, w), of n objects: those that are not there are nowhere."""
    missing = n - shares.shape[1]
    return F.pad(shares, (0, 0, 0, 0, 0, 0, 0, missing)) if missing > 0 else shares[:, :n]
