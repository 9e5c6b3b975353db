"""Objects that come as masks of their own, made into one mask: where they overlap, one wins."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vosgui.core.mask import Mask, Pixels

FIRST_WINS = "Objects overlap; of two the one first in the list kept the pixels."
LAST_WINS = "Objects overlap; of two the one drawn later kept the pixels."


def flattened(
    hw: tuple[int, int], layers: Iterable[tuple[int, Pixels]], *, last_wins: bool = False
) -> tuple[Mask, int]:
    """Return one mask, uint8 (H, W), of objects' pixels, and how many pixels several claimed.

    layers : object ids with bool (H, W), in the order of the objects' list; the first is topmost,
        or with `last_wins` the last.
    """
    mask = np.zeros(hw, np.uint8)
    n_shared = 0
    for object_id, pixels in layers:
        n_shared += int(np.count_nonzero(mask[pixels]))
        mask[pixels if last_wins else pixels & (mask == 0)] = object_id
    return mask, n_shared
