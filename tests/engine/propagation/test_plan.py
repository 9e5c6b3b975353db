"""Why a run would do nothing, said before it begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.clips import NumberedClip
from tests.engine.scenes import annotated
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.engine.propagation.plan import Run, n_results, plan_run
from vosgui.errors import NothingToDoError

N = 10
BOTH = frozenset({1, 2})


@pytest.fixture
def annotation() -> Annotation:
    mask = np.zeros((24, 32), np.uint8)
    mask[2:9, 2:9], mask[12:20, 12:20] = 1, 2
    return annotated(NumberedClip(N), {2: mask}, 3)


def lock(annotation: Annotation, *ids: int) -> None:
    for i in ids:
        entry = replace(edits.new_object(i), locked=True)
        annotation.apply(edits.set_object(annotation, entry))


def give_everywhere(annotation: Annotation) -> None:
    for t in range(3, N):
        annotation.apply(edits.give_mask(annotation, t, annotation.mask(2), {1, 2}))


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (Run(2, 0, N, frozenset()), "No object is ticked"),
        (Run(2, 0, N, frozenset({9})), "no object 9"),
        (Run(2, 5, 5, BOTH), "5:5 holds no frame"),
        (Run(2, 20, 30, BOTH), "holds no frame"),
        (Run(2, 5, N, BOTH), "Frame 2 lies outside the range 5:10"),
        (Run(1, 0, N, BOTH), "Objects 1 and 2 have no mask in frame 1"),
        (Run(2, 0, N, frozenset({3})), "Object 3 has no mask in frame 2"),
        (Run(2, 0, 3, BOTH), "Frame 2 is the last one of the range 0:3"),
        (Run(2, 2, N, BOTH, "backward"), "Frame 2 is the first one"),
        (Run(2, 2, 3, BOTH, "both"), "Frame 2 is the only one"),
    ],
)
def test_the_reason_is_said(annotation: Annotation, run: Run, reason: str) -> None:
    with pytest.raises(NothingToDoError, match=reason):
        plan_run(annotation.snapshot(), run)


def test_all_locked(annotation: Annotation) -> None:
    lock(annotation, 1, 2)
    with pytest.raises(NothingToDoError, match="Objects 1 and 2 are locked"):
        plan_run(annotation.snapshot(), Run(2, 0, N, BOTH))


def test_absent_at_the_start(annotation: Annotation) -> None:
    annotation.apply(edits.mark_absent(annotation, 2, 1))
    with pytest.raises(NothingToDoError, match="Object 1 is marked absent in frame 2"):
        plan_run(annotation.snapshot(), Run(2, 0, N, frozenset({1})))


@pytest.mark.parametrize("mode", ["stop", "reinitialise"])
def test_everything_given_already(annotation: Annotation, mode: str) -> None:
    give_everywhere(annotation)
    run = Run(2, 0, N, BOTH, "forward", mode)  # type: ignore[arg-type]
    with pytest.raises(NothingToDoError, match="given already"):
        plan_run(annotation.snapshot(), run)


def test_the_longest_object_is_the_length(annotation: Annotation) -> None:
    annotation.apply(edits.give_mask(annotation, 5, annotation.mask(2), {1}))
    snapshot = annotation.snapshot()
    assert n_results(plan_run(snapshot, Run(2, 0, N, frozenset({1})))) == 2
    assert n_results(plan_run(snapshot, Run(2, 0, N, BOTH))) == 7
    assert n_results(plan_run(snapshot, Run(2, 0, N, BOTH, "both"))) == 9
    locked = annotated(NumberedClip(N), {2: annotation.mask(2)})
    lock(locked, 1)
    (one,) = plan_run(locked.snapshot(), Run(2, 0, N, BOTH))
    assert [track.object_id for track in one.tracks] == [2]


def test_a_way_that_does_nothing_is_left_out(annotation: Annotation) -> None:
    give_everywhere(annotation)
    passes = plan_run(annotation.snapshot(), Run(2, 0, N, BOTH, "both"))
    assert [one.frames.step for one in passes] == [-1]
