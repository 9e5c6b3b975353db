"""Badges on the canvas: absent, lost, stale or unsure objects, and nothing where all is well."""

from __future__ import annotations

import numpy as np

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box
from vosgui.ui.canvas.badges import MAX_BADGES, badges_of

HW = (8, 9)


def an_annotation(n_objects: int) -> Annotation:
    annotation = Annotation(HW, 5)
    for object_id in range(1, n_objects + 1):
        entry = edits.new_object(object_id, f"o{object_id}")
        annotation.apply(edits.set_object(annotation, entry))
    return annotation


def carry(annotation: Annotation, confidence: dict[int, float], *, lost: frozenset[int]) -> None:
    """Carry objects from frame 0 to frame 1; the lost ones without a pixel."""
    mask = np.zeros(HW, np.uint8)
    for object_id in confidence:
        if object_id not in lost:
            mask[object_id, :] = object_id
    origins = {i: ((0, int(annotation.track(i)["revision"][0])),) for i in confidence}
    result = FrameResult(1, mask, confidence, origins)
    annotation.apply(edits.predict(annotation, result, frozenset(confidence)))


def texts(annotation: Annotation, t: int) -> list[str]:
    return [badge.text for badge in badges_of(annotation, t, annotation.stale_in(t))]


def test_each_state_has_its_word_and_a_sure_mask_has_none() -> None:
    annotation = an_annotation(4)
    carry(annotation, {1: 0.9, 2: 0.31, 3: 0.8}, lost=frozenset({3}))
    annotation.apply(edits.mark_absent(annotation, 1, 4))
    assert texts(annotation, 1) == ["o2 · unsure 0.31", "o3 · lost", "o4 · absent"]
    assert texts(annotation, 0) == []
    stroke = edits.paint(annotation, 0, 1, Box(0, 0, 1, 1), np.ones((1, 1), np.uint8))
    annotation.apply(stroke)
    assert "o1 · stale" in texts(annotation, 1)
    annotation.apply(edits.verify(annotation, 1, [1, 2], on=True))
    assert texts(annotation, 1) == ["o3 · lost", "o4 · absent"]


def test_many_are_counted() -> None:
    annotation = an_annotation(7)
    for object_id in range(1, 8):
        annotation.apply(edits.mark_absent(annotation, 2, object_id))
    found = texts(annotation, 2)
    assert len(found) == MAX_BADGES
    assert found[-1] == "and 3 more"
