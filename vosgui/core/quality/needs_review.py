"""Which frames a person should look at again, and why."""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation
from vosgui.core.track import Source

LOW_CONFIDENCE = 0.5


class Reason(Enum):
    """Why a frame needs review."""

    STALE = "stale: its keyframe has changed"
    UNCERTAIN = "low confidence"
    LOST = "lost: propagated here without a pixel"
    MISSING = "no mask on the grid"


def reasons(annotation: Annotation, object_id: int) -> dict[Reason, npt.NDArray[np.bool_]]:
    """Return in which frames one object needs review, bool (n_frames,) by reason.

    A verified frame needs none. A grid frame is missing from the object's first mask on.
    """
    track = annotation.track(object_id)
    source = track["source"]
    propagated = (source == Source.PROPAGATED) & ~track["verified"]
    with np.errstate(invalid="ignore"):
        uncertain = propagated & (track["confidence"] < LOW_CONFIDENCE)
    on_grid = np.zeros(annotation.n_frames, bool)
    on_grid[list(annotation.grid())] = True
    begun = np.logical_or.accumulate(source != Source.NONE)
    lost = propagated.copy()
    for t in np.flatnonzero(propagated).tolist():
        lost[t] = object_id not in annotation.ids(t)
    return {
        Reason.STALE: annotation.stale(object_id),
        Reason.UNCERTAIN: uncertain & ~lost,
        Reason.LOST: lost,
        Reason.MISSING: on_grid & begun & (source == Source.NONE),
    }


def frames_to_review(annotation: Annotation) -> list[int]:
    """Return the frames in which some unlocked object needs review, ascending.

    Where no object has a mask yet, these are the frames of the grid.
    """
    needs = np.zeros(annotation.n_frames, bool)
    said = np.zeros(annotation.n_frames, bool)
    for entry in annotation.objects:
        said |= annotation.track(entry.id)["source"] != Source.NONE
        if not entry.locked:
            for frames in reasons(annotation, entry.id).values():
                needs |= frames
    grid = list(annotation.grid())
    needs[grid] |= ~said[grid]
    return [int(t) for t in np.flatnonzero(needs)]


def grid_progress(annotation: Annotation) -> tuple[int, int]:
    """Return how many frames of the grid are done, and how many there are.

    A frame is done where something is said of some object and none needs review.
    """
    to_review = set(frames_to_review(annotation))
    grid = annotation.grid()
    done = sum(t not in to_review for t in grid) if annotation.objects else 0
    return done, len(grid)
