"""Runs of many clips in the background, through the window, while another clip is annotated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.clip_lists import click, names, open_by_click
from tests.ui.windows import open_clip, paint_square, propagated
from vosgui.core.history import History
from vosgui.ui.batch.entries import Entry, Stage
from vosgui.ui.main_window import MainWindow

Key = Qt.Key
Left = Qt.MouseButton.LeftButton
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def painted(qtbot: QtBot, five: MainWindow) -> MainWindow:
    """Return the window with a first mask in three clips, all ticked; a fourth one is open."""
    for name in ("ant", "bee", "cat"):
        open_by_click(qtbot, five, name)
        paint_square(five)
    open_by_click(qtbot, five, "eel")
    five.clips.model.tick([of(five, name) for name in ("ant", "bee", "cat")], is_ticked=True)
    return five


def of(window: MainWindow, name: str) -> int:
    return window.clips.model.rows[names(window).index(name)].record.id


def history(window: MainWindow, name: str) -> History:
    assert window.opener.project is not None
    return window.opener.project.history(of(window, name))


def entry(window: MainWindow, name: str) -> Entry:
    return next(one for one in window.queue.entries if one.clip_id == of(window, name))


def until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds)


def is_over(window: MainWindow) -> bool:
    queue = window.queue
    return queue.at_work is None and not any(e.stage is Stage.WAITING for e in queue.entries)


def run_ticked(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Key.Key_R, CTRL | ALT)


def test_ticked_clips_are_run_while_another_is_annotated(qtbot: QtBot, painted: MainWindow) -> None:
    run_ticked(qtbot, painted)
    assert [one.clip_id for one in painted.queue.entries] == [
        of(painted, name) for name in ("ant", "bee", "cat")
    ]
    assert painted.queue_panel.isVisible()
    paint_square(painted)  # in another clip, meanwhile
    until(qtbot, lambda: is_over(painted))
    assert painted.session.info.name == "eel"
    for name in ("ant", "bee", "cat"):
        assert entry(painted, name).stage is Stage.DONE
        assert len(propagated_in(painted, name)) == 5
    assert not propagated(painted.session, 1)
    assert "3 done" in painted.message.label.text()


def propagated_in(window: MainWindow, name: str) -> list[int]:
    annotation = history(window, name).annotation
    found = annotation.track(1)["source"]
    given = set(annotation.keyframes(1).tolist())
    return [t for t in range(annotation.n_frames) if found[t] and t not in given]


def test_what_a_run_wrote_is_one_edit_of_its_clip(qtbot: QtBot, painted: MainWindow) -> None:
    run_ticked(qtbot, painted)
    until(qtbot, lambda: is_over(painted))
    open_by_click(qtbot, painted, "bee")
    assert len(propagated(painted.session, 1)) == 5
    assert painted.session.history.undo_label == "Propagate forward"
    qtbot.keyClick(painted.canvas, Key.Key_Z, CTRL)
    assert not propagated(painted.session, 1)
    assert painted.session.annotation.ids(0) == (1,)
    qtbot.keyClick(painted.canvas, Key.Key_Y, CTRL)
    assert len(propagated(painted.session, 1)) == 5


def test_given_and_locked_masks_stay_as_they_are(qtbot: QtBot, painted: MainWindow) -> None:
    open_by_click(qtbot, painted, "bee")
    locked = paint_square(painted, 2)
    painted.actions_["lock_object"].trigger()
    before = painted.session.annotation.mask(2).copy()
    open_by_click(qtbot, painted, "eel")
    run_ticked(qtbot, painted)
    until(qtbot, lambda: is_over(painted))
    annotation = history(painted, "bee").annotation
    assert (annotation.mask(2)[before == locked] == locked).all()
    assert not annotation.ids(4) or locked not in annotation.ids(4)


def test_a_clip_that_cannot_be_read_is_named_and_the_rest_goes_on(
    qtbot: QtBot, painted: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "five" / "bee").rename(tmp_path / "away")
    run_ticked(qtbot, painted)
    until(qtbot, lambda: is_over(painted))
    assert [entry(painted, name).stage for name in ("ant", "bee", "cat")] == [
        Stage.DONE, Stage.FAILED, Stage.DONE,
    ]  # fmt: skip
    assert "bee" in entry(painted, "bee").why
    assert "1 failed" in painted.queue_panel.line.text()
    assert "bee" in painted.message.label.text()
    (tmp_path / "away").rename(tmp_path / "five" / "bee")
    painted.queue.again([of(painted, "bee")])
    until(qtbot, lambda: is_over(painted))
    assert entry(painted, "bee").stage is Stage.DONE


def test_a_model_that_cannot_be_loaded_holds_the_queue(qtbot: QtBot, painted: MainWindow) -> None:
    painted.settings.run.model = "no such model"
    run_ticked(qtbot, painted)
    until(qtbot, lambda: entry(painted, "ant").stage is Stage.FAILED)
    assert painted.queue.is_paused
    assert [entry(painted, name).stage for name in ("bee", "cat")] == [Stage.WAITING] * 2
    assert "no such model" in painted.message.label.text()
    painted.settings.run.model = "flow"
    painted.queue.again([of(painted, "ant")])
    until(qtbot, lambda: is_over(painted))
    assert all(one.stage is Stage.DONE for one in painted.queue.entries)


def test_a_clip_without_masks_says_why(qtbot: QtBot, painted: MainWindow) -> None:
    painted.clips.model.tick([of(painted, "dog")], is_ticked=True)
    run_ticked(qtbot, painted)
    until(qtbot, lambda: is_over(painted))
    assert entry(painted, "dog").stage is Stage.FAILED
    assert "object" in entry(painted, "dog").why
    assert entry(painted, "cat").stage is Stage.DONE


def test_runs_are_reordered_and_taken_out_by_keys(qtbot: QtBot, painted: MainWindow) -> None:
    painted.queue.is_paused = True
    painted.queue.entries = [
        Entry(of(painted, name), "forward", 6) for name in ("ant", "bee", "cat")
    ]
    painted.queue.queue_changed.emit()
    qtbot.keyClick(painted.canvas, Key.Key_F8)
    view = painted.queue_panel.view
    assert view.hasFocus()
    view.choose([of(painted, "cat")])
    qtbot.keyClick(view, Key.Key_Up, CTRL)
    qtbot.keyClick(view, Key.Key_Up, CTRL)
    assert [one.clip_id for one in painted.queue.entries] == [
        of(painted, name) for name in ("cat", "ant", "bee")
    ]
    assert view.chosen == [of(painted, "cat")]
    view.choose([of(painted, "ant")])
    qtbot.keyClick(view, Key.Key_Delete)
    assert len(painted.queue.entries) == 2
    qtbot.mouseClick(painted.queue_panel.button, Left)  # go on
    until(qtbot, lambda: is_over(painted))
    assert not propagated_in(painted, "ant")
    assert len(propagated_in(painted, "cat")) == 5
    qtbot.keyClick(view, Key.Key_Escape)
    assert painted.canvas.hasFocus()


def test_all_is_stopped_and_gone_on_with(qtbot: QtBot, painted: MainWindow) -> None:
    run_ticked(qtbot, painted)
    until(qtbot, lambda: painted.queue.at_work is not None)
    qtbot.mouseClick(painted.queue_panel.button, Left)
    assert painted.queue.at_work is None
    assert [one.stage for one in painted.queue.entries].count(Stage.WAITING) == 2
    assert "paused" in painted.queue_panel.line.text()
    assert history(painted, "ant").growing is None
    qtbot.mouseClick(painted.queue_panel.button, Left)
    until(qtbot, lambda: is_over(painted))
    assert len(propagated_in(painted, "bee")) == len(propagated_in(painted, "cat")) == 5


def test_what_waits_is_there_after_a_restart(qtbot: QtBot, painted: MainWindow) -> None:
    assert painted.opener.project is not None
    path, waiting = painted.opener.project.path, {of(painted, n) for n in ("ant", "bee", "cat")}
    run_ticked(qtbot, painted)
    painted.actions_["close_clip"].trigger()
    assert not painted.queue.entries
    open_clip(qtbot, painted, path)
    kept = {one.clip_id for one in painted.queue.entries}
    assert kept and kept <= waiting
    assert painted.queue.is_paused
    assert all(one.stage is Stage.WAITING for one in painted.queue.entries)
    painted.actions_["queue_go_on"].trigger()
    until(qtbot, lambda: is_over(painted))
    assert all(one.stage is Stage.DONE for one in painted.queue.entries)


def test_the_clip_at_work_can_be_looked_at_and_is_not_run_twice(
    qtbot: QtBot, painted: MainWindow
) -> None:
    painted.queue.add([of(painted, "ant")], "forward")
    until(qtbot, lambda: history(painted, "ant").growing is not None)
    open_by_click(qtbot, painted, "ant")
    painted.runs.start("forward")
    until(qtbot, lambda: is_over(painted) and not painted.runs.is_running)
    assert len(propagated(painted.session, 1)) == 5
    assert painted.session.history.undo_label == "Propagate forward"


def test_a_run_in_the_window_goes_first(qtbot: QtBot, painted: MainWindow) -> None:
    paint_square(painted)
    painted.runs.start("forward")
    assert painted.runs.is_running
    run_ticked(qtbot, painted)
    assert painted.queue.at_work is None
    until(qtbot, lambda: not painted.runs.is_running)
    until(qtbot, lambda: is_over(painted))
    assert len(propagated(painted.session, 1)) == 5
    assert len(propagated_in(painted, "ant")) == 5


def test_closing_the_window_loses_nothing(qtbot: QtBot, painted: MainWindow) -> None:
    run_ticked(qtbot, painted)
    until(qtbot, lambda: painted.queue.at_work is not None)
    painted.close()
    assert not painted.isVisible()
    assert painted.queue.at_work is None


def test_a_removed_clip_leaves_the_queue(qtbot: QtBot, painted: MainWindow) -> None:
    painted.queue.is_paused = True
    painted.queue.entries = [Entry(of(painted, "bee"), "forward", 6)]
    click(qtbot, painted, "bee", CTRL)
    click(qtbot, painted, "eel", CTRL)
    painted.actions_["remove_clips"].trigger()
    assert not painted.queue.entries


def test_nothing_ticked_is_said(qtbot: QtBot, five: MainWindow) -> None:
    run_ticked(qtbot, five)
    assert "No clip is ticked" in five.message.label.text()
    assert not five.queue.entries


def test_the_menu_of_the_queue_is_about_the_run_clicked(qtbot: QtBot, painted: MainWindow) -> None:
    painted.queue.is_paused = True
    painted.queue.entries = [Entry(of(painted, name), "forward", 6) for name in ("ant", "bee")]
    painted.queue.queue_changed.emit()
    view = painted.queue_panel.view
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(1, 0)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    take_out = next(one for one in menu.actions() if one.text() == "Take Out")
    qtbot.mouseClick(menu, Left, pos=menu.actionGeometry(take_out).center())
    assert [one.clip_id for one in painted.queue.entries] == [of(painted, "ant")]
