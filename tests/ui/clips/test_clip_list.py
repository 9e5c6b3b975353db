"""The list of clips by real clicks and keys: opened, chosen, ticked, renamed, assigned, removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.clip_lists import click, names, open_by_click, where
from tests.ui.windows import open_clip, paint_square, propagated
from vosgui.core.quality.clip_state import ClipState
from vosgui.ui.clips.delegate import tick_rect
from vosgui.ui.clips.rows import Order
from vosgui.ui.main_window import MainWindow

Key = Qt.Key
Left, Right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def chosen(window: MainWindow) -> list[str]:
    rows = {row.record.id: row.record.name for row in window.clips.model.rows}
    return [rows[i] for i in window.clips.view.chosen]


def state(window: MainWindow, name: str) -> ClipState | None:
    return window.clips.model.rows[names(window).index(name)].state


def menu_of(window: MainWindow, name: str) -> QMenu:
    """Right-click a clip, as the platform tells it to the window."""
    view = window.clips.view
    at = view.viewport().mapTo(window, where(window, name))
    beside = window.status.mapTo(window, window.status.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.MiddleButton, pos=beside)
    QTest.mousePress(window.windowHandle(), Right, Qt.KeyboardModifier.NoModifier, at)
    menu = QApplication.activePopupWidget()
    QTest.mouseRelease(window.windowHandle(), Right, Qt.KeyboardModifier.NoModifier, at)
    assert isinstance(menu, QMenu)
    return menu


def pick(qtbot: QtBot, window: MainWindow, menu: QMenu, action: str) -> None:
    at = menu.actionGeometry(window.actions_[action]).center()
    qtbot.mouseClick(menu, Left, pos=at)


def type_into(qtbot: QtBot, editor: QWidget, text: str) -> None:
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Key.Key_Return)


def rename(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Type a name into the line that F2 opens."""
    line = QApplication.focusWidget()
    assert line is not None
    with qtbot.waitSignal(window.clips.model.renamed):
        type_into(qtbot, line, text)
    QApplication.processEvents()


def test_a_click_opens_a_clip_and_the_keys_stay_with_the_canvas(
    qtbot: QtBot, five: MainWindow
) -> None:
    open_by_click(qtbot, five, "cat")
    assert five.session.info.name == "cat"
    assert chosen(five) == ["cat"]
    qtbot.waitUntil(five.canvas.hasFocus)
    click(qtbot, five, "cat")  # it is open
    assert five.canvas.hasFocus()


def test_more_clips_are_chosen_without_being_opened(qtbot: QtBot, five: MainWindow) -> None:
    open_by_click(qtbot, five, "ant")
    click(qtbot, five, "dog", CTRL)
    assert chosen(five) == ["ant", "dog"]
    click(qtbot, five, "bee", SHIFT)
    assert five.session.info.name == "ant"
    assert len(chosen(five)) >= 2


def test_all_by_keyboard(qtbot: QtBot, five: MainWindow) -> None:
    view = five.clips.view
    qtbot.keyClick(five.canvas, Key.Key_F6)
    assert view.hasFocus()
    for _ in range(2):
        qtbot.keyClick(view, Key.Key_Down)
    assert chosen(five) == ["bee"]
    assert five.session.info.name == "square"  # nothing is opened yet
    qtbot.keyClick(view, Key.Key_Space)
    assert not five.playback.playing  # on the canvas the key plays
    qtbot.keyClick(view, Key.Key_Down, SHIFT)
    assert chosen(five) == ["bee", "cat"]
    qtbot.keyClick(view, Key.Key_Space)
    ticked = {row.record.name for row in five.clips.model.rows
              if row.record.id in five.clips.model.ticked}  # fmt: skip
    assert ticked == {"bee", "cat"}
    qtbot.keyClick(view, Key.Key_Down)
    with qtbot.waitSignal(five.session.frame_loaded):
        qtbot.keyClick(view, Key.Key_Return)
    assert five.session.info.name == "dog"
    assert five.canvas.hasFocus()
    with qtbot.waitSignal(five.session.frame_loaded):
        qtbot.keyClick(five.canvas, Key.Key_PageDown, CTRL)
    assert five.session.info.name == "eel"
    qtbot.keyClick(five.canvas, Key.Key_PageDown, CTRL)  # the last one
    with qtbot.waitSignal(five.session.frame_loaded):
        qtbot.keyClick(five.canvas, Key.Key_PageUp, CTRL)
    assert five.session.info.name == "dog"
    qtbot.keyClick(five.canvas, Key.Key_F6)
    qtbot.keyClick(view, Key.Key_Escape)
    assert five.canvas.hasFocus()


