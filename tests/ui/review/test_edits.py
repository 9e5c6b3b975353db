"""The list of who did what: filtered by person, gone to, saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.review.edits_dialog import EditsDialog

Key = Qt.Key


def rows(dialog: EditsDialog) -> list[tuple[str, ...]]:
    found = [dialog.table.topLevelItem(n) for n in range(dialog.table.topLevelItemCount())]
    return [tuple(item.text(c) for c in (1, 3, 5, 6)) for item in found if item is not None]


def test_edits_are_listed_by_person_shown_and_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.settings.person = "Ada"
    paint_square(window, 3)
    window.settings.person = "Bo"
    paint_square(window, 7)
    window.session.undo()
    window.actions_["edits"].trigger()
    (dialog,) = window.findChildren(EditsDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert next(row for row in rows(dialog) if row[0] == "Bo")[2:] == ("00007", "undone")
    last = rows(dialog)[-1]
    assert (last[0], last[3]) == ("Ada", ""), "the first edit comes last"
    qtbot.keyClicks(dialog.person, "Ada")
    dialog.person.activated.emit(dialog.person.currentIndex())
    assert {row[0] for row in rows(dialog)} == {"Ada"}
    item = next(
        item
        for n in range(dialog.table.topLevelItemCount())
        if (item := dialog.table.topLevelItem(n)) is not None and item.text(5) == "00003"
    )
    dialog.table.setCurrentItem(item)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Key.Key_Return)
    assert window.session.t == 3
    dialog.save(tmp_path / "edits")
    lines = (tmp_path / "edits.csv").read_text().splitlines()
    assert lines[0].startswith("when,person,clip,what") and len(lines) == 1 + len(rows(dialog))
    dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))


def test_a_list_that_is_closed_while_it_is_read_is_gone(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    window.actions_["edits"].trigger()
    assert window.findChildren(EditsDialog)
    window.actions_["close_clip"].trigger()
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))
