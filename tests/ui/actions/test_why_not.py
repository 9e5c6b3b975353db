"""What cannot be chosen now says why, in menus and on buttons alike."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.windows import open_clip, paint_square
from vosgui.ui.actions.context_menus import CONTEXTS, context_menu
from vosgui.ui.actions.row import When
from vosgui.ui.main_window import MainWindow


def check(window: MainWindow) -> None:
    """Check that each action says why exactly where it cannot be chosen."""
    actions = window.actions_
    for name, row in actions.rows.items():
        lines = actions[name].toolTip().splitlines()
        assert lines[:2] == actions[name].toolTip().splitlines()[:2]
        if actions[name].isEnabled():
            assert len(lines) == 2 and not actions.missing(name), name
        else:
            assert row.tip in lines[1] and lines[2:] == [actions.missing(name)], name


def test_all_that_cannot_be_chosen_says_why(
    qtbot: QtBot, empty_window: MainWindow, clip_folder: Path
) -> None:
    actions = empty_window.actions_
    check(empty_window)
    assert actions.missing("verify") == actions.missing("run_forward") == "Open a clip first."
    open_clip(qtbot, empty_window, clip_folder)
    check(empty_window)
    assert not actions.missing("verify")
    assert "object" in actions.missing("absent") and "undo" in actions.missing("undo")
    paint_square(empty_window)
    check(empty_window)
    assert not actions.missing("absent") and "redo" in actions.missing("redo")


def test_every_reason_is_said() -> None:
    assert all(when.missing for when in When if when is not When.ALWAYS)


def test_menus_show_it(window: MainWindow) -> None:
    context = context_menu(window.actions_, next(iter(CONTEXTS)), window.canvas)
    assert all(menu.toolTipsVisible() for menu in (context, *window.menus.values()))
    context.close()


def test_a_button_with_a_text_of_its_own_says_it_too(window: MainWindow) -> None:
    button = next(
        one
        for one in window.empty.findChildren(QPushButton)
        if "Add videos" in one.text().replace("&", "")
    )
    action = window.actions_["add_files"]
    assert button.toolTip() == action.toolTip()
    window.actions_.set_keys({"add_files": ("Ctrl+Alt+Q",)})
    assert "Ctrl+Alt+Q" in button.toolTip()


def test_recent_ones_have_numbers_and_say_that_they_are_gone(
    window: MainWindow, tmp_path: Path
) -> None:
    window.settings.recent = [str(tmp_path), str(tmp_path / ("gone & " + 120 * "x"))]
    menu = window.menus["File"]
    menu.aboutToShow.emit()
    (recent,) = [
        one for one in menu.findChildren(QMenu) if "recent" in one.title().replace("&", "")
    ]
    recent.aboutToShow.emit()
    there, gone = recent.actions()
    assert there.text().startswith("&1 ") and gone.text().startswith("&2 gone && ")
    assert there.isEnabled() and not gone.isEnabled()
    assert recent.sizeHint().width() < 600
    assert gone.toolTip().splitlines()[0] == window.settings.recent[1]
    assert len(gone.toolTip().splitlines()) == 2
