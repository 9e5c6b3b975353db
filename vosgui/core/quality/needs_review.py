"""Which frames a person should look at again, and why."""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation
from vosgui.core.quality.shapes import Shapes
from vosgui.core.quality.signs import (
    flicker,
    split,
    sudden_area,
    sudden_place,
)
from vosgui.core.track import Source, is_given

LOW_CONFIDENCE = 0.5

Frames = npt.NDArray[np.bool_]  # (n_frames,)


class Reason(Enum):
    """Why a frame needs review, gravest first."""

    NOTED = "a comment is open"
    LOST = "lost: propagated here without a pixel"
    SWAPPED = "may have changed places with another object"
    SWALLOWED = "took a neighbour's pixels"
    FLICKER = "goes and comes back"
    PLACE = "jumps to another place"
    AREA = "changes its size suddenly"
    SPLIT = "falls into parts"
    UNCERTAIN = "low confidence"
    STALE = "stale: its keyframe has changed"
    MISSING = "no mask on the grid"


def reasons(
    annotation: Annotation,
    object_id: int,
    threshold: float = LOW_CONFIDENCE,
    shapes: Shapes | None = None,
) -> dict[Reason, Frames]:
    """Return in which frames one object needs review, bool (n_frames,) by reason.

    A verified frame needs none, nor one that it is locked in. A grid frame is missing from the
    object's first mask on.
    threshold : confidence under it is low. shapes : what is measured of them, if it is to count.
    """
    track = annotation.track(object_id)
    source = track["source"]
    open_ = ~annotation.header.object(object_id).locked_flags(annotation.n_frames)
    propagated = (source == Source.PROPAGATED) & ~track["verified"] & open_
    with np.errstate(invalid="ignore"):
        uncertain = propagated & (track["confidence"] < threshold)
    on_grid = np.zeros(annotation.n_frames, bool)
    on_grid[list(annotation.grid())] = True
    begun = np.logical_or.accumulate(source != Source.NONE)
    lost = propagated.copy()
    for t in np.flatnonzero(propagated).tolist():
        lost[t] = object_id not in annotation.ids(t)
    found = {
        Reason.STALE: annotation.stale(object_id) & open_,
        Reason.UNCERTAIN: uncertain & ~lost,
        Reason.LOST: lost,
        Reason.MISSING: on_grid & begun & (source == Source.NONE) & open_,
    }
    if shapes is not None:
        found |= _by_shape(annotation, object_id, shapes, propagated)
    return found


def _by_shape(
    annotation: Annotation, object_id: int, shapes: Shapes, propagated: Frames
) -> dict[Reason, Frames]:
    series = shapes.series(object_id)
    given = is_given(annotation.track(object_id))
    found = {
        Reason.SWAPPED: shapes.swapped(object_id),
        Reason.SWALLOWED: shapes.swallows(object_id),
        Reason.FLICKER: flicker(series),
        Reason.PLACE: sudden_place(series),
        Reason.AREA: sudden_area(series),
        Reason.SPLIT: split(series, given),
    }
    return {reason: frames & propagated for reason, frames in found.items()}


def frames_to_review(annotation: Annotation) -> list[int]:
    """Return the frames in which some unlocked object needs review, ascending.

    Where no object has a mask yet, these are the frames of the grid.
    """
    needs = np.zeros(annotation.n_frames, bool)
    needs[list(annotation.grid())] = unsaid(annotation)[list(annotation.grid())]
    for entry in annotation.objects:
        if not entry.locked:
            for frames in reasons(annotation, entry.id).values():
                needs |= frames
    return [int(t) for t in np.flatnonzero(needs)]


def unsaid(annotation: Annotation) -> Frames:
    """Return in which frames nothing is said of any object, bool (n_frames,)."""
    said = np.zeros(annotation.n_frames, bool)
    for entry in annotation.objects:
        said |= annotation.track(entry.id)["source"] != Source.NONE
    return ~said
