"""Masks of the frames before and after, shown over the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.ui.windows import SQUARE, at, paint_again, paint_square
from vosgui.core import edits
from vosgui.core.changes.over_frames import absent_over
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.canvas.onion_skin import nearest_frame
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.view import OnionSkin

Key = Qt.Key


def _pixels(canvas: Canvas) -> npt.NDArray[np.int64]:
    """Return what the canvas shows, (height, width, 3) BGR."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return found[..., :3].astype(np.int64)


def _shown(qtbot: QtBot, window: MainWindow, t: int) -> None:
    if window.session.t != t:
        with qtbot.waitSignal(window.session.frame_loaded):
            window.session.go_to(t)


def _changed(window: MainWindow, skin: OnionSkin) -> npt.NDArray[np.bool_]:
    """Return which image pixels look otherwise with the onion skin than without, bool (H, W)."""
    session, canvas = window.session, window.canvas
    session.set_view(onion=False)
    before = _pixels(canvas)
    session.set_view(onion=True, onion_skin=skin)
    differs = (_pixels(canvas) != before).any(axis=-1)
    session.set_view(onion=False)
    height, width = session.annotation.hw
    found = np.zeros((height, width), bool)
    for y in range(height):
        for x in range(width):
            one, other = at(window, x, y), at(window, x + 1, y + 1)
            found[y, x] = differs[one.y() : other.y(), one.x() : other.x()].any()
    return found


def test_a_frame_without_a_mask_shows_where_the_object_was_and_goes(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window, 0)
    paint_again(window, object_id, 12)
    _shown(qtbot, window, 6)
    before = _changed(window, OnionSkin(after=False, fills=True, strength=1.0))
    after = _changed(window, OnionSkin(before=False, fills=True, strength=1.0))
    inner = slice(SQUARE.y + 2, SQUARE.y + SQUARE.h - 2)
    assert before[inner, SQUARE.x + 2 : SQUARE.x + SQUARE.w - 2].all()
    assert not before[:, SQUARE.x + SQUARE.w + 2 :].any()
    assert after[inner, SQUARE.x + 14 : SQUARE.x + 12 + SQUARE.w - 2].any()
    assert not after[:, : SQUARE.x + 10].any()
    contours = _changed(window, OnionSkin(after=False))
    assert contours[SQUARE.y, SQUARE.x + 8] and not contours[SQUARE.y + 8, SQUARE.x + 8]


def test_each_object_comes_from_its_own_nearest_frame(window: MainWindow) -> None:
    one, other = paint_square(window, 2), paint_square(window, 0)
    annotation = window.session.annotation
    assert nearest_frame(annotation, one, 5, "before") == 2
    assert nearest_frame(annotation, other, 5, "before") == 0
    assert nearest_frame(annotation, other, 0, "before") is None
    assert nearest_frame(annotation, one, 0, "after") == 2
    assert nearest_frame(annotation, one, 2, "after") is None


def test_frames_without_a_pixel_of_it_are_gone_past(window: MainWindow) -> None:
    object_id = paint_square(window, 0)
    session = window.session
    session.apply("Absent", absent_over(session.annotation, object_id, range(3, 5)))
    paint_again(window, object_id, 6)
    for t in (6,):  # erased by hand: given, and yet without a pixel
        box = replace(SQUARE, x=SQUARE.x + t)
        empty = np.zeros((box.h, box.w), np.uint8)
        session.apply("Erase", edits.paint(session.annotation, t, object_id, box, empty))
    assert nearest_frame(session.annotation, object_id, 9, "before") == 0


@pytest.mark.parametrize("how", ["hidden object", "hidden masks", "switched off"])
def test_nothing_is_shown_of_what_is_hidden(qtbot: QtBot, window: MainWindow, how: str) -> None:
    paint_square(window, 0)
    _shown(qtbot, window, 5)
    qtbot.keyClick(window.canvas, Key.Key_S)
    assert window.session.view.onion
    seen = _pixels(window.canvas)
    if how == "hidden object":
        qtbot.keyClick(window.canvas, Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    elif how == "hidden masks":
        qtbot.keyPress(window.canvas, Key.Key_H)
    else:
        qtbot.keyClick(window.canvas, Key.Key_S)
    bare = _pixels(window.canvas)
    assert (bare != seen).any()
    window.session.set_view(onion=False)
    assert (_pixels(window.canvas) == bare).all()


def test_an_edit_of_the_frame_before_is_seen_at_once(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window, 0)
    _shown(qtbot, window, 5)
    window.session.set_view(onion=True)
    seen = _pixels(window.canvas)
    paint_again(window, object_id, 4)
    assert (_pixels(window.canvas) != seen).any()
    window.session.undo()
    assert (_pixels(window.canvas) == seen).all()
