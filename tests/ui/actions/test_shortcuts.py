"""Keys that the person chose, the palette and the page of keys."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.ui.actions.cheat_sheet import CheatSheet
from vosgui.ui.actions.command_palette import CommandPalette, rank
from vosgui.ui.actions.shortcuts import ShortcutsDialog
from vosgui.ui.dialogs.view_options import ViewOptions
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import load_settings

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
NAMED_KEY = re.compile(
    r"\b(Ctrl|Alt|Shift)\+(?!wheel|drag|click)|\b[A-Z]\b(?!\))|\([^)]*\b[A-Z]\b|\[ and \]"
)


def shown_dialog(qtbot: QtBot, window: MainWindow) -> ShortcutsDialog:
    window.actions_["shortcuts"].trigger()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    qtbot.waitExposed(dialog)
    return dialog


def choose(dialog: ShortcutsDialog, text: str) -> None:
    """Make the action of this text the one whose keys are edited."""
    (item,) = dialog.rows.findItems(text, Qt.MatchFlag.MatchExactly)
    dialog.rows.setCurrentItem(item)


def test_a_key_is_changed_and_kept(qtbot: QtBot, window: MainWindow) -> None:
    dialog = shown_dialog(qtbot, window)
    choose(dialog, "Next frame")
    dialog.key.setFocus()
    qtbot.keyClick(dialog.key, Key.Key_J)
    qtbot.mouseClick(dialog.set_button, Left)
    dialog.accept()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Key.Key_J)
    assert window.session.t == 1
    qtbot.keyClick(window.canvas, Key.Key_Right)
    assert window.session.t == 1
    window.close()
    assert load_settings().keys == {"next_frame": ["J"]}


def test_the_same_key_twice_cannot_be_accepted(qtbot: QtBot, window: MainWindow) -> None:
    dialog = shown_dialog(qtbot, window)
    accept = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    choose(dialog, "Next frame")
    dialog.key.setFocus()
    qtbot.keyClick(dialog.key, Key.Key_F)
    qtbot.mouseClick(dialog.set_button, Left)
    assert not accept.isEnabled()
    assert "Propagate forward" in dialog.note.text()
    qtbot.mouseClick(dialog.clear_button, Left)
    assert accept.isEnabled()
    dialog.reject()
    assert window.actions_.keys("next_frame") == ("Right",)


def test_no_tip_names_a_key_that_its_action_has_no_more(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    window.actions_["beside"].trigger()
    window.actions_.set_keys(dict.fromkeys(window.actions_.rows, ("F17",)))
    window.actions_["view_options"].trigger()
    assert window.findChild(ViewOptions) is not None
    tips = {widget.toolTip() for widget in window.findChildren(QWidget)}
    assert "F17" in window.run_panel.at_once.toolTip()
    assert len([tip for tip in tips if "F17" in tip]) > 20
    assert not [tip for tip in tips if NAMED_KEY.search(tip)]


def test_a_preset_moves_with_a_and_d(qtbot: QtBot, window: MainWindow) -> None:
    dialog = shown_dialog(qtbot, window)
    dialog.preset.setCurrentText("labelme")
    dialog.preset.textActivated.emit("labelme")
    dialog.accept()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Key.Key_D)
    qtbot.keyClick(window.canvas, Key.Key_D)
    qtbot.keyClick(window.canvas, Key.Key_A)
    assert window.session.t == 1
    assert window.settings.preset == "labelme"
    assert window.settings.keys == {}


def test_a_held_key_can_be_changed_too(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_.set_keys({"hide_masks": ("J",)})
    qtbot.keyPress(window.canvas, Key.Key_J)
    assert window.session.view.masks_hidden
    qtbot.keyRelease(window.canvas, Key.Key_J)
    assert not window.session.view.masks_hidden
    qtbot.keyPress(window.canvas, Key.Key_H)
    assert not window.session.view.masks_hidden


def test_the_palette_finds_and_does(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "new obj")
    assert palette.rows.currentItem().text(0) == "New object"
    assert palette.rows.currentItem().text(1) == "Ctrl+N"
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert not palette.isVisible()
    assert len(window.session.annotation.objects) == 1


def test_the_palette_does_nothing_that_cannot_be_done(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["command_palette"].trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "stop the run")
    assert palette.rows.topLevelItem(0).text(0) == "Stop the run"
    assert palette.rows.topLevelItem(0).isDisabled()
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_names_that_begin_so_come_first() -> None:
    assert rank(["exp"], "Export…", "File Export… Write") == 0
    assert rank(["port"], "Export…", "File Export… Write") == 1
    assert rank(["write"], "Export…", "File Export… Write") == 2
    assert rank(["zebra"], "Export…", "File Export… Write") is None


def test_the_page_of_keys_has_them_all(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Key.Key_F1)
    sheet = window.findChild(CheatSheet)
    assert sheet is not None
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Ctrl+Shift+Z, Ctrl+Y", "F", "Re-initialise object here", "Wheel"} <= shown
    sheet.close()


@pytest.mark.parametrize("width", [1200, 1000, 800])
def test_nothing_of_the_page_of_keys_is_cut_at_its_side(
    qtbot: QtBot, window: MainWindow, width: int
) -> None:
    window.resize(width, 700)
    qtbot.keyClick(window.canvas, Key.Key_F1)
    sheet = window.findChild(CheatSheet)
    assert sheet is not None
    area = sheet.findChild(QScrollArea)
    assert area is not None
    qtbot.waitUntil(lambda: area.widget().width() <= area.viewport().width())
    assert area.horizontalScrollBar().maximum() == 0
    shown = area.viewport().width()
    for label in sheet.findChildren(QLabel):
        left = label.mapTo(area.viewport(), QPoint()).x()
        assert left >= 0 and left + label.sizeHint().width() <= shown, label.text()
    sheet.close()
