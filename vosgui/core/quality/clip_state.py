"""How far a clip is: what is counted of its annotation, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.quality.needs_review import frames_to_review, unsaid
from vosgui.core.track import Source, is_given


class ClipState(Enum):
    """How far a clip is, in the order in which it gets there."""

    NOT_BEGUN = "not begun"
    IN_WORK = "in work"
    TO_REVIEW = "to review"
    DONE = "done"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class ClipCounts:
    """What is counted of a clip's annotation.

    n_given, n_propagated, n_verified : frames with such a mask of some object.
    n_grid : frames that a person annotates; n_said : those of which something is said of some
    object, n_done : those of them that need no review. stride : between frames of the grid.
    """

    n_objects: int
    n_given: int
    n_propagated: int
    n_verified: int
    n_grid: int
    n_said: int
    n_done: int
    stride: int


def count(annotation: Annotation) -> ClipCounts:
    """Return what is counted of an annotation."""
    n, grid = annotation.n_frames, list(annotation.grid())
    given, propagated, verified = (np.zeros(n, bool) for _ in range(3))
    for _, track in annotation.all_tracks():
        given |= is_given(track)
        propagated |= track["source"] == Source.PROPAGATED
        verified |= track["verified"].astype(bool)
    said = ~unsaid(annotation)[grid]
    to_review = set(frames_to_review(annotation))
    n_done = sum(t not in to_review for t in grid) if annotation.objects else 0
    return ClipCounts(
        len(annotation.objects), int(given.sum()), int(propagated.sum()), int(verified.sum()),
        len(grid), int(said.sum()), n_done, annotation.stride,
    )  # fmt: skip


def state_of(
    counts: ClipCounts, n_frames: int, accepted: Iterable[range] = (), *, has_open_note: bool
) -> ClipState:
    """Return how far a clip is.

    accepted : frames that a second person accepted. has_open_note : whether a comment or a
    rejection waits for somebody. A clip is to be reviewed where one does, or where every frame of
    the grid has its masks and some need a look; it is accepted where all of the grid was.
    """
    if has_open_note:
        return ClipState.TO_REVIEW
    if not counts.n_said:
        return ClipState.NOT_BEGUN
    if counts.n_done == counts.n_grid:
        seen = {t for frames in accepted for t in frames}
        grid = range(0, n_frames, counts.stride)
        return ClipState.ACCEPTED if seen.issuperset(grid) else ClipState.DONE
    return ClipState.TO_REVIEW if counts.n_said == counts.n_grid else ClipState.IN_WORK
