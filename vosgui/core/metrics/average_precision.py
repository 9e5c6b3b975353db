"""Average precision and recall of scored tracks, as YouTube-VIS counts them.

Numbers equal those of the dataset's evaluator (youtubevos/cocoapi, `ytvoseval`), which extends
COCO's to tracks: a track is found where the overlap of its whole mask sequence is large enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0.0, 1.0, 101)
MAX_DETECTIONS = (1, 10, 100)  # per clip and category
# Mean area of a track's masks in pixels, both ends included.
AREAS = {
    "all": (0.0, 1e10),
    "small": (0.0, 128.0**2),
    "medium": (128.0**2, 256.0**2),
    "large": (256.0**2, 1e10),
}


@dataclass(frozen=True)
class ClipTracks:
    """The tracks of one category in one clip.

    iou : float64 (n_found, n_true), overlap of whole tracks.
    confidence : float64 (n_found,). Equal ones keep their order, as the evaluator's stable sort.
    found_area, true_area : float64, mean area where a track has a mask, in pixels.
    crowd : bool (n_true,), groups that may be found many times and are not missed.
    """

    iou: Floats
    confidence: Floats
    found_area: Floats
    true_area: Floats
    crowd: Bools


@dataclass(frozen=True)
class CategoryPrecision:
    """One category's numbers in [0, 1]; NaN where nothing true is of that size.

    precision : (n_thresholds, n_recalls) by name of area, at most 100 detections.
    recall : (n_thresholds,) by name of area and most detections.
    """

    precision: Mapping[str, Floats]
    recall: Mapping[tuple[str, int], Floats]

    @property
    def AP(self) -> float:
        """Return the mean over thresholds and recalls, for tracks of any size."""
        return float(self.precision["all"].mean())

    @property
    def AR(self) -> float:
        """Return the mean recall over thresholds at 100 detections, for tracks of any size."""
        return float(self.recall["all", MAX_DETECTIONS[-1]].mean())


@dataclass(frozen=True)
class _Matches:
    """Detections in the order of confidence, and which of them were right at each threshold."""

    confidence: Floats
    right: Bools  # (n_thresholds, n_found)
    ignored: Bools  # (n_thresholds, n_found)
    n_true: int

    def best(self, most: int) -> _Matches:
        """Return what remains of it with fewer detections: the best keep what they had."""
        return _Matches(
            self.confidence[:most], self.right[:, :most], self.ignored[:, :most], self.n_true
        )


def category_precision(clips: Sequence[ClipTracks]) -> CategoryPrecision:
    """Return the numbers of one category from its tracks in every clip."""
    precision, recall = {}, {}
    for name, area in AREAS.items():
        matches = [_match(clip, area) for clip in clips]
        for most in MAX_DETECTIONS:
            precision[name], recall[name, most] = _accumulate([m.best(most) for m in matches])
    return CategoryPrecision(precision, recall)


def summary_numbers(categories: Sequence[CategoryPrecision]) -> dict[str, float | None]:
    """Return the twelve numbers of the evaluator, by name; None in place of its -1.

    A category that has nothing true (of that size) is left out of a mean.
    """
    most = MAX_DETECTIONS[-1]
    precisions = {name: [one.precision[name] for one in categories] for name in AREAS}
    keys = product(AREAS, MAX_DETECTIONS)
    recalls = {key: [one.recall[key] for one in categories] for key in keys}
    numbers = {
        "AP": _mean(precisions["all"]),
        "AP50": _mean([one[0] for one in precisions["all"]]),
        "AP75": _mean([one[5] for one in precisions["all"]]),
    }
    numbers |= {f"AP{name[0]}": _mean(precisions[name]) for name in list(AREAS)[1:]}
    numbers |= {f"AR{n}": _mean(recalls["all", n]) for n in MAX_DETECTIONS}
    numbers |= {f"AR{name[0]}": _mean(recalls[name, most]) for name in list(AREAS)[1:]}
    return numbers


def _mean(parts: Sequence[Floats]) -> float | None:
    values = np.concatenate([np.ravel(part) for part in parts]) if parts else np.empty(0)
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else None


def _match(clip: ClipTracks, area: tuple[float, float]) -> _Matches:
    """Give each detection, best first, the true track it overlaps most and nobody has yet."""
    low, high = area
    order = np.argsort(-clip.confidence, kind="stable")[: MAX_DETECTIONS[-1]]
    aside = clip.crowd | (clip.true_area < low) | (clip.true_area > high)
    # Tracks that are set aside come last, so that a detection takes one only for want of others.
    columns = np.argsort(aside, kind="stable")
    iou, aside, crowd = clip.iou[order][:, columns], aside[columns], clip.crowd[columns]
    right = np.zeros((len(THRESHOLDS), len(order)), dtype=np.bool_)
    ignored = np.zeros_like(right)
    outside = (clip.found_area[order] < low) | (clip.found_area[order] > high)
    for i, threshold in enumerate(THRESHOLDS):
        taken = np.zeros(len(aside), dtype=np.bool_)
        for d in range(len(order)):
            g = _best(iou[d], threshold, taken & ~crowd, aside)
            if g is None:
                ignored[i, d] = outside[d]
            else:
                taken[g] = True
                right[i, d], ignored[i, d] = True, aside[g]
    return _Matches(clip.confidence[order], right, ignored, int(np.count_nonzero(~aside)))


def _best(iou: Floats, threshold: float, taken: Bools, aside: Bools) -> int | None:
    """Return the free track of the largest overlap; of equal ones the last, as the evaluator."""
    for group in (~aside, aside):
        free = np.flatnonzero(group & ~taken & (iou >= min(threshold, 1 - 1e-10)))
        if free.size:
            best = iou[free].max()
            return int(free[iou[free] == best][-1])
    return None


def _accumulate(matches: Sequence[_Matches]) -> tuple[Floats, Floats]:
    """Return precision at `RECALLS` (n_thresholds, n_recalls) and the recall that is reached."""
    curve = np.full((len(THRESHOLDS), len(RECALLS)), np.nan)
    reached = np.full(len(THRESHOLDS), np.nan)
    n_true = sum(match.n_true for match in matches)
    if n_true == 0:
        return curve, reached
    order = np.argsort(-np.concatenate([m.confidence for m in matches]), kind="stable")
    right = np.concatenate([m.right for m in matches], axis=1)[:, order]
    ignored = np.concatenate([m.ignored for m in matches], axis=1)[:, order]
    n_right = np.cumsum(right & ~ignored, axis=1)
    n_wrong = np.cumsum(~right & ~ignored, axis=1)
    for i in range(len(THRESHOLDS)):
        recall = n_right[i] / n_true
        precision = n_right[i] / (n_right[i] + n_wrong[i] + np.spacing(1))
        # Never lower than at any higher recall, then read off at fixed recalls; 0 beyond the last.
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        at = np.searchsorted(recall, RECALLS, side="left")
        curve[i] = np.append(precision, 0.0)[at]
        reached[i] = recall[-1] if recall.size else 0.0
    return curve, reached
