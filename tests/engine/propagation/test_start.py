"""What a run leaves out where it begins, and from where that could be run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.scenes import annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.start import Lack, LeftOut, left_out

ONE = frozenset({1})


@pytest.fixture
def annotation() -> Annotation:
    """Return one object that is carried from frame 1 to the end, given again in frame 5."""
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {1: only(truth[1], 1), 5: only(truth[5], 1)}, 1)
    run = Run(1, 0, 8, ONE, at_keyframes="reinitialise")
    for result in propagate(clip, annotation.snapshot(), run, FlowPropagator()):
        annotation.apply(edits.predict(annotation, result, ONE))
    return annotation


def found(annotation: Annotation, t: int, **how: object) -> list[LeftOut]:
    run = replace(Run(t, 0, 8, ONE, at_keyframes="stop"), **how)  # type: ignore[arg-type]
    return left_out(annotation.snapshot(), run)


def test_what_has_a_mask_is_carried(annotation: Annotation) -> None:
    assert found(annotation, 3) == []
    assert found(annotation, 0, at_keyframes="reinitialise") == [], "it joins on the way"


def test_without_a_mask_the_nearest_keyframe_is_meant(annotation: Annotation) -> None:
    assert found(annotation, 0) == [LeftOut(1, Lack.NO_MASK, 1)]
    annotation.apply(edits.mark_absent(annotation, 7, 1))
    assert found(annotation, 7) == [LeftOut(1, Lack.ABSENT, 5)]
    assert found(annotation, 7, direction="backward") == [LeftOut(1, Lack.ABSENT, 5)]
    annotation.apply(edits.clear_object(annotation, 1, [3]))
    assert found(annotation, 3) == [LeftOut(1, Lack.NO_MASK, 1)]
    assert found(annotation, 3, direction="backward") == [LeftOut(1, Lack.NO_MASK, 5)]
    assert found(annotation, 3, first=3) == [LeftOut(1, Lack.NO_MASK, 5)]


def test_what_is_stale_is_run_from_what_has_changed(annotation: Annotation) -> None:
    annotation.apply(edits.reinitialise(annotation, 1, 1))
    assert found(annotation, 3) == [LeftOut(1, Lack.STALE, 1)]
    assert found(annotation, 3, direction="both") == [LeftOut(1, Lack.STALE, 1)]
    assert found(annotation, 6) == []


def test_what_is_locked_or_never_given_cannot_be_run(annotation: Annotation) -> None:
    locked = replace(annotation.header.object(1), locked=True)
    annotation.apply(edits.set_object(annotation, locked))
    assert found(annotation, 3) == [LeftOut(1, Lack.LOCKED)]
    annotation.apply(edits.set_object(annotation, replace(locked, locked=False)))
    between = {"direction": "bidirectional", "first": 2, "stop": 5}
    assert found(annotation, 3, **between) == [LeftOut(1, Lack.NO_KEYFRAME)]
    annotation.apply(edits.clear_object(annotation, 1, range(8)))
    assert found(annotation, 3) == [LeftOut(1, Lack.NO_MASK)]


def test_what_was_carried_through_stays_beside_what_is_new(annotation: Annotation) -> None:
    _clip, truth = moving_squares(8)
    both = {"objects": frozenset({1, 2})}
    annotation.apply(edits.set_object(annotation, edits.new_object(2)))
    annotation.apply(edits.give_mask(annotation, 3, only(truth[3], 2), [2]))
    assert found(annotation, 3, **both) == [LeftOut(1, Lack.NOTHING_NEW)]
    annotation.apply(edits.verify(annotation, 3, [1], on=True))
    assert found(annotation, 3, **both) == [LeftOut(1, Lack.NOTHING_NEW)], "it is as it was"
    annotation.apply(edits.clear_object(annotation, 1, [4]))
    assert found(annotation, 3, **both) == [], "there is something to be carried to"
    annotation.apply(edits.give_mask(annotation, 4, only(truth[4], 1), [1]))
    annotation.apply(edits.reinitialise(annotation, 3, 1))
    assert found(annotation, 3, **both) == [], "a person has said to begin anew"
