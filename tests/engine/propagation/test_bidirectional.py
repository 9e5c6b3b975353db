"""Bidirectional runs: each object from its own keyframes, never over what is given."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clips import ArrayClip
from tests.engine.any_given import any_annotation, take
from tests.engine.propagation.test_recurrent import Copying
from tests.engine.scenes import BOTH, annotated, moving_squares, only, overlap
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.bidirectional import LogitStore, blend
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run, n_results, plan_run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.tracker import ObjectPrediction, Predictions, Tracker
from vosgui.errors import NothingToDoError

N = 9


def run_both_sides(
    clip: ArrayClip, annotation: Annotation, objects: frozenset[int] = BOTH, first: int = 0
) -> list[FrameResult]:
    run = Run(0, first, len(clip), objects, "bidirectional", "reinitialise")
    results = list(propagate(clip, annotation.snapshot(), run, FlowPropagator()))
    assert len(results) == n_results(plan_run(annotation.snapshot(), run))
    return results


def final(results: list[FrameResult]) -> dict[int, dict[int, FrameResult]]:
    """Return by object and frame the result that counts: the last one that tells of it."""
    found: dict[int, dict[int, FrameResult]] = {1: {}, 2: {}, 3: {}}
    for result in results:
        for object_id in result.confidence:
            found[object_id][result.t] = result
    return found


def test_between_keyframes_both_are_origins_and_outside_one() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {2: only(truth[2], 1), 6: only(truth[6], 1)}, 1)
    one, other = ((t, int(annotation.track(1)["revision"][t])) for t in (2, 6))
    found = final(run_both_sides(clip, annotation, frozenset({1})))[1]
    assert sorted(found) == [0, 1, 3, 4, 5, 7, 8]
    for t, result in found.items():
        expected = (one,) if t < 2 else (other,) if t > 6 else (one, other)
        assert result.origins == {1: expected}
        assert overlap(result.mask == 1, truth[t] == 1) > 0.9


def test_a_frame_between_keyframes_comes_first_from_behind_then_blended() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {0: truth[0], 4: truth[4], 8: truth[8]})
    results = run_both_sides(clip, annotation)
    assert [r.t for r in results] == [3, 2, 1, 1, 2, 3, 7, 6, 5, 4, 5, 6, 7, 8]
    assert [len(r.origins[1]) for r in results if r.origins] == [1, 1, 1, 2, 2, 2] * 2
    assert not results[9].confidence, "frame 4 is given"


def test_each_object_has_its_own_keyframes() -> None:
    clip, truth = moving_squares(N)
    given = {0: truth[0], 4: only(truth[4], 2), 8: only(truth[8], 1)}
    found = final(run_both_sides(clip, annotated(clip, given)))
    for t in range(1, N):
        for object_id, ends in ((1, [0, 8]), (2, [0, 4] if t < 4 else [4])):
            if t in ends:
                assert t not in found[object_id]
                continue
            result = found[object_id][t]
            assert [frame for frame, _ in result.origins[object_id]] == ends
            assert overlap(result.mask == object_id, truth[t] == object_id) > 0.9


def test_an_object_before_its_first_keyframe_is_merged_with_one_after_its_last() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {0: only(truth[0], 1), 8: only(truth[8], 2)})
    results = run_both_sides(clip, annotation)
    assert [r.t for r in results] == [7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    for result in results[8:-1]:
        assert result.confidence.keys() == BOTH
        assert result.origins[2][0][0] == 8
        for object_id in BOTH:
            assert overlap(result.mask == object_id, truth[result.t] == object_id) > 0.8


def test_two_sides_are_better_than_one() -> None:
    """Flow loses what is hidden for good; the later keyframe brings it back."""
    clip, truth = moving_squares(N)
    frames = [clip[t].copy() for t in range(N)]
    frames[4][:] = 128
    hidden = ArrayClip(frames)
    annotation = annotated(hidden, {0: truth[0], 8: truth[8]})
    run = Run(0, 0, N, BOTH, "forward")
    ahead = {r.t: r for r in propagate(hidden, annotation.snapshot(), run, FlowPropagator())}
    found = final(run_both_sides(hidden, annotation))

    def score(masks: dict[int, FrameResult]) -> float:
        return float(np.mean([overlap(masks[t].mask == 1, truth[t] == 1) for t in (5, 6, 7)]))

    assert score(found[1]) > score(ahead) + 0.05


def test_a_side_that_passed_an_absence_yields() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {0: only(truth[0], 1), 8: only(truth[8], 1)}, 1)
    annotation.apply(edits.mark_absent(annotation, 4, 1))
    found = final(run_both_sides(clip, annotation, frozenset({1})))[1]
    assert sorted(found) == [1, 2, 3, 5, 6, 7]
    for t, result in found.items():
        assert [frame for frame, _ in result.origins[1]] == [0 if t < 4 else 8]
        assert overlap(result.mask == 1, truth[t] == 1) > 0.9


def test_a_side_goes_its_own_way_whatever_the_other_says() -> None:
    clip, truth = moving_squares(5)
    snapshot = annotated(clip, {0: truth[0]}).snapshot()
    tracks = plan_run(snapshot, Run(0, 0, 5, BOTH))[0].tracks
    flow = FlowPropagator()
    seen: list[Predictions] = []

    def deny(_t: int, own: Predictions) -> Predictions:
        seen.append(own)
        return {i: replace(one, logits=np.full_like(one.logits, -8)) for i, one in own.items()}

    def agree(_t: int, own: Predictions) -> Predictions:
        seen.append(own)
        return own

    for revise in (deny, agree):
        tracker = Tracker(snapshot, tracks, flow, revise)
        carried = [tracker.step(t, flow.encode(clip[t])) for t in range(5)]
        results = [one and one.decide() for one in carried]
        assert all(bool(r.mask.any()) == (revise is agree) for r in results if r)
    for denied, agreed in zip(seen[:4], seen[4:], strict=True):
        assert all(np.array_equal(denied[i].logits, agreed[i].logits) for i in BOTH)


def test_the_same_fill_gives_the_same_bits() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {0: truth[0], 5: only(truth[5], 1), 8: truth[8]})
    for one, other in zip(
        run_both_sides(clip, annotation), run_both_sides(clip, annotation), strict=True
    ):
        assert np.array_equal(one.mask, other.mask)
        assert (one.t, one.confidence, one.origins) == (other.t, other.confidence, other.origins)


def test_between_frames_of_the_grid_each_frame_is_encoded_once() -> None:
    network = Copying()
    clip, truth = moving_squares(11, (64, 96), 20)
    annotation = annotated(clip, {t: truth[t] for t in (0, 5, 10)})
    run = Run(0, 0, 11, BOTH, "bidirectional", "reinitialise")
    one, other = (
        list(propagate(clip, annotation.snapshot(), run, NetworkPropagator(network, "copying")))
        for _ in range(2)
    )
    assert len(network.sizes) == 2 * 11
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.mask, b.mask) and a.confidence == b.confidence


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_given_and_locked_pixels_are_never_changed(data: st.DataObject) -> None:
    clip, _ = moving_squares(7, (40, 48), 12)
    annotation = any_annotation(data, clip, 4)
    objects = frozenset(data.draw(st.sets(st.integers(1, 3), min_size=1)))
    first = data.draw(st.integers(0, 3))
    before = annotation.snapshot()
    try:
        results = run_both_sides(clip, annotation, objects, first)
    except NothingToDoError:
        return
    for result in results:
        assert first <= result.t < 7
        take(annotation, before, result, objects)
    found = final(results)
    for object_id in objects - before.locked:
        shown = [
            t
            for t in before.keyframes(object_id)
            if t >= first and (before.mask(t) == object_id).any()
        ]
        expected = set(range(first, 7)) - set(before.keyframes(object_id).tolist())
        assert found[object_id].keys() == (expected if shown else set())


def test_a_run_that_stops_carries_through_the_gap_around_its_start_alone() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {t: only(truth[t], 1) for t in (0, 2, 6)})
    for t in (1, 8):
        annotation.apply(edits.give_mask(annotation, t, truth[t], {2}))
    run = Run(4, 0, N, BOTH, "bidirectional", "stop")
    results = list(propagate(clip, annotation.snapshot(), run, FlowPropagator()))
    assert len(results) == n_results(plan_run(annotation.snapshot(), run))
    found = final(results)
    assert sorted(found[1]) == [3, 4, 5]
    assert sorted(found[2]) == [2, 3, 4, 5, 6, 7]
    assert all(len(result.origins[2]) == 2 for result in found[2].values())


def test_an_object_without_keyframes_on_both_sides_is_in_no_gap() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {2: only(truth[2], 1), 6: only(truth[6], 1), 3: only(truth[3], 2)})
    run = Run(4, 0, N, BOTH, "bidirectional", "stop")
    found = final(list(propagate(clip, annotation.snapshot(), run, FlowPropagator())))
    assert sorted(found[1]) == [3, 4, 5]
    assert not found[2]
    with pytest.raises(NothingToDoError, match="Object 2 has no keyframe on one side of frame 4"):
        plan_run(annotation.snapshot(), replace(run, objects=frozenset({2})))


@pytest.mark.parametrize(
    ("given", "objects", "reason"),
    [
        ({0: 1}, frozenset({2}), "Object 2 has no given mask in the range 0:3"),
        ({0: 1, 1: 1, 2: 1}, frozenset({1}), "given in every frame"),
    ],
)
def test_why_there_is_nothing_to_carry(
    given: dict[int, int], objects: frozenset[int], reason: str
) -> None:
    clip, truth = moving_squares(3)
    annotation = annotated(clip, {t: only(truth[t], i) for t, i in given.items()})
    with pytest.raises(NothingToDoError, match=reason):
        run_both_sides(clip, annotation, objects)


def test_closing_ends_the_fill_and_its_reader() -> None:
    clip, truth = moving_squares(N)
    annotation = annotated(clip, {0: truth[0], 8: truth[8]})
    run = Run(0, 0, N, BOTH, "bidirectional", "reinitialise")
    results = propagate(clip, annotation.snapshot(), run, FlowPropagator())
    next(results)
    assert any(thread.name.startswith("read-ahead") for thread in threading.enumerate())
    results.close()
    assert not any(thread.name.startswith("read-ahead") for thread in threading.enumerate())


# -- the blend -------------------------------------------------------------------------------


def side(level: float, confidence: float, *keyframes: int) -> ObjectPrediction:
    logits = np.full((2, 3), level, np.float32)
    return ObjectPrediction(logits, confidence, tuple((t, 1) for t in keyframes))


def test_the_nearer_and_the_surer_side_counts_more() -> None:
    def mixed(t: int, ahead: float, behind: float) -> float:
        sides = ({1: side(4, ahead, 0)}, {1: side(-4, behind, 10)})
        return float(blend(t, *sides)[1].logits[0, 0])

    assert mixed(5, 0.8, 0.8) == pytest.approx(0)
    assert mixed(1, 0.8, 0.8) > mixed(3, 0.8, 0.8) > 0 > mixed(9, 0.8, 0.8)
    assert mixed(5, 0.9, 0.2) > 0 > mixed(5, 0.2, 0.9)
    assert mixed(5, 0.0, 0.0) == pytest.approx(0)


def test_an_object_that_one_side_alone_carries_is_taken_from_it() -> None:
    ahead, behind = {1: side(1, 0.5, 0)}, {2: side(2, 0.6, 9)}
    assert blend(4, ahead, behind) == {**ahead, **behind}


@pytest.mark.parametrize("max_bytes", [1, 1 << 20])
def test_the_store_keeps_logits_to_a_fraction_in_memory_or_on_disk(max_bytes: int) -> None:
    rng = np.random.default_rng(0)
    store = LogitStore(max_bytes)
    kept = {
        t: {
            i: ObjectPrediction(rng.normal(0, 3, (7, 9)).astype(np.float32), 0.5, ((9, 1),))
            for i in (1, 4)
        }
        for t in range(3)
    }
    for t, predictions in kept.items():
        assert store.put(t, predictions) is predictions
    for t in (0, 1, 2):
        for i, carried in store.take(t).items():
            expected = np.clip(kept[t][i].logits, -8, 8)
            np.testing.assert_allclose(carried.logits, expected, atol=0.032)
            assert (carried.confidence, carried.origins) == (0.5, ((9, 1),))
    assert store.take(1) == {}, "taken once"
    store.put(5, kept[0])
    store.clear()
    assert store.take(5) == {}
    store.close()
