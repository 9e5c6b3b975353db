"""J and F written straight from the published description, slow and plain: what ours must equal."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]


def region_similarity(pred: Bools, truth: Bools, void: Bools | None = None) -> float:
    kept = np.ones_like(truth) if void is None else ~void
    union = np.count_nonzero((pred | truth) & kept)
    return np.count_nonzero(pred & truth & kept) / union if union else 1.0


def boundary(mask: Bools) -> Bools:
    east, south, south_east = (np.zeros_like(mask) for _ in range(3))
    east[:, :-1] = mask[:, 1:]
    south[:-1] = mask[1:]
    south_east[:-1, :-1] = mask[1:, 1:]
    result = (mask ^ east) | (mask ^ south) | (mask ^ south_east)
    result[-1] = mask[-1] ^ east[-1]
    result[:, -1] = mask[:, -1] ^ south[:, -1]
    result[-1, -1] = False
    return result


def disk(radius: int) -> npt.NDArray[np.uint8]:
    along = np.arange(-radius, radius + 1)
    return (along[:, None] ** 2 + along**2 <= radius**2).astype(np.uint8)


def contour_accuracy(pred: Bools, truth: Bools, void: Bools | None = None) -> float:
    if void is not None:
        pred, truth = pred & ~void, truth & ~void
    around = disk(int(np.ceil(0.008 * np.linalg.norm(truth.shape))))
    b_pred, b_truth = boundary(pred), boundary(truth)
    n_pred, n_truth = np.sum(b_pred), np.sum(b_truth)
    if n_pred == 0 and n_truth > 0:
        precision, recall = 1.0, 0.0
    elif n_pred > 0 and n_truth == 0:
        precision, recall = 0.0, 1.0
    elif n_pred == 0 and n_truth == 0:
        precision, recall = 1.0, 1.0
    else:
        precision = np.sum(b_pred & cv2.dilate(b_truth.astype(np.uint8), around)) / n_pred
        recall = np.sum(b_truth & cv2.dilate(b_pred.astype(np.uint8), around)) / n_truth
    total = precision + recall
    return float(2 * precision * recall / total) if total else 0.0
