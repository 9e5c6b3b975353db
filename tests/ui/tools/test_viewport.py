"""The viewport maps image points to the screen and back, at any zoom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from vosgui.core.mask import Box
from vosgui.ui.tools.viewport import MAX_SCALE, MIN_SCALE, Viewport

scales = st.floats(MIN_SCALE, MAX_SCALE)
places = st.floats(-5000, 5000)
SIZE = QSizeF(640, 480)
HW = (1080, 1920)


@given(scales, places, places, places, places)
def test_there_and_back(scale: float, x: float, y: float, px: float, py: float) -> None:
    viewport = Viewport(scale, x, y)
    there = viewport.to_screen(*viewport.to_image(QPointF(px, py)))
    assert (there.x(), there.y()) == pytest.approx((px, py), abs=1e-6)


@given(scales, places, places, st.floats(0.001, 1000), places, places)
def test_zooming_keeps_the_point_under_the_cursor(
    scale: float, x: float, y: float, other: float, px: float, py: float
) -> None:
    viewport, at = Viewport(scale, x, y), QPointF(px, py)
    zoomed = viewport.zoomed(other, at)
    assert MIN_SCALE <= zoomed.scale <= MAX_SCALE
    assert zoomed.to_image(at) == pytest.approx(viewport.to_image(at), rel=1e-6, abs=1e-3)


def test_what_is_seen_is_cut_to_the_frame() -> None:
    whole = Viewport.fitting(QSizeF(400, 300), (60, 80)).seen(QSizeF(400, 300), (60, 80))
    assert whole == Box(0, 0, 60, 80)
    near = Viewport(10.0, -200.0, -100.0).seen(QSizeF(105, 95), (60, 80))
    assert near == Box(10, 20, 10, 11)
    assert not Viewport(1.0, 500.0, 0.0).seen(QSizeF(100, 100), (60, 80))


def test_fitting_shows_all_of_the_image_in_the_middle() -> None:
    viewport = Viewport.fitting(SIZE, HW)
    rect = viewport.rect(Box(0, 0, *HW))
    assert rect.left() >= 0
    assert rect.top() >= 0
    assert rect.right() <= SIZE.width()
    assert rect.bottom() <= SIZE.height()
    assert rect.center().x() == pytest.approx(SIZE.width() / 2, abs=1)
    assert rect.center().y() == pytest.approx(SIZE.height() / 2, abs=1)


@given(scales, places, places)
def test_some_of_the_image_is_always_in_view(scale: float, x: float, y: float) -> None:
    rect = Viewport(scale, x * 10, y * 10).kept_in(SIZE, HW).rect(Box(0, 0, *HW))
    assert rect.right() > 0
    assert rect.bottom() > 0
    assert rect.left() < SIZE.width()
    assert rect.top() < SIZE.height()
