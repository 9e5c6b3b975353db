"""What is run again, as masks were changed on which a run rests."""

from __future__ import annotations

import numpy as np

from tests.engine.scenes import BOTH, annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.engine.propagation.again import changed_keyframes, rest_of, runs_again
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate

RUN = Run(0, 0, 8, BOTH, at_keyframes="reinitialise")


def carried() -> tuple[Annotation, list[np.ndarray]]:
    """Return an annotation with object 1 carried from frames 0 and 4, object 2 from 0."""
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {0: truth[0], 4: only(truth[4], 1)})
    for result in propagate(clip, annotation.snapshot(), RUN, FlowPropagator()):
        annotation.apply(edits.predict(annotation, result, BOTH))
    return annotation, truth


def test_the_first_changed_keyframe_of_each_object_counts() -> None:
    annotation, truth = carried()
    before = annotation.snapshot()
    frames = range(1, 8)
    assert changed_keyframes(before, annotation.snapshot(), RUN, frames) == {}
    annotation.apply(edits.give_mask(annotation, 4, truth[5], {1}))
    assert changed_keyframes(before, annotation.snapshot(), RUN, frames) == {1: 4}
    annotation.apply(edits.give_mask(annotation, 0, truth[1], BOTH))
    now = annotation.snapshot()
    assert changed_keyframes(before, now, RUN, frames) == {1: 0, 2: 0}
    assert changed_keyframes(before, now, RUN, [5, 6]) == {1: 4, 2: 0}
    assert changed_keyframes(now, now, RUN, frames) == {}, "it was so when the run began"


def test_nothing_is_run_from_where_nothing_is_left() -> None:
    annotation, _ = carried()
    before = annotation.snapshot()
    annotation.apply(edits.mark_absent(annotation, 0, 2))
    assert changed_keyframes(before, annotation.snapshot(), RUN, range(1, 8)) == {}
    annotation.apply(edits.remove_object(annotation, 2))
    assert changed_keyframes(before, annotation.snapshot(), RUN, range(1, 8)) == {}


def test_objects_of_one_keyframe_are_run_again_together() -> None:
    both = Run(4, 0, 8, frozenset({1, 2, 3}), "both")
    runs = runs_again(both, {1: 4, 2: 6, 3: 4})
    assert [(r.start, set(r.objects), r.direction) for r in runs] == [
        (4, {1, 3}, "both"),
        (6, {2}, "forward"),
    ]
    assert runs_again(both, {2: 2})[0].direction == "backward"
    between = Run(4, 0, 8, BOTH, "bidirectional")
    assert runs_again(between, {1: 3, 2: 7}) == [between]
    assert runs_again(between, {}) == []


def test_the_rest_of_a_run_goes_on_where_it_was_stopped() -> None:
    one = frozenset({1})
    assert rest_of(Run(0, 0, 8, BOTH), one, 5) == [Run(5, 0, 8, one)]
    assert rest_of(Run(0, 0, 8, BOTH), one, None) == [Run(0, 0, 8, one)]
    assert rest_of(Run(0, 0, 8, BOTH), frozenset(), 5) == []
    both = Run(4, 0, 8, BOTH, "both")
    assert rest_of(both, one, 6) == [Run(6, 0, 8, one), Run(4, 0, 8, one, "backward")]
    assert rest_of(both, one, 2) == [Run(2, 0, 8, one, "backward")]
