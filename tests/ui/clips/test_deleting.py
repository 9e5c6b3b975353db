"""Removed clips deleted for good: asked first, by a real click, and no image goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.clip_lists import click, names, open_by_click
from tests.ui.windows import make_clip, paint_square
from vosgui.ui.main_window import MainWindow

Left = Qt.MouseButton.LeftButton


def show_removed(window: MainWindow) -> None:
    box = window.clips.filter.state
    box.setCurrentIndex(box.findText("Removed"))
    box.activated.emit(box.currentIndex())


def question(window: MainWindow) -> QMessageBox:
    box = next(one for one in window.findChildren(QMessageBox) if one.isVisible())
    assert box.objectName() == "delete_clips"
    return box


def press(qtbot: QtBot, box: QMessageBox, text: str) -> None:
    qtbot.mouseClick(next(one for one in box.buttons() if text in one.text()), Left)


def test_a_removed_clip_is_deleted_for_good_once_it_was_said(
    qtbot: QtBot, five: MainWindow, tmp_path: Path
) -> None:
    project = five.opener.project
    assert project is not None
    open_by_click(qtbot, five, "eel")
    paint_square(five)
    eel = five.opener.clip_id
    project.notes(eel).add("comment", range(1), None, "look", "Ann", 1.0)
    five.actions_["delete_clips"].trigger()
    assert "removed" in five.message.label.text(), "a clip of the list is not deleted"
    five.actions_["remove_clips"].trigger()
    qtbot.waitUntil(lambda: five.opener.clip_id not in (0, eel))
    images = sorted((tmp_path / "five" / "eel").iterdir())

    show_removed(five)
    assert names(five) == ["eel"]
    five.clips.view.choose([eel])
    five.actions_["delete_clips"].trigger()
    assert str(tmp_path / "five" / "eel") in question(five).informativeText()
    press(qtbot, question(five), "Cancel")
    qtbot.waitUntil(lambda: not five.findChildren(QMessageBox))
    assert names(five) == ["eel"]

    five.actions_["delete_clips"].trigger()
    with qtbot.waitSignal(five.deleter.ended):
        press(qtbot, question(five), "Delete")
    assert names(five) == []
    assert project.clips.of_id(eel) is None
    for table in ("annotations", "masks", "cells", "edits", "notes", "settings"):
        wanted = f"SELECT count(*) FROM {table} WHERE clip_id = ?"
        assert project.file.rows(tuple[int], wanted, (eel,)) == [(0,)], table
    assert sorted((tmp_path / "five" / "eel").iterdir()) == images

    five.actions_["undo_clips"].trigger()  # of the removal: there is nothing to put back
    QApplication.processEvents()
    assert project.clips.of_id(eel) is None
    with qtbot.waitSignal(five.adder.ended):
        five.adder.add([tmp_path / "five" / "eel", make_clip(tmp_path / "fox", 6)])
    added = [one for one in project.clips if one.name in ("eel", "fox")]
    assert len(added) == 2 and all(one.id > eel for one in added)
    assert project.history(added[0].id).annotation.objects == ()


def test_the_open_clip_is_not_deleted_under_a_person(qtbot: QtBot, five: MainWindow) -> None:
    open_by_click(qtbot, five, "eel")
    eel = five.opener.clip_id
    five.actions_["remove_clips"].trigger()
    qtbot.waitUntil(lambda: five.opener.clip_id not in (0, eel))
    show_removed(five)
    click(qtbot, five, "eel")
    qtbot.waitUntil(lambda: five.opener.clip_id == eel and five.session.is_open)
    five.actions_["delete_clips"].trigger()
    assert "is open" in five.message.label.text()
