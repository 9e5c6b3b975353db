"""Runs between keyframes in the whole window: both sides, saved as they are shown, one edit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.killed_child import said_until_killed
from tests.ui.windows import (
    N_FRAMES,
    make_clip,
    open_clip,
    paint_again,
    paint_square,
    propagated,
    tiny_model,
)
from vosgui.core.annotation import Annotation
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


def n_origins(annotation: Annotation, object_id: int) -> list[int]:
    """Return from how many keyframes each frame of an object comes."""
    origin = annotation.track(object_id)["origin"]
    return [int(n) for n in (origin >= 0).sum(axis=1)]


def choose_reach(window: MainWindow, name: str) -> None:
    box = window.run_panel.reach
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


@pytest.fixture
def long_window(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return a window on a clip that a bidirectional run takes some time on."""
    open_clip(qtbot, empty_window, make_clip(tmp_path / "long", n_frames=44))
    return empty_window


def test_it_fills_from_both_sides_and_is_one_edit(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.settings.run.model = str(tiny_model(tmp_path / "tiny"))
    object_id = paint_square(window, 3)
    paint_again(window, object_id, 12)
    before = [window.session.annotation.packed(t) for t in (3, 12)]
    with qtbot.waitSignal(window.runs.ended) as heard:
        qtbot.keyClick(window.canvas, Key.Key_F, CTRL | SHIFT)
        qtbot.waitUntil(lambda: window.runs.is_bidirectional)  # it is timed before
    assert heard.args == [True]
    expected = [1] * 3 + [0] + [2] * 8 + [0] + [1] * (N_FRAMES - 13)
    assert n_origins(window.session.annotation, object_id) == expected
    assert [window.session.annotation.packed(t) for t in (3, 12)] == before, "given is given"
    assert window.runs.model_used == "tiny"
    assert window.session.history.undo_label == "Propagate between keyframes"
    assert window.status.currentMessage() == f"Done: {N_FRAMES - 2} frames."
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert propagated(window.session, object_id) == []
    assert [window.session.annotation.packed(t) for t in (3, 12)] == before


def test_the_button_fills_the_gap_around_the_frame_shown_alone(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window, 3)
    for t in (8, 12):
        paint_again(window, object_id, t)
    choose_reach(window, "keyframe")
    window.session.go_to(10)
    buttons = window.run_panel.findChildren(QToolButton)
    (button,) = (b for b in buttons if b.defaultAction() is window.actions_["run_bidirectional"])
    assert "Ctrl+Shift+F" in button.toolTip()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert propagated(window.session, object_id) == [9, 10, 11]
    window.session.go_to(15)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F, CTRL | SHIFT)
    assert "no keyframe on one side of frame 15" in window.message.label.text()


def test_locked_and_unticked_objects_stay_as_they_are(qtbot: QtBot, window: MainWindow) -> None:
    first, second = paint_square(window, 0), paint_square(window, 2)
    paint_again(window, first, 6)
    qtbot.keyClick(window.canvas, Key.Key_L, SHIFT)
    assert window.session.annotation.locked == {second}
    locked = window.session.annotation.mask(2) == second
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F, CTRL | SHIFT)
    assert propagated(window.session, second) == []
    assert propagated(window.session, first)
    assert np.array_equal(window.session.annotation.mask(2) == second, locked)


def test_a_lock_in_the_middle_counts_from_the_next_frame(
    qtbot: QtBot, long_window: MainWindow
) -> None:
    window = long_window
    window.canvas.setFocus()
    first, second = paint_square(window, 0), paint_square(window, 20)
    paint_again(window, first, 40)
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClick(window.canvas, Key.Key_F, CTRL | SHIFT)
    qtbot.keyClick(window.canvas, Key.Key_L, SHIFT)
    assert window.session.annotation.locked == {second}
    kept = propagated(window.session, second)
    masks = {t: window.session.annotation.mask(t) == second for t in range(44)}
    with qtbot.waitSignal(window.runs.ended) as heard:
        pass
    assert heard.args == [True]
    assert propagated(window.session, second) == kept
    for t, mask in masks.items():
        assert np.array_equal(window.session.annotation.mask(t) == second, mask), t
    assert len(propagated(window.session, first)) == 42
    for _ in range(2):  # the lock, which came last, then the run
        qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert propagated(window.session, first) == []


def test_escape_keeps_what_came_and_one_undo_takes_it_back(
    qtbot: QtBot, long_window: MainWindow
) -> None:
    window = long_window
    window.canvas.setFocus()
    object_id = paint_square(window, 0)
    paint_again(window, object_id, 40)

    def has_blended() -> bool:
        return 2 in n_origins(window.session.annotation, object_id)

    qtbot.keyClick(window.canvas, Key.Key_F, CTRL | SHIFT)
    qtbot.waitUntil(has_blended)
    with qtbot.waitSignal(window.runs.ended) as heard:
        qtbot.keyClick(window.canvas, Key.Key_Escape)
    assert heard.args == [False]
    found = n_origins(window.session.annotation, object_id)
    n_blended = found.count(2)
    assert found[:41] == [0] + [2] * n_blended + [1] * (39 - n_blended) + [0]
    assert 0 < n_blended < 39
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert propagated(window.session, object_id) == []


def test_what_was_shown_is_there_after_a_kill(qtbot: QtBot, long_window: MainWindow) -> None:
    window = long_window
    object_id = paint_square(window, 0)
    paint_again(window, object_id, 40)
    assert window.opener.project is not None
    path = window.opener.project.path
    window.close()
    said = said_until_killed("tests.ui.runs.run_until_killed", path, 5, ending=" 2")
    shown = {int(t): int(n) for t, n in said}  # frame to the number of its origins
    with Project.open(path) as project:
        history = project.history(project.clips[0].id)
        kept = dict(enumerate(n_origins(history.annotation, object_id)))
        assert all(kept[t] >= n for t, n in shown.items()), "nothing was shown that is lost"
        assert sum(kept[t] != shown.get(t, 0) for t in kept) <= 1, "but for one being shown"
        assert history.undo_label == "Propagate between keyframes"
        history.undo()
        assert history.annotation.frames_with_mask() == (0, 40)
        history.redo()
        assert dict(enumerate(n_origins(history.annotation, object_id))) == kept
