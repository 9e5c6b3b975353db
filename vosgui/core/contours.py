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

_BLOCK = 8
_IDS_PER_BYTE = 8
_BAND_BYTES = 1 << 16
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
        pairs = {}
        for i, box in enumerate(_boxes(pred, truth, ids)):
            if box is not None:
                y0, x0, y1, x1 = box
                cut = (slice(y0, y1), slice(x0, x1))
                pair = cls(box, pred[cut] == ids[i], truth[cut] == ids[i])
                if pair.n_pred or pair.n_truth:  # else it was the bit of an id not asked for
                    pairs[i] = pair
        return pairs

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


def _boxes(pred: Bytes, truth: Bytes, ids: Sequence[int]) -> list[Box | None]:
    """Return for each id a box that holds it in both masks, or None where neither has it.

    Boxes lie on blocks of 8 x 8 pixels, and go one pixel further up and left where the frame
    allows, for the boundary lies there.
    """
    boxes: list[Box | None] = []
    for start in range(0, len(ids), _IDS_PER_BYTE):
        some = ids[start : start + _IDS_PER_BYTE]
        for bits, as_bits in _bits_of(some):
            blocks = _or_of_blocks(truth, as_bits)
            blocks |= _or_of_blocks(pred, as_bits)
            # Bits that no id asked for has mean other ids, whose bits may pass for one of these.
            if not int(np.bitwise_or.reduce(blocks, axis=None)) & ~sum(bits):
                break
        boxes += [_box_of(blocks & np.uint8(bit), truth.shape) for bit in bits]
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


def _or_of_blocks(mask: Bytes, as_bits: Callable[[Bytes], Bytes]) -> Bytes:
    """Return the OR of each block of 8 x 8 pixels, uint8 (H / 8, W / 8) rounded up."""
    height, width = mask.shape
    rows = np.zeros((-(-height // _BLOCK), -(-width // _BLOCK) * _BLOCK), dtype=np.uint8)
    # In bands: memory of this size is handed out again and again, a whole frame's is mapped anew.
    band = max(_BAND_BYTES // (_BLOCK * width), 1)
    for r in range(0, len(rows), band):
        part = as_bits(mask[r * _BLOCK : (r + band) * _BLOCK])
        n = len(part) // _BLOCK
        whole = part[: n * _BLOCK].reshape(n, _BLOCK, width)
        np.bitwise_or.reduce(whole, axis=1, out=rows[r : r + n, :width])
        if len(part) % _BLOCK:
            np.bitwise_or.reduce(part[n * _BLOCK :], axis=0, out=rows[r + n, :width])
    words = rows.view(np.uint64)  # eight columns a word: folded, its lowest byte has their OR
    for shift in (32, 16, 8):
        words |= words >> np.uint64(shift)
    return words.astype(np.uint8)


def _box_of(blocks: Bytes, hw: tuple[int, ...]) -> Box | None:
    rows, columns = np.flatnonzero(blocks.any(axis=1)), np.flatnonzero(blocks.any(axis=0))
    if rows.size == 0:
        return None
    return (
        max(int(rows[0]) * _BLOCK - 1, 0),
        max(int(columns[0]) * _BLOCK - 1, 0),
        min(int(rows[-1] + 1) * _BLOCK, hw[0]),
        min(int(columns[-1] + 1) * _BLOCK, hw[1]),
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
