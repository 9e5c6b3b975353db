"""How long the first run takes is known before it begins: its first frames are timed."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import (
    on_long_clip,
    paint_again,
    paint_square,
    propagated,
)
from vosgui.ui.main_window import MainWindow
from vosgui.ui.runs import controller
from vosgui.ui.runs.long_run import LongRunDialog
from vosgui.ui.runs.timing import RunTimer

Key = Qt.Key
N_FRAMES = 30


@pytest.fixture
def window(
    qtbot: QtBot, empty_window: MainWindow, tmp_path_factory: pytest.TempPathFactory
) -> MainWindow:
    """Return a window on a clip of so many frames that a run might take long."""
    return on_long_clip(qtbot, empty_window, tmp_path_factory, N_FRAMES)


def test_a_fast_run_begins_by_itself_and_its_speed_is_known(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.is_timing and window.runs.is_running
    assert propagated(window.session, object_id) == [], "what is timed is not kept"
    n_edits = window.session.history.journal.n_edits
    qtbot.waitUntil(lambda: not window.runs.is_running)
    assert propagated(window.session, object_id) == list(range(1, N_FRAMES))
    assert window.session.history.journal.n_edits == n_edits + 1
    (speed,) = window.settings.frames_per_s.values()
    assert speed > 0
    window.session.undo()
    qtbot.keyClick(window.canvas, Key.Key_F)
    assert not window.runs.is_timing, "it is known by now"
    qtbot.waitUntil(lambda: not window.runs.is_running)


@pytest.mark.parametrize("key", [Key.Key_F, Key.Key_B])
def test_the_first_long_run_asks_too(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, key: Key
) -> None:
    monkeypatch.setattr(controller, "LONG_S", 1e-6)
    object_id = paint_square(window)
    paint_again(window, object_id, 20)
    window.runs.start("forward" if key == Key.Key_F else "bidirectional")
    qtbot.waitUntil(lambda: bool(window.findChildren(LongRunDialog)))
    assert not window.runs.is_running
    (dialog,) = window.findChildren(LongRunDialog)
    assert "about" in dialog.choices.buttons()[0].text()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert len(propagated(window.session, object_id)) >= N_FRAMES - 2


def test_esc_while_it_is_timed_leaves_all_as_it_was(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.is_timing
    qtbot.keyClick(window.canvas, Key.Key_Escape)
    assert not window.runs.is_running
    assert propagated(window.session, object_id) == [] and not window.settings.frames_per_s


def test_a_timer_goes_on_in_the_thread_of_the_window(qtbot: QtBot) -> None:
    timer, heard = RunTimer(None), []  # type: ignore[arg-type]
    timer.begin_timing(lambda _: 2.0, lambda speed: heard.append((speed, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(2.0, threading.get_ident())]
    timer.close()
