"""The table of actions: whole, without conflicts, and what the widgets are made from."""

from __future__ import annotations

import pytest

from vosgui import paths
from vosgui.ui.actions.actions import conflicts, keys_of
from vosgui.ui.actions.row import MENUS
from vosgui.ui.actions.table import PRESETS, ROWS
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings


def test_ids_and_menus_are_known_and_every_icon_is_there() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.menu for row in ROWS} <= {*MENUS, ""}
    drawn = {path.stem for path in (paths.resources() / "icons").glob("*.svg")}
    assert {row.icon for row in ROWS} <= {*drawn, ""}


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_gives_two_actions_one_key(empty_window: MainWindow, preset: str) -> None:
    rows = empty_window.actions_.rows.values()
    assert PRESETS[preset].keys() <= {row.id for row in rows}
    assert conflicts(keys_of(rows, Settings(preset=preset))) == {}


def test_own_keys_go_before_the_preset_before_the_table() -> None:
    settings = Settings(preset="labelme", keys={"verify": ["J"], "no such action": ["K"]})
    keys = keys_of(ROWS, settings)
    assert keys["verify"] == ("J",)
    assert keys["next_frame"] == ("D", "Right")
    assert keys["undo"] == ("Ctrl+Z",)
    assert "no such action" not in keys


def test_the_same_key_written_in_two_ways_is_a_conflict() -> None:
    keys = {"one": ("Ctrl+Shift+Z",), "two": ("Shift+Ctrl+Z",), "three": ("Z",)}
    assert conflicts(keys) == {"Ctrl+Shift+Z": ["one", "two"]}


def test_every_row_with_a_menu_is_in_it_and_says_its_key(empty_window: MainWindow) -> None:
    actions = empty_window.actions_
    for row in actions.rows.values():
        action = actions[row.id]
        if row.menu:
            assert action in empty_window.menus[row.menu].actions()
        assert row.tip in action.toolTip()
        for key in actions.keys(row.id):
            assert key.split("+")[-1][:2] in action.toolTip()


def test_nothing_but_opening_can_be_chosen_in_the_empty_window(empty_window: MainWindow) -> None:
    actions = empty_window.actions_
    enabled = {name for name in actions.rows if actions[name].isEnabled()}
    assert {"open_clip", "open_project", "open_demo", "quit", "cheat_sheet"} <= enabled
    assert not enabled & {"undo", "export", "run_forward", "verify", "tool_brush", "stop"}


def test_undo_names_what_it_takes_back(window: MainWindow) -> None:
    window.actions_["new_object"].trigger()
    assert window.actions_["undo"].text() == "&Undo Add object 1"
    window.actions_["undo"].trigger()
    assert window.actions_["undo"].text() == "&Undo"
    assert not window.actions_["undo"].isEnabled()
    assert window.actions_["redo"].text() == "&Redo Add object 1"
