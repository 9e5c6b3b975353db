"""Runs in the whole window: started, watched, stopped, overtaken and taken back by keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, on_long_clip, open_clip, paint_square, propagated
from vosgui.core.track import Source
from vosgui.ui.main_window import MainWindow

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SHIFT, CTRL = Modifier.ShiftModifier, Modifier.ControlModifier


@pytest.fixture
def long_window(
    qtbot: QtBot, empty_window: MainWindow, tmp_path_factory: pytest.TempPathFactory
) -> MainWindow:
    """Return a window on a clip that a run does not finish before a person acts."""
    return on_long_clip(qtbot, empty_window, tmp_path_factory, 44)


def test_a_run_carries_the_object_and_is_one_edit(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    session = window.session
    with qtbot.waitSignal(window.runs.ended) as heard:
        qtbot.keyClick(window.canvas, Key.Key_F)
        assert window.runs.is_running
        assert window.actions_["stop"].isEnabled()
    assert heard.args == [True]
    assert propagated(session, object_id) == list(range(1, N_FRAMES))
    last = session.annotation.mask(N_FRAMES - 1) == object_id
    assert np.flatnonzero(last.any(axis=0)).mean() > 22, "it moved along from 15.5"
    assert session.t == 0, "the run does not move the playhead"
    assert session.history.undo_label == "Propagate forward"
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert propagated(session, object_id) == []
    assert session.annotation.mask(0).any()
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL | SHIFT)
    assert len(propagated(session, object_id)) == N_FRAMES - 1


def test_backward_and_both_ways(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window, 5)
    window.session.go_to(5)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F, SHIFT)
    assert propagated(window.session, object_id) == [0, 1, 2, 3, 4]
    window.session.undo()
    window.session.go_to(5)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F, CTRL)
    assert propagated(window.session, object_id) == [t for t in range(N_FRAMES) if t != 5]


def test_only_ticked_objects_run_and_only_in_the_range(qtbot: QtBot, window: MainWindow) -> None:
    first, second = paint_square(window), paint_square(window, 2)
    window.objects.model.toggle(1, 3)
    window.session.set_range(range(0, 8))
    window.run_panel.reach.setCurrentIndex(1)
    window.run_panel.reach.activated.emit(1)
    window.session.go_to(0)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert propagated(window.session, first) == list(range(1, 8))
    assert propagated(window.session, second) == []


def test_escape_stops_and_keeps_what_there_is(qtbot: QtBot, long_window: MainWindow) -> None:
    window = long_window
    object_id = paint_square(window)
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClick(window.canvas, Key.Key_F)
    with qtbot.waitSignal(window.runs.ended) as heard:
        qtbot.keyClick(window.canvas, Key.Key_Escape)
    assert heard.args == [False]
    done = propagated(window.session, object_id)
    assert done == list(range(1, len(done) + 1))
    assert 0 < len(done) < 43
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert propagated(window.session, object_id) == []


def test_undo_says_why_it_waits_for_a_run(qtbot: QtBot, long_window: MainWindow) -> None:
    window = long_window
    paint_square(window)
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClick(window.canvas, Key.Key_F)
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert window.runs.is_running
    assert "Undo waits for the run: Esc stops it" in window.status.currentMessage()
    qtbot.keyClick(window.canvas, Key.Key_Y, CTRL)
    assert "nothing to redo" in window.status.currentMessage()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_Escape)
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert window.session.annotation.frames_with_mask() == (0,)


def test_typing_and_scrubbing_during_a_run_are_safe(qtbot: QtBot, long_window: MainWindow) -> None:
    window = long_window
    object_id = paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F2)
    editor = window.objects.view.findChild(QLineEdit)
    assert editor is not None
    editor.clear()
    window.actions_["run_forward"].trigger()
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClicks(editor, "fast")
    with qtbot.waitSignal(window.session.objects_changed):
        qtbot.keyClick(editor, Key.Key_Return)
    window.session.go_to(30)
    with qtbot.waitSignal(window.runs.ended) as heard:
        pass
    assert heard.args == [True]
    assert window.session.t == 30
    assert len(propagated(window.session, object_id)) == 43
    assert window.session.annotation.header.object(object_id).name == "fast"
    window.session.undo()
    assert window.session.history.undo_label == "Propagate forward", "the name was the last edit"


def test_the_playhead_follows_where_that_is_ticked(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    window.run_panel.follow.setChecked(True)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.session.t == N_FRAMES - 1


def test_a_run_that_yields_nothing_says_why_and_blocks_nothing(
    qtbot: QtBot, window: MainWindow
) -> None:
    qtbot.keyClick(window.canvas, Key.Key_N, CTRL)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert "no mask in frame 0" in window.message.label.text()
    qtbot.keyClick(window.canvas, Key.Key_Right)
    assert window.session.t == 1
    assert not window.session.history.can_redo
    assert window.session.history.undo_label == "Add object 1"


def test_a_model_that_cannot_be_loaded_offers_the_flow(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    window.settings.run.model = "no such model"
    with qtbot.waitSignal(window.session.offered):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert "no such model" in window.message.label.text()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.mouseClick(window.message.button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert len(propagated(window.session, object_id)) == N_FRAMES - 1
    assert window.settings.run.model == "flow"


def test_reinitialising_marks_the_frame_and_offers_to_continue(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    session = window.session
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    session.go_to(6)
    before = session.annotation.packed(4)
    qtbot.keyClick(window.canvas, Key.Key_I)
    record = session.annotation.track(object_id)[6]
    assert (record["reinitialised"], record["source"]) == (True, Source.CORRECTED)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.mouseClick(window.message.button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert session.annotation.track(object_id)["origin"][10, 0] == 6
    assert session.annotation.packed(4) is before


def test_reinitialising_continues_at_once_where_that_is_ticked(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    window.run_panel.at_once.setChecked(True)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_I)
    assert len(propagated(window.session, object_id)) == N_FRAMES - 1


def test_a_run_says_beforehand_how_long_it_takes_once_that_was_measured(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window)
    assert window.runs.estimate() == (N_FRAMES - 1, None)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    n_frames, seconds = window.runs.estimate()
    assert n_frames == N_FRAMES - 1
    assert seconds is not None
    assert 0 < seconds < 60


def test_a_run_looks_twice_where_that_is_ticked(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "flow"
    flip = window.run_panel.flip
    qtbot.mouseClick(flip, Qt.MouseButton.LeftButton, pos=QPoint(8, flip.height() // 2))
    assert window.settings.run.flip
    assert window.runs.estimate() == (N_FRAMES - 1, None), "its pace is another one"
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "flow (with flip)"
    assert len(propagated(window.session, object_id)) == N_FRAMES - 1


def test_models_and_devices_are_found_and_shown(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.run_panel
    qtbot.waitUntil(lambda: panel.model.findData("s2s-lite") >= 0)
    assert panel.model.currentData() == "flow"
    assert panel.device.findData("cpu") >= 0
    panel.model.setCurrentIndex(panel.model.findData("s2s-lite"))
    with qtbot.waitSignal(panel.status_changed, check_params_cb=lambda text: "s2s-lite" in text):
        panel.model.activated.emit(panel.model.currentIndex())
    assert window.settings.run.model == "s2s-lite"


def test_closing_the_clip_during_a_run_keeps_what_was_shown(
    qtbot: QtBot, long_window: MainWindow
) -> None:
    window = long_window
    object_id = paint_square(window)
    path = window.session.info.path
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClick(window.canvas, Key.Key_F)
    n_shown = len(propagated(window.session, object_id))
    with qtbot.waitSignal(window.runs.ended) as heard:
        window.actions_["close_clip"].trigger()
    assert heard.args == [False]
    assert not window.session.is_open
    open_clip(qtbot, window, path)
    assert len(propagated(window.session, object_id)) == n_shown
    assert window.session.history.undo_label == "Propagate forward"
    window.session.undo()
    assert propagated(window.session, object_id) == []


def test_closing_the_clip_draws_no_list_of_it_on_the_way(
    qtbot: QtBot, long_window: MainWindow
) -> None:
    """Pytest-qt fails a test in which something was raised while a widget was drawn."""
    window = long_window
    paint_square(window)
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClick(window.canvas, Key.Key_F)
    pace = window.runs.pace
    assert pace is not None
    pace.step()  # the bar has news to show when the clip is closed
    window.objects.view.viewport().update()
    with qtbot.waitSignal(window.runs.ended):
        window.actions_["close_clip"].trigger()
    assert not window.session.is_open


def test_closing_during_a_run_leaves_no_thread(qtbot: QtBot, long_window: MainWindow) -> None:
    window = long_window
    paint_square(window)
    with qtbot.waitSignal(window.session.annotation_changed):
        qtbot.keyClick(window.canvas, Key.Key_F)
    window.close()
    assert not window.runs.is_running
    assert not window.session.is_open
