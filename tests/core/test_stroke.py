"""A stroke in progress: the painting rules, and a mask that changes beneath it."""

from __future__ import annotations

import numpy as np

from vosgui.core.mask import Box, Mask
from vosgui.core.stroke import Stroke

BOX = Box(0, 0, 4, 6)
ALL = np.ones((4, 6), bool)


def columns(*ids: int) -> Mask:
    return np.tile(np.array(ids, np.uint8), (4, 1))


def test_only_background_is_painted_unless_asked() -> None:
    mask = columns(0, 1, 2, 3, 0, 0)
    stroke = Stroke(mask, 1, frozenset({3}))
    stroke.cover(BOX, ALL)
    assert np.array_equal(stroke.mask, columns(1, 1, 2, 3, 1, 1))
    over = Stroke(mask, 1, frozenset({3}), over_others=True)
    over.cover(BOX, ALL)
    assert np.array_equal(over.mask, columns(1, 1, 1, 3, 1, 1))
    assert np.array_equal(mask, columns(0, 1, 2, 3, 0, 0))


def test_erasing_takes_only_the_objects_own_pixels() -> None:
    stroke = Stroke(columns(0, 1, 2, 3, 1, 1), 1, frozenset({3}), over_others=True, erases=True)
    stroke.cover(BOX, ALL)
    assert np.array_equal(stroke.mask, columns(0, 0, 2, 3, 0, 0))


def test_a_locked_object_is_neither_painted_nor_erased() -> None:
    mask = columns(0, 1, 1, 0, 0, 0)
    for erases in (False, True):
        stroke = Stroke(mask, 1, frozenset({1}), erases=erases)
        stroke.cover(BOX, ALL)
        assert np.array_equal(stroke.mask, mask)


def test_the_box_grows_around_all_that_was_covered() -> None:
    stroke = Stroke(columns(0, 0, 0, 0, 0, 0), 1, frozenset())
    stroke.cover(Box(0, 1, 1, 1), ALL[:1, :1])
    stroke.cover(Box(2, 4, 2, 1), ALL[:2, :1])
    assert stroke.box == Box(0, 1, 4, 4)


def test_a_stroke_moves_on_to_a_mask_that_changed_beneath_it() -> None:
    stroke = Stroke(columns(0, 0, 0, 0, 0, 0), 1, frozenset())
    stroke.cover(Box(0, 0, 4, 3), ALL[:, :3])
    stroke.rebase(columns(0, 0, 2, 2, 0, 0))
    assert np.array_equal(stroke.mask, columns(1, 1, 2, 2, 0, 0))
