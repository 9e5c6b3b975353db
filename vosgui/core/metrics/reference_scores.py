"""How well the masks of a clip agree with a reference: a series of J and F per object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FrameScore:
    """The scores of one frame.

    J, F : by object id, in [0, 1]; an object about whose mask nothing is known has none.
    seen : ids of the objects that either side has in this frame.
    """

    t: int
    J: dict[int, float]
    F: dict[int, float]
    seen: frozenset[int]


@dataclass(frozen=True)
class Means:
    """The mean J and F of an object, in [0, 1], over the frames that count."""

    J: float
    F: float
    n_frames: int


class Agreement:
    """The scores of all objects of one clip, filled frame by frame.

    As in a comparison of two annotations, an object counts from the first frame in which either
    side has it: before that there is nothing to agree about.
    """

    def __init__(self, n_frames: int) -> None:
        self._n_frames = n_frames
        self._scores: dict[int, Floats] = {}  # (2, n_frames): J and F; NaN where there is none
        self._seen: dict[int, npt.NDArray[np.bool_]] = {}

    def put(self, score: FrameScore) -> None:
        """Take the scores of one frame in place of those it had."""
        for track in self._scores.values():
            track[:, score.t] = np.nan
        for seen in self._seen.values():
            seen[score.t] = False
        for object_id, J in score.J.items():
            self._scores_of(object_id)[:, score.t] = J, score.F[object_id]
        for object_id in score.seen:
            self._scores_of(object_id)
            self._seen[object_id][score.t] = True

    def series(self, object_id: int) -> tuple[Floats, Floats]:
        """Return the J and F of an object, float32 (n_frames,) each, NaN where it has none."""
        if object_id not in self._scores:
            nothing = np.full(self._n_frames, np.nan, np.float32)
            return nothing, nothing
        scores, seen = self._scores[object_id].copy(), self._seen[object_id]
        scores[:, : int(seen.argmax()) if seen.any() else self._n_frames] = np.nan
        return scores[0], scores[1]

    def means(self, object_id: int) -> Means | None:
        """Return the means of an object, or None where no frame counts."""
        J, F = self.series(object_id)
        counts = ~np.isnan(J)
        n = int(counts.sum())
        return Means(float(J[counts].mean()), float(F[counts].mean()), n) if n else None

    def _scores_of(self, object_id: int) -> Floats:
        if object_id not in self._scores:
            self._scores[object_id] = np.full((2, self._n_frames), np.nan, np.float32)
            self._seen[object_id] = np.zeros(self._n_frames, bool)
        return self._scores[object_id]
