"""Masks made larger, smaller or smoother, rid of holes or of specks, or snapped to edges."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation, MaskPatch, Part
from vosgui.core.changes import snap
from vosgui.core.clip import Frame
from vosgui.core.edits import drawn_anew
from vosgui.core.mask import Box, Mask, Pixels, box_of, pack
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


# in words: the way, which looks at the mask alone
WAYS: dict[str, Callable[[Pixels, int], Pixels]] = {
    "Grow": grown,
    "Shrink": shrunk,
    "Smooth": smoothed,
    "Fill holes": filled,
    "Drop specks": without_specks,
}
SNAP = "Snap to the image's edge"  # the way that looks at the frame, too
_MARGIN = 2  # pixels around what a way may reach


def refined(mask: Mask, object_id: int, way: str, px: int, frame: Frame | None) -> tuple[Box, Mask]:
    """Return the box in which the mask of a frame, uint8 (H, W), becomes another, and that one.

    The object takes background alone. Where nothing changes, the box is empty.
    way : one of WAYS, or SNAP. frame : uint8 (H, W, 3), which SNAP looks at
    """
    own = mask == object_id
    box = box_of(own)
    if not box:
        return box, mask[box.slices]
    far = (snap.reach(px) if way == SNAP else px) + _MARGIN
    top, left = max(box.y - far, 0), max(box.x - far, 0)
    around = np.s_[top : box.y + box.h + far, left : box.x + box.w + far]
    before, here = mask[around], np.ascontiguousarray(own[around])
    if way == SNAP:
        assert frame is not None
        wanted = snap.snapped(here, px, frame[around])
    else:
        wanted = WAYS[way](here, px)
    after = np.where(here, np.uint8(0), before)
    after[wanted & (here | (before == 0))] = object_id
    changed = box_of(before != after)
    return changed.moved(top, left) if changed else changed, after[changed.slices]


def refine(
    annotation: Annotation,
    object_id: int,
    t: int,
    way: str,
    px: int,
    frame: Frame | None = None,
    *,
    by_hand: bool,
) -> Part:
    """Return the change by which an object's mask in frame t becomes another one.

    A locked object does not change. frame : as `refined` takes it.
    by_hand : the mask counts as drawn by hand then, also where a run drew it
    """
    if object_id in annotation.header.locked_in(t) or object_id not in annotation.ids(t):
        return Part()
    mask = annotation.mask(t)
    box, after = refined(mask, object_id, way, px, frame)
    if not box:
        return Part()
    patch = MaskPatch(t, box.y, box.x, pack(mask[box.slices]), pack(after))
    counts = by_hand or bool(is_given(annotation.track(object_id)[t : t + 1])[0])
    return Part((patch,), (drawn_anew(annotation, t, object_id),) if counts else ())


def _disk(px: int) -> npt.NDArray[np.uint8]:
    return np.asarray(
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1)), np.uint8
    )
