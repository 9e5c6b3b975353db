"""The state of a clip follows from what is given, propagated, verified, commented and accepted."""

from __future__ import annotations

import numpy as np

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box
from vosgui.core.quality.clip_state import Accepted, ClipState, count, state_of

HW, N = (20, 30), 11  # with a stride of 5 the grid is 0, 5, 10
WHOLE = range(N)


def begun() -> Annotation:
    annotation = Annotation(HW, N)
    annotation.apply(edits.set_object(annotation, edits.new_object(1)))
    return annotation


def give(annotation: Annotation, t: int) -> None:
    after = np.ones((5, 5), np.uint8)
    annotation.apply(edits.paint(annotation, t, 1, Box(2, 2, 5, 5), after))


def carry(annotation: Annotation, t: int, confidence: float) -> None:
    mask = np.zeros(HW, np.uint8)
    mask[3:8, 3:8] = 1
    result = FrameResult(t, mask, {1: confidence}, {1: ((0, 1),)})
    annotation.apply(edits.predict(annotation, result, frozenset({1})))


def state(annotation: Annotation, *accepted: range, note: bool = False) -> ClipState:
    said = [Accepted(frames) for frames in accepted]
    return state_of(count(annotation), annotation.n_frames, said, has_open_note=note)


def test_a_clip_goes_from_not_begun_to_accepted() -> None:
    annotation = begun()
    assert state(annotation) == ClipState.NOT_BEGUN
    give(annotation, 0)
    assert state(annotation) == ClipState.IN_WORK
    for t in (5, 10):
        carry(annotation, t, 0.3)
    assert state(annotation) == ClipState.TO_REVIEW  # all there, but uncertain
    carry(annotation, 5, 0.9)
    carry(annotation, 10, 0.9)
    assert state(annotation) == ClipState.DONE
    assert state(annotation, range(5)) == ClipState.DONE
    assert state(annotation, range(6), range(10, 11)) == ClipState.ACCEPTED
    assert state(annotation, WHOLE, note=True) == ClipState.TO_REVIEW


def test_an_open_comment_asks_for_a_look_also_at_a_clip_without_masks() -> None:
    assert state(begun(), note=True) == ClipState.TO_REVIEW


def test_what_is_counted() -> None:
    annotation = begun()
    give(annotation, 0)
    carry(annotation, 3, 0.9)
    carry(annotation, 5, 0.1)
    counts = count(annotation)
    assert (counts.n_objects, counts.n_given, counts.n_propagated, counts.n_verified) == (
        1,
        1,
        2,
        0,
    )
    assert (counts.n_grid, counts.n_said, counts.n_done) == (3, 2, 1)
