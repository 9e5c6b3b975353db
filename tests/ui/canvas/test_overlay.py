"""The overlay: each screen pixel shows the object under it, part by part as all at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from vosgui.core.mask import Mask
from vosgui.ui.canvas.overlay import HALO, Overlay, Style, render
from vosgui.ui.tools.viewport import Viewport

RED, BLUE = (255, 0, 0), (0, 0, 255)
SIZE = (90, 70)  # width, height


def a_mask() -> Mask:
    mask = np.zeros((20, 30), np.uint8)
    mask[4:12, 5:15] = 1
    mask[10:18, 12:28] = 2
    mask[6:8, 8:10] = 0
    return mask


def drawn(mask: Mask, style: Style, viewport: Viewport) -> np.ndarray:
    out = np.empty((SIZE[1], SIZE[0]), np.uint32)
    render(mask, style, style.table(), viewport, QRect(0, 0, *SIZE), out)
    return out


def both(**changes: object) -> Style:
    return Style(((1, RED), (2, BLUE)), **changes)  # type: ignore[arg-type]


def test_one_to_one_the_fill_is_the_mask_in_its_colours() -> None:
    out = drawn(a_mask(), both(opacity=0.5), Viewport(1, 3, 2))
    shown = out[2:22, 3:33]
    alpha = shown >> 24
    inner = np.zeros((20, 30), bool)
    inner[5:10, 6:12] = True  # well inside the first object
    inner[5:9, 7:11] = False
    assert (alpha[inner] == 128).all()
    assert (shown[inner] & 0xFF == 0).all()  # no blue
    assert (alpha[a_mask() == 0] == 0).all()
    assert (alpha[a_mask() > 0] >= 128).all()
    out[2:22, 3:33] = 0
    assert not out.any()


def test_the_outline_runs_along_the_objects_edge_also_around_holes() -> None:
    out = drawn(a_mask(), both(outline_only=True), Viewport(1, 0, 0))[:20, :30]
    assert out[4, 5] == 0xFFFF0000
    assert out[8, 8] == 0xFFFF0000  # beside the hole
    assert out[17, 20] == 0xFF0000FF
    assert out[14, 20] == 0  # inside: no fill


def test_at_the_frames_edge_there_is_no_outline() -> None:
    mask = np.ones((20, 30), np.uint8)
    assert not drawn(mask, both(outline_only=True), Viewport(2, 5, 5)).any()


def test_hidden_objects_and_hidden_masks_show_nothing() -> None:
    assert not drawn(a_mask(), Style(), Viewport(1, 0, 0)).any()
    out = drawn(a_mask(), Style(((2, BLUE),)), Viewport(1, 0, 0))
    assert out[15, 20]
    assert not out[:10, :12].any()


def test_the_current_object_has_a_thicker_outline_and_a_halo() -> None:
    plain = drawn(a_mask(), both(outline_only=True), Viewport(2, 0, 0))
    current = drawn(a_mask(), both(outline_only=True, current=1), Viewport(2, 0, 0))
    assert (current == 0xFFFF0000).sum() > 1.5 * (plain == 0xFFFF0000).sum()
    assert (current == HALO).any()
    assert not (plain == HALO).any()


def test_a_stale_object_is_hatched_and_its_outline_dashed() -> None:
    fresh = drawn(a_mask(), both(), Viewport(3, 0, 0))
    stale = drawn(a_mask(), both(stale=frozenset({2})), Viewport(3, 0, 0))
    assert np.array_equal(fresh[:30, :33], stale[:30, :33])  # the first object
    inside = stale[36:50, 45:80]
    assert len(np.unique(inside)) == 2
    assert len(np.unique(fresh[36:50, 45:80])) == 1
    blue = 0xFF0000FF
    assert (fresh[53, 39:81] == blue).all()  # along the bottom edge
    assert 0.2 < (stale[53, 39:81] == blue).mean() < 0.8


@settings(deadline=None)
@given(
    st.sampled_from([0.37, 1.0, 1.6, 4.0]),
    st.integers(-40, 60),
    st.integers(-40, 40),
    st.integers(0, 80),
    st.integers(0, 60),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_a_part_drawn_anew_is_as_if_all_were(
    scale: float, x: int, y: int, left: int, top: int, width: int, height: int
) -> None:
    style = both(current=1, stale=frozenset({2}))
    viewport = Viewport(scale, x, y)
    overlay = Overlay()
    mask = a_mask()
    rect = QRect(left, top, width, height)
    overlay.image(mask, style, viewport, SIZE)
    overlay.pixels[top : top + height, left : left + width] = 7
    overlay.invalidate(rect)
    overlay.image(mask, style, viewport, SIZE)
    assert np.array_equal(overlay.pixels, drawn(mask, style, viewport))


@pytest.mark.parametrize("change", ["mask", "style", "viewport", "size"])
def test_a_picture_is_made_anew_when_what_it_shows_changes(change: str) -> None:
    overlay = Overlay()
    mask, style, viewport, size = a_mask(), both(), Viewport(1, 0, 0), SIZE
    overlay.image(mask, style, viewport, size)
    overlay.pixels[...] = 7
    overlay.image(mask, style, viewport, size)
    assert (overlay.pixels == 7).all()
    if change == "mask":
        mask = mask.copy()
    elif change == "style":
        style = both(opacity=0.7)
    elif change == "viewport":
        viewport = Viewport(1, 1, 0)
    else:
        size = (80, 60)
    overlay.image(mask, style, viewport, size)
    assert not (overlay.pixels == 7).any()
