"""The dialog of effort: a table of the open project, saved as CSV, and times switched off."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.review.effort_dialog import EffortDialog


def test_effort_is_shown_saved_and_switched_off(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paint_square(window)
    window.actions_["effort"].trigger()
    (dialog,) = window.findChildren(EffortDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled)
    item = dialog.table.topLevelItem(0)
    assert item is not None
    child = item.child(0)
    assert child is not None
    assert (item.text(0), child.text(0), child.text(5)) == ("square", "1 object 1", "1")
    assert not dialog.table.horizontalScrollBar().isVisible(), "all columns are seen"
    dialog.save(tmp_path / "table")
    assert (tmp_path / "table.csv").read_text().startswith("clip,object_id,name")
    rows = (tmp_path / "table-frames.csv").read_text().splitlines()
    assert rows[0].startswith("clip,frame,object_id") and rows[1].startswith("square,00000,1,")
    tick = dialog.keeps_times
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(8, tick.height() // 2))
    assert not window.settings.keeps_times
    dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))
