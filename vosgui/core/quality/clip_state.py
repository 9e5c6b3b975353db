"""How far a clip is: what is counted of its annotation, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
    EDITED = "edited since accepted"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class ClipCounts:
    """What is counted of a clip's annotation.

    n_given, n_propagated, n_verified : frames with such a mask of some object.
    n_grid : frames that a person annotates; n_said : those of which something is said of some
    object, n_done : those of them that need no review. stride : between frames of the grid.
    prints : of the masks of the grid's frames, see `prints_of`; none where not taken.
    given : frames off the grid with a given mask, each with its print; None where not taken.
    """

    n_objects: int
    n_given: int
    n_propagated: int
    n_verified: int
    n_grid: int
    n_said: int
    n_done: int
    stride: int
    prints: tuple[int, ...] = ()
    given: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True)
class Accepted:
    """What a second person has accepted: frames, with the prints of their masks as they were.

    prints : one of each frame, see `prints_of`; 0 or None where they were not kept, and any mask
    counts as accepted.
    """

    frames: range
    prints: tuple[int, ...] | None = None

    def holds(self, t: int, now: int) -> bool:
        """Return whether frame t was accepted as it is. now : the print of its mask today."""
        return t in self.frames and (
            self.prints is None or self.prints[t - self.frames.start] in (0, now)
        )


def prints_of(annotation: Annotation, frames: Iterable[int]) -> tuple[int, ...]:
    """Return numbers by which the masks of frames are known again, uint32 each; 1 for no pixel."""
    packed = map(annotation.packed, frames)
    return tuple(1 if one is None else one.fingerprint for one in packed)


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
    between = [t for t in np.flatnonzero(given).tolist() if t not in annotation.grid()]
    n_done = sum(t not in to_review for t in grid) if annotation.objects else 0
    return ClipCounts(
        len(annotation.objects), int(given.sum()), int(propagated.sum()), int(verified.sum()),
        len(grid), int(said.sum()), n_done, annotation.stride,
        prints_of(annotation, grid),
        tuple(zip(between, prints_of(annotation, between), strict=True)),
    )  # fmt: skip


def state_of(
    counts: ClipCounts,
    n_frames: int,
    accepted: Collection[Accepted] = (),
    *,
    has_open_note: bool,
) -> ClipState:
    """Return how far a clip is.

    has_open_note : whether a comment or a rejection waits for somebody. A clip is to be reviewed
    where one does, or where every frame of the grid has its masks and some need a look. It is
    accepted where all frames were that count, as they are now; edited where that is so no more.
    Those of the grid count, and those that a person has given off it: not what runs draw there.
    """
    if has_open_note:
        return ClipState.TO_REVIEW
    grid = range(0, n_frames, counts.stride)
    that_count = {*grid, *(t for t, _print in counts.given or ())}
    was_accepted = bool(grid) and that_count <= {t for one in accepted for t in one.frames}
    if was_accepted and not _hold(accepted, grid, counts):
        return ClipState.EDITED
    if not counts.n_said:
        return ClipState.NOT_BEGUN
    if counts.n_done == counts.n_grid:
        return ClipState.ACCEPTED if was_accepted else ClipState.DONE
    return ClipState.TO_REVIEW if counts.n_said == counts.n_grid else ClipState.IN_WORK


def _hold(accepted: Collection[Accepted], grid: range, counts: ClipCounts) -> bool:
    """Return whether each frame that counts was accepted as it is, if that was taken."""
    if len(counts.prints) != len(grid):
        return True
    now = [*zip(grid, counts.prints, strict=True), *(counts.given or ())]
    return all(any(one.holds(t, print_) for one in accepted) for t, print_ in now)
