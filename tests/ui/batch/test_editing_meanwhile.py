"""Editing a clip while the queue is at work on it: no mask of an old keyframe stays unsaid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from tests.ui.clip_lists import names, open_by_click
from tests.ui.windows import at, make_clip, paint_again, paint_square, propagated
from vosgui.core.history import History
from vosgui.ui.batch.entries import Entry, Stage
from vosgui.ui.main_window import MainWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
N_FRAMES = 36


@pytest.fixture
def window(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return the window with a longer clip, in which two objects are painted, ticked and shown."""
    with qtbot.waitSignal(window.adder.ended):
        window.adder.add([make_clip(tmp_path / "long", N_FRAMES), make_clip(tmp_path / "other", 6)])
    open_by_click(qtbot, window, "long")
    paint_square(window, 10)
    window.session.go_to(0)
    paint_square(window)
    window.clips.model.tick([of(window, "long")], is_ticked=True)
    window.canvas.setFocus()
    return window


def of(window: MainWindow, name: str) -> int:
    return window.clips.model.rows[names(window).index(name)].record.id


def history(window: MainWindow) -> History:
    assert window.opener.project is not None
    return window.opener.project.history(of(window, "long"))


def entry(window: MainWindow) -> Entry:
    return window.queue.entries[0]


def stroke(qtbot: QtBot, window: MainWindow) -> None:
    """Paint more of the second object in frame 0, from which the run carries it."""
    qtbot.mouseClick(window.canvas, Left, pos=at(window, 4, 40))


def run_and(qtbot: QtBot, window: MainWindow, act: Callable[[], None]) -> None:
    """Run the ticked clip; act once three frames are shown; wait until all runs are over."""
    acted: list[bool] = []

    def once() -> None:
        if len(propagated(window.session, 2)) >= 3 and not acted:
            acted.append(True)
            QTimer.singleShot(0, act)

    window.session.annotation_changed.connect(once)
    qtbot.keyClick(window.canvas, Key.Key_R, CTRL | ALT)
    qtbot.waitUntil(lambda: bool(acted) and is_over(window))


def is_over(window: MainWindow) -> bool:
    stages = {one.stage for one in window.queue.entries}
    return not stages & {Stage.WAITING, Stage.RUNNING} and not window.runs.is_running


def labels(window: MainWindow) -> list[str]:
    journal = history(window).journal
    return [journal.label(n) for n in range(journal.n_done)]


def test_a_changed_mask_is_run_again_from_there_when_the_run_ends(
    qtbot: QtBot, window: MainWindow
) -> None:
    def act() -> None:
        stroke(qtbot, window)
        assert window.session.annotation.stale(2).any()
        assert "object 2" in window.message.label.text()
        assert window.message.button.text() == "Run again now"

    run_and(qtbot, window, act)
    annotation = window.session.annotation
    assert annotation.mask(0)[40, 4] == 2
    assert not annotation.stale(2).any() and not annotation.stale(1).any()
    assert propagated(window.session, 2) == list(range(1, N_FRAMES))
    assert labels(window).count("Propagate forward") == 2, "an edit of its own"
    assert entry(window).stage is Stage.DONE
    assert entry(window).words == f"done: {N_FRAMES - 1} frames"
    assert "3 waiting" not in window.queue.words and "1 done" in window.queue.words


def test_it_is_run_again_at_once_by_the_button_and_the_others_go_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    def act() -> None:
        stroke(qtbot, window)
        qtbot.mouseClick(window.message.button, Left)

    run_and(qtbot, window, act)
    annotation = window.session.annotation
    assert not annotation.stale(2).any()
    assert propagated(window.session, 2) == list(range(1, N_FRAMES))
    assert propagated(window.session, 1) == list(range(11, N_FRAMES))
    assert labels(window).count("Propagate forward") == 3
    assert entry(window).stage is Stage.DONE


def test_it_is_run_again_also_where_another_clip_is_shown_by_then(
    qtbot: QtBot, window: MainWindow
) -> None:
    def act() -> None:
        stroke(qtbot, window)
        open_by_click(qtbot, window, "other")

    run_and(qtbot, window, act)
    assert window.session.info.name == "other"
    assert not history(window).annotation.stale(2).any()
    assert labels(window).count("Propagate forward") == 2


def test_a_keyframe_given_too_late_to_be_met_is_run_from_as_well(
    qtbot: QtBot, window: MainWindow
) -> None:
    """The run is ahead of what is drawn: the frame that comes next was carried to already."""

    def act() -> None:
        paint_again(window, 2, propagated(window.session, 2)[-1] + 1)

    run_and(qtbot, window, act)
    annotation = history(window).annotation
    given = int(annotation.keyframes(2)[-1])
    assert {int(t) for t in annotation.track(2)["origin"][given + 1 :, 0]} == {given}
    assert not annotation.stale(2).any()


def test_a_queue_that_is_stopped_says_what_is_left_and_offers_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    def act() -> None:
        stroke(qtbot, window)
        qtbot.mouseClick(window.queue_panel.button, Left)

    run_and(qtbot, window, act)
    assert entry(window).stage is Stage.STOPPED
    assert "object 2" in entry(window).why
    assert history(window).annotation.stale(2).any()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.mouseClick(window.message.button, Left)
    assert not history(window).annotation.stale(2).any()


def test_a_clip_that_waits_is_run_from_its_masks_of_then(qtbot: QtBot, window: MainWindow) -> None:
    window.queue.is_paused = True
    window.queue.entries = [Entry(of(window, "long"), "forward", N_FRAMES)]
    stroke(qtbot, window)
    window.queue.go_on()
    qtbot.waitUntil(lambda: is_over(window))
    assert not window.session.annotation.stale(2).any()
    assert labels(window).count("Propagate forward") == 1


def test_taking_an_object_away_meanwhile_is_no_fault(qtbot: QtBot, window: MainWindow) -> None:
    def act() -> None:
        stroke(qtbot, window)
        window.actions_["remove_object"].trigger()

    run_and(qtbot, window, act)
    assert entry(window).stage is Stage.DONE and not entry(window).why
    assert [one.id for one in window.session.annotation.objects] == [1]
