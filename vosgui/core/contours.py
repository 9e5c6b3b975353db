"""The boundaries of many objects at once, and which of their pixels lie close to each other.

An object's truth and prediction are cut out to their common box, and up to four such pairs lie over
one another as the bit planes of one small byte image, so that one `|` works on eight masks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # y0, x0, y1, x1; y1 and x1 lie outside

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

    box : where the cut-out lies; it starts one pixel up and left of the object where the frame
        allows, since that is where the boundary lies.
    pred, truth : bool (h, w).
    """

    box: Box
    pred: Bools
    truth: Bools

    @classmethod
    def all_of(cls, pred: Bytes, truth: Bytes, ids: Sequence[int]) -> dict[int, ObjectPair]:
        """Return the pair of each id that either mask holds, by its place in `ids`."""
        anything = np.zeros(_padded(truth.shape), dtype=np.uint8)
        np.bitwise_or(pred, truth, out=anything[:, : truth.shape[1]])
        region = _box_of(anything)
        if region is None:
            return {}
        y0, x0, y1, x1 = region
        x1 = min(x1, truth.shape[1])
        pred, truth = pred[y0:y1, x0:x1], truth[y0:y1, x0:x1]
        held = np.zeros(_padded(truth.shape), dtype=np.bool_)
        inside = held[:, : truth.shape[1]]
        pairs = {}
        for i, value in enumerate(ids):
            in_pred, in_truth = pred == value, truth == value
            np.bitwise_or(in_pred, in_truth, out=inside)
            box = _box_of(held.view(np.uint8))
            if box is not None:
                v0, u0, v1, u1 = box
                cut = (slice(v0, v1), slice(u0, u1))
                place = (y0 + v0, x0 + u0, y0 + v1, min(x0 + u1, x1))
                pairs[i] = cls(place, in_pred[cut], in_truth[cut])
        return pairs

    @property
    def n_pred(self) -> int:
        """Return the area of the prediction in pixels."""
        return int(np.count_nonzero(self.pred))

    @property
    def n_truth(self) -> int:
        """Return the area of the truth in pixels."""
        return int(np.count_nonzero(self.truth))

    @property
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
        at = np.flatnonzero(boundary)
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


def _padded(hw: tuple[int, ...]) -> tuple[int, int]:
    """Return the shape whose rows are whole bytes of bits."""
    return hw[0], -(-hw[1] // 8) * 8


def _box_of(image: Bytes) -> Box | None:
    """Return a box around the nonzero pixels, a pixel more up and left where there is one.

    Its sides lie on multiples of eight columns: packed, the search costs a third.
    image : uint8 (H, W), W a multiple of 8.
    """
    packed = np.packbits(image).reshape(image.shape[0], -1)
    columns = np.flatnonzero(np.bitwise_or.reduce(packed, axis=0))
    if columns.size == 0:
        return None
    rows = np.flatnonzero(np.bitwise_or.reduce(packed, axis=1))
    y0, x0 = max(int(rows[0]) - 1, 0), max(int(columns[0]) * 8 - 1, 0)
    return y0, x0, int(rows[-1]) + 1, int(columns[-1]) * 8 + 8


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
    both = pair.pred.view(np.uint8) << 4
    both |= pair.truth.view(np.uint8)
    both <<= i
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
