"""J and F as MOSEv2 counts them: for small objects, and for those that go and come back.

Numbers equal those of the dataset's evaluator (henghuiding/MOSE-api, MOSEv2/sam2_rcms/tools:
metricsv2.py and score.py). J has one pixel more above and below its line. F is worked out twice:
with a tolerance of the object's own size (F-dot), and with that of the frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.metrics.region_contour import BOUNDARY_TOLERANCE, Bools, Ids

OBJECT_TOLERANCE = 0.1  # of the square root of the object's area (score.py, `bound_th`)
_MARGIN = 2  # pixels around both masks: a boundary lies one pixel up and left of its object

Bytes = npt.NDArray[np.uint8]


class MoseFrame(NamedTuple):
    """The scores of one object in one frame, in [0, 1].

    F : with the object's own tolerance. classic_f : with the frame's.
    absent : whether the truth has no pixel of it.
    """

    J: float
    F: float
    classic_f: float
    absent: bool


@dataclass(frozen=True)
class MoseSeries:
    """The scores of one object in the frames that count, in their order.

    classic_f, absent : as `MoseFrame` has them.
    """

    J: tuple[float, ...]
    F: tuple[float, ...]
    classic_f: tuple[float, ...]
    absent: tuple[bool, ...]


def score_object(pred: Ids, truth: Ids, object_id: int) -> MoseFrame:
    """Return the scores of an object in one frame; all are 1 where neither side has it.

    pred, truth : uint8 (H, W), object ids.
    """
    found, true = pred == object_id, truth == object_id
    n_true, n_both = int(np.count_nonzero(true)), int(np.count_nonzero(found & true))
    n_either = int(np.count_nonzero(found)) + n_true - n_both
    if n_either == 0:
        return MoseFrame(1.0, 1.0, 1.0, absent=True)
    J = (n_both + 1) / (n_either + 1)
    hw = (truth.shape[0], truth.shape[1])
    boundaries = _boundaries(found, true)
    own, whole = tolerances(n_true, hw)
    classic_f = _f_measure(*boundaries, whole)
    F = classic_f if own == whole else _f_measure(*boundaries, own)
    return MoseFrame(J, F, classic_f, absent=n_true == 0)


def tolerances(area: int, hw: tuple[int, int]) -> tuple[float, float]:
    """Return the tolerance of an object of so many pixels, and that of its frame, in pixels.

    The frame's is rounded up, but where the object's is not smaller: then both are the frame's as
    it comes, which the evaluator does not round.
    """
    frame = BOUNDARY_TOLERANCE * math.hypot(*hw)
    own = math.ceil(OBJECT_TOLERANCE * math.sqrt(area)) if area else frame
    return (own, math.ceil(frame)) if own < frame else (frame, frame)


def mosev2_numbers(objects: Sequence[MoseSeries]) -> dict[str, float | None]:
    """Return the evaluator's seven numbers over objects, each the mean of the objects' own.

    None where no object goes, or none comes back.
    """
    J, F = _mean_of(one.J for one in objects), _mean_of(one.F for one in objects)
    classic_f = _mean_of(one.classic_f for one in objects)
    numbers = {"J&F-dot": _middle(J, F), "J": J, "F-dot": F}
    for name, runs in (("disappearance", disappearances), ("reappearance", reappearances)):
        parts = [(one, found) for one in objects if (found := runs(one.absent))]
        in_J = _mean_of([fmean(one.J[a:b]) for a, b in found] for one, found in parts)
        in_F = _mean_of([fmean(one.F[a:b]) for a, b in found] for one, found in parts)
        numbers[f"{name} J&F-dot"] = _middle(in_J, in_F)
    return numbers | {"F": classic_f, "J&F": _middle(J, classic_f)}


def disappearances(absent: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where an object that was there is absent: first place, and that after the last."""
    return [(a, b) for a, b, is_absent in _runs(absent) if is_absent and a > 0]


def reappearances(absent: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where an object that was absent is there; its first appearance counts as one."""
    return [(a, b) for a, b, is_absent in _runs(absent) if not is_absent and a > 0]


def _runs(values: Sequence[bool]) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches of equal values: first place, that after the last, and the value."""
    start = 0
    for n in range(1, len(values) + 1):
        if n == len(values) or values[n] != values[start]:
            yield start, n, values[start]
            start = n


def _mean_of(series: Iterator[Sequence[float]] | Iterator[list[float]]) -> float | None:
    means = [fmean(one) for one in series if one]
    return fmean(means) if means else None


def _middle(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else (a + b) / 2


def _boundaries(found: Bools, true: Bools) -> tuple[Bytes, Bytes]:
    """Return the boundary pixels of both masks, bytes of 0 and 1, cut out to where they are."""
    x, y, w, h = cv2.boundingRect((found | true).view(np.uint8))
    y0, x0 = max(y - _MARGIN, 0), max(x - _MARGIN, 0)
    at = (slice(y0, y + h + _MARGIN), slice(x0, x + w + _MARGIN))
    return _boundary(found[at]), _boundary(true[at])


def _boundary(mask: Bools) -> Bytes:
    """Return where a pixel differs from its right, lower or lower right neighbour.

    Beyond the last row and column the mask goes on (davis2017-evaluation, `_seg2bmap`).
    """
    padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    right, below, both = padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    return np.asarray((mask ^ right) | (mask ^ below) | (mask ^ both), np.uint8)


def _f_measure(found: Bytes, true: Bytes, radius: float) -> float:
    n_found, n_true = cv2.countNonZero(found), cv2.countNonZero(true)
    if n_found == 0 or n_true == 0:
        return float(n_found == n_true)
    disk = _disk(radius)
    precision = cv2.countNonZero(cv2.bitwise_and(found, cv2.dilate(true, disk))) / n_found
    recall = cv2.countNonZero(cv2.bitwise_and(true, cv2.dilate(found, disk))) / n_true
    total = precision + recall
    return 2 * precision * recall / total if total > 0 else 0.0


@lru_cache(maxsize=256)
def _disk(radius: float) -> Bytes:
    """Return the neighbourhood that skimage.morphology.disk makes of a radius.

    Steps of one from -radius on: of a radius that is no whole number it lies off its middle, by
    less than a pixel, and so does the evaluator's. In frames of less than 180 pixels from corner to
    corner the evaluator's may lack its middle, and equal masks have an F below 1; here never.
    """
    steps = np.arange(-radius, radius + 1)
    disk = np.asarray(steps[:, None] ** 2 + steps[None, :] ** 2 <= radius**2, np.uint8)
    disk[steps.size // 2, steps.size // 2] = 1
    return disk
