"""Every dialog is gone once it is closed, with its widgets and threads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.core import edits
from vosgui.errors import GoneError, InputError, InternalError
from vosgui.project.clips import ClipRecord
from vosgui.ui.main_window import MainWindow
from vosgui.ui.style.error_box import show_error
from vosgui.ui.style.forms import ask_path

ACTIONS = (
    "edits", "open_clip", "open_folder", "open_project", "add_clip", "save_as", "import", "export",
    "shortcuts", "compare", "frame_memory", "command_palette", "cheat_sheet", "about", "refine",
    "add_files", "add_tree", "set_colour", "swap_objects", "merge_objects", "change_id", "comment",
    "reject", "comments", "effort", "your_name", "assign_clips", "view_options",
    "rename_clip",
)  # fmt: skip
WINDOWS = {"prepare"}  # a window of its own, which stays for the next time
ELSEWHERE = {"delete_clips"}  # asks only where a removed clip is chosen


def dialogs(window: MainWindow) -> list[QDialog]:
    """Return those that there are, once what is to be deleted is."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return window.findChildren(QDialog)


def closed(qtbot: QtBot, window: MainWindow) -> None:
    (dialog,) = dialogs(window)
    assert dialog.isVisible()
    dialog.close()
    qtbot.waitUntil(lambda: not dialogs(window))


@pytest.mark.parametrize("name", ACTIONS)
def test_that_of_an_action(qtbot: QtBot, window: MainWindow, name: str) -> None:
    paint_square(window)
    for _ in range(2):  # what takes another object asks which one
        window.session.apply("Add object", edits.add_object(window.session.annotation))
    for _ in range(2):
        window.actions_[name].trigger()
        closed(qtbot, window)


@pytest.mark.parametrize("name", ["export", "import", "edits", "effort"])
def test_one_with_work_of_its_own_that_is_closed_twice(
    qtbot: QtBot, window: MainWindow, name: str
) -> None:
    """As by Esc, and by the window that closes just then."""
    paint_square(window)
    window.actions_[name].trigger()
    (dialog,) = dialogs(window)
    for _ in range(2):
        dialog.done(0)
    qtbot.waitUntil(lambda: not dialogs(window))


def test_every_action_that_asks_is_looked_at(window: MainWindow) -> None:
    asks = {row.id for row in window.actions_.rows.values() if row.text.endswith("…")}
    assert asks <= {*ACTIONS, *WINDOWS, *ELSEWHERE}


def errors() -> list[Callable[[MainWindow], None]]:
    def moved(window: MainWindow) -> None:
        record = window.opener.record
        assert isinstance(record, ClipRecord)
        window.opener.clip_moved.emit(record, InputError("The clip is away."))

    return [
        lambda window: show_error(window, InputError("It cannot be read.")),
        lambda window: show_error(window, InternalError("Our own fault.")),
        lambda window: window.session.failed.emit(GoneError("The project is away.")),
        moved,
        lambda window: window.opener.clip_changed.emit(window.session.info, Path("old.vosgui")),
    ]


@pytest.mark.parametrize("n", range(len(errors())))
def test_that_of_an_error(qtbot: QtBot, window: MainWindow, n: int) -> None:
    errors()[n](window)
    closed(qtbot, window)


def test_those_that_a_question_leads_to(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["add_clip"].trigger()
    (box,) = dialogs(window)
    assert isinstance(box, QMessageBox)
    box.buttons()[1].click()
    closed(qtbot, window)


def test_one_that_is_accepted(qtbot: QtBot, window: MainWindow, clip_folder: Path) -> None:
    taken: list[Path] = []
    from PySide6.QtWidgets import QFileDialog

    ask_path(window, "Which", QFileDialog.FileMode.Directory, taken.append)
    (dialog,) = dialogs(window)
    assert isinstance(dialog, QFileDialog)
    dialog.setDirectory(str(clip_folder.parent))
    dialog.selectFile(clip_folder.name)
    dialog.accept()
    qtbot.waitUntil(lambda: not dialogs(window))
    assert taken == [clip_folder]
