"""A clip that was accepted and edited since: seen in the list, and not taken for accepted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.clip_lists import names, open_by_click
from tests.ui.windows import at, open_clip, paint_again, paint_square, propagated
from vosgui.cli.main import main
from vosgui.core.quality.clip_state import ClipState
from vosgui.project.chosen_clips import clips_that_are
from vosgui.ui.clips.rows import ClipRow
from vosgui.ui.main_window import MainWindow

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def row(window: MainWindow, name: str = "bee") -> ClipRow:
    return window.clips.model.rows[names(window).index(name)]


def show_only(window: MainWindow, state: ClipState | None) -> list[str]:
    box = window.clips.filter.state
    box.setCurrentIndex(box.findData(state))
    box.activated.emit(box.currentIndex())
    return names(window)


def accept(qtbot: QtBot, window: MainWindow, frames: range) -> None:
    window.session.set_range(frames)
    window.session.go_to(frames[0])
    qtbot.keyClick(window.canvas, Key.Key_Y, CTRL | SHIFT)


def test_an_edit_takes_a_clip_out_of_the_accepted_and_its_undo_puts_it_back(
    qtbot: QtBot, five: MainWindow
) -> None:
    five.settings.person = "Ada"
    open_by_click(qtbot, five, "bee")
    session, canvas, project = five.session, five.canvas, five.opener.project
    assert project is not None
    paint_square(five)
    canvas.setFocus()
    qtbot.keyClick(canvas, Key.Key_F)
    qtbot.waitUntil(lambda: len(propagated(session, 1)) == 5 and not five.runs.is_running)
    session.set_range(range(6))
    qtbot.keyClick(canvas, Key.Key_V, CTRL | SHIFT)  # all is right
    accept(qtbot, five, range(5))
    assert row(five).state == ClipState.DONE, "frame 5 is of the grid, and was not accepted"
    qtbot.keyClick(canvas, Key.Key_Y, CTRL | ALT)
    assert row(five).state == ClipState.ACCEPTED
    assert [one.name for one in clips_that_are(project, "accepted")] == ["bee"]

    paint_again(five, 1, 3)  # off the grid
    qtbot.waitUntil(lambda: row(five).state == ClipState.EDITED)
    qtbot.keyClick(canvas, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: row(five).state == ClipState.ACCEPTED)
    session.go_to(5)
    qtbot.waitUntil(lambda: canvas.surface.t == 5)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(five, 50, 40))
    qtbot.waitUntil(lambda: row(five).state == ClipState.EDITED)
    assert "edited since accepted by Ada, 20" in row(five).about
    assert show_only(five, ClipState.ACCEPTED) == []
    assert show_only(five, ClipState.EDITED) == ["bee"]
    show_only(five, None)
    open_by_click(qtbot, five, "ant")  # what was counted is kept
    assert row(five).state == ClipState.EDITED
    assert clips_that_are(project, "accepted") == []

    open_by_click(qtbot, five, "bee")
    canvas.setFocus()
    qtbot.keyClick(canvas, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: row(five).state == ClipState.ACCEPTED)
    qtbot.keyClick(canvas, Key.Key_Y, CTRL)
    qtbot.waitUntil(lambda: row(five).state == ClipState.EDITED)
    accept(qtbot, five, range(5, 6))  # the changed frame alone
    qtbot.waitUntil(lambda: row(five).state == ClipState.ACCEPTED)


def test_ticks_are_kept_and_an_export_of_them_needs_no_names(
    qtbot: QtBot, five: MainWindow, tmp_path: Path
) -> None:
    project = five.opener.project
    assert project is not None
    for name in ("bee", "cat", "dog"):
        open_by_click(qtbot, five, name)
        paint_square(five)
        paint_again(five, 1, 5)
    ids = [row(five, name).record.id for name in ("bee", "dog")]
    five.clips.model.tick(ids, is_ticked=True)
    path = project.path
    five.actions_["close_clip"].trigger()
    open_clip(qtbot, five, path)
    assert five.clips.model.ticked == set(ids)
    five.actions_["close_clip"].trigger()
    out = tmp_path / "out"
    assert main(["export", str(path), "--only", "ticked", "--out", str(out), "--quiet"]) == 0
    assert sorted(one.name for one in (out / "train" / "Annotations").iterdir()) == ["bee", "dog"]
    nothing = ["export", str(path), "--only", "accepted", "--out", str(tmp_path / "no")]
    assert main(nothing) == 2
    assert not (tmp_path / "no").exists()
    assert main([*nothing, "--clips", "bee"]) == 2
