"""Refining masks, with the keys and the mouse of a person on the whole window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import SQUARE, click, on_long_clip, paint_again, paint_square
from vosgui.core import edits
from vosgui.core.changes.refine import SNAP
from vosgui.core.changes.refine import refine as refined_by_hand
from vosgui.ui.dialogs.refine_dialog import RefinePanel
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.job import Progressed

Key, Left = Qt.Key, Qt.MouseButton.LeftButton


def refine(qtbot: QtBot, window: MainWindow, way: str, px: int, scope: int) -> None:
    """Refine the current object's masks, and wait until it is done in its thread."""
    ask_to_refine(qtbot, window, way, px, scope)
    qtbot.waitUntil(lambda: not window.editing.job.is_running)


def ask_to_refine(qtbot: QtBot, window: MainWindow, way: str, px: int, scope: int) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Key.Key_R)
    dialog = window.findChild(RefinePanel)
    assert dialog is not None
    dialog.way.setCurrentText(way)
    dialog.px.setValue(px)
    dialog.scope.setCurrentIndex(scope)
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Left)


@pytest.mark.parametrize(("scope", "frames"), [(0, {0}), (1, {0}), (2, {0, 3}), (3, {0, 3, 9})])
def test_masks_are_refined_here_in_the_range_or_everywhere_as_one_edit(
    qtbot: QtBot, window: MainWindow, scope: int, frames: set[int]
) -> None:
    session = window.session
    paint_square(window)
    for t in (3, 9):
        paint_again(window, 1, t)
    session.set_range(range(5))
    before = {t: session.annotation.mask(t).copy() for t in (0, 3, 9)}
    refine(qtbot, window, "Grow", 2, scope)
    changed = {t for t in before if not np.array_equal(before[t], session.annotation.mask(t))}
    assert changed == frames
    assert (session.annotation.mask(0) == 1).sum() > (before[0] == 1).sum()
    session.undo()
    assert all(np.array_equal(before[t], session.annotation.mask(t)) for t in before)


def test_what_cannot_be_refined_says_why(qtbot: QtBot, window: MainWindow) -> None:
    said: list[str] = []
    window.session.said.connect(said.append)
    paint_square(window)
    refine(qtbot, window, "Fill holes", 2, 0)
    assert "nothing" in said[-1]
    window.commands.toggle("locked")
    refine(qtbot, window, "Grow", 2, 0)
    assert "locked" in said[-1]


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow) -> RefinePanel:
    """Return the panel over a frame whose mask is the square, a pixel too large on each side."""
    session = window.session
    paint_square(window)
    session.apply("Grow", refined_by_hand(session.annotation, 1, 0, "Grow", 2, by_hand=True))
    qtbot.keyClick(window.canvas, Key.Key_R)
    found = window.findChild(RefinePanel)
    assert found is not None
    return found


def shown(window: MainWindow) -> np.ndarray:
    """Return what the canvas shows of object 1, bool (H, W)."""
    mask = window.canvas.surface.mask
    assert mask is not None
    return mask == 1


