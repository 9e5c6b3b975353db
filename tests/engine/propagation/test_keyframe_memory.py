"""Memory of a bidirectional run: each side is matched with the other end, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import BOTH, annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Frame
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Mask
from vosgui.engine.propagation import keyframe_memory as memory
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.network.lite import LiteNetwork

N = 26
HW = (64, 96)


class Listening(NetworkPropagator):
    """A tiny network that notes which masks are added, and how many frames it encodes."""

    def __init__(self, *, takes_memory_frames: bool = True) -> None:
        torch.manual_seed(0)
        super().__init__(LiteNetwork(TINY), "tiny", height=64)
        self.takes_memory_frames = takes_memory_frames
        self.added: list[npt.NDArray[np.bool_]] = []
        self.n_encoded = 0

    def encode(self, frame: Frame) -> Any:
        self.n_encoded += 1
        return super().encode(frame)

    def add_memory_frame(
        self, states: Any, memory: Any, masks: npt.NDArray[np.bool_], indices: Sequence[int]
    ) -> Any:
        self.added += list(masks)
        return super().add_memory_frame(states, memory, masks, indices)


@pytest.fixture(scope="module")
def scene() -> tuple[ArrayClip, list[Mask]]:
    return moving_squares(N, HW, 20)


def run_both_sides(
    clip: ArrayClip,
    annotation: Annotation,
    propagator: Listening,
    objects: frozenset[int] = BOTH,
    first: int = 0,
) -> list[FrameResult]:
    run = Run(first, first, N, objects, "bidirectional", "reinitialise")
    return list(propagate(clip, annotation.snapshot(), run, propagator))


def frames_of(propagator: Listening, truth: list[Mask], object_id: int) -> list[int]:
    """Return the frames whose masks of an object were added, in turn."""
    masks = [mask == object_id for mask in truth]
    found = ([t for t in range(N) if np.array_equal(masks[t], one)] for one in propagator.added)
    return [frames[0] for frames in found if frames]


def test_each_side_remembers_the_other_end(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    annotation = annotated(clip, {t: truth[t] for t in (0, 12, 25)})
    with_memory, without = Listening(), Listening(takes_memory_frames=False)
    results = run_both_sides(clip, annotation, with_memory)
    assert frames_of(with_memory, truth, 1) == [0, 12, 12, 25]
    assert frames_of(with_memory, truth, 2) == [0, 12, 12, 25]
    others = run_both_sides(clip, annotation, without)
    assert [one.t for one in results] == [one.t for one in others]
    assert any(a.confidence != b.confidence for a, b in zip(results, others, strict=True))
    # frame 0 alone is encoded again: the others are met on the way
    assert with_memory.n_encoded == without.n_encoded + 1


def test_the_same_fill_gives_the_same_bits(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    annotation = annotated(clip, {0: truth[0], 13: only(truth[13], 1), 25: truth[25]})
    runs = [run_both_sides(clip, annotation, Listening()) for _ in range(2)]
    for one, other in zip(*runs, strict=True):
        assert np.array_equal(one.mask, other.mask)
        assert (one.t, one.confidence, one.origins) == (other.t, other.confidence, other.origins)


def test_each_object_remembers_its_own_keyframes(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    given = {0: truth[0], 12: only(truth[12], 2), 24: truth[24]}
    propagator = Listening()
    run_both_sides(clip, annotated(clip, given), propagator)
    assert frames_of(propagator, truth, 1) == [0, 24]
    assert sorted(frames_of(propagator, truth, 2)) == [0, 12, 12, 24]


def test_near_ends_are_not_added(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    annotation = annotated(clip, {t: truth[t] for t in (0, 10, 20)})
    propagator = Listening()
    run_both_sides(clip, annotation, propagator)
    assert not propagator.added


def test_a_keyframe_past_an_absence_is_not_added(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    annotation = annotated(clip, {t: only(truth[t], 1) for t in (0, 25)}, 1)
    annotation.apply(edits.mark_absent(annotation, 12, 1))
    propagator = Listening()
    results = run_both_sides(clip, annotation, propagator, frozenset({1}))
    assert not propagator.added
    final = {one.t: one.origins for one in results}
    for t in set(range(1, 25)) - {12}:
        assert [frame for frame, _ in final[t][1]] == [0 if t < 12 else 25]


def test_a_keyframe_out_of_range_is_not_added(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    propagator = Listening()
    run_both_sides(clip, annotated(clip, {t: truth[t] for t in (0, 22)}), propagator, first=5)
    assert not propagator.added


def test_what_a_stopped_fill_leaves_rests_on_both_ends(
    scene: tuple[ArrayClip, list[Mask]],
) -> None:
    """From behind alone it has seen the earlier keyframe too: a change of either makes it stale."""
    clip, truth = scene
    annotation = annotated(clip, {0: truth[0], 20: truth[20]})
    run = Run(0, 0, N, BOTH, "bidirectional", "reinitialise")
    results = propagate(clip, annotation.snapshot(), run, Listening())
    for result in islice(results, 4):
        annotation.apply(edits.predict(annotation, result, BOTH))
        assert [frame for frame, _ in result.origins[1]] == [20, 0]
    results.close()
    assert not annotation.stale(1).any()
    annotation.apply(edits.give_mask(annotation, 0, np.roll(truth[0], 2, 1), {1}))
    assert np.flatnonzero(annotation.stale(1)).tolist() == [16, 17, 18, 19]
    assert not annotation.stale(2).any()


def test_blended_frames_rest_on_their_two_ends(scene: tuple[ArrayClip, list[Mask]]) -> None:
    clip, truth = scene
    annotation = annotated(clip, {t: truth[t] for t in (1, 13)})
    final = {one.t: one.origins for one in run_both_sides(clip, annotation, Listening())}
    for t, origins in final.items():
        ends = [] if t in (1, 13) else [1] if t < 1 else [13] if t > 13 else [1, 13]
        for object_id in origins:
            assert [frame for frame, _ in origins[object_id]] == ends


def test_more_keyframes_than_are_held_are_not_added(
    scene: tuple[ArrayClip, list[Mask]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, truth = scene
    given = {0: truth[0], 12: only(truth[12], 2), 24: truth[24]}
    monkeypatch.setattr(memory, "_MOST", 2)
    propagator = Listening()
    run_both_sides(clip, annotated(clip, given), propagator)
    assert not propagator.added
