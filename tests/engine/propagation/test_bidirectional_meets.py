"""A bidirectional run meets what is given ahead of it while it goes on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.propagation.test_bidirectional import final
from tests.engine.scenes import annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Snapshot
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run, n_results, plan_run
from vosgui.engine.propagation.propagate import propagate

N, MET = 18, 9
ONE = frozenset({1})
CLIP, TRUTH = moving_squares(N)
RUN = Run(0, 0, N, ONE, "bidirectional", "reinitialise")


def run_and(annotation: Annotation, changes: dict[int, tuple[int, ...]]) -> list[FrameResult]:
    """Run, and give masks in some frames after so many results; results are applied as they come.

    changes : the number of results to the frames that are given then.
    """
    now: list[Snapshot] = [annotation.snapshot()]
    results = []
    for n, result in enumerate(propagate(CLIP, now[0], RUN, FlowPropagator(), lambda: now[0])):
        results.append(result)
        annotation.apply(edits.predict(annotation, result, ONE))
        for t in changes.get(n, ()):
            annotation.apply(edits.give_mask(annotation, t, only(TRUTH[t], 1), ONE))
        now[0] = annotation.snapshot()
    return results


def two_ends() -> Annotation:
    return annotated(CLIP, {0: only(TRUTH[0], 1), N - 1: only(TRUTH[N - 1], 1)}, 1)


def ends_of(annotation: Annotation) -> list[tuple[int, int]]:
    """Return the keyframes that the mask of each frame comes from, -1 where from none."""
    return [(int(a), int(b)) for a, b in annotation.track(1)["origin"].tolist()]


def as_if_given_before(*frames: int) -> Annotation:
    annotation = two_ends()
    for t in frames:
        annotation.apply(edits.give_mask(annotation, t, only(TRUTH[t], 1), ONE))
    run_and(annotation, {})
    return annotation


@pytest.mark.parametrize("after", [0, 3, 10])  # before and after it has come there
def test_given_during_the_backward_pass_all_is_as_if_it_had_been_given_before(after: int) -> None:
    annotation, expected = two_ends(), as_if_given_before(MET)
    run_and(annotation, {after: (MET,)})
    inside = [(0, MET)] * (MET - 1) + [(-1, -1)] + [(MET, N - 1)] * (N - MET - 2)
    assert ends_of(annotation) == [(-1, -1), *inside, (-1, -1)]
    for t in range(N):
        assert annotation.packed(t) == expected.packed(t), t


def test_given_ahead_of_the_forward_pass_what_is_left_is_blended_with_it() -> None:
    annotation, expected = two_ends(), as_if_given_before(MET)
    run_and(annotation, {N - 2 + 3: (MET,)})
    ends = ends_of(annotation)
    assert set(ends[1:3]) == {(0, N - 1)}, "what was blended before it stays"
    assert ends[MET - 1] == (0, MET) and ends[MET] == (-1, -1)
    assert set(ends[MET + 1 : N - 1]) == {(MET, N - 1)}
    for t in range(MET, N):
        assert annotation.packed(t) == expected.packed(t), t
    assert not annotation.stale(1).any()


def test_given_where_the_run_has_passed_it_changes_nothing_for_it() -> None:
    annotation = two_ends()
    results = run_and(annotation, {N - 2 + 8: (2,)})
    assert len(results) == n_results(plan_run(two_ends().snapshot(), RUN))
    assert annotation.track(1)["origin"][2].tolist() == [-1, -1]


def test_who_gives_masks_all_the_time_sees_the_run_end() -> None:
    annotation = two_ends()
    changes = {3 * n: (1 + (5 * n) % (N - 2),) for n in range(40)}
    results = run_and(annotation, changes)
    assert len(results) < 6 * N
    given_now = set(annotation.keyframes(1).tolist())
    assert {t for t in range(N) if 1 in annotation.ids(t)} == set(range(N))
    assert given_now > {0, N - 1}


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.integers(0, 2 * N), st.tuples(st.integers(1, N - 2)), max_size=3))
def test_whatever_is_given_stays_and_every_frame_gets_a_mask(
    changes: dict[int, tuple[int, ...]],
) -> None:
    annotation = two_ends()
    results = run_and(annotation, changes)
    found = final(results)[1]
    for t in range(1, N - 1):
        assert 1 in annotation.ids(t)
        if t in annotation.keyframes(1):
            assert np.array_equal(annotation.mask(t) == 1, TRUTH[t] == 1)
        else:
            assert t in found
