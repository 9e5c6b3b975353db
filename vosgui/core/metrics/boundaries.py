"""The boundaries of many objects at once, and which of their pixels lie close to each other.

An object's truth and prediction are cut out to their common box, and up to four such pairs, of one
frame or several, lie over one another as the bit planes of one small byte image, so that one `|`
works on eight masks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # y0, x0, y1, x1; y1 and x1 lie outside

PAIRS_AT_ONCE = 4  # of two bits each in a byte
_STEP = 4  # rows and columns between the pixels in which objects are looked for
_IDS_PER_BYTE = 8
# (256, 8): which bits a byte has, as float64, of which numpy multiplies matrices fast
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little") * 1.0


class ObjectPair(NamedTuple):
    """One object's predicted and true mask, cut out to the box around both.

    pred, truth : bool (h, w).
    n_pred, n_truth, n_both : their areas and the one that they share, in pixels.
    """

    box: Box
    pred: Bools
    truth: Bools
    n_pred: int
    n_truth: int
    n_both: int

    @property
    def equal(self) -> bool:
        """Return whether both masks are the same."""
        return self.n_pred == self.n_truth == self.n_both


class Hits(NamedTuple):
    """How many boundary pixels two masks have, and how many lie near the other's boundary."""

    found_pred: int
    n_pred: int
    found_truth: int
    n_truth: int


def object_pairs(
    pred: Bytes, truth: Bytes, ids: Sequence[int], near: Mapping[int, Box] | None = None
) -> dict[int, ObjectPair]:
    """Return the pair of each id that either mask holds, by its place in `ids`.

    pred, truth : uint8 (H, W), object ids. ids : each once.
    near : by id, where to look first, such as around the boxes of the frame before.
    """
    hinted = {i: near[one] for i, one in enumerate(ids) if one in near} if near else {}
    pairs = _cut_out(pred, truth, ids, hinted)
    # Whether these boxes have told all, the areas say.
    untold = _untold(pred, truth, pairs)
    if any(untold):
        # A few pixels say where the objects are; they may still stick out.
        boxes = _united(hinted, _likely_boxes(pred, truth, ids))
        pairs = _cut_out(pred, truth, ids, boxes)
        untold = _untold(pred, truth, pairs)
        missed: dict[int, Box] = {}
        if untold[0]:
            found = [(pair.box, pair.pred) for pair in pairs.values()]
            missed = _boxes_of_rest(pred, found, ids)
        if untold[1]:
            found = [(pair.box, pair.truth) for pair in pairs.values()]
            missed = _united(missed, _boxes_of_rest(truth, found, ids))
        whole = _united({i: pair.box for i, pair in pairs.items()}, missed)
        pairs |= _cut_out(pred, truth, ids, {i: whole[i] for i in missed})
    return pairs


def contour_hits(pairs: Sequence[ObjectPair], hw: tuple[int, int], radius: int) -> list[Hits]:
    """Return for each pair how many boundary pixels lie within `radius` of the other boundary.

    pairs : 1 to `PAIRS_AT_ONCE`; of one frame or several. hw : size of the frames.
    radius : pixels, at least 1; a disk of x² + y² <= radius², as the published code dilates with.
    """
    boundary, stride = _boundaries(pairs, hw, radius)
    reached = _dilated(boundary, stride, radius)
    (at,) = (boundary != 0).nonzero()  # of bools: five times as fast as of bytes
    there, near = boundary[at], reached[at]
    # Bits 0-3 are truths, bits 4-7 the predictions: each asks for the other's neighbourhood.
    found = there & ((near >> 4) | (near << 4))
    counts = np.stack([np.bincount(bits, minlength=256) for bits in (there, found)])
    n, n_found = (counts @ _BITS).astype(int).tolist()
    return [Hits(n_found[i + 4], n[i + 4], n_found[i], n[i]) for i in range(len(pairs))]


