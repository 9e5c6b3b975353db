"""Clicks to a mask, with the mouse and keys of a person on the whole window.

The network is a real one whose weights are set by hand: it finds a disk around each click inside.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.engine.clicks.tiny import disk_head, save_tiny
from tests.ui.windows import HW, at, click, let_tools_end, make_clip, open_clip, paint_square
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.core.track import Source
from vosgui.errors import ModelError
from vosgui.ui.main_window import MainWindow
from vosgui.ui.tools.click_chain import ClickModel
from vosgui.ui.tools.clicks import ClickTool

Key, Left, Right = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL = Qt.KeyboardModifier.ControlModifier
Click = Callable[..., None]


@pytest.fixture(scope="session")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("models"), head=disk_head())


@pytest.fixture
def clicking(qtbot: QtBot, window: MainWindow, head: Path) -> MainWindow:
    """Return a window with a clip and no object yet, the tool for clicks in hand."""
    window.canvas.surface.click_model = ClickModel(str(head), "cpu")
    qtbot.keyClick(window.canvas, Key.Key_C)
    return window


def tool(window: MainWindow) -> ClickTool:
    found = window.tools.tools["clicks"]
    assert isinstance(found, ClickTool)
    return found


def wait(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until all clicks are worked out."""
    qtbot.waitUntil(lambda: tool(window).is_settled)


def shown(window: MainWindow) -> np.ndarray:
    mask = window.canvas.surface.mask
    assert mask is not None
    return mask == 1


def masked(window: MainWindow, t: int = 0, object_id: int = 1) -> np.ndarray:
    return window.session.annotation.mask(t) == object_id


def n_edits(window: MainWindow) -> int:
    """Return how many edits can be taken back."""
    session, n = window.session, 0
    while session.history.can_undo:
        session.history.undo()
        n += 1
    for _ in range(n):
        session.history.redo()
    return n


def test_the_mask_follows_every_click_and_enter_takes_it_as_one_edit(
    qtbot: QtBot, clicking: MainWindow
) -> None:
    click(qtbot, clicking, 20, 20)
    wait(qtbot, clicking)
    assert shown(clicking)[20, 20] and not shown(clicking)[30, 40]
    click(qtbot, clicking, 40, 30)
    wait(qtbot, clicking)
    assert shown(clicking)[20, 20] and shown(clicking)[30, 40]
    assert not masked(clicking).any(), "nothing is said before Enter"
    qtbot.keyClick(clicking.canvas, Key.Key_Return)
    assert masked(clicking)[20, 20] and masked(clicking)[30, 40]
    assert clicking.session.t == 0, "Enter took the mask and verified nothing"
    assert n_edits(clicking) == 1
    clicking.session.undo()
    assert not clicking.session.annotation.objects, "the first object came with its mask"


def test_right_clicks_do_not_belong(qtbot: QtBot, clicking: MainWindow) -> None:
    paint_square(clicking)
    assert masked(clicking)[15, 15]
    click(qtbot, clicking, 15, 15, Right)
    wait(qtbot, clicking)
    assert not shown(clicking)[15, 15] and shown(clicking)[24, 22]
    qtbot.keyClick(clicking.canvas, Key.Key_Return)
    assert not masked(clicking)[15, 15] and masked(clicking)[24, 22]


def test_backspace_takes_clicks_back_and_so_does_undo(qtbot: QtBot, clicking: MainWindow) -> None:
    for x in (20, 30, 40):
        click(qtbot, clicking, x, 20)
    wait(qtbot, clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_Backspace)
    assert shown(clicking)[20, 30] and not shown(clicking)[20, 40]
    qtbot.keyClick(clicking.canvas, Key.Key_Z, CTRL)
    assert shown(clicking)[20, 20] and not shown(clicking)[20, 30]
    click(qtbot, clicking, 20, 35)
    wait(qtbot, clicking)
    assert shown(clicking)[35, 20] and not shown(clicking)[20, 30]
    for _ in range(2):
        qtbot.keyClick(clicking.canvas, Key.Key_Backspace)
    assert not shown(clicking).any() and not tool(clicking).active


def test_a_click_taken_back_before_it_is_worked_out_leaves_nothing(
    qtbot: QtBot, clicking: MainWindow
) -> None:
    click(qtbot, clicking, 20, 20)
    click(qtbot, clicking, 40, 30)
    qtbot.keyClick(clicking.canvas, Key.Key_Backspace)
    click(qtbot, clicking, 30, 40)
    wait(qtbot, clicking)
    assert shown(clicking)[20, 20] and shown(clicking)[40, 30]
    assert not shown(clicking)[30, 40]


