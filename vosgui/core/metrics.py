"""Region similarity J and contour accuracy F of masks, and the statistics of their series.

Values equal those of davis2017-evaluation and vos-benchmark (to rounding). The measures are those
of Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation",
CVPR 2016, section 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vosgui.core.contours import ObjectPair, contour_hits

VOID = 255  # the id that DAVIS gives to pixels nobody is asked about
BOUNDARY_TOLERANCE = 0.008  # of the frame's diagonal (davis2017-evaluation, `bound_th`)
RECALL_THRESHOLD = 0.5

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    """The mean and recall of an object's series of J or F, in [0, 1], and its decay, in [-1, 1]."""

    mean: float
    recall: float
    decay: float


def region_similarity(pred: Bools, truth: Bools, void: Bools | None = None) -> float:
    """Return J, the intersection over union outside `void`; 1 where both are empty.

    pred, truth, void : bool (H, W).
    """
    return _score_pair(pred, truth, void)[0]


def contour_accuracy(pred: Bools, truth: Bools, void: Bools | None = None) -> float:
    """Return F, the harmonic mean of the precision and recall of the boundary pixels.

    A boundary pixel counts as found within `tolerance_px` of the other mask's boundary.
    pred, truth, void : bool (H, W). A mask that fills the frame has no boundary, like an empty one.
    """
    return _score_pair(pred, truth, void)[1]


def tolerance_px(hw: tuple[int, int]) -> int:
    """Return how far apart two boundary pixels may lie to count as one, in pixels (480p: 8)."""
    return math.ceil(BOUNDARY_TOLERANCE * math.hypot(*hw))


def score_frame(
    pred: Ids, truth: Ids, ids: Sequence[int], *, void: int | None = VOID
) -> tuple[Floats, Floats]:
    """Return J and F of each object of one frame, float64 (n,) each, in the order of `ids`.

    pred, truth : uint8 (H, W), object ids.
    void : truth pixels of this value are left out of both measures; None counts every pixel. An id
        that is itself asked for is an object, never void.
    """
    if pred.shape != truth.shape or truth.ndim != 2:
        raise ValueError(f"masks of shapes {pred.shape} and {truth.shape} cannot be compared")
    if pred.dtype != np.uint8 or truth.dtype != np.uint8:
        raise ValueError(f"masks must be uint8, not {pred.dtype} and {truth.dtype}")
    if void is not None and void not in ids:
        pred, truth = _without_void(pred, truth, void)
    J, F = np.ones(len(ids)), np.ones(len(ids))
    pairs = ObjectPair.all_of(pred, truth, ids)
    for i, pair in pairs.items():
        J[i] = pair.intersection / (pair.n_pred + pair.n_truth - pair.intersection)
    hits = contour_hits(list(pairs.values()), truth.shape, tolerance_px(truth.shape))
    for i, counts in zip(pairs, hits, strict=True):
        F[i] = _f_measure(*counts)
    return J, F


def statistics(series: Sequence[float] | Floats) -> Statistics:
    """Return the mean, the recall (share above 0.5) and the decay of a series in frame order.

    Decay is the mean of the first quarter less that of the last, quarters sharing their border
    frames as davis2017-evaluation cuts them; its borders overflow past 256 frames, these do not.
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


def _score_pair(pred: Bools, truth: Bools, void: Bools | None) -> tuple[float, float]:
    if void is not None:
        pred, truth = pred & ~void, truth & ~void
    J, F = score_frame(pred.astype(np.uint8), truth.astype(np.uint8), [1], void=None)
    return float(J[0]), float(F[0])


def _without_void(pred: Ids, truth: Ids, void: int) -> tuple[Ids, Ids]:
    if truth.size == 0 or int(truth.max()) < void:  # a quarter of the cost of looking for it
        return pred, truth
    kept = truth != void
    return pred * kept, truth * kept


def _f_measure(found_pred: int, n_pred: int, found_truth: int, n_truth: int) -> float:
    """Return F from the boundary pixels of each mask and how many of them were found."""
    if n_pred == 0 and n_truth == 0:
        return 1.0
    if n_pred == 0 or n_truth == 0:
        return 0.0
    precision, recall = found_pred / n_pred, found_truth / n_truth
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
