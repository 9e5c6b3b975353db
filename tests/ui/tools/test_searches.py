"""Wand and box, with the mouse of a person on the whole window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import at, click, let_tools_end, open_clip
from vosgui.core import edits
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


def wait(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until what is looked for is found."""
    tool = window.tools.current
    assert isinstance(tool, SearchTool)
    qtbot.waitUntil(lambda: not tool.active)


def press(qtbot: QtBot, window: MainWindow, x: float, y: float, button: Qt.MouseButton) -> None:
    click(qtbot, window, x, y, button)
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
    let_tools_end(qtbot, coloured)
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
    qtbot.mouseRelease(canvas, Left, pos=at(coloured, 45, 50))
    assert coloured.session.annotation.frames_with_mask() == (0,), "it is let go in another frame"


def dragged(
    qtbot: QtBot, window: MainWindow, start: tuple[float, float], end: tuple[float, float]
) -> None:
    canvas, (first, last) = window.canvas, (at(window, *start), at(window, *end))
    qtbot.mousePress(canvas, Left, pos=first)
    for step in range(1, 5):
        qtbot.mouseMove(canvas, first + (last - first) * step / 4)
    qtbot.mouseRelease(canvas, Left, pos=last)
    wait(qtbot, window)


def with_shape(window: MainWindow) -> None:
    """Give the object the shape."""
    annotation = window.session.annotation
    window.session.apply("Add", edits.set_object(annotation, edits.new_object(1)))
    part = edits.give_mask(annotation, 0, shape().astype(np.uint8), [1])
    window.session.apply("Paint", part)
    window.session.select_object(1)


def test_a_mask_is_moved_and_scaled(qtbot: QtBot, coloured: MainWindow) -> None:
    with_shape(coloured)
    qtbot.keyClick(coloured.canvas, Key.Key_M)
    dragged(qtbot, coloured, (60, 50), (80, 40))
    expected = np.roll(shape(), (-10, 20), (0, 1))
    assert np.array_equal(masked(coloured), expected)
    assert coloured.session.history.undo_label == "Move"
    coloured.session.undo()
    assert np.array_equal(masked(coloured), shape())
    dragged(qtbot, coloured, (100, 80), (115, 92.5))  # half as far again from the middle
    rows, columns = np.nonzero(masked(coloured))
    assert abs(len(rows) / shape().sum() - 1.5**2) < 0.1
    assert abs(rows.mean() - 54.5) < 1 and abs(columns.mean() - 69.5) < 1


def test_a_mask_that_is_not_there_is_not_moved_and_a_press_alone_changes_nothing(
    qtbot: QtBot, coloured: MainWindow
) -> None:
    said: list[str] = []
    coloured.canvas.surface.message.connect(said.append)
    qtbot.keyClick(coloured.canvas, Key.Key_M)
    dragged(qtbot, coloured, (60, 50), (80, 40))
    assert "no mask" in said[-1]
    with_shape(coloured)
    qtbot.keyClick(coloured.canvas, Key.Key_M)
    label = coloured.session.history.undo_label
    press(qtbot, coloured, 60, 50, Left)
    assert coloured.session.history.undo_label == label


def test_a_run_waits_for_what_is_looked_for(qtbot: QtBot, coloured: MainWindow) -> None:
    canvas = coloured.canvas
    qtbot.keyClick(canvas, Key.Key_K)
    qtbot.mousePress(canvas, Left, pos=at(coloured, 32, 22))
    qtbot.mouseMove(canvas, at(coloured, 108, 88))
    qtbot.mouseRelease(canvas, Left, pos=at(coloured, 108, 88))
    with qtbot.waitSignal(coloured.runs.ended):
        qtbot.keyClick(canvas, Key.Key_F)
    assert coloured.session.annotation.frames_with_mask() == (0, 1, 2)