def test_what_is_chosen_is_seen_before_it_is_an_edit(
    qtbot: QtBot, window: MainWindow, panel: RefinePanel
) -> None:
    session = window.session
    before = session.annotation.mask(0) == 1
    panel.way.setCurrentText("Shrink")
    qtbot.waitUntil(lambda: shown(window).sum() < before.sum())
    assert np.array_equal(session.annotation.mask(0) == 1, before), "nothing is changed yet"
    assert "0 pixels more" in panel.change.text()
    few = shown(window).sum()
    panel.px.setValue(4)
    qtbot.waitUntil(lambda: shown(window).sum() < few)
    qtbot.mouseClick(panel.previews, Left, pos=QPoint(8, panel.previews.height() // 2))
    qtbot.waitUntil(lambda: np.array_equal(shown(window), before))
    with qtbot.waitSignal(panel.destroyed):
        qtbot.keyClick(panel, Key.Key_Escape)
    assert np.array_equal(session.annotation.mask(0) == 1, before)


def test_the_edit_is_what_was_shown(qtbot: QtBot, window: MainWindow, panel: RefinePanel) -> None:
    session = window.session
    before = session.annotation.mask(0) == 1
    panel.px.setValue(3)
    panel.way.setCurrentText(SNAP)
    with qtbot.waitSignal(panel.job.ended):
        pass
    qtbot.waitUntil(lambda: not panel.job.is_running and "pixels more" in panel.change.text())
    seen = shown(window)
    assert not np.array_equal(seen, before)
    with qtbot.waitSignal(session.annotation_changed):
        qtbot.keyClick(panel, Key.Key_Return)
    assert np.array_equal(session.annotation.mask(0) == 1, seen)
    truth = np.zeros(seen.shape, bool)
    truth[SQUARE.slices] = True
    assert (seen != truth).sum() < (before != truth).sum() / 4, "the square's own edge is found"
    session.undo()
    assert np.array_equal(session.annotation.mask(0) == 1, before)


def test_a_stroke_takes_the_preview_away_and_is_shown_with_the_next_one(
    qtbot: QtBot, window: MainWindow, panel: RefinePanel
) -> None:
    session = window.session
    panel.way.setCurrentText("Shrink")
    before = session.annotation.mask(0) == 1
    qtbot.waitUntil(lambda: shown(window).sum() < before.sum())
    window.tools.select("brush")
    click(qtbot, window, 50, 40)
    painted = session.annotation.mask(0) == 1
    assert painted[before].all(), "what was shown was no edit"
    assert painted[40, 50]
    qtbot.waitUntil(lambda: shown(window).sum() < painted.sum())


def test_another_frame_shows_nothing_of_this_one(
    qtbot: QtBot, window: MainWindow, panel: RefinePanel
) -> None:
    qtbot.waitUntil(lambda: "pixels more" in panel.change.text())
    with qtbot.waitSignal(window.session.frame_loaded):
        window.session.go_to(4)
    assert not shown(window).any()
    qtbot.waitUntil(lambda: panel.change.text() == "Nothing changes here")


def test_it_is_done_in_a_thread_whose_end_can_be_seen_and_that_esc_stops(
    qtbot: QtBot, empty_window: MainWindow, tmp_path_factory: pytest.TempPathFactory
) -> None:
    window = on_long_clip(qtbot, empty_window, tmp_path_factory, 200)
    session, seen = window.session, []
    paint_square(window)
    for t in range(1, 200):
        mask = np.full((SQUARE.h, SQUARE.w), 1, np.uint8)
        session.apply("Brush", edits.paint(session.annotation, t, 1, SQUARE, mask))
    mark, before = session.history.mark, session.annotation.snapshot()

    def stop(progress: Progressed) -> None:
        if not window.editing.job.is_stopping:
            window.activateWindow()  # the panel that asked has gone, maybe just now
            qtbot.keyClick(window.canvas, Key.Key_Escape)
        seen.append(progress)

    window.editing.job.progressed.connect(stop)
    with qtbot.waitSignal(window.editing.job.ended) as ended:
        ask_to_refine(qtbot, window, SNAP, 9, 3)
        assert window.editing.job.is_running, "the window goes on"
    assert ended.args == [False]
    assert seen[0].n_total == 200
    assert session.history.mark == mark
    assert session.annotation.snapshot().tracks.keys() == before.tracks.keys()
    assert "stopped" in window.status.currentMessage()
    window.editing.job.progressed.disconnect(stop)
    refine(qtbot, window, "Smooth", 9, 3)
    assert session.history.undo_label == "Smooth: object 1"
    session.undo()
    assert session.history.mark == mark, "it was one edit"


def test_edges_are_found_in_many_frames_as_one_edit(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    paint_square(window)
    for t in range(3):
        paint_again(window, 1, t)
        session.apply("Grow", refined_by_hand(session.annotation, 1, t, "Grow", 2, by_hand=True))
    before = [(session.annotation.mask(t) == 1).copy() for t in range(3)]
    refine(qtbot, window, SNAP, 3, 3)
    for t, one in enumerate(before):
        truth = np.zeros(one.shape, bool)
        truth[SQUARE.moved(0, t).slices] = True
        found = session.annotation.mask(t) == 1
        assert (found != truth).sum() < (one != truth).sum() / 4
    session.undo()
    assert all(np.array_equal(session.annotation.mask(t) == 1, before[t]) for t in range(3))


def test_what_was_chosen_last_is_chosen_again(
    qtbot: QtBot, window: MainWindow, panel: RefinePanel
) -> None:
    panel.way.setCurrentText("Smooth")
    panel.px.setValue(7)
    with qtbot.waitSignal(panel.destroyed):
        qtbot.keyClick(panel, Key.Key_Escape)
    window.activateWindow()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Key.Key_R)
    again = window.findChild(RefinePanel)
    assert again is not None
    assert (again.way.currentText(), again.px.value()) == ("Smooth", 7)


def test_a_panel_closed_while_it_works_ends_nothing_else(
    qtbot: QtBot, window: MainWindow, panel: RefinePanel
) -> None:
    with qtbot.waitSignal(panel.job.changed):
        panel.way.setCurrentText(SNAP)
    panel.close()
    with qtbot.waitSignal(window.session.frame_loaded):
        window.session.go_to(3)
    assert not window.canvas.surface.stroke and not shown(window).any()
