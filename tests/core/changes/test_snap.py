"""Outlines snapped to the edge that is in the image."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vosgui.core.changes import snap
from vosgui.core.changes.refine import grown, shrunk
from vosgui.core.changes.snap import snapped

HW = (90, 120)


def disc(hw: tuple[int, int] = HW) -> np.ndarray:
    """Return a disc, bool (H, W)."""
    mask = np.zeros(hw, np.uint8)
    cv2.circle(mask, (hw[1] // 2, hw[0] // 2), hw[0] // 3, 1, -1)
    return mask > 0


def scene(inside: np.ndarray, colours: tuple[tuple[int, int, int], ...], noise: int) -> np.ndarray:
    """Return a noisy frame, uint8 (H, W, 3), of two colours."""
    rng = np.random.default_rng(0)
    frame = np.where(inside[..., None], *(np.array(c) for c in colours)).astype(int)
    return np.clip(frame + rng.integers(-noise, noise + 1, frame.shape), 0, 255).astype(np.uint8)


def wrong(one: np.ndarray, other: np.ndarray) -> int:
    return int((one != other).sum())


@pytest.mark.parametrize("px", [1, 3])
@pytest.mark.parametrize("change", [grown, shrunk])
def test_an_outline_beside_an_edge_goes_to_it(change: object, px: int) -> None:
    truth = disc()
    frame = scene(truth, ((180, 60, 50), (70, 110, 60)), 25)
    off = change(truth, px)  # type: ignore[operator]
    found = snapped(off, px + 1, frame)
    assert wrong(found, truth) < 0.15 * wrong(off, truth)


def test_no_pixel_farther_away_changes() -> None:
    truth = disc()
    frame = scene(truth, ((180, 60, 50), (70, 110, 60)), 10)
    off = grown(truth, 6)
    found = snapped(off, 3, frame)
    assert not (found & ~off).any() and found[shrunk(off, 4)].all()
    assert np.array_equal(found, snapped(off, 3, frame)), "the same each time"


def test_without_an_edge_the_outline_stays() -> None:
    off = disc()
    frame = scene(off, ((90, 90, 90), (90, 90, 90)), 30)
    assert wrong(snapped(off, 4, frame), off) < 0.2 * (grown(off, 2) & ~shrunk(off, 2)).sum()
    flat = np.full((*HW, 3), 128, np.uint8)
    assert np.array_equal(snapped(off, 4, flat), off)


def test_colours_need_to_differ_near_the_outline_alone() -> None:
    """The ground goes from one colour to the other across the frame: none is the object's."""
    truth = disc()
    shade = np.linspace(0, 150, HW[1])[None, :, None]
    frame = np.clip(scene(truth, ((90, 60, 40), (40, 60, 90)), 8) + shade, 0, 255)
    off = grown(truth, 3)
    assert wrong(snapped(off, 4, frame.astype(np.uint8)), truth) < 0.2 * wrong(off, truth)


def test_a_large_object_is_found_tile_by_tile_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = disc((300, 420))
    frame = scene(truth, ((180, 60, 50), (70, 110, 60)), 40)
    off = grown(truth, 3)
    whole = snapped(off, 4, frame)
    monkeypatch.setattr(snap, "_TILE", 64)
    assert np.array_equal(snapped(off, 4, frame), whole)


@given(arrays(bool, (12, 15)), arrays(np.uint8, (12, 15, 3)), st.integers(1, 6))
def test_any_mask_on_any_frame_keeps_its_size_and_its_input(
    pixels: np.ndarray, frame: np.ndarray, px: int
) -> None:
    before = pixels.copy()
    found = snapped(pixels, px, frame)
    assert found.shape == pixels.shape and found.dtype == bool
    assert np.array_equal(pixels, before)