def test_the_menu_is_about_the_clip_that_was_clicked(qtbot: QtBot, five: MainWindow) -> None:
    menu = menu_of(five, "dog")
    assert chosen(five) == ["dog"]
    assert five.session.info.name == "square"
    with qtbot.waitSignal(five.session.frame_loaded):
        pick(qtbot, five, menu, "open_chosen")
    assert five.session.info.name == "dog"


def test_the_menu_keeps_several_clips_where_one_of_them_was_clicked(
    qtbot: QtBot, five: MainWindow
) -> None:
    for name in ("bee", "dog"):
        click(qtbot, five, name, CTRL)
    before = chosen(five)
    menu = menu_of(five, "dog")
    assert chosen(five) == before
    QTest.keyClick(menu, Key.Key_Escape)


def test_a_clip_is_renamed_in_the_list_and_undone(qtbot: QtBot, five: MainWindow) -> None:
    pick(qtbot, five, menu_of(five, "bee"), "rename_clip")
    rename(qtbot, five, "wasp")
    assert names(five)[2] == "wasp"
    qtbot.keyClick(five.clips.view, Key.Key_Z, CTRL)
    assert names(five)[2] == "bee"
    qtbot.keyClick(five.clips.view, Key.Key_Z, CTRL | SHIFT)
    assert names(five)[2] == "wasp"


def test_the_only_clip_of_a_project_is_renamed_without_a_list(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["rename_clip"].trigger()
    (dialog,) = window.findChildren(QInputDialog)
    type_into(qtbot, dialog.findChild(QLineEdit), "box")
    assert [record.name for record in window.opener.records] == ["box"]


def test_a_name_is_typed_once_at_a_time(qtbot: QtBot, five: MainWindow) -> None:
    for _ in range(2):
        five.actions_["rename_clip"].trigger()
    rename(qtbot, five, "box")
    assert names(five)[0] == "box"


def test_a_list_that_sorts_itself_anew_waits_for_the_name_that_is_typed(
    qtbot: QtBot, five: MainWindow
) -> None:
    open_by_click(qtbot, five, "bee")
    five.actions_["rename_clip"].trigger()
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "wasp")
    five.clips.order.menu().actions()[1].trigger()  # by name: other rows
    rename(qtbot, five, "zebu")
    qtbot.waitUntil(lambda: names(five)[-1] == "zebu")


def test_a_name_that_is_taken_is_refused_and_named(qtbot: QtBot, five: MainWindow) -> None:
    pick(qtbot, five, menu_of(five, "bee"), "rename_clip")
    rename(qtbot, five, "CAT")
    assert names(five)[2] == "bee"
    assert "cat" in five.message.label.text()


def test_undo_on_the_canvas_is_of_the_clip_and_not_of_the_list(
    qtbot: QtBot, five: MainWindow
) -> None:
    paint_square(five)
    pick(qtbot, five, menu_of(five, "bee"), "rename_clip")
    rename(qtbot, five, "wasp")
    five.canvas.setFocus()
    qtbot.keyClick(five.canvas, Key.Key_Z, CTRL)
    assert names(five)[2] == "wasp"
    assert not five.session.annotation.ids(0)


