"""Any masks, absences and locks over a clip, and what no run may do to them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tests.clips import ArrayClip
from tests.engine.scenes import annotated
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Snapshot

N_OBJECTS = 3


def any_annotation(data: st.DataObject, clip: ArrayClip, most: int) -> Annotation:
    """Draw an annotation with each object given in up to `most` frames, and one locked perhaps."""
    frames = st.sets(st.integers(0, len(clip) - 1), max_size=most)
    height, width = clip.info.hw
    annotation = annotated(clip, {}, N_OBJECTS)
    for object_id in range(1, N_OBJECTS + 1):
        for t in data.draw(frames):
            y, x = data.draw(st.integers(0, height - 6)), data.draw(st.integers(0, width - 8))
            mask = np.zeros((height, width), np.uint8)
            mask[y : y + 9, x : x + 9] = object_id
            annotation.apply(edits.give_mask(annotation, t, mask, {object_id}))
    for t in data.draw(frames):
        annotation.apply(edits.mark_absent(annotation, t, 1))
    locked = data.draw(st.integers(0, N_OBJECTS))
    if locked:
        entry = edits.new_object(locked)
        annotation.apply(edits.set_object(annotation, edits.replace(entry, locked=True)))
    return annotation


def take(
    annotation: Annotation, before: Snapshot, result: edits.FrameResult, objects: frozenset[int]
) -> None:
    """Apply a run's result; no pixel of what was given or locked before it may change."""
    t = result.t
    kept = before.given(t) | before.locked
    assert not kept & result.confidence.keys()
    theirs = np.isin(before.mask(t), sorted(kept))
    assert not result.mask[theirs].any()
    assert set(np.unique(result.mask)) - {0} <= result.confidence.keys() <= objects
    annotation.apply(edits.predict(annotation, result, objects))
    assert np.array_equal(annotation.mask(t)[theirs], before.mask(t)[theirs])
