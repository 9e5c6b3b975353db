"""The boundaries of many objects at once, and which of their pixels lie close to each other.

An object's truth and prediction are cut out to their common box, and up to four such pairs lie over
one another as the bit planes of one small byte image, so that one `|` works on eight masks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # y0, x0, y1, x1; y1 and x1 lie outside

_CELL = 8
_ROW_STEP = 4
_IDS_PER_BYTE = 8
_PAIRS_PER_BYTE = 4
# (256, 8): which bits a byte has
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")


class Hits(NamedTuple):
    """How many boundary pixels two masks have, and how many lie near the other's boundary."""

    found_pred: int
    n_pred: int
    found_truth: int
    n_truth: int


@dataclass(frozen=True)
class ObjectPair:
    """One object's predicted and true mask, cut out to the box that holds both.

    box : where the cut-out lies; there is room for the boundary in it, which may lie one pixel up
        and left of the object.
    pred, truth : bool (h, w).
    """

    box: Box
    pred: Bools
    truth: Bools

    @classmethod
    def all_of(cls, pred: Bytes, truth: Bytes, ids: Sequence[int]) -> dict[int, ObjectPair]:
        """Return the pair of each id that either mask holds, by its place in `ids`."""
        # A few rows say where the objects are; whether they have told all, the areas say.
        pairs = cls._in_boxes(pred, truth, ids, _ROW_STEP)
        n_truth = sum(pair.n_truth for pair in pairs.values())
        n_pred = sum(pair.n_pred for pair in pairs.values())
        whole = n_truth == cv2.countNonZero(truth) and n_pred == cv2.countNonZero(pred)
        if whole and all(pair.has_room for pair in pairs.values()):
            return pairs
        return cls._in_boxes(pred, truth, ids, 1)

    @classmethod
    def _in_boxes(
        cls, pred: Bytes, truth: Bytes, ids: Sequence[int], step: int
    ) -> dict[int, ObjectPair]:
        pairs = {}
        for i, box in enumerate(_boxes(pred, truth, ids, step)):
            if box is not None:
                y0, x0, y1, x1 = box
                cut = (slice(y0, y1), slice(x0, x1))
                pair = cls(box, pred[cut] == ids[i], truth[cut] == ids[i])
                if pair.n_pred or pair.n_truth:  # else it was the bit of an id not asked for
                    pairs[i] = pair
        return pairs

    @property
    def has_room(self) -> bool:
        """Return whether the boundary fits in: one pixel up and left, but at the frame's edge."""
        y0, x0, _, _ = self.box
        return not (
            (y0 > 0 and (self.pred[0].any() or self.truth[0].any()))
            or (x0 > 0 and (self.pred[:, 0].any() or self.truth[:, 0].any()))
        )

    @cached_property
    def n_pred(self) -> int:
        """Return the area of the prediction in pixels."""
        return int(np.count_nonzero(self.pred))

    @cached_property
    def n_truth(self) -> int:
        """Return the area of the truth in pixels."""
        return int(np.count_nonzero(self.truth))

    @cached_property
    def intersection(self) -> int:
        """Return the area that both share in pixels."""
        return int(np.count_nonzero(self.pred & self.truth))


def contour_hits(pairs: Sequence[ObjectPair], hw: tuple[int, int], radius: int) -> list[Hits]:
    """Return for each pair how many boundary pixels lie within `radius` of the other boundary.

    hw : size of the frame the pairs were cut from.
    radius : pixels, at least 1; a disk of x² + y² <= radius², as the published code dilates with.
    """
    hits: list[Hits] = []
    for start in range(0, len(pairs), _PAIRS_PER_BYTE):
        some = pairs[start : start + _PAIRS_PER_BYTE]
        boundary, stride = _boundaries(some, hw, radius)
        reached = _dilated(boundary, stride, radius)
        at = np.flatnonzero(boundary != 0)  # of bools: five times as fast as of bytes
        there, near = boundary[at], reached[at]
        # Bits 0-3 are truths, bits 4-7 the predictions: each asks for the other's neighbourhood.
        found = there & ((near >> 4) | (near << 4))
        n = np.bincount(there, minlength=256) @ _BITS
        n_found = np.bincount(found, minlength=256) @ _BITS
        hits += [
            Hits(int(n_found[i + 4]), int(n[i + 4]), int(n_found[i]), int(n[i]))
            for i in range(len(some))
        ]
    return hits


def _boxes(pred: Bytes, truth: Bytes, ids: Sequence[int], step: int) -> list[Box | None]:
    """Return for each id a box that holds it in both masks, or None where neither has it.

    step : look at one row in so many. With 1 the boxes hold every pixel for certain; with more they
        are wider by a margin, and an object may still stick out or be missed.
    Boxes go one pixel further up and left where the frame allows, for the boundary lies there.
    """
    boxes: list[Box | None] = []
    for start in range(0, len(ids), _IDS_PER_BYTE):
        some = ids[start : start + _IDS_PER_BYTE]
        for bits, as_bits in _bits_of(some):
            cells = _cells(truth[::step], as_bits)
            cells |= _cells(pred[::step], as_bits)
            rows = np.bitwise_or.reduce(cells, axis=1)
            columns = np.bitwise_or.reduce(cells, axis=0)
            # Bits that no id asked for has mean other ids, whose bits may pass for one of these.
            if not int(np.bitwise_or.reduce(columns)) & ~sum(bits):
                break
        boxes += [
            _box_of(rows & np.uint8(b), columns & np.uint8(b), truth.shape, step) for b in bits
        ]
    return boxes