def test_escape_drops_all(qtbot: QtBot, clicking: MainWindow) -> None:
    paint_square(clicking)
    before = clicking.session.annotation.mask(0).copy()
    click(qtbot, clicking, 50, 40)
    wait(qtbot, clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_Escape)
    assert np.array_equal(clicking.canvas.surface.mask, before)
    assert np.array_equal(clicking.session.annotation.mask(0), before)


def test_a_propagated_mask_is_repaired_from_what_it_is(qtbot: QtBot, clicking: MainWindow) -> None:
    paint_square(clicking)
    session = clicking.session
    result = edits.FrameResult(3, session.annotation.mask(0), {1: 0.5}, {1: ((0, 1),)})
    session.apply("Run", edits.predict(session.annotation, result, frozenset({1})))
    with qtbot.waitSignal(session.frame_loaded):
        session.go_to(3)
    click(qtbot, clicking, 50, 40)
    wait(qtbot, clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_Enter)
    assert masked(clicking, 3)[15, 15], "what was right stays"
    assert masked(clicking, 3)[40, 50]
    assert session.annotation.track(1)["source"][3] == Source.CORRECTED


@pytest.mark.parametrize("how", ["next object", "next frame", "tool", "timeline", "new object"])
def test_whatever_is_begun_next_takes_the_mask(
    qtbot: QtBot, clicking: MainWindow, how: str
) -> None:
    session, canvas = clicking.session, clicking.canvas
    for _ in range(2):
        qtbot.keyClick(canvas, Key.Key_N, CTRL)
    qtbot.keyClick(canvas, Key.Key_1)
    qtbot.keyClick(canvas, Key.Key_C)
    click(qtbot, clicking, 20, 20)  # not worked out yet when the next thing is begun
    if how == "next object":
        qtbot.keyClick(canvas, Key.Key_Tab)
    elif how == "next frame":
        qtbot.keyClick(canvas, Key.Key_Right)
    elif how == "tool":
        qtbot.keyClick(canvas, Key.Key_B)
    elif how == "timeline":
        session.go_to(7)
    else:
        qtbot.keyClick(canvas, Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: bool(masked(clicking).any()))
    assert masked(clicking)[20, 20]
    assert not tool(clicking).active
    assert session.annotation.frames_with_mask() == (0,)


def test_what_acts_on_the_mask_waits_for_it(qtbot: QtBot, clicking: MainWindow) -> None:
    session = clicking.session
    click(qtbot, clicking, 20, 20)
    qtbot.keyClick(clicking.canvas, Key.Key_V)
    qtbot.waitUntil(lambda: session.t == 5)
    record = session.annotation.track(1)[0]
    assert record["source"] == Source.PAINTED and record["verified"]


def test_what_waited_for_a_click_is_not_done_where_its_object_has_gone(
    qtbot: QtBot, clicking: MainWindow
) -> None:
    paint_square(clicking)
    click(qtbot, clicking, 40, 20)
    for action in ("remove_object", "delete_here", "reinitialise"):
        clicking.actions_[action].trigger()
    assert clicking.session.annotation.objects, "they wait for the click"
    qtbot.waitUntil(lambda: not clicking.session.annotation.objects)
    let_tools_end(qtbot, clicking)
    assert clicking.session.history.undo_label.startswith("Remove")


def test_a_run_begins_from_the_clicks(qtbot: QtBot, clicking: MainWindow) -> None:
    click(qtbot, clicking, 20, 20)
    with qtbot.waitSignal(clicking.runs.ended):
        qtbot.keyClick(clicking.canvas, Key.Key_F)
    track = clicking.session.annotation.track(1)
    assert track["source"][0] == Source.PAINTED
    assert track["source"][1] == Source.PROPAGATED


def test_closing_the_window_keeps_what_was_found(
    qtbot: QtBot, clicking: MainWindow, clip_folder: Path
) -> None:
    click(qtbot, clicking, 20, 20)
    wait(qtbot, clicking)
    clicking.opener.close()
    open_clip(qtbot, clicking, clip_folder)
    assert masked(clicking)[20, 20]