def _cut_out(
    pred: Bytes, truth: Bytes, ids: Sequence[int], boxes: Mapping[int, Box]
) -> dict[int, ObjectPair]:
    """Return what is of each object in its box, cut out to where it is; nothing without a pixel."""
    pairs = {}
    for i, (y0, x0, y1, x1) in boxes.items():
        p, t = pred[y0:y1, x0:x1] == ids[i], truth[y0:y1, x0:x1] == ids[i]
        as_bytes = [one.view(np.uint8) for one in (p, t, p | t)]
        x, y, w, h = cv2.boundingRect(as_bytes[2])
        if w == 0:
            continue
        n_pred, n_truth, n_either = (cv2.countNonZero(one) for one in as_bytes)
        n_both = n_pred + n_truth - n_either
        box = (y0 + y, x0 + x, y0 + y + h, x0 + x + w)
        p, t = p[y : y + h, x : x + w], t[y : y + h, x : x + w]
        pairs[i] = ObjectPair(box, p, t, n_pred, n_truth, n_both)
    return pairs


def _untold(pred: Bytes, truth: Bytes, pairs: Mapping[int, ObjectPair]) -> tuple[bool, bool]:
    """Return of each mask whether it has pixels that none of the pairs has."""
    n_pred = sum(pair.n_pred for pair in pairs.values())
    n_truth = sum(pair.n_truth for pair in pairs.values())
    return n_pred < cv2.countNonZero(pred), n_truth < cv2.countNonZero(truth)


def _likely_boxes(pred: Bytes, truth: Bytes, ids: Sequence[int]) -> dict[int, Box]:
    """Return a box for each id that one in so many pixels shows, by its place in `ids`.

    The box reaches to the next pixels that were looked at; an object may still stick out of it.
    """
    height, width = pred.shape
    samples = np.stack([pred[::_STEP, ::_STEP], truth[::_STEP, ::_STEP]])
    boxes = {}
    left = sorted(range(len(ids)), key=lambda i: ids[i])
    while left:
        lowest = ids[left[0]]
        together = [i for i in left if ids[i] < lowest + _IDS_PER_BYTE]
        left = left[len(together) :]
        # A bit for each of eight ids; all others, which wrap to 8 and more, are shifted out.
        seen = np.bitwise_or(*(np.uint8(1) << (samples - np.uint8(lowest))))
        rows, columns = np.bitwise_or.reduce(seen, axis=1), np.bitwise_or.reduce(seen, axis=0)
        for i in together:
            bit = np.uint8(1 << (ids[i] - lowest))
            (y,), (x,) = (rows & bit).nonzero(), (columns & bit).nonzero()
            if y.size:
                boxes[i] = (
                    max(int(y[0] - 1) * _STEP, 0),
                    max(int(x[0] - 1) * _STEP, 0),
                    min(int(y[-1] + 1) * _STEP, height),
                    min(int(x[-1] + 1) * _STEP, width),
                )
    return boxes


def _boxes_of_rest(
    mask: Bytes, found: Sequence[tuple[Box, Bools]], ids: Sequence[int]
) -> dict[int, Box]:
    """Return the box of each id in what remains of a mask without the pixels that were found."""
    rest = mask.copy()
    for (y0, x0, y1, x1), pixels in found:
        rest[y0:y1, x0:x1] *= ~pixels
    (at,) = (rest.reshape(-1) != 0).nonzero()
    values = rest.reshape(-1)[at]
    places = {object_id: i for i, object_id in enumerate(ids)}
    boxes = {}
    for object_id in places.keys() & np.bincount(values).nonzero()[0].tolist():
        y, x = np.divmod(at[values == object_id], mask.shape[1])
        boxes[places[object_id]] = (int(y[0]), int(x.min()), int(y[-1]) + 1, int(x.max()) + 1)
    return boxes


def _united(some: dict[int, Box], others: dict[int, Box]) -> dict[int, Box]:
    """Return the box around both boxes of each id, or the one that there is."""
    united = some | others
    for i in some.keys() & others.keys():
        a, b = some[i], others[i]
        united[i] = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return united


def around(box: Box, hw: tuple[int, int], margin: int) -> Box:
    """Return a box with a margin, within the frame."""
    y0, x0, y1, x1 = box
    h, w = hw
    return max(y0 - margin, 0), max(x0 - margin, 0), min(y1 + margin, h), min(x1 + margin, w)