def _bits_of(ids: Sequence[int]) -> Iterator[tuple[list[int], Callable[[Bytes], Bytes]]]:
    """Yield ways to a bit for each of up to eight ids: the bits, and what turns a mask into them.

    The fastest comes first, where it will do; the last always does.
    """
    if all(value & (value - 1) == 0 for value in ids):
        yield list(ids), lambda mask: mask
    if max(ids) < _IDS_PER_BYTE:
        yield [1 << value for value in ids], lambda mask: np.left_shift(np.uint8(1), mask)
    else:
        bits = [1 << i for i in range(len(ids))]
        table = np.zeros(256, dtype=np.uint8)
        table[list(ids)] = bits
        yield bits, lambda mask: np.asarray(cv2.LUT(mask, table), np.uint8).reshape(mask.shape)


def _cells(mask: Bytes, as_bits: Callable[[Bytes], Bytes]) -> Bytes:
    """Return the OR of each eight columns of a row, uint8 (H, W / 8) rounded up."""
    height, width = mask.shape
    rows = np.zeros((height, -(-width // _CELL) * _CELL), dtype=np.uint8)
    rows[:, :width] = as_bits(mask)
    words = rows.view(np.uint64)  # folded, the lowest byte has the OR of all eight
    for shift in (32, 16, 8):
        words |= words >> np.uint64(shift)
    return words.astype(np.uint8)


def _box_of(rows: Bytes, columns: Bytes, hw: tuple[int, ...], step: int) -> Box | None:
    y, x = np.flatnonzero(rows), np.flatnonzero(columns)
    if y.size == 0:
        return None
    margin_y, margin_x = (step, _CELL) if step > 1 else (0, 0)
    return (
        max(int(y[0]) * step - margin_y - 1, 0),
        max(int(x[0]) * _CELL - margin_x - 1, 0),
        min(int(y[-1] + 1) * step + margin_y, hw[0]),
        min(int(x[-1] + 1) * _CELL + margin_x, hw[1]),
    )


def _boundaries(pairs: Sequence[ObjectPair], hw: tuple[int, int], radius: int) -> tuple[Bytes, int]:
    """Return the boundaries of up to four pairs as bit planes, flat, and the length of a row.

    A pixel is boundary where it differs from its right, lower or lower right neighbour; beyond the
    frame the last row and column go on (davis2017-evaluation, `_seg2bmap`). Rows end in `radius`
    zeros, so that a shift by as many columns never reaches into another row.
    """
    height = max(pair.truth.shape[0] for pair in pairs) + 1
    stride = max(pair.truth.shape[1] for pair in pairs) + radius
    planes = np.zeros((height, stride), dtype=np.uint8)
    for i, pair in enumerate(pairs):
        _lay_down(planes, pair, i, hw)
    flat = planes.reshape(-1)
    boundary = np.zeros_like(flat)
    here, result = flat[: -stride - 1], boundary[: -stride - 1]
    np.bitwise_xor(here, flat[1:-stride], out=result)
    result |= here ^ flat[stride:-1]
    result |= here ^ flat[stride + 1 :]
    image = boundary.reshape(height, stride)
    image[:, -1] = 0  # its right neighbour is the next row
    for i, pair in enumerate(pairs):
        _, _, y1, x1 = pair.box
        h, w = pair.truth.shape
        others = 0xFF ^ (0x11 << i)
        if y1 == hw[0]:
            image[h] &= others
        if x1 == hw[1]:
            image[:, w] &= others
    return boundary, stride


def _lay_down(planes: Bytes, pair: ObjectPair, i: int, hw: tuple[int, int]) -> None:
    """Draw a pair into bits `i` and `i + 4`, its last row and column once more at the frame's."""
    h, w = pair.truth.shape
    # Multiplied, not shifted: numpy has vector instructions for one of the two.
    both = pair.pred.view(np.uint8) * np.uint8(16 << i)
    both |= pair.truth.view(np.uint8) * np.uint8(1 << i)
    planes[:h, :w] |= both
    at_bottom, at_right = pair.box[2] == hw[0], pair.box[3] == hw[1]
    if at_bottom:
        planes[h, :w] |= both[-1]
    if at_right:
        planes[:h, w] |= both[:, -1]
    if at_bottom and at_right:
        planes[h, w] |= both[-1, -1]


def _dilated(flat: Bytes, stride: int, radius: int) -> Bytes:
    """Return the union of the planes moved to every place of a disk, bit by bit.

    The disk is a stack of rows; taken from its ends to its middle they only grow wider, so each is
    the last one widened, and a row of 2w+1 widens by up to 2w+1 at a time without a gap.
    """
    result = np.zeros_like(flat)
    row, width = flat, 0
    for dy in range(radius, -1, -1):
        half_width = math.isqrt(radius * radius - dy * dy)
        while width < half_width:
            step = min(2 * width + 1, half_width - width)
            row = _widened(row, step)
            width += step
        shift = dy * stride
        if shift < flat.size:
            result[shift:] |= row[: flat.size - shift]
            if dy > 0:
                result[:-shift] |= row[shift:]
    return result


def _widened(row: Bytes, step: int) -> Bytes:
    result = row.copy()
    result[step:] |= row[:-step]
    result[:-step] |= row[step:]
    return result
