"""Runs: what is given is never touched, objects start, stop and join each on their own."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clips import ArrayClip, NumberedClip
from tests.engine.any_given import any_annotation, take
from tests.engine.scenes import BOTH, BrokenClip, annotated, moving_squares, only, overlap
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Snapshot
from vosgui.core.edits import FrameResult
from vosgui.core.track import Source
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import AtKeyframes, Run, n_results, plan_run
from vosgui.engine.propagation.propagate import propagate
from vosgui.errors import ClipError, NothingToDoError


def carry(clip: ArrayClip, annotation: Annotation, run: Run) -> dict[int, FrameResult]:
    results = list(propagate(clip, annotation.snapshot(), run, FlowPropagator()))
    assert len(results) == n_results(plan_run(annotation.snapshot(), run))
    by_frame = {result.t: result for result in results}
    assert len(by_frame) == len(results), "no frame twice"
    assert all(run.first <= t < run.stop for t in by_frame)
    return by_frame


def test_forward_follows_the_squares() -> None:
    clip, truth = moving_squares(8)
    results = carry(clip, annotated(clip, {0: truth[0]}), Run(0, 0, 8, BOTH))
    assert list(results) == list(range(1, 8))
    for object_id in BOTH:
        found = [overlap(r.mask == object_id, truth[t] == object_id) for t, r in results.items()]
        assert np.mean(found) > 0.9
    for result in results.values():
        assert result.origins == {i: ((0, annotated_revision(i)),) for i in BOTH}


def annotated_revision(object_id: int) -> int:
    return object_id  # revisions count from 1, in the order of the ids


def test_backward_and_both_ways() -> None:
    clip, truth = moving_squares(9)
    annotation = annotated(clip, {4: truth[4]})
    backward = carry(clip, annotation, Run(4, 0, 9, BOTH, "backward"))
    assert list(backward) == [3, 2, 1, 0]
    both = carry(clip, annotation, Run(4, 0, 9, BOTH, "both"))
    assert list(both) == [5, 6, 7, 8, 3, 2, 1, 0]
    for t, result in both.items():
        assert overlap(result.mask == 1, truth[t] == 1) > 0.9


def test_a_range_holds_every_result() -> None:
    clip, truth = moving_squares(9)
    annotation = annotated(clip, {4: truth[4]})
    assert list(carry(clip, annotation, Run(4, 2, 7, BOTH, "both"))) == [5, 6, 3, 2]


def test_only_the_chosen_object_moves() -> None:
    clip, truth = moving_squares()
    results = carry(clip, annotated(clip, {0: truth[0]}), Run(0, 0, 8, frozenset({2})))
    for result in results.values():
        assert set(np.unique(result.mask)) <= {0, 2}
        assert result.confidence.keys() == {2}


def test_each_object_stops_at_its_own_keyframe() -> None:
    clip, truth = moving_squares()
    annotation = annotated(clip, {0: truth[0], 3: only(truth[3], 1)})
    results = carry(clip, annotation, Run(0, 0, 8, BOTH))
    assert list(results) == list(range(1, 8))
    for t, result in results.items():
        assert result.confidence.keys() == ({1, 2} if t < 3 else {2})
        assert (1 in result.mask) == (t < 3)


def test_each_object_starts_anew_at_its_own_keyframe() -> None:
    clip, truth = moving_squares()
    elsewhere = np.zeros_like(truth[3])
    elsewhere[2:50, 120:180] = 1  # not where flow would have brought object 1
    annotation = annotated(clip, {0: truth[0], 3: elsewhere})
    revision = int(annotation.track(1)["revision"][3])
    results = carry(clip, annotation, Run(0, 0, 8, BOTH, "forward", "reinitialise"))
    assert results[3].confidence.keys() == {2}
    assert 1 not in results[3].mask
    assert results[2].origins[1][0][0] == 0
    assert results[4].origins[1] == ((3, revision),)
    assert results[4].origins[2][0][0] == 0
    assert overlap(results[4].mask == 1, elsewhere == 1) > 0.8
    alone = carry(clip, annotated(clip, {0: truth[0]}), Run(0, 0, 8, BOTH))
    for t in range(1, 8):
        assert overlap(results[t].mask == 2, alone[t].mask == 2) > 0.98, "the other one goes on"


def test_an_object_joins_where_it_is_first_given() -> None:
    clip, truth = moving_squares()
    annotation = annotated(clip, {0: only(truth[0], 1), 3: only(truth[3], 2)})
    results = carry(clip, annotation, Run(0, 0, 8, BOTH, "forward", "reinitialise"))
    for t, result in results.items():
        assert result.confidence.keys() == ({1} if t <= 3 else {1, 2})
    assert overlap(results[7].mask == 2, truth[7] == 2) > 0.9
    stopped = carry(clip, annotation, Run(0, 0, 8, BOTH))
    assert all(2 not in result.confidence for result in stopped.values())


def test_frames_before_the_first_join_are_not_even_read() -> None:
    clip, truth = moving_squares()
    annotation = annotated(clip, {5: only(truth[5], 2)})
    results = carry(clip, annotation, Run(0, 0, 8, BOTH, "forward", "reinitialise"))
    assert list(results) == [6, 7]


def test_an_absence_yields_nothing_keeps_the_state_and_is_an_origin() -> None:
    clip, truth = moving_squares()
    annotation = annotated(clip, {0: truth[0]})
    annotation.apply(edits.mark_absent(annotation, 3, 1))
    absence = int(annotation.track(1)["revision"][3])
    first = int(annotation.track(1)["revision"][0])
    results = carry(clip, annotation, Run(0, 0, 8, BOTH, "forward", "reinitialise"))
    assert results[3].confidence.keys() == {2}
    assert 1 in results[4].confidence
    assert results[4].origins[1] == ((0, first), (3, absence))
    assert not (results[4].mask == 1).any(), "flow does not find again what was away"
    stopped = carry(clip, annotation, Run(0, 0, 8, BOTH))
    assert 1 not in stopped[4].confidence


def test_a_propagated_start_passes_its_origins_on() -> None:
    clip, truth = moving_squares()
    annotation = annotated(clip, {0: truth[0]})
    result = carry(clip, annotation, Run(0, 0, 4, BOTH))[3]
    annotation.apply(edits.predict(annotation, result, BOTH))
    assert annotation.track(1)["source"][3] == Source.PROPAGATED
    later = carry(clip, annotation, Run(3, 0, 8, BOTH))
    assert later[7].origins == result.origins


def test_the_same_run_gives_the_same_bits() -> None:
    clip, truth = moving_squares()
    annotation = annotated(clip, {0: truth[0], 4: only(truth[4], 1)})
    run = Run(0, 0, 8, BOTH, "forward", "reinitialise")
    one, other = carry(clip, annotation, run), carry(clip, annotation, run)
    for t in one:
        assert np.array_equal(one[t].mask, other[t].mask)
        assert one[t].confidence == other[t].confidence


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_given_and_locked_pixels_are_never_changed(data: st.DataObject) -> None:
    clip, _ = moving_squares(6, (40, 48), 12)
    annotation = any_annotation(data, clip, 3)
    run = Run(
        data.draw(st.integers(0, 5)),
        0,
        6,
        frozenset(data.draw(st.sets(st.integers(1, 3), min_size=1))),
        data.draw(st.sampled_from(["forward", "backward", "both"])),
        data.draw(st.sampled_from(["stop", "reinitialise"])),
    )
    before = annotation.snapshot()
    try:
        results = carry(clip, annotation, run)
    except NothingToDoError:
        return
    assert results
    for result in results.values():
        take(annotation, before, result, run.objects)


class Edited:
    """A person who edits while a run goes on: before the frame that is asked about."""

    def __init__(self, annotation: Annotation, edits_by_ask: dict[int, edits.Part]) -> None:
        self.annotation, self._edits = annotation, edits_by_ask
        self.snapshot, self.n_asked = annotation.snapshot(), -1

    def latest(self) -> Snapshot:
        self.n_asked += 1
        if self.n_asked in self._edits:
            self.annotation.apply(self._edits[self.n_asked])
            self.snapshot = self.annotation.snapshot()
        return self.snapshot


@pytest.mark.parametrize("at_keyframes", ["stop", "reinitialise"])
def test_a_keyframe_given_ahead_is_met(at_keyframes: AtKeyframes) -> None:
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {0: truth[0]})
    person = Edited(annotation, {3: edits.give_mask(annotation, 5, truth[5], {1})})
    run = Run(0, 0, 8, BOTH, at_keyframes=at_keyframes)
    results = list(propagate(clip, annotation.snapshot(), run, FlowPropagator(), person.latest))
    by_frame = {result.t: result for result in results}
    assert list(by_frame) == list(range(1, 8))
    assert [t for t, r in by_frame.items() if 1 in r.confidence] == (
        [1, 2, 3, 4] if at_keyframes == "stop" else [1, 2, 3, 4, 6, 7]
    )
    assert all(2 in result.confidence for result in results)
    if at_keyframes == "reinitialise":
        assert by_frame[7].origins[1][0][0] == 5


def test_an_object_that_is_gone_leaves_and_one_that_is_given_joins() -> None:
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {0: only(truth[0], 1)})
    gone = edits.remove_object(annotation, 1)
    joins = edits.give_mask(annotation, 4, truth[4], {2})
    person = Edited(annotation, {3: joins, 4: gone})
    run = Run(0, 0, 8, BOTH, at_keyframes="reinitialise")
    results = propagate(clip, annotation.snapshot(), run, FlowPropagator(), person.latest)
    carried = [(r.t, set(r.confidence)) for r in results]
    assert carried == [(1, {1}), (2, {1}), (5, {2}), (6, {2}), (7, {2})]


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_is_edited_meanwhile_given_masks_stay(data: st.DataObject) -> None:
    clip, _ = moving_squares(6, (40, 56), 12)
    annotation = any_annotation(data, clip, 3)
    run = Run(
        data.draw(st.integers(0, 5)),
        0,
        6,
        frozenset({1, 2, 3}),
        data.draw(st.sampled_from(["forward", "backward", "both"])),
        data.draw(st.sampled_from(["stop", "reinitialise"])),
    )
    frames, objects = st.integers(0, 5), st.integers(1, 3)
    parts: dict[int, edits.Part] = {}
    for n in data.draw(st.sets(st.integers(1, 10), max_size=4)):
        t, i = data.draw(frames), data.draw(objects)
        mask = np.zeros((40, 56), np.uint8)
        mask[4:20, 4 * n : 4 * n + 9] = i
        what = data.draw(st.sampled_from(["give", "absent", "clear", "remove"]))
        if what == "give":
            parts[n] = edits.give_mask(annotation, t, mask, {i})
        elif what == "absent":
            parts[n] = edits.mark_absent(annotation, t, i)
        elif what == "clear":
            parts[n] = edits.clear_object(annotation, i, range(6))
        else:
            parts[n] = edits.remove_object(annotation, i)
    person = Edited(annotation, parts)
    try:
        for result in propagate(clip, annotation.snapshot(), run, FlowPropagator(), person.latest):
            assert not person.snapshot.given(result.t) & result.confidence.keys()
            take(annotation, person.snapshot, result, run.objects)
    except NothingToDoError:
        return


def test_closing_ends_the_run_and_its_reader() -> None:
    clip, truth = moving_squares()
    results = propagate(
        clip, annotated(clip, {0: truth[0]}).snapshot(), Run(0, 0, 8, BOTH), FlowPropagator()
    )
    next(results)
    assert any(thread.name.startswith("read-ahead") for thread in threading.enumerate())
    results.close()
    assert not any(thread.name.startswith("read-ahead") for thread in threading.enumerate())
    with pytest.raises(StopIteration):
        next(results)


def test_a_frame_that_cannot_be_read_ends_the_run_after_those_before_it() -> None:
    clip, truth = moving_squares()
    broken = BrokenClip([clip[t] for t in range(len(clip))])
    results = propagate(
        broken, annotated(clip, {0: truth[0]}).snapshot(), Run(0, 0, 8, BOTH), FlowPropagator()
    )
    seen = []
    with pytest.raises(ClipError, match="Frame 3"):
        for result in results:
            seen.append(result.t)
    assert seen == [1, 2]


@pytest.mark.parametrize("hw", [(1, 40), (40, 1), (1, 1), (3, 5), (37, 53)])
def test_odd_sizes_and_one_pixel_objects(hw: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    clip = ArrayClip([rng.integers(0, 256, (*hw, 3)).astype(np.uint8)] * 3)
    mask = np.zeros(hw, np.uint8)
    mask[hw[0] // 2, hw[1] // 2] = 1
    results = carry(clip, annotated(clip, {0: mask}, 1), Run(0, 0, 3, frozenset({1})))
    assert [result.mask.shape for result in results.values()] == [hw, hw]


def test_memory_stays_flat_over_six_hundred_frames() -> None:
    clip = NumberedClip(601, (32, 48))
    mask = np.zeros((32, 48), np.uint8)
    mask[8:24, 8:24] = 1
    annotation = annotated(clip, {0: mask}, 1)
    results = propagate(
        clip, annotation.snapshot(), Run(0, 0, 601, frozenset({1})), FlowPropagator()
    )
    held = {}
    tracemalloc.start()
    try:
        for result in results:
            if result.t in (100, 600):
                held[result.t] = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held[600] - held[100] < 100_000, "a mask of each frame alone would be 750 kB"
