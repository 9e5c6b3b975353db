"""Masks from elsewhere come as drawn by hand, in one change; what they do not know stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.changes.replace_masks import take_masks
from vosgui.core.history import History
from vosgui.core.mask import Mask
from vosgui.core.track import Source

HW = (8, 10)
N_FRAMES = 6


def square(object_id: int, y: int, x: int, side: int = 3) -> Mask:
    mask = np.zeros(HW, np.uint8)
    mask[y : y + side, x : x + side] = object_id
    return mask


def history(*given: tuple[int, int, Mask], locked: int = 0) -> History:
    """Return an annotation with masks: frame, object, mask."""
    result = History(Annotation(HW, N_FRAMES))
    for t, object_id, mask in given:
        if all(entry.id != object_id for entry in result.annotation.objects):
            entry = replace(edits.new_object(object_id), locked=object_id == locked)
            result.do("Add", edits.set_object(result.annotation, replace(entry, locked=False)))
        result.do("Give", edits.give_mask(result.annotation, t, mask, [object_id]))
    if locked:
        entry = replace(result.annotation.header.object(locked), locked=True)
        result.do("Lock", edits.set_object(result.annotation, entry))
    return result


def test_masks_come_as_one_change_and_go_as_one() -> None:
    here = history((0, 1, square(1, 0, 0)), (4, 1, square(1, 2, 2)))
    other = history((0, 1, square(1, 4, 4)), (0, 2, square(2, 0, 6)), (3, 2, square(2, 1, 1)))
    before = here.annotation.copy()
    assert here.do("Import masks", take_masks(here.annotation, other.annotation))
    now = here.annotation
    np.testing.assert_array_equal(now.mask(0), square(1, 4, 4) + square(2, 0, 6))
    np.testing.assert_array_equal(now.mask(3), square(2, 1, 1))
    np.testing.assert_array_equal(now.mask(4), square(1, 2, 2))
    assert [entry.id for entry in now.objects] == [1, 2]
    assert now.track(2)["source"].tolist() == [1, 0, 0, 1, 0, 0]
    here.undo()
    assert now.header == before.header
    for t in range(N_FRAMES):
        np.testing.assert_array_equal(now.mask(t), before.mask(t))


def test_a_locked_object_keeps_its_pixels() -> None:
    here = history((0, 1, square(1, 0, 0)), locked=1)
    other = history((0, 1, square(1, 4, 4)), (0, 2, square(2, 1, 1)))
    here.do("Import masks", take_masks(here.annotation, other.annotation))
    mask = here.annotation.mask(0)
    np.testing.assert_array_equal(mask == 1, square(1, 0, 0) == 1)
    assert np.count_nonzero(mask == 2) == 9 - 4


def test_what_is_propagated_from_a_mask_that_was_replaced_is_stale() -> None:
    here = history((0, 1, square(1, 0, 0)))
    revision = int(here.annotation.track(1)["revision"][0])
    result = edits.FrameResult(1, square(1, 0, 1), {1: 0.9}, {1: ((0, revision),)})
    here.do("Run", edits.predict(here.annotation, result, frozenset({1})))
    assert not here.annotation.stale(1)[1]
    other = history((0, 1, square(1, 4, 4)))
    here.do("Import masks", take_masks(here.annotation, other.annotation))
    assert here.annotation.stale(1)[1]
    assert here.annotation.track(1)["source"][1] == Source.PROPAGATED
