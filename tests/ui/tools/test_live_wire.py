"""The live-wire, with the mouse and keys of a person on the whole window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.core.test_live_wire import CENTRE, RADIUS, a_disk
from tests.ui.mouse import double_click
from tests.ui.windows import at, click, let_tools_end, open_clip
from vosgui.ui.main_window import MainWindow

Key, Left, Right = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
# On the edge of the disk: left, top, right, bottom.
ANCHORS = [(70, 120), (150, 40), (230, 120), (150, 200)]


@pytest.fixture
def wired(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return a window on a clip of a disk, the live-wire in hand."""
    folder = tmp_path / "disk"
    folder.mkdir()
    for t in range(2):
        Image.fromarray(a_disk()).save(folder / f"{t:05d}.png")
    open_clip(qtbot, empty_window, folder)
    empty_window.canvas.setFocus()
    qtbot.keyClick(empty_window.canvas, Key.Key_L)
    return empty_window


def covered(qtbot: QtBot, window: MainWindow) -> float:
    """Wait for the outline to be filled; return the J of it and the disk."""
    qtbot.waitUntil(lambda: not window.tools.current.active)
    rows, columns = np.indices((240, 300))
    disk = (columns - CENTRE[0]) ** 2 + (rows - CENTRE[1]) ** 2 <= RADIUS**2
    found = window.session.annotation.mask(0) == 1
    return float((found & disk).sum() / (found | disk).sum())


@pytest.mark.parametrize("how", ["enter", "first point", "double click"])
def test_four_clicks_outline_a_disk(qtbot: QtBot, wired: MainWindow, how: str) -> None:
    for anchor in ANCHORS[: 3 if how == "double click" else 4]:
        click(qtbot, wired, *anchor)  # faster than edges are found: they are waited for
    if how == "enter":
        qtbot.keyClick(wired.canvas, Key.Key_Return)
    elif how == "first point":
        click(qtbot, wired, *ANCHORS[0])
    else:
        double_click(wired.canvas, at(wired, *ANCHORS[-1]))
    assert covered(qtbot, wired) > 0.95, "the square between the anchors has 0.64"
    assert wired.session.history.undo_label == "Live-wire"


def test_backspace_takes_an_anchor_back_and_escape_all(qtbot: QtBot, wired: MainWindow) -> None:
    for anchor in [*ANCHORS[:2], (20, 20)]:
        click(qtbot, wired, *anchor)
    qtbot.keyClick(wired.canvas, Key.Key_Backspace)
    for anchor in ANCHORS[2:]:
        click(qtbot, wired, *anchor)
    qtbot.keyClick(wired.canvas, Key.Key_Return)
    assert covered(qtbot, wired) > 0.95
    label = wired.session.history.undo_label
    for anchor in ANCHORS:
        click(qtbot, wired, *anchor)
    qtbot.keyClick(wired.canvas, Key.Key_Escape)
    let_tools_end(qtbot, wired)
    wired.session.undo()
    assert label == "Live-wire" and not wired.session.annotation.frames_with_mask()


def test_the_right_button_cuts_the_inside_away(qtbot: QtBot, wired: MainWindow) -> None:
    for anchor in ANCHORS:
        click(qtbot, wired, *anchor)
    qtbot.keyClick(wired.canvas, Key.Key_Return)
    assert covered(qtbot, wired) > 0.95
    for anchor in ANCHORS:
        click(qtbot, wired, *anchor, Right)
    qtbot.keyClick(wired.canvas, Key.Key_Return)
    assert covered(qtbot, wired) < 0.05
    assert wired.session.history.undo_label == "Cut out live-wire"


def test_the_wire_is_drawn_along_the_edge(qtbot: QtBot, wired: MainWindow) -> None:
    click(qtbot, wired, *ANCHORS[0])
    let_tools_end(qtbot, wired)
    qtbot.mouseMove(wired.canvas, at(wired, *ANCHORS[1]))
    extent = wired.tools.current.extent(wired.canvas.view.viewport, None)
    bulge = wired.canvas.view.viewport.to_screen(93, 63)  # on the arc, far from the chord
    assert extent.contains(bulge)
    outline = wired.tools.current._outline() + wired.tools.current._wire
    away = np.hypot(*(np.array(outline) - CENTRE).T) - RADIUS
    assert np.abs(away).max() < 5
