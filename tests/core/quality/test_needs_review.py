"""Which frames need review, and why."""

from __future__ import annotations

import numpy as np
import pytest

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box
from vosgui.core.quality.needs_review import Reason, frames_to_review, reasons

HW, N_FRAMES = (8, 8), 12


@pytest.fixture
def annotation() -> Annotation:
    """Return an annotation with one object, painted in frame 0; the grid is 0, 5, 10."""
    annotation = Annotation(HW, N_FRAMES)
    annotation.apply(edits.add_object(annotation))
    annotation.apply(paint(annotation, 0))
    return annotation


def paint(annotation: Annotation, t: int, size: int = 3) -> Part:
    after = np.ones((size, size), np.uint8)
    return edits.paint(annotation, t, 1, Box(0, 0, size, size), after)


def carry(annotation: Annotation, t: int, confidence: float, *, pixels: bool = True) -> None:
    mask = np.full(HW, int(pixels), np.uint8)
    revision = int(annotation.track(1)["revision"][0])
    result = FrameResult(t, mask, {1: confidence}, {1: ((0, revision),)})
    annotation.apply(edits.predict(annotation, result, frozenset({1})))


def why(annotation: Annotation) -> dict[Reason, list[int]]:
    found = reasons(annotation, 1)
    return {reason: np.flatnonzero(frames).tolist() for reason, frames in found.items()}


def test_a_clip_without_masks_needs_a_look_at_its_grid() -> None:
    assert frames_to_review(Annotation(HW, N_FRAMES)) == [0, 5, 10]


def test_every_reason_is_told_apart(annotation: Annotation) -> None:
    carry(annotation, 1, 0.9)
    carry(annotation, 2, 0.4)
    carry(annotation, 3, 0.9, pixels=False)
    carry(annotation, 4, 0.1, pixels=False)
    assert why(annotation) == {
        Reason.STALE: [],
        Reason.UNCERTAIN: [2],
        Reason.LOST: [3, 4],
        Reason.MISSING: [5, 10],
    }
    assert frames_to_review(annotation) == [2, 3, 4, 5, 10]
    annotation.apply(paint(annotation, 0, size=4))
    assert why(annotation)[Reason.STALE] == [1, 2, 3, 4]


def test_a_verified_frame_needs_no_look(annotation: Annotation) -> None:
    for t in (5, 10):
        carry(annotation, t, 0.1)
    assert frames_to_review(annotation) == [5, 10]
    annotation.apply(edits.verify(annotation, 5, [1], on=True))
    assert frames_to_review(annotation) == [10]


def test_an_object_is_not_missed_before_it_begins(annotation: Annotation) -> None:
    annotation.apply(edits.add_object(annotation))
    box = Box(5, 5, 2, 2)
    after = np.full((2, 2), 2, np.uint8)
    annotation.apply(edits.paint(annotation, 7, 2, box, after))
    missing = reasons(annotation, 2)[Reason.MISSING]
    assert np.flatnonzero(missing).tolist() == [10]


def test_locked_objects_are_done(annotation: Annotation) -> None:
    carry(annotation, 4, 0.1)
    entry = annotation.objects[0]
    locked = edits.new_object(entry.id)
    annotation.apply(edits.set_object(annotation, locked.__class__(1, "done", locked=True)))
    assert frames_to_review(annotation) == [5, 10]


def test_the_ids_of_a_frame_follow_its_mask(annotation: Annotation) -> None:
    assert annotation.ids(0) == (1,)
    annotation.apply(edits.mark_absent(annotation, 0, 1))
    assert annotation.ids(0) == ()
    assert annotation.ids(3) == ()
