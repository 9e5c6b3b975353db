"""Refined masks: what each way does to pixels, and what the edit leaves alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.changes.refine import WAYS, filled, grown, refine, shrunk, smoothed, without_specks
from vosgui.core.mask import Box
from vosgui.core.track import Source

HW = (30, 40)


def square(top: int, left: int, side: int) -> np.ndarray:
    pixels = np.zeros(HW, bool)
    pixels[top : top + side, left : left + side] = True
    return pixels


def test_growing_and_shrinking_move_an_edge_by_so_many_pixels() -> None:
    small = square(10, 10, 6)
    big = grown(small, 2)
    assert big[12, 8] and not big[12, 7]
    assert np.array_equal(shrunk(square(10, 10, 8), 1), square(11, 11, 6))
    assert shrunk(np.ones(HW, bool), 3).all(), "the frame's edge is no edge of the object"


def test_smoothing_takes_a_bump_and_fills_a_notch() -> None:
    pixels = square(8, 8, 14)
    pixels[7, 14] = True
    pixels[8, 18] = False
    smooth = smoothed(pixels, 2)
    assert not smooth[7, 14] and smooth[8, 18] and smooth[15, 15]


def test_small_holes_are_filled_and_large_ones_and_bays_are_not() -> None:
    pixels = square(2, 2, 24)
    pixels[5:7, 5:7] = False  # 4 pixels
    pixels[12:18, 12:18] = False  # 36
    pixels[2, 20] = False  # open to the outside
    found = filled(pixels, 4)
    assert found[5:7, 5:7].all()
    assert not found[12:18, 12:18].any() and not found[2, 20]


def test_specks_go_and_the_largest_piece_stays() -> None:
    pixels = square(2, 2, 5) | square(20, 20, 2)
    assert np.array_equal(without_specks(pixels, 3), square(2, 2, 5))
    assert np.array_equal(without_specks(pixels, 20), square(2, 2, 5)), "something is left"


@given(arrays(bool, HW), st.sampled_from(list(WAYS)), st.integers(1, 6))
def test_every_way_keeps_the_size_and_its_input(pixels: np.ndarray, way: str, px: int) -> None:
    before = pixels.copy()
    found = WAYS[way](pixels, px)
    assert found.shape == HW and found.dtype == bool
    assert np.array_equal(pixels, before)


@pytest.fixture
def annotation() -> Annotation:
    """Return three frames of two objects side by side, given in frame 0, by a run in frame 1."""
    made = Annotation(HW, 3)
    for object_id in (1, 2):
        made.apply(edits.set_object(made, edits.new_object(object_id)))
        after = np.full((8, 8), object_id, np.uint8)
        made.apply(edits.paint(made, 0, object_id, Box(10, 2 + 8 * object_id, 8, 8), after))
    result = edits.FrameResult(1, made.mask(0), {1: 0.9}, {1: ((0, 1),)})
    made.apply(edits.predict(made, result, frozenset({1})))
    return made


def test_a_mask_grows_over_background_alone(annotation: Annotation) -> None:
    before = annotation.mask(0).copy()
    annotation.apply(refine(annotation, 1, 0, "Grow", 2, by_hand=True))
    after = annotation.mask(0)
    assert (after == 1).sum() > (before == 1).sum()
    assert np.array_equal(after == 2, before == 2)


def test_a_refined_mask_counts_as_drawn_by_hand_where_that_is_said(annotation: Annotation) -> None:
    for by_hand, source in ((False, Source.PROPAGATED), (True, Source.CORRECTED)):
        part = refine(annotation, 1, 1, "Shrink", 1, by_hand=by_hand)
        annotation.apply(part)
        assert annotation.track(1)["source"][1] == source
    revision = annotation.track(1)["revision"][0]
    annotation.apply(refine(annotation, 1, 0, "Shrink", 1, by_hand=False))
    assert annotation.track(1)["revision"][0] > revision, "what came from it is stale"


def test_nothing_is_changed_of_a_locked_or_missing_mask(annotation: Annotation) -> None:
    assert refine(annotation, 1, 2, "Grow", 2, by_hand=True) == Part()
    entry = replace(annotation.header.object(1), locked=True)
    annotation.apply(edits.set_object(annotation, entry))
    assert refine(annotation, 1, 0, "Grow", 2, by_hand=True) == Part()
