"""An object drawn inside of one that does not run is said to be covered by it."""

from __future__ import annotations

import numpy as np

from tests.engine.scenes import BOTH, annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.engine.propagation.covered import covered_by
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate

ONE, TWO = frozenset({1}), frozenset({2})


def carry(annotation: Annotation, run: Run) -> list[int]:
    clip, _ = moving_squares(8)
    frames = []
    for result in propagate(clip, annotation.snapshot(), run, FlowPropagator()):
        annotation.apply(edits.predict(annotation, result, run.objects))
        frames.append(result.t)
    return frames


def test_a_late_object_inside_one_that_does_not_run_is_named() -> None:
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {0: only(truth[0], 1)})
    carry(annotation, Run(0, 0, 8, ONE))
    inside = annotation.mask(3).copy()
    inside[20:40, 25:45] = 2
    annotation.apply(edits.give_mask(annotation, 3, inside, [1, 2]))
    run = Run(3, 0, 8, TWO)
    frames = carry(annotation, run)
    assert not (annotation.mask(6) == 2).any(), "the other one keeps its pixels"
    assert covered_by(annotation.snapshot(), run, frames) == {2: (1, 3)}
    both = Run(3, 0, 8, BOTH)
    frames = carry(annotation, both)
    assert np.count_nonzero(annotation.mask(6) == 2) > 200
    assert covered_by(annotation.snapshot(), both, frames) == {}


def test_what_has_its_pixels_or_was_not_carried_is_covered_by_nobody() -> None:
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {0: truth[0]})
    run = Run(0, 0, 8, BOTH)
    frames = carry(annotation, run)
    assert covered_by(annotation.snapshot(), run, frames) == {}
    assert covered_by(annotation.snapshot(), run, []) == {}
