"""Who does not run gives way to an object drawn inside of it, or is said to cover it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.scenes import BOTH, annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.engine.propagation.covered import covered_by, objects_around
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Direction, Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.tracker import ObjectPrediction, Undecided

ONE, TWO = frozenset({1}), frozenset({2})


def carry(annotation: Annotation, run: Run) -> list[int]:
    clip, _ = moving_squares(8)
    frames = []
    for result in propagate(clip, annotation.snapshot(), run, FlowPropagator()):
        annotation.apply(edits.predict(annotation, result, run.objects))
        frames.append(result.t)
    return frames


def with_late_object() -> Annotation:
    """Return one object that is carried through, and another drawn inside of it in frame 3."""
    clip, truth = moving_squares(8)
    annotation = annotated(clip, {0: only(truth[0], 1)})
    carry(annotation, Run(0, 0, 8, ONE))
    inside = annotation.mask(3).copy()
    inside[20:40, 25:45] = 2
    annotation.apply(edits.give_mask(annotation, 3, inside, [1, 2]))
    return annotation


@pytest.mark.parametrize("direction", ["forward", "both", "bidirectional"])
def test_what_was_carried_gives_way_to_an_object_drawn_inside_of_it(direction: Direction) -> None:
    annotation = with_late_object()
    before = annotation.copy()
    frames = carry(annotation, Run(3, 0, 8, TWO, direction, "reinitialise"))
    assert set(frames) >= {4, 5, 6, 7}
    for t in (4, 5, 6):
        mask, was = annotation.mask(t), before.mask(t)
        late = mask == 2
        assert np.count_nonzero(late) > 200 and (was[late] != 0).mean() > 0.9
        assert np.array_equal(mask == 1, (was == 1) & ~late), "and nothing else of it changes"
        assert annotation.track(1)[t] == before.track(1)[t], "what is known of it stays"
    assert covered_by(annotation.snapshot(), Run(3, 0, 8, TWO), frames) == {}


def test_what_is_given_or_locked_gives_way_to_nobody() -> None:
    annotation = with_late_object()
    annotation.apply(edits.verify(annotation, 5, [1], on=True))
    verified = annotation.packed(5)
    carry(annotation, Run(3, 0, 8, TWO))
    assert annotation.packed(5) == verified
    assert 2 in annotation.ids(4)
    annotation = with_late_object()
    lock(annotation, 1)
    run = Run(3, 0, 8, TWO)
    frames = carry(annotation, run)
    assert not (annotation.mask(6) == 2).any()
    assert covered_by(annotation.snapshot(), run, frames) == {2: (1, 3)}


def test_who_is_locked_while_a_run_goes_on_keeps_what_is_left() -> None:
    annotation = with_late_object()
    clip, _ = moving_squares(8)
    results = list(propagate(clip, annotation.snapshot(), Run(3, 0, 8, TWO), FlowPropagator()))
    assert results[0].gives_way == {1: TWO}
    lock(annotation, 1)
    before = annotation.mask(4) == 1
    annotation.apply(edits.predict(annotation, results[0], TWO))
    assert np.array_equal(annotation.mask(4) == 1, before)


def test_a_neighbour_that_moves_gives_way_to_nobody() -> None:
    mask, following = np.zeros((2, 40, 40), np.uint8)
    mask[10:30, :12], following[10:30, 4:16] = 1, 1  # goes to the right, where the other one is
    mask[10:30, 12:30] = 2
    assert objects_around(mask, following, [2], [2]) == {2: frozenset()}
    following[10:30, 0:20] = 1
    assert objects_around(mask, following, [2], [2]) == {2: frozenset({1})}
    assert objects_around(mask, following, [2], [1, 2]) == {2: frozenset()}, "it runs itself"


def test_a_third_object_takes_nothing_of_what_gives_way() -> None:
    mask = np.zeros((8, 8), np.uint8)
    mask[:, :] = 1
    logits = np.full((2, 8, 8), -9.0, np.float32)
    logits[0, :4], logits[1, 4:] = 9.0, 9.0
    predictions = {i: ObjectPrediction(logits[n], 0.9, ((0, 1),)) for n, i in enumerate((2, 3))}
    undecided = Undecided(1, mask, predictions, {}, logits, None, {1: TWO})
    decided = undecided.decide().mask
    assert (decided[:3] == 2).all() and not (decided[5:] == 3).any()


def lock(annotation: Annotation, object_id: int) -> None:
    entry = replace(annotation.header.object(object_id), locked=True)
    annotation.apply(edits.set_object(annotation, entry))


def test_objects_that_run_together_share_the_pixels() -> None:
    annotation = with_late_object()
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