def _boundaries(pairs: Sequence[ObjectPair], hw: tuple[int, int], radius: int) -> tuple[Bytes, int]:
    """Return the boundaries of up to four pairs as bit planes, flat, and the length of a row.

    A pixel is boundary where it differs from its right, lower or lower right neighbour; beyond the
    frame the last row and column go on (davis2017-evaluation, `_seg2bmap`). A boundary may lie one
    pixel up and left of its object: boxes are laid down at (1, 1). Rows end in `radius` zeros, so
    that a shift by as many columns never reaches into another row.
    """
    height = max(pair.truth.shape[0] for pair in pairs) + 2
    stride = max(pair.truth.shape[1] for pair in pairs) + 1 + radius
    planes = np.zeros((height, stride), dtype=np.uint8)
    for i, pair in enumerate(pairs):
        _lay_down(planes, pair, i, hw)
    flat = planes.reshape(-1)
    boundary = np.zeros_like(flat)
    here, result = flat[: -stride - 1], boundary[: -stride - 1]
    below = flat[:-stride] ^ flat[stride:]
    np.bitwise_xor(here, flat[1:-stride], out=result)
    result |= below[:-1]
    result |= below[1:]  # like its right neighbour, but not like the one below that
    image = boundary.reshape(height, stride)
    image[:, -1] = 0  # its right neighbour is the next row
    for i, pair in enumerate(pairs):
        _clear_outside(image, pair.box, i, hw)
    return boundary, stride


def _lay_down(planes: Bytes, pair: ObjectPair, i: int, hw: tuple[int, int]) -> None:
    """Draw a pair into bits `i` and `i + 4`, its last row and column once more at the frame's."""
    y0, x0, y1, x1 = pair.box
    h, w = y1 - y0, x1 - x0
    # Multiplied, not shifted: numpy has vector instructions for one of the two.
    both = pair.pred.view(np.uint8) * np.uint8(16 << i)
    both |= pair.truth.view(np.uint8) * np.uint8(1 << i)
    planes[1 : h + 1, 1 : w + 1] |= both
    at_bottom, at_right = y1 == hw[0], x1 == hw[1]
    if at_bottom:
        planes[h + 1, 1 : w + 1] |= both[-1]
    if at_right:
        planes[1 : h + 1, w + 1] |= both[:, -1]
    if at_bottom and at_right:
        planes[h + 1, w + 1] |= both[-1, -1]


def _clear_outside(image: Bytes, box: Box, i: int, hw: tuple[int, int]) -> None:
    """Take out of bits `i` and `i + 4` the rows and columns around a box beyond the frame."""
    y0, x0, y1, x1 = box
    keep = np.uint8(0xFF ^ (0x11 << i))
    if y0 == 0:
        image[0] &= keep
    if x0 == 0:
        image[:, 0] &= keep
    if y1 == hw[0]:
        image[y1 - y0 + 1] &= keep
    if x1 == hw[1]:
        image[:, x1 - x0 + 1] &= keep


def _dilated(flat: Bytes, stride: int, radius: int) -> Bytes:
    """Return the union of the planes moved to every place of a disk, bit by bit.

    The disk is a stack of rows; taken from its ends to its middle they only grow longer. What is
    kept of a row is the union of a pixel and those before it, so that one `|` makes it longer, by
    up to its own length; it is moved to its middle together with its place in the stack.
    """
    result = np.zeros_like(flat)
    row, length = flat, 1
    for dy in range(radius, -1, -1):
        half_width = math.isqrt(radius * radius - dy * dy)
        while length < 2 * half_width + 1:
            step = min(length, 2 * half_width + 1 - length)
            longer = np.empty_like(row)
            longer[:step] = row[:step]
            np.bitwise_or(row[step:], row[:-step], out=longer[step:])
            row, length = longer, length + step
        for shift in {half_width - dy * stride, half_width + dy * stride}:
            if abs(shift) < flat.size:
                result[max(-shift, 0) : flat.size - max(shift, 0)] |= row[
                    max(shift, 0) : flat.size + min(shift, 0)
                ]
    return result
