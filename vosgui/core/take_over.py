"""The change by which an annotation becomes another one of the same clip: an import."""

from __future__ import annotations

import numpy as np

from vosgui.core.annotation import (
    Annotation,
    CellPatch,
    HeaderPatch,
    MaskPatch,
    Part,
    empty_cells,
)
from vosgui.core.mask import pack


def take_over(annotation: Annotation, other: Annotation) -> Part:
    """Return the change that makes objects, masks and cells those of `other`.

    Given masks get revisions that this annotation never gave, so that nothing older fits them.
    """
    assert (annotation.hw, annotation.n_frames) == (other.hw, other.n_frames)
    nothing = pack(np.zeros(annotation.hw, np.uint8))
    masks = []
    for t in range(annotation.n_frames):
        before, after = annotation.packed(t), other.packed(t)
        if before != after:
            masks.append(MaskPatch(t, 0, 0, before or nothing, after or nothing))
    header = HeaderPatch(annotation.header, other.header)
    ids = sorted({entry.id for entry in (*annotation.objects, *other.objects)})
    return Part(tuple(masks), tuple(_cells(annotation, other, i) for i in ids), header)


def _cells(annotation: Annotation, other: Annotation, object_id: int) -> CellPatch:
    before, after = annotation.lane(object_id), other.lane(object_id).copy()
    after["revision"][after["revision"] > 0] += annotation.last_revision
    after["origin_revision"][after["origin"] >= 0] += annotation.last_revision
    unknown = empty_cells(1).tobytes()
    touched = [
        t
        for t in range(annotation.n_frames)
        if before[t].tobytes() != unknown or after[t].tobytes() != unknown
    ]
    frames = np.array(touched, np.int32)
    return CellPatch(object_id, frames, before[frames], after[frames])
