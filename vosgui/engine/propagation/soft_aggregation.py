"""Soft aggregation: the probabilities of several objects and the background become one mask.

An object's probability is p = sigmoid(logit), the background's is the product of all 1 - p, and
the greatest of them has the pixel (Oh et al. 2019, Space-Time Memory Networks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

import numpy as np
import numpy.typing as npt

from vosgui.core.mask import Box, Mask, box_of
from vosgui.engine.propagation.propagator import Logits, Probs
from vosgui.network.interface import CERTAIN, NOWHERE

_POINTS = 1 << 16  # pixels decided together where no object is more likely than not
_LIMIT = 80.0  # exp of more leaves float32

Places = npt.NDArray[np.intp]


def sigmoid(logits: Logits) -> Probs:
    """Return the probabilities of logits, float32 of any shape (N, h, w)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_LIMIT, _LIMIT))), np.float32)


def boxes_of(logits: Logits) -> list[Box]:
    """Return for each object a box outside which its logit is the same everywhere.

    logits : float32 (N, h, w). A network decodes an object where it may be; elsewhere there is
    nothing to compute. What is in the first corner is taken as what is everywhere else.
    """
    return [box_of(one != one[0, 0]) for one in logits]


def soft_aggregate(
    logits: Logits, taken: Probs | None = None, boxes: Sequence[Box] | None = None
) -> Probs:
    """Return each object's share of each cell, float32 (N, h, w); all and the background sum to 1.

    taken : float32 (h, w) in [0, 1], how much of a cell belongs to others for certain.
    boxes : as `boxes_of` returns them, where that is known. Outside of its own an object that is
        not there has next to nothing, which is not shared out.
    """
    everywhere = Box(0, 0, *logits.shape[1:])
    boxes = [
        box if elsewhere(one, box) <= -CERTAIN else everywhere
        for one, box in zip(logits, boxes or [everywhere] * len(logits), strict=True)
    ]
    probs = np.empty(logits.shape, np.float32)
    inside = reduce(or_, boxes, Box(0, 0, 0, 0))
    # What all objects have together, and what they leave to the background, around them all.
    total = np.zeros((inside.h, inside.w), np.float32)
    rest = np.ones((inside.h, inside.w), np.float32)
    for one, shares, box in zip(logits, probs, boxes, strict=True):
        if box != everywhere:
            shares.fill(NOWHERE)
        if not box:
            continue
        here, there = box.slices, box.moved(-inside.y, -inside.x).slices
        against = np.negative(np.maximum(one[here], -_LIMIT))
        np.exp(against, out=against)
        some = np.add(1, against)
        np.reciprocal(some, out=some)
        shares[here] = some
        total[there] += some
        against *= some  # 1 - some, exact also where those are nearly 1
        rest[there] *= against
    # The sum is never 0: the background vanishes only where an object is certain.
    total += rest
    for shares, box in zip(probs, boxes, strict=True):
        if box:
            shares[box.slices] /= total[box.moved(-inside.y, -inside.x).slices]
    if taken is not None:
        probs *= 1 - taken
    return probs


def elsewhere(logits: Logits, box: Box) -> np.float32:
    """Return what a map of logits, (h, w), is outside of a box that is not all of it."""
    bottom, right = logits.shape[0] - 1, logits.shape[1] - 1
    y = 0 if box.y else bottom  # one of the corners is outside
    x = 0 if box.x else right
    return np.float32(logits[y, x])


def aggregate_mask(
    logits: Logits,
    ids: Sequence[int],
    hw: tuple[int, int],
    fixed: npt.NDArray[np.bool_] | None = None,
    boxes: Sequence[Box] | None = None,
) -> Mask:
    """Return the mask at the clip's size, uint8 (H, W); on a tie the object that comes first.

    logits : float32 (N, h, w), of the objects `ids`; enlarged bilinearly, once.
    fixed : bool (H, W), pixels of others, which no object gets.
    boxes : as `boxes_of` returns them, where that is known.
    """
    mask = np.zeros(hw, np.uint8)
    # Enlarging all logits of a 4K frame takes far longer than the network. An object wins a pixel
    # only near a cell whose logit is above this floor, so only the box around those is resampled.
    floor = _least_winning_logit(len(ids))
    grids = [
        _grid_above(one, floor, hw, boxes[row] if boxes is not None else None)
        for row, one in enumerate(logits)
    ]
    whole = reduce(or_, (grid.box for grid in grids if grid), Box(0, 0, 0, 0))
    if not whole:
        return mask
    best = np.full((whole.h, whole.w), -np.inf, np.float32)
    owner = mask[whole.slices]  # a view
    for one, object_id, grid in zip(logits, ids, grids, strict=True):
        if grid:
            inside = grid.box.moved(-whole.y, -whole.x).slices
            enlarged = grid.enlarge(one)
            better = enlarged > best[inside]
            np.copyto(best[inside], enlarged, where=better)
            np.copyto(owner[inside], np.uint8(object_id), where=better)
    lost = best <= 0
    if len(ids) > 1:
        _let_sums_win(lost, best, logits, whole, hw, floor, boxes)
    owner[lost] = 0
    if fixed is not None:
        mask[fixed] = 0
    return mask


