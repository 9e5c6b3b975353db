"""Scenes: drawn from a seed, the same in every batch, with masks where their objects are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from vosgui.engine.training.paths import Path
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.samples import (
    ClipDataset,
    Request,
    SceneSource,
    SyntheticSource,
    collate_or_error,
)
from vosgui.engine.training.scenes.motion import back_to_photograph
from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors, read_photographs
from vosgui.engine.training.scenes.plan import Light, ScenePlan, draw_scene
from vosgui.engine.training.scenes.render import make_batch, make_loaded, render

HW, T = (96, 160), 5


@pytest.fixture(scope="module")
def photographs() -> PhotographTensors:
    return read_photographs(Photographs(), 24, side=96)


def plans_of(photographs: PhotographTensors, n: int, objects: int = 3) -> list[ScenePlan]:
    table = photographs.table
    return [draw_scene(np.random.default_rng((5, i)), table, T, HW, objects) for i in range(n)]


def plain(plan: ScenePlan) -> ScenePlan:
    """Return a scene in steady light, without noise."""
    light = Light(np.ones((T, 3), np.float32), np.zeros(T, np.float32), False, False, None, 0.0, 0)
    return replace(plan, light=light)


def test_clips_are_the_same_in_every_batch(photographs: PhotographTensors) -> None:
    plans = plans_of(photographs, 9)
    whole = make_batch(plans, photographs)
    parts = [make_batch(some, photographs) for some in (plans[:2], plans[2:3], plans[3:])]
    torch.testing.assert_close(whole.frames, torch.cat([one.frames for one in parts]))
    assert torch.equal(whole.masks, torch.cat([one.masks for one in parts]))
    clips = [one.clips + first for one, first in zip(parts, (0, 2, 3), strict=True)]
    assert torch.equal(whole.clips, torch.cat(clips))


def test_a_batch_is_what_a_network_trains_on(photographs: PhotographTensors) -> None:
    batch = make_batch(plans_of(photographs, 12), photographs)
    assert batch.frames.shape == (12, T, 3, *HW) and batch.frames.dtype == torch.float32
    assert float(batch.frames.min()) >= 0 and float(batch.frames.max()) <= 1
    n = len(batch.clips)
    assert batch.masks.shape == (n, T, 1, *HW) and batch.known.shape == (n, T)
    assert set(batch.masks.unique().tolist()) == {0.0, 1.0}
    assert batch.clips.unique().tolist() == list(range(12))  # each has an object, in order
    assert batch.clips.tolist() == sorted(batch.clips.tolist()) and n > 12
    assert bool((batch.masks[:, 0].sum((1, 2, 3)) >= 80).all())
    for clip in range(12):
        assert float(batch.masks[batch.clips == clip].sum(0).max()) == 1  # objects share no pixel
    moved = (batch.frames[:, 0] - batch.frames[:, -1]).abs().mean((1, 2, 3))
    assert bool((moved > 0.01).all())


def test_masks_lie_where_the_objects_are(photographs: PhotographTensors) -> None:
    """Recolour an object in its photograph, and what changes in the frames is its mask."""
    plans = [plain(one) for one in plans_of(photographs, 12, objects=1)]
    frames, shares = render(plans, photographs)
    for i, plan in enumerate(plans):
        layer = next((one for one in plan.layers if one.number == 1), plan.background)
        own = photographs.ids[layer.photograph] == torch.tensor(layer.ids[0])[:, None, None]
        pixels = photographs.pixels.clone()
        pixels[layer.photograph, :, own.any(0) & (photographs.ids[layer.photograph] > 0)] ^= 255
        changed = render([plan], replace(photographs, pixels=pixels)).frames[0]
        differs = (changed - frames[i]).abs().amax(1) > 0.02  # (T, h, w)
        inside = shares[i, 0] > 0.5
        assert float((differs & inside).sum()) >= 0.9 * float(inside.sum())
        if layer.number and sum(one.photograph == layer.photograph for one in plan.layers) == 1:
            assert plan.background.photograph == layer.photograph or float(
                (differs & inside).sum()
            ) >= 0.5 * float(differs.sum())


def test_an_object_that_cannot_be_seen_is_drawn_anew(photographs: PhotographTensors) -> None:
    seen, other = plans_of(photographs, 2, objects=1)
    gone = replace(other, background=replace(other.background, ids=()), layers=())
    batch = make_batch([seen, gone], photographs)
    again = make_batch([gone], photographs)
    assert bool(batch.masks[:, 0].flatten(1).any(1).all())
    assert torch.equal(batch.masks[batch.clips == 1], again.masks)


def test_events_come_in_many_clips(photographs: PhotographTensors) -> None:
    plans = plans_of(photographs, 300)
    in_place = [one for one in plans if one.background.ids]
    assert 0.35 < len(in_place) / len(plans) < 0.55
    assert {one.n_objects for one in plans} == {1, 2, 3}
    assert any(pair[1] for one in in_place for pair in one.background.ids)  # two as one
    assert any(one.light.is_grey for one in plans) and any(one.light.is_soft for one in plans)
    assert any(one.light.streak for one in plans)
    alike = [
        one for one in plans if len({(p.photograph, p.ids) for p in one.layers}) < len(one.layers)
    ]
    assert len(alike) > 20
    batch = make_batch(plans[:60], photographs)
    seen = batch.masks.flatten(2).any(2)  # (N, T)
    assert bool((seen[:, -1] & ~seen.all(1)).any())  # it was gone, and is there again


def test_streaks_softness_and_grey_are_of_the_whole_clip(photographs: PhotographTensors) -> None:
    scene = plain(plans_of(photographs, 1)[0])
    sharp = render([scene], photographs).frames
    for light in ({"is_soft": True}, {"streak": (0.5, 4.0)}, {"is_grey": True}):
        made = render([replace(scene, light=replace(scene.light, **light))], photographs).frames
        assert made.shape == sharp.shape and not torch.allclose(made, sharp)
        if "is_grey" in light:
            assert torch.equal(made[:, :, 0], made[:, :, 1])
        else:  # fewer edges
            assert float(made.diff(dim=-1).abs().mean()) < float(sharp.diff(dim=-1).abs().mean())


def test_maps_bring_a_place_back() -> None:
    zeros = np.zeros(2, np.float32)
    path = Path(zeros, zeros, np.array([0.3, 1.2], np.float32), zeros + 0.2, zeros + 0.1)
    linear, places = path.linear(2.0), np.array([[30, 20], [33, 25]], np.float32)
    centre, stretch = np.array([48.0, 40.0]), np.array([-1.0, 0.5], np.float32)
    maps = back_to_photograph(linear, places, centre, stretch)
    for t in range(2):
        np.testing.assert_allclose(maps[t] @ [*places[t], 1], centre, atol=1e-3)
        offset = np.array([3.0, -7.0])  # in the photograph
        there = places[t] + linear[t] @ (offset * stretch)
        np.testing.assert_allclose(maps[t] @ [*there, 1], centre + offset, atol=1e-3)


def test_planned_clips_take_their_places_among_others(photographs: PhotographTensors) -> None:
    sources = [SyntheticSource(Photographs()), SceneSource(photographs.table)]
    data = ClipDataset(sources, [1.0, 1.0], 3)
    requests = [Request(i, 3, HW, True, objects=2) for i in range(8)]
    samples = [data[one] for one in requests]
    kinds = [isinstance(one, ScenePlan) for one in samples]
    assert any(kinds) and not all(kinds)
    mixed = make_loaded(collate_or_error(samples), photographs)
    assert mixed.clips.tolist() == sorted(mixed.clips.tolist())
    for i, sample in enumerate(samples):
        alone = make_loaded(collate_or_error([sample]), photographs)
        torch.testing.assert_close(mixed.frames[i], alone.frames[0])
        assert torch.equal(mixed.masks[mixed.clips == i], alone.masks)
