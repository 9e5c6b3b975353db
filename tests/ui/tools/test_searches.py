"""Wand and box, with the mouse of a person on the whole window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import open_clip
from vosgui.ui.main_window import MainWindow
from vosgui.ui.tools.search import SearchTool
from vosgui.ui.tools.wand import WandTool

Key, Left, Right = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
HW = (120, 160)
SHAPE = (slice(30, 80), slice(40, 100))


@pytest.fixture
def coloured(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return a window on a clip of a shape whose red fades, on a blue ground."""
    folder = tmp_path / "coloured"
    folder.mkdir()
    frame = np.zeros((*HW, 3), np.uint8)
    frame[..., 2] = 200
    frame[SHAPE] = 0
    frame[(*SHAPE, 0)] = np.linspace(250, 190, 60).astype(np.uint8)
    for t in range(3):
        Image.fromarray(frame).save(folder / f"{t:05d}.png")
    open_clip(qtbot, empty_window, folder)
    empty_window.canvas.setFocus()
    return empty_window


def at(window: MainWindow, x: float, y: float) -> QPoint:
    return window.canvas.view.viewport.to_screen(x, y).toPoint()


def wait(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until what is looked for is found."""
    tool = window.tools.current
    assert isinstance(tool, SearchTool)
    qtbot.waitUntil(lambda: not tool.active)


def press(qtbot: QtBot, window: MainWindow, x: float, y: float, button: Qt.MouseButton) -> None:
    qtbot.mouseMove(window.canvas, at(window, x, y))
    qtbot.mouseClick(window.canvas, button, pos=at(window, x, y))
    wait(qtbot, window)


def masked(window: MainWindow, t: int = 0) -> np.ndarray:
    return window.session.annotation.mask(t) == 1


def shape() -> np.ndarray:
    truth = np.zeros(HW, bool)
    truth[SHAPE] = True
    return truth


def test_the_wand_takes_a_region_and_a_drag_more_of_it(qtbot: QtBot, coloured: MainWindow) -> None:
    canvas = coloured.canvas
    qtbot.keyClick(canvas, Key.Key_W)
    press(qtbot, coloured, 45, 50, Left)
    some = masked(coloured)
    assert 0 < some.sum() < shape().sum()
    start = at(coloured, 45, 50)
    qtbot.mousePress(canvas, Left, pos=start)
    for step in range(1, 11):
        qtbot.mouseMove(canvas, start + QPoint(12 * step, 0))
    qtbot.mouseRelease(canvas, Left, pos=start + QPoint(120, 0))
    wait(qtbot, coloured)
    assert np.array_equal(masked(coloured), shape())
    assert coloured.session.history.undo_label == "Wand"
    tool = coloured.tools.current
    assert isinstance(tool, WandTool) and tool.tolerance == 24 + 60, "kept for the next press"
    coloured.session.undo()
    assert np.array_equal(masked(coloured), some), "each press is one edit"


def test_the_wands_right_button_takes_a_region_away(qtbot: QtBot, coloured: MainWindow) -> None:
    qtbot.keyClick(coloured.canvas, Key.Key_W)
    tool = coloured.tools.current
    assert isinstance(tool, WandTool)
    tool.tolerance = 100
    press(qtbot, coloured, 45, 50, Left)
    press(qtbot, coloured, 10, 10, Left)
    assert masked(coloured).all()
    press(qtbot, coloured, 45, 50, Right)
    assert np.array_equal(masked(coloured), ~shape())


def test_a_box_finds_what_stands_out_in_it(qtbot: QtBot, coloured: MainWindow) -> None:
    canvas = coloured.canvas
    qtbot.keyClick(canvas, Key.Key_K)
    qtbot.mousePress(canvas, Left, pos=at(coloured, 108, 88))
    qtbot.mouseMove(canvas, at(coloured, 60, 60))
    qtbot.mouseMove(canvas, at(coloured, 32, 22))
    qtbot.mouseRelease(canvas, Left, pos=at(coloured, 32, 22))
    wait(qtbot, coloured)
    found, truth = masked(coloured), shape()
    assert (found & truth).sum() / (found | truth).sum() > 0.9
    assert coloured.session.history.undo_label == "Box"


@pytest.mark.parametrize("key", [Key.Key_W, Key.Key_K])
def test_escape_drops_what_is_looked_for(qtbot: QtBot, coloured: MainWindow, key: Qt.Key) -> None:
    canvas = coloured.canvas
    qtbot.keyClick(canvas, key)
    qtbot.mousePress(canvas, Left, pos=at(coloured, 35, 25))
    qtbot.mouseMove(canvas, at(coloured, 90, 70))
    qtbot.keyClick(canvas, Key.Key_Escape)
    qtbot.mouseRelease(canvas, Left, pos=at(coloured, 90, 70))
    coloured.canvas.surface.tool_thread.wait()
    qtbot.wait(1)
    assert not coloured.session.annotation.frames_with_mask()
    assert coloured.canvas.surface.mask is not None and not coloured.canvas.surface.mask.any()


def test_what_is_looked_for_lands_in_the_frame_where_it_was_begun(
    qtbot: QtBot, coloured: MainWindow
) -> None:
    canvas = coloured.canvas
    qtbot.keyClick(canvas, Key.Key_W)
    qtbot.mousePress(canvas, Left, pos=at(coloured, 45, 50))
    coloured.session.go_to(2)
    qtbot.waitUntil(lambda: bool(masked(coloured).any()))
    assert coloured.session.annotation.frames_with_mask() == (0,)


def test_a_run_waits_for_what_is_looked_for(qtbot: QtBot, coloured: MainWindow) -> None:
    canvas = coloured.canvas
    qtbot.keyClick(canvas, Key.Key_K)
    qtbot.mousePress(canvas, Left, pos=at(coloured, 32, 22))
    qtbot.mouseMove(canvas, at(coloured, 108, 88))
    qtbot.mouseRelease(canvas, Left, pos=at(coloured, 108, 88))
    with qtbot.waitSignal(coloured.runs.ended, timeout=30_000):
        qtbot.keyClick(canvas, Key.Key_F)
    assert coloured.session.annotation.frames_with_mask() == (0, 1, 2)