def test_the_title_and_exports_have_the_new_name(qtbot: QtBot, five: MainWindow) -> None:
    pick(qtbot, five, menu_of(five, "square"), "rename_clip")
    rename(qtbot, five, "box")
    assert five.windowTitle().startswith("box ")
    assert five.opener.project is not None
    assert five.opener.project.clips[0].name == "box"


def test_clips_are_assigned_together(qtbot: QtBot, five: MainWindow) -> None:
    click(qtbot, five, "bee", CTRL)
    click(qtbot, five, "square", CTRL)
    assert chosen(five) == ["bee"]
    click(qtbot, five, "dog", CTRL)
    pick(qtbot, five, menu_of(five, "dog"), "assign_clips")
    dialog = five.findChild(QInputDialog, "assign")
    assert dialog is not None
    type_into(qtbot, dialog.findChild(QLineEdit), "Ann")
    rows = {row.record.name: row.record.assignee for row in five.clips.model.rows}
    assert (rows["bee"], rows["dog"], rows["ant"]) == ("Ann", "Ann", "")
    person = five.clips.filter.person
    person.setCurrentIndex(person.findData("Ann"))
    person.activated.emit(person.currentIndex())
    assert names(five) == ["bee", "dog"]


def test_removed_clips_are_kept_and_put_back(
    qtbot: QtBot, five: MainWindow, tmp_path: Path
) -> None:
    open_by_click(qtbot, five, "bee")
    paint_square(five)
    qtbot.keyClick(five.canvas, Key.Key_F6)
    with qtbot.waitSignal(five.session.frame_loaded):
        qtbot.keyClick(five.clips.view, Key.Key_Delete)
    assert five.session.info.name == "cat"  # the next one
    assert "bee" not in names(five)
    assert (tmp_path / "five" / "bee" / "00000.png").exists()
    box = five.clips.filter.state
    box.setCurrentIndex(box.findText("Removed"))
    box.activated.emit(box.currentIndex())
    assert names(five) == ["bee"]
    pick(qtbot, five, menu_of(five, "bee"), "put_back_clips")
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert "bee" in names(five)
    open_by_click(qtbot, five, "bee")
    assert five.session.annotation.ids(0) == (1,)


def test_a_removal_is_undone_by_the_button_of_its_message(qtbot: QtBot, five: MainWindow) -> None:
    click(qtbot, five, "dog", CTRL)
    click(qtbot, five, "square", CTRL)
    pick(qtbot, five, menu_of(five, "dog"), "remove_clips")
    assert "dog" not in names(five)
    qtbot.mouseClick(five.message.button, Left)
    assert "dog" in names(five)


def test_all_clips_can_be_removed_and_undone(qtbot: QtBot, five: MainWindow) -> None:
    qtbot.keyClick(five.canvas, Key.Key_F6)
    qtbot.keyClick(five.clips.view, Key.Key_A, CTRL)
    qtbot.keyClick(five.clips.view, Key.Key_Delete)
    assert not five.session.is_open
    assert five.findChild(QMessageBox) is None


def test_ticks_are_by_the_box_alone(qtbot: QtBot, five: MainWindow) -> None:
    view, model = five.clips.view, five.clips.model
    index = model.index(names(five).index("cat"))
    at = tick_rect(view.visualRect(index)).center()
    qtbot.mouseClick(view.viewport(), Left, pos=at)
    assert five.session.info.name == "square"
    assert len(model.ticked) == 1
    five.actions_["tick_all_clips"].trigger()
    assert len(model.ticked) == 6
    assert "6 ticked" in five.clips.line.text()
    five.actions_["untick_clips"].trigger()
    assert not model.ticked


