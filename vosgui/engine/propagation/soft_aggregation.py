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

_POINTS = 1 << 16  # pixels decided together where no object is more likely than not
_ROWS = 16  # rows aggregated together: few enough to stay in a core's cache
_ALIKE = 8  # cells
_LIMIT = 80.0  # exp of more leaves float32

Places = npt.NDArray[np.intp]


def sigmoid(logits: Logits) -> Probs:
    """Return the probabilities of logits, float32 of any shape (N, h, w)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_LIMIT, _LIMIT))), np.float32)


def boxes_of(logits: Logits) -> list[Box]:
    """Return for each object a box outside which its logit is the same everywhere.

    logits : float32 (N, h, w). A network decodes an object where it may be; elsewhere there is
    nothing to compute. What is in a corner is taken as what is everywhere else.
    """
    return [box_of(one != one[0, 0]) for one in logits]


def soft_aggregate(
    logits: Logits, taken: Probs | None = None, boxes: Sequence[Box] | None = None
) -> Probs:
    """Return each object's share of each cell, float32 (N, h, w); all and the background sum to 1.

    taken : float32 (h, w) in [0, 1], how much of a cell belongs to others for certain.
    boxes : as `boxes_of` returns them, where that is known.
    """
    probs = np.empty(logits.shape, np.float32)
    inside = Box(0, 0, *logits.shape[1:])
    if boxes is not None and len(boxes):
        inside = reduce(or_, boxes)
        # A few cells, as one alone would be summed up in another order.
        corner = np.repeat(logits[:, :1, :1], _ALIKE, axis=2)
        elsewhere = np.empty_like(corner)
        _share_out(corner, elsewhere)
        probs[:] = elsewhere[:, :, :1]  # where it is not so, it is written over
    rows, columns = inside.slices
    for top in range(rows.start, rows.stop, _ROWS):
        part = slice(top, min(top + _ROWS, rows.stop))
        _share_out(logits[:, part, columns], probs[:, part, columns])
    if taken is not None:
        probs *= 1 - taken
    return probs


def _share_out(logits: Logits, shares: Probs) -> None:
    """Write each object's share of some cells, float32 (N, rows, w) both."""
    against = np.exp(-np.clip(logits, -_LIMIT, _LIMIT))
    some = np.reciprocal(1 + against, out=shares)
    against *= some  # 1 - some, exact also where those are nearly 1
    # The sum is never 0: the background vanishes only where an object is certain.
    some /= some.sum(axis=0) + against.prod(axis=0)


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
        _let_sums_win(lost, best, logits, whole, hw, floor)
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
) -> None:
    """Clear `lost` where the best object, below one half, is yet likelier than the background.

    log p > sum of log(1 - p) over all, with log(1 - p) = -softplus(logit).
    """
    rows, columns = np.nonzero(lost & (best > floor))
    for first in range(0, len(rows), _POINTS):
        y, x = rows[first : first + _POINTS], columns[first : first + _POINTS]
        here = _sample(logits, y + whole.y, x + whole.x, hw)  # (N, points)
        top = here.max(axis=0)
        log_background = -np.logaddexp(0, here).sum(axis=0)
        won = -np.logaddexp(0, -top) > log_background
        lost[y[won], x[won]] = False


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
    if box is None or cells[0, 0] > floor:
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
    """Return the enlarged logits at some pixels, (N, points)."""
    rows = _Axis.of(y, hw[0], logits.shape[1])
    columns = _Axis.of(x, hw[1], logits.shape[2])

    def along(row: Places) -> Logits:
        left, right = logits[:, row, columns.cell], logits[:, row, columns.after]
        return np.asarray(left + columns.share * (right - left), np.float32)

    upper, lower = along(rows.cell), along(rows.after)
    return np.asarray(upper + rows.share * (lower - upper), np.float32)
