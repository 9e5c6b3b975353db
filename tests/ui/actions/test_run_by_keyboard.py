"""What the panels on the right have, by the palette and the menus alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from vosgui.ui.actions.command_palette import CommandPalette
from vosgui.ui.main_window import MainWindow


def do(window: MainWindow, words: str) -> None:
    """Do what the palette finds first by these words, and can be chosen."""
    palette = CommandPalette(window.actions_, window)
    palette.field.setText(words)
    first = palette.rows.topLevelItem(0)
    assert first is not None and not first.isDisabled()
    name = first.text(0)
    palette.close()
    next(window.actions_[row.id] for row in window.actions_.rows.values()
         if row.name == name).trigger()  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reach"),
    [("run to the next", "keyframe"), ("run to the range", "range"), ("run to the end", "end")],
)
def test_how_far_runs_go(window: MainWindow, words: str, reach: str) -> None:
    do(window, words)
    assert window.settings.run.reach == window.run_panel.reach.currentData() == reach
    ticked = [n for n in ("end", "range", "keyframe") if window.actions_[f"reach_{n}"].isChecked()]
    assert ticked == [reach]


@pytest.mark.parametrize(
    ("words", "name", "setting"),
    [
        ("follow the run", "follow", "follow"),
        ("continue at once", "at_once", "continue_at_once"),
        ("augmentation", "flip", "flip"),
    ],
)
def test_boxes_are_ticked_and_unticked(
    window: MainWindow, words: str, name: str, setting: str
) -> None:
    for is_on in (True, False):
        do(window, words)
        assert getattr(window.settings.run, setting) is is_on
        assert window.actions_[name].isChecked() is is_on


def test_the_model_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    box = window.run_panel.model
    assert not box.isVisible(), "settings are folded away"
    window.actions_["choose_model"].trigger()
    assert box.view().isVisible()
    qtbot.keyClick(box.view(), Qt.Key.Key_Home)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not box.view().isVisible())
    assert box.currentIndex() == 0 and window.settings.run.model == ""


def test_the_threshold_is_typed_and_the_canvas_has_the_keys_again(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.toggle_panel("Review")
    window.actions_["threshold"].trigger()
    typed = QApplication.focusWidget()
    assert typed is not None
    qtbot.keyClicks(typed, "0.7")
    qtbot.keyClick(typed, Qt.Key.Key_Return)
    assert window.session.view.threshold == pytest.approx(0.7)
    assert window.canvas.hasFocus()
    do(window, "worst stretch")
    assert window.review.is_worst_first and window.actions_["worst_first"].isChecked()


def test_clips_are_sorted(qtbot: QtBot, five: MainWindow) -> None:
    five.actions_["sort_clips"].trigger()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in range(2):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert five.settings.clip_order == five.clips.order.order.name


def test_tips_name_keys_that_were_changed(window: MainWindow) -> None:
    actions = window.actions_
    actions.set_keys({"panel_run": ("Ctrl+Alt+7",), "set_category": ("Ctrl+Alt+8",)})
    assert any("Ctrl+Alt+7" in fold.toolTip() for fold in window._pages._folds.values())
    window.actions_["new_object"].trigger()
    tip = window.objects.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert "Ctrl+Alt+8" in tip