def test_words_are_searched_for_and_the_arrow_goes_down(qtbot: QtBot, five: MainWindow) -> None:
    qtbot.keyClick(five.canvas, Key.Key_F7)
    line = five.clips.filter.text
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "ee FIVE")
    assert names(five) == ["bee", "eel"]
    assert "2 of 6" in five.clips.line.text()
    qtbot.keyClick(line, Key.Key_Down)
    assert five.clips.view.hasFocus()
    qtbot.keyClick(five.clips.view, Key.Key_F7)
    qtbot.keyClick(line, Key.Key_Escape)
    assert len(names(five)) == 6


def test_states_follow_the_work_and_are_filtered_by(qtbot: QtBot, five: MainWindow) -> None:
    for name in ("bee", "cat"):
        open_by_click(qtbot, five, name)
        paint_square(five)
    with qtbot.waitSignal(five.runs.ended):
        five.runs.start("forward")
    assert propagated(five.session, 1)
    open_by_click(qtbot, five, "ant")
    qtbot.waitUntil(lambda: None not in {state(five, name) for name in names(five)})
    assert state(five, "ant") == ClipState.NOT_BEGUN
    assert state(five, "bee") == ClipState.IN_WORK
    assert state(five, "cat") in (ClipState.DONE, ClipState.TO_REVIEW)
    box = five.clips.filter.state
    box.setCurrentIndex(box.findData(ClipState.IN_WORK))
    box.activated.emit(box.currentIndex())
    assert names(five) == ["bee"]


def test_accepted_frames_and_comments_are_in_the_state(qtbot: QtBot, five: MainWindow) -> None:
    open_by_click(qtbot, five, "bee")
    project, clip_id = five.opener.project, five.opener.clip_id
    assert project is not None
    project.notes(clip_id).add("comment", range(1), None, "look here", "Ann", 1.0)
    five.clips.refresh()
    assert state(five, "bee") == ClipState.TO_REVIEW


def test_the_list_is_sorted(qtbot: QtBot, five: MainWindow) -> None:
    menu = five.clips.order.menu()
    by_name = next(one for one in menu.actions() if one.data() == Order.NAME)
    by_name.trigger()
    assert names(five) == ["ant", "bee", "cat", "dog", "eel", "square"]
    assert five.settings.clip_order == "NAME"
    open_by_click(qtbot, five, "bee")
    paint_square(five)
    by_state = next(one for one in menu.actions() if one.data() == Order.STATE)
    by_state.trigger()
    qtbot.waitUntil(lambda: names(five)[-1] == "bee")


def test_pictures_are_made_and_kept_in_the_project(qtbot: QtBot, five: MainWindow) -> None:
    model, project = five.clips.model, five.opener.project
    assert project is not None
    ids = [row.record.id for row in model.rows]
    qtbot.waitUntil(lambda: not any(map(model.lacks_picture, five.clips.view.shown)))
    qtbot.waitUntil(lambda: not five.clips.looker.is_running)
    assert project.blob(ids[0], "thumbnail") is not None
    path = project.path
    five.actions_["close_clip"].trigger()
    open_clip(qtbot, five, path)
    qtbot.waitUntil(lambda: not model.lacks_picture(ids[1]))


@pytest.mark.parametrize("name", ["bee"])
def test_a_clip_that_is_gone_is_marked(
    qtbot: QtBot, five: MainWindow, tmp_path: Path, name: str
) -> None:
    qtbot.waitUntil(lambda: not five.clips.looker.is_running)
    model, project = five.clips.model, five.opener.project
    assert project is not None
    clip_id = model.rows[names(five).index(name)].record.id
    project.set_blob(clip_id, "thumbnail", None)
    (tmp_path / "five" / name).rename(tmp_path / "elsewhere")
    model.forget_pictures()
    five.clips.refresh()
    qtbot.waitUntil(lambda: not model.lacks_picture(clip_id))
    picture = model.data(model.index(names(five).index(name)), Qt.ItemDataRole.DecorationRole)
    assert picture.isNull()
