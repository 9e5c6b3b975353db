"""Masks made larger, smaller or smoother, or rid of holes or of specks."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation, MaskPatch, Part
from vosgui.core.edits import drawn_anew
from vosgui.core.mask import Pixels, box_of, pack
from vosgui.core.track import is_given


def grown(pixels: Pixels, px: int) -> Pixels:
    """Return pixels, bool (h, w), and all within so many pixels of them."""
    return cv2.dilate(pixels.view(np.uint8), _disk(px)) > 0


def shrunk(pixels: Pixels, px: int) -> Pixels:
    """Return what, bool (h, w), is farther than so many pixels from the outside; no edge is one."""
    return cv2.erode(pixels.view(np.uint8), _disk(px)) > 0


def smoothed(pixels: Pixels, px: int) -> Pixels:
    """Return what most pixels, bool (h, w), are within so many pixels of each."""
    padded = cv2.copyMakeBorder(pixels.view(np.uint8) * 255, px, px, px, px, cv2.BORDER_REPLICATE)
    return cv2.medianBlur(padded, 2 * px + 1)[px:-px, px:-px] > 127


def filled(pixels: Pixels, px: int) -> Pixels:
    """Return pixels, bool (h, w), without holes of less than px times px."""
    holes = ~pixels
    _, labels, stats, _ = cv2.connectedComponentsWithStats(holes.view(np.uint8), connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA]
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    small = areas < px * px
    small[[0, *edge]] = False
    return np.asarray(pixels | small[labels])


def without_specks(pixels: Pixels, px: int) -> Pixels:
    """Return pixels, bool (h, w), without pieces under px times px; the largest one stays."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.view(np.uint8), connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= px * px
    kept[0] = False
    if n > 1:
        kept[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())] = True
    return np.asarray(kept[labels])


# in words: the way
WAYS: dict[str, Callable[[Pixels, int], Pixels]] = {
    "Grow": grown,
    "Shrink": shrunk,
    "Smooth": smoothed,
    "Fill holes": filled,
    "Drop specks": without_specks,
}
_MARGIN = 2  # pixels around what a way may reach


def refine(
    annotation: Annotation, object_id: int, t: int, way: str, px: int, *, by_hand: bool
) -> Part:
    """Return the change by which an object's mask in frame t becomes another one.

    It takes background alone, and a locked object does not change.
    way : one of WAYS. by_hand : the mask counts as drawn by hand then, also where a run drew it
    """
    if object_id in annotation.locked:
        return Part()
    mask = annotation.mask(t)
    own = mask == object_id
    box = box_of(own)
    if not box:
        return Part()
    reach = px + _MARGIN
    rows = slice(max(box.y - reach, 0), box.y + box.h + reach)
    columns = slice(max(box.x - reach, 0), box.x + box.w + reach)
    before, here = mask[rows, columns], own[rows, columns]
    wanted = WAYS[way](np.ascontiguousarray(here), px)
    after = np.where(here, np.uint8(0), before)
    after[wanted & (here | (before == 0))] = object_id
    changed = box_of(before != after)
    if not changed:
        return Part()
    patch = MaskPatch(
        t,
        rows.start + changed.y,
        columns.start + changed.x,
        pack(before[changed.slices]),
        pack(after[changed.slices]),
    )
    counts = by_hand or bool(is_given(annotation.track(object_id)[t : t + 1])[0])
    return Part((patch,), (drawn_anew(annotation, t, object_id),) if counts else ())


def _disk(px: int) -> npt.NDArray[np.uint8]:
    return np.asarray(
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1)), np.uint8
    )
