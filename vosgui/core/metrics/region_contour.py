"""Region similarity J and contour accuracy F of masks, and the statistics of their series.

Values equal those of davis2017-evaluation and vos-benchmark (to rounding). The measures are those
of Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation",
CVPR 2016, section 4.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vosgui.core.mask import VOID
from vosgui.core.metrics.boundaries import (
    PAIRS_AT_ONCE,
    Box,
    ObjectPair,
    around,
    contour_hits,
    object_pairs,
)

BOUNDARY_TOLERANCE = 0.008  # of the frame's diagonal (davis2017-evaluation, `bound_th`)
RECALL_THRESHOLD = 0.5
_STEP = 16  # pixels by which an object is expected to move or grow from one frame to the next

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    """The mean and recall of an object's series of J or F, in [0, 1], and its decay, in [-1, 1]."""

    mean: float
    recall: float
    decay: float


class FrameMasks(NamedTuple):
    """One frame to score.

    pred, truth : uint8 (H, W), object ids. ids : the objects to score, each once.
    """

    t: int
    pred: Ids
    truth: Ids
    ids: Sequence[int]


class FrameJF(NamedTuple):
    """The scores of one frame: J and F, float64 (n,), in the order of `ids`."""

    t: int
    ids: Sequence[int]
    J: Floats
    F: Floats


def region_similarity(pred: Bools, truth: Bools) -> float:
    """Return J, the intersection over union; 1 where both are empty. pred, truth : bool (H, W)."""
    n_either = np.count_nonzero(pred | truth)
    return np.count_nonzero(pred & truth) / n_either if n_either else 1.0


def tolerance_px(hw: tuple[int, int]) -> int:
    """Return how far apart two boundary pixels may lie to count as one, in pixels (480p: 8)."""
    return math.ceil(BOUNDARY_TOLERANCE * math.hypot(*hw))


def score_frame(
    pred: Ids, truth: Ids, ids: Sequence[int], *, void: int | None = VOID
) -> tuple[Floats, Floats]:
    """Return J and F of each object of one frame, float64 (n,) each, in the order of `ids`.

    F is the harmonic mean of the precision and recall of the boundary pixels; one counts as found
    within `tolerance_px` of the other mask's boundary. A mask that fills the frame has none.
    pred, truth : uint8 (H, W), object ids.
    void : truth pixels of this value are left out of both measures; None counts every pixel. An id
        that is itself asked for is an object, never void.
    """
    if void is not None and void not in ids and int(truth.max(initial=0)) >= void:
        pred, truth = without_void(pred, truth, void)
    (scores,) = score_frames([FrameMasks(0, pred, truth, ids)])
    return scores.J, scores.F


def score_frames(frames: Iterable[FrameMasks]) -> Iterator[FrameJF]:
    """Yield the scores of each frame in turn; every pixel counts.

    The contours of a few objects are worked on together, of several frames if need be: the scores
    come a few frames later than the masks are taken.
    """
    scored: deque[FrameJF] = deque()
    waiting: list[tuple[FrameJF, int, ObjectPair]] = []  # objects whose F is still to come
    near: dict[int, Box] = {}
    hw = (0, 0)
    for frame in frames:
        if frame.truth.shape != hw:
            _score_contours(waiting, hw)
            waiting.clear()
            near.clear()
            hw = (frame.truth.shape[0], frame.truth.shape[1])
        scores, pairs = _score_regions(frame, near)
        near.update((frame.ids[i], around(pair.box, hw, _STEP)) for i, pair in pairs.items())
        scored.append(scores)
        waiting += [(scores, i, pair) for i, pair in pairs.items() if not pair.equal]
        while len(waiting) >= PAIRS_AT_ONCE:
            _score_contours(waiting[:PAIRS_AT_ONCE], hw)
            del waiting[:PAIRS_AT_ONCE]
        while scored and not (waiting and scored[0] is waiting[0][0]):
            yield scored.popleft()
    _score_contours(waiting, hw)
    yield from scored


def without_void(pred: Ids, truth: Ids, void: int = VOID) -> tuple[Ids, Ids]:
    """Return both masks (H, W) with background where the truth is void: it counts for nothing."""
    kept = truth != void
    return pred * kept, truth * kept


def statistics(series: Sequence[float] | Floats) -> Statistics:
    """Return the mean, the recall (share above 0.5) and the decay of a series in frame order.

    Decay is the mean of the first quarter less that of the last, quarters sharing their border
    frames as davis2017-evaluation cuts them; its borders overflow past 256 frames, these do not.

    series : (n_frames,) J or F, 0 to 1.
    Raises ValueError for an empty series.
    """
    values = np.asarray(series, dtype=np.float64)
    if values.size == 0:
        raise ValueError("an empty series has no mean")
    borders = np.round(np.linspace(1, values.size, 5) + 1e-10).astype(np.intp) - 1
    first = values[borders[0] : borders[1] + 1]
    last = values[borders[3] : borders[4] + 1]
    return Statistics(
        mean=float(values.mean()),
        recall=float((values > RECALL_THRESHOLD).mean()),
        decay=float(first.mean() - last.mean()),
    )


def _score_regions(
    frame: FrameMasks, near: Mapping[int, Box]
) -> tuple[FrameJF, dict[int, ObjectPair]]:
    """Return scores with every J, and with F as if all contours were found; pairs by place."""
    _, pred, truth, ids = frame
    if pred.shape != truth.shape or truth.ndim != 2:
        raise ValueError(f"masks of shapes {pred.shape} and {truth.shape} cannot be compared")
    if pred.dtype != np.uint8 or truth.dtype != np.uint8:
        raise ValueError(f"masks must be uint8, not {pred.dtype} and {truth.dtype}")
    J = np.ones(len(ids))
    pairs = object_pairs(pred, truth, ids, near)
    for i, pair in pairs.items():
        J[i] = pair.n_both / (pair.n_pred + pair.n_truth - pair.n_both)
    return FrameJF(frame.t, ids, J, np.ones(len(ids))), pairs


def _score_contours(
    objects: Sequence[tuple[FrameJF, int, ObjectPair]], hw: tuple[int, int]
) -> None:
    """Put the F of up to four objects into their frames' scores."""
    if objects:
        hits = contour_hits([pair for _, _, pair in objects], hw, tolerance_px(hw))
        for (scores, i, _), counts in zip(objects, hits, strict=True):
            scores.F[i] = _f_measure(*counts)


def _f_measure(found_pred: int, n_pred: int, found_truth: int, n_truth: int) -> float:
    """Return F from the boundary pixels of each mask and how many of them were found."""
    if n_pred == 0 and n_truth == 0:
        return 1.0
    if n_pred == 0 or n_truth == 0:
        return 0.0
    precision, recall = found_pred / n_pred, found_truth / n_truth
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