def test_what_waited_for_a_click_is_not_done_while_another_clip_is_opened(
    qtbot: QtBot, clicking: MainWindow, tmp_path: Path
) -> None:
    other = make_clip(tmp_path / "other", n_frames=8, seed=1)
    click(qtbot, clicking, 20, 20)
    wait(qtbot, clicking)
    click(qtbot, clicking, 30, 30)
    clicking.actions_["close_clip"].trigger()  # waits for the second click
    clicking.session.leaving.emit(True)
    open_clip(qtbot, clicking, other)
    assert clicking.session.info.name == "other"
    assert clicking.opener.project is not None


def test_a_dragged_box_is_drawn_and_holds_the_object(qtbot: QtBot, clicking: MainWindow) -> None:
    canvas = clicking.canvas
    qtbot.mousePress(canvas, Left, pos=at(clicking, 10, 10))
    qtbot.mouseMove(canvas, at(clicking, 20, 20))
    qtbot.mouseMove(canvas, at(clicking, 30, 26))
    qtbot.mouseRelease(canvas, Left, pos=at(clicking, 30, 26))
    wait(qtbot, clicking)
    (box,) = tool(clicking).marks
    assert [round(v) for v in (box.left, box.top, box.right, box.bottom)] == [10, 10, 30, 26]
    rows, columns = np.nonzero(shown(clicking))
    assert abs(rows.mean() - 18) < 2 and abs(columns.mean() - 20) < 2


def test_other_objects_keep_their_pixels_unless_one_paints_over_them(
    qtbot: QtBot, clicking: MainWindow
) -> None:
    session = clicking.session
    for _ in range(2):
        qtbot.keyClick(clicking.canvas, Key.Key_N, CTRL)
    other = np.full((HW[0], 10), 2, np.uint8)
    session.apply("Other", edits.paint(session.annotation, 0, 2, Box(0, 20, HW[0], 10), other))
    qtbot.keyClick(clicking.canvas, Key.Key_1)
    qtbot.keyClick(clicking.canvas, Key.Key_C)
    click(qtbot, clicking, 20, 20)
    wait(qtbot, clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_Return)
    assert masked(clicking)[20, 19] and not masked(clicking)[20, 20]
    qtbot.keyClick(clicking.canvas, Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    click(qtbot, clicking, 22, 30)
    wait(qtbot, clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_Return)
    assert masked(clicking)[30, 22]


def test_a_locked_object_is_not_clicked_and_says_so(qtbot: QtBot, clicking: MainWindow) -> None:
    paint_square(clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(
        clicking.canvas.surface.message, check_params_cb=lambda text: "locked" in text
    ):
        click(qtbot, clicking, 50, 40)
    assert not tool(clicking).active


def test_an_object_that_goes_takes_its_clicks_along(qtbot: QtBot, clicking: MainWindow) -> None:
    paint_square(clicking)
    click(qtbot, clicking, 50, 40)
    part = edits.remove_object(clicking.session.annotation, 1)
    clicking.session.apply("Remove", part)
    assert not tool(clicking).active
    let_tools_end(qtbot, clicking)
    assert not clicking.session.annotation.objects


def test_without_a_network_the_reason_is_said_and_nothing_is_changed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr("vosgui.ui.main_window.show_error", lambda _w, error: told.append(error))
    window.canvas.surface.click_model = ClickModel(str(tmp_path / "none"), "cpu")
    qtbot.keyClick(window.canvas, Key.Key_C)
    click(qtbot, window, 20, 20)
    qtbot.waitUntil(lambda: bool(told))
    (error,) = told
    assert isinstance(error, ModelError) and str(tmp_path / "none") in str(error)
    assert not tool(window).active and not window.session.annotation.objects


def test_the_tool_for_clicks_is_in_hand_for_an_object_without_a_mask(
    qtbot: QtBot, clicking: MainWindow
) -> None:
    settings, tools = clicking.settings, clicking.tools
    assert settings.first_tool == "clicks", "chosen with no object yet: it is remembered"
    paint_square(clicking)
    qtbot.keyClick(clicking.canvas, Key.Key_B)
    assert settings.first_tool == "clicks", "the object had a mask: this says nothing of first ones"
    qtbot.keyClick(clicking.canvas, Key.Key_N, CTRL)
    assert tools.current.name == "clicks"
    qtbot.keyClick(clicking.canvas, Key.Key_B)
    qtbot.keyClick(clicking.canvas, Key.Key_N, CTRL)
    assert tools.current.name == "brush" and settings.first_tool == "brush"