def _let_sums_win(
    lost: npt.NDArray[np.bool_],
    best: Logits,
    logits: Logits,
    whole: Box,
    hw: tuple[int, int],
    floor: float,
    boxes: Sequence[Box] | None,
) -> None:
    """Clear `lost` where the best object, below one half, is yet likelier than the background.

    log p > sum of log(1 - p) over all, with log(1 - p) = -softplus(logit).
    """
    rows, columns = np.nonzero(lost & (best > floor))
    for first in range(0, len(rows), _POINTS):
        y, x = rows[first : first + _POINTS], columns[first : first + _POINTS]
        log_background = np.zeros(len(y), np.float32)
        for i, one in enumerate(logits):
            box = Box(0, 0, *one.shape) if boxes is None else boxes[i]
            near = _near(box, y + whole.y, x + whole.x, one.shape, hw)
            log_background -= np.logaddexp(0, elsewhere(one, box))
            log_background[near] += np.logaddexp(0, elsewhere(one, box))
            here = _sample(one, y[near] + whole.y, x[near] + whole.x, hw)
            log_background[near] -= np.logaddexp(0, here)
        won = -np.logaddexp(0, -best[y, x]) > log_background
        lost[y[won], x[won]] = False


def _near(
    box: Box, y: Places, x: Places, cells_hw: tuple[int, ...], hw: tuple[int, int]
) -> npt.NDArray[np.bool_]:
    """Return which pixels a box of cells reaches, bool (points,)."""
    top, height = _reach(box.y, box.h, hw[0], cells_hw[0])
    left, width = _reach(box.x, box.w, hw[1], cells_hw[1])
    return (y >= top) & (y < top + height) & (x >= left) & (x < left + width)


@lru_cache(maxsize=256)
def _least_winning_logit(n: int) -> float:
    """Return a logit below which none of n objects wins, whatever the others are.

    The best object wins if its logit + softplus of the others' > 0, and those are at most as high.
    """
    low, high = -20.0, 0.0
    for _ in range(60):
        middle = (low + high) / 2
        if middle + (n - 1) * np.logaddexp(0, middle) > 0:
            high = middle
        else:
            low = middle
    return low - 1e-3


# -- bilinear enlargement of a part ----------------------------------------------------------


@dataclass(frozen=True)
class _Axis:
    """Where the pixels of a stretch of one axis lie among the cells: cell, next cell, share."""

    cell: Places
    after: Places
    share: npt.NDArray[np.float32]

    @classmethod
    def of(cls, pixels: Places, n_pixels: int, n_cells: int) -> _Axis:
        """Centres map to centres (align_corners=False); past the outer centres the edge counts."""
        place = np.clip((pixels + 0.5) * (n_cells / n_pixels) - 0.5, 0, n_cells - 1)
        cell = place.astype(np.intp)
        return cls(cell, np.minimum(cell + 1, n_cells - 1), (place - cell).astype(np.float32))


@dataclass(frozen=True)
class _Grid:
    """A box of the clip's pixels and where they lie among the cells."""

    box: Box
    rows: _Axis
    columns: _Axis

    def enlarge(self, cells: Logits) -> Logits:
        """Return the pixels of the box, float32 (box.h, box.w), of cells (h, w).

        First along the rows, which are few, then down the columns. In place, as a new array of a
        frame's size costs as much as the sums: a + share * (b - a), twice.
        """
        top, bottom = self.rows.cell[0], self.rows.after[-1] + 1
        some = cells[top:bottom]
        wide = some.take(self.columns.cell, axis=1)  # (cells, box.w)
        wide += self.columns.share * (some.take(self.columns.after, axis=1) - wide)
        tall = wide.take(self.rows.cell - top, axis=0)  # (box.h, box.w)
        step = wide.take(self.rows.after - top, axis=0)
        step -= tall
        step *= self.rows.share[:, None]
        tall += step
        return np.asarray(tall, np.float32)


def _grid_above(cells: Logits, floor: float, hw: tuple[int, int], box: Box | None) -> _Grid | None:
    """Return the pixels that a cell above `floor` reaches, or None where there is no such cell.

    box : one outside which all cells are like the corner.
    """
    if box is None or elsewhere(cells, box) > floor:
        around = box_of(cells > floor)
    else:
        around = box_of(cells[box.slices] > floor).moved(box.y, box.x)
    if not around:
        return None
    y, h = _reach(around.y, around.h, hw[0], cells.shape[0])
    x, w = _reach(around.x, around.w, hw[1], cells.shape[1])
    rows = _Axis.of(np.arange(y, y + h), hw[0], cells.shape[0])
    return _Grid(Box(y, x, h, w), rows, _Axis.of(np.arange(x, x + w), hw[1], cells.shape[1]))


def _reach(first: int, n: int, n_pixels: int, n_cells: int) -> tuple[int, int]:
    """Return first and number of the pixels that lie within one cell of cells first..first+n-1."""
    scale = n_pixels / n_cells
    start = max(0, int((first - 0.5) * scale - 0.5) - 1)
    stop = min(n_pixels, int((first + n + 0.5) * scale - 0.5) + 2)
    return start, stop - start


def _sample(logits: Logits, y: Places, x: Places, hw: tuple[int, int]) -> Logits:
    """Return the enlarged logits, (h, w), of an object at some pixels, (points,)."""
    rows = _Axis.of(y, hw[0], logits.shape[0])
    columns = _Axis.of(x, hw[1], logits.shape[1])

    def along(row: Places) -> Logits:
        left, right = logits[row, columns.cell], logits[row, columns.after]
        return np.asarray(left + columns.share * (right - left), np.float32)

    upper, lower = along(rows.cell), along(rows.after)
    return np.asarray(upper + rows.share * (lower - upper), np.float32)
