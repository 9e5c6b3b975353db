"""COCO's run lengths: what a file may hold, checked, as pycocotools wants it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from vosgui.core.mask import Pixels
from vosgui.errors import ShapeError
from vosgui.files.json_lines import JsonPath, line_of
from vosgui.files.loose_json import Loose, in_words

Rle = dict[str, Any]  # "size": [H, W], "counts": bytes, as pycocotools takes and gives it
Polygons = Sequence[Sequence[float]]


class StoredRle(msgspec.Struct):
    """Run lengths as a JSON file has them: compressed text, or a list of lengths.

    Where the file leaves out the size, it is that of the clip.
    """

    size: list[int] = []
    counts: str | list[int] = ""


Segmentation = StoredRle | list[Any] | str | None  # a list is of polygons, text of run lengths
# A mask as the file has it, decoded when it is drawn: as values, it takes ten times as much.
MaskText = msgspec.Raw
NO_MASK = msgspec.Raw(b"null")

_MORE, _SIGN, _BITS, _MOST_GROUPS = 0x20, 0x10, 5, 7
_SHORT = 400  # characters that Python reads sooner than numpy is called
_SEGMENTATION: Loose[Segmentation] = Loose(Segmentation)  # type: ignore[arg-type]
_MISSING = (b"null", b"[]", b"{}", b'""')


def checked_rle(size: Sequence[int], counts: str | Sequence[int]) -> Rle:
    """Return a mask's run lengths compressed, after a check that they fill its size exactly.

    size : height and width. counts : compressed text, or lengths column by column, zeros first.
    Raises ValueError for anything else: pycocotools reads past the end of broken ones.
    """
    height, width = _checked_size(size)
    lengths = _checked_runs((height, width), counts)
    if isinstance(counts, str):
        return {"size": [height, width], "counts": counts.encode("ascii")}
    plain = {"size": [height, width], "counts": [int(n) for n in lengths]}
    rle: Rle = coco.frPyObjects(plain, height, width)
    return rle


def _checked_runs(hw: tuple[int, int], counts: str | Sequence[int]) -> Sequence[int]:
    """Return run lengths; raise ValueError where they do not fill the size exactly."""
    lengths: Sequence[int]
    if isinstance(counts, str):
        lengths = short_runs(counts) if len(counts) < _SHORT else runs(counts).tolist()
    else:
        lengths = counts
    if not lengths or min(lengths) < 0 or sum(lengths) != hw[0] * hw[1]:
        raise ValueError(f"its run lengths do not fill {hw[1]}x{hw[0]} pixels")
    return lengths


def segmentation_of(text: MaskText) -> Segmentation:
    """Return the mask that a text has; raise ValueError where it is none."""
    try:
        return _SEGMENTATION.decode(text)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise ValueError(f"its segmentation is no mask: {in_words(problem)}") from problem


def rle_of(said: Segmentation | MaskText, hw: tuple[int, int]) -> Rle | None:
    """Return a mask as a JSON file has it as run lengths, None where it has none.

    Raises ValueError for broken run lengths or polygons, and for those of another size.
    """
    segmentation = segmentation_of(said) if isinstance(said, msgspec.Raw) else said
    if segmentation is None or isinstance(segmentation, list):
        return polygons_as_rle(flat_polygons(segmentation or []), hw)
    stored = _stored(segmentation, hw)
    return checked_rle(*stored) if stored is not None else None


def drawn_of(
    said: Segmentation | MaskText, hw: tuple[int, int], of: str, file: Path, place: JsonPath = ()
) -> Pixels | None:
    """Return the pixels of a mask as a JSON file has it, bool (H, W); None where it has none.

    of : whose mask it is, in words. place : in the file, for the line of a message.
    Raises ShapeError for broken run lengths or polygons, for those of another size, and for
    polygons beyond the frame: run lengths alone can say that an object is not there.
    """
    try:
        return _drawn_of(said, hw)
    except ValueError as problem:
        text = f"the mask of {of} cannot be drawn: {problem}"
        line = line_of(file, place) if place else None
        raise ShapeError(text, file=str(file), line=line) from problem


def _drawn_of(said: Segmentation | MaskText, hw: tuple[int, int]) -> Pixels | None:
    segmentation = segmentation_of(said) if isinstance(said, msgspec.Raw) else said
    if segmentation is None or isinstance(segmentation, list):
        rle = polygons_as_rle(flat_polygons(segmentation or []), hw)
        pixels = None if rle is None else pixels_of(rle)
        if pixels is not None and not pixels.any():
            raise ValueError("no pixel of the frame is in it")
        return pixels
    stored = _stored(segmentation, hw)
    if stored is None:
        return None
    height, width = _checked_size(stored[0])
    lengths = _checked_runs((height, width), stored[1])
    flat = np.zeros(height * width, bool)  # column by column
    ends = list(accumulate(lengths))
    for start, end in zip(ends[::2], ends[1::2], strict=False):
        flat[start:end] = True
    return flat.reshape(width, height).T


def _stored(
    segmentation: StoredRle | str, hw: tuple[int, int]
) -> tuple[Sequence[int], str | list[int]] | None:
    """Return the size and the counts of run lengths; None of a mask that is missing."""
    size: Sequence[int] = hw
    counts: str | list[int]
    if isinstance(segmentation, StoredRle):
        size, counts = segmentation.size or hw, segmentation.counts
    else:
        counts = segmentation
    if not counts:
        return None
    if tuple(size) != hw:
        raise ValueError(f"its mask is of size {list(size)}, its clip of {list(hw)}")
    return size, counts


def is_missing(text: MaskText) -> bool:
    """Return whether a file says in one way or another that there is no mask."""
    said = bytes(text)
    if said in _MISSING:
        return True
    if len(said) > _SHORT:
        return False
    try:
        segmentation = segmentation_of(text)
    except ValueError:
        return False  # it is said when it is drawn
    if isinstance(segmentation, StoredRle):
        return not segmentation.counts
    return not segmentation


def flat_polygons(said: Sequence[Any]) -> list[Sequence[float]]:
    """Return the polygons x0 y0 x1 y1 ... of what a JSON file has as such.

    That is a list of them, as COCO has it, one of them alone, or points as pairs in place of
    coordinates in a row. Raises ValueError for anything else.
    """
    if not said:
        return []
    if all(isinstance(one, float | int) for one in said):
        return [said]
    if not all(isinstance(one, list) for one in said):
        raise ValueError("its segmentation is neither polygons nor run lengths")
    if len(said) > 2 and all(_is_point(one) for one in said):
        return [[value for point in said for value in point]]
    polygons: list[Sequence[float]] = []
    for one in said:
        if all(isinstance(value, float | int) for value in one):
            polygons.append(one)
        elif all(isinstance(point, list) for point in one):
            points = [point[0] if len(point) == 1 else point for point in one]  # OpenCV's contours
            if not all(_is_point(point) for point in points):
                raise ValueError("a polygon is not a list of points x0, y0, x1, y1, ...")
            polygons.append([value for point in points for value in point])
        else:
            raise ValueError("a polygon is not a list of points x0, y0, x1, y1, ...")
    return polygons


def _is_point(value: Any) -> bool:
    is_pair = isinstance(value, list) and len(value) == 2
    return is_pair and all(isinstance(one, float | int) for one in value)


def pixels_of(rle: Rle) -> Pixels:
    """Return the pixels of run lengths, bool (H, W)."""
    return np.asarray(coco.decode(rle), bool)


def polygons_as_rle(polygons: Polygons, hw: tuple[int, int]) -> Rle | None:
    """Return the union of polygons x0 y0 x1 y1 ..., as COCO's tools draw it; None of none.

    Polygons of fewer than three points are left out.
    Raises ValueError for an odd number of coordinates or one that is not finite.
    """
    height, width = _checked_size(hw)
    usable = []
    for polygon in polygons:
        if len(polygon) % 2 or not np.isfinite(polygon).all():
            raise ValueError("a polygon is not a list of points x0, y0, x1, y1, ...")
        if len(polygon) >= 6:
            usable.append([min(max(float(v), -1e5), 1e5) for v in polygon])
    if not usable:
        return None
    rle: Rle = coco.merge(coco.frPyObjects(usable, height, width))
    return rle


def short_runs(counts: str) -> list[int]:
    """Return what `runs` does, sooner for a short text."""
    lengths: list[int] = []
    value = shift = 0
    for character in counts:
        code = ord(character) - 48
        if not 0 <= code < 64:
            raise ValueError("its run lengths are not compressed text of COCO")
        value |= (code & (_MORE - 1)) << shift
        shift += _BITS
        if code & _MORE:
            continue
        if shift > _BITS * _MOST_GROUPS:
            raise ValueError("a run length is too large")
        if code & _SIGN:
            value -= 1 << shift
        lengths.append(value + lengths[-2] if len(lengths) > 2 else value)
        value = shift = 0
    if shift:
        raise ValueError("its run lengths are not compressed text of COCO")
    return lengths


def runs(counts: str) -> npt.NDArray[np.int64]:
    """Return the run lengths of a compressed text, int64 (N,).

    From the third on a length is stored as its difference to the last but one, in groups of five
    bits, lowest first; bit 5 of a character says that more follow, bit 4 of the last is the sign.
    Raises ValueError for characters outside 48-111 and for a text that ends within a number.
    """
    try:
        code = np.frombuffer(counts.encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError as error:
        raise ValueError("its run lengths are not ASCII text") from error
    if code.size == 0:
        return code
    last = (code & _MORE) == 0
    if ((code < 0) | (code > 63)).any() or not last[-1]:
        raise ValueError("its run lengths are not compressed text of COCO")
    ends = np.flatnonzero(last)
    starts = np.append(0, ends[:-1] + 1)
    places = np.arange(code.size) - np.repeat(starts, ends - starts + 1)
    if places.max() >= _MOST_GROUPS:
        raise ValueError("a run length is too large")
    values = np.add.reduceat((code & (_MORE - 1)) << (_BITS * places), starts)
    negative = (code[ends] & _SIGN) != 0
    values -= negative * (np.int64(1) << (_BITS * (places[ends] + 1)))
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def _checked_size(size: Sequence[int]) -> tuple[int, int]:
    if len(size) != 2 or not all(0 < side < 1 << 15 for side in size):
        raise ValueError(f"its size {list(size)} is not a height and a width")
    return int(size[0]), int(size[1])
