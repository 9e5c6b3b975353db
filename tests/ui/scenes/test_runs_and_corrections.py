"""Scenes of a day: what a run changes, what it keeps, and how it is corrected and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.mouse import wheel
from tests.ui.scenes.acting import (
    CTRL,
    SHIFT,
    Key,
    Left,
    choose,
    click_column,
    drag,
    draw_object,
    go,
    masks_of,
    on_track,
    origins,
    press,
    run,
)
from tests.ui.windows import SQUARE, at, make_clip, open_clip, propagated, tiny_model
from vosgui.core.mask import Box
from vosgui.core.track import Source
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.object_model import Column

N_FRAMES = 64
PATCHES = Box(30, 40, 12, 14), Box(30, 4, 12, 12), Box(31, 22, 10, 12)  # of the ground


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return a window on a clip that a run does not finish before a person acts."""
    open_clip(qtbot, empty_window, make_clip(tmp_path / "square", N_FRAMES))
    empty_window.canvas.setFocus()
    return empty_window


def press_button(qtbot: QtBot, window: MainWindow) -> None:
    assert window.message.isVisible()
    qtbot.mouseClick(window.message.button, Left)


def test_scene_1(qtbot: QtBot, window: MainWindow) -> None:
    """Fix object B at frame 40 and run again: object A does not change. Only ticked ones run."""
    session = window.session
    a, b = (draw_object(qtbot, window, box) for box in (SQUARE, PATCHES[0]))
    run(qtbot, window)
    masks, track = masks_of(session, a), session.annotation.track(a)
    go(qtbot, window, 40)
    press(qtbot, window, Key.Key_2)
    drag(qtbot, window, [(42, 44), (52, 44)])
    run(qtbot, window)
    assert origins(session, b)[41:] == [40] * (N_FRAMES - 41)
    assert origins(session, b)[1:40] == [0] * 39
    assert masks_of(session, a) == masks
    assert session.annotation.track(a).tobytes() == track.tobytes()
    assert "object 1 is carried from here already" in window.status.currentMessage()
    go(qtbot, window, 20)
    click_column(qtbot, window, 1, Column.RUNS)  # now B stays
    masks = masks_of(session, b)
    press(qtbot, window, Key.Key_1)
    drag(qtbot, window, [(32, 6), (40, 6)])
    run(qtbot, window)
    assert origins(session, a)[21:] == [20] * (N_FRAMES - 21)
    assert masks_of(session, b) == masks


def test_scene_2(qtbot: QtBot, window: MainWindow) -> None:
    """Add a fourth object at frame 60 of a clip already done: the three others are untouched."""
    session = window.session
    three = [draw_object(qtbot, window, box) for box in (SQUARE, *PATCHES[:2])]
    run(qtbot, window)
    masks = [masks_of(session, i) for i in three]
    tracks = [session.annotation.track(i).tobytes() for i in three]
    go(qtbot, window, 60)
    fourth = draw_object(qtbot, window, PATCHES[2])
    run(qtbot, window)
    assert [entry.id for entry in session.annotation.objects] == [*three, fourth] == [1, 2, 3, 4]
    assert propagated(session, fourth) == [61, 62, 63]
    assert [masks_of(session, i) for i in three] == masks
    assert [session.annotation.track(i).tobytes() for i in three] == tracks


@pytest.mark.parametrize("model", ["flow", "network"])
def test_scene_3(qtbot: QtBot, window: MainWindow, model: str, tmp_path: Path) -> None:
    """A correction in the middle of the clip has an effect, the same each time."""
    if model == "network":
        window.settings.run.model = str(tiny_model(tmp_path / "tiny"))
    session = window.session
    object_id = draw_object(qtbot, window, SQUARE)
    run(qtbot, window)
    before = masks_of(session, object_id)
    go(qtbot, window, 30)
    drag(qtbot, window, [(20, 34), (40, 34), (40, 40), (20, 40)])
    press(qtbot, window, Key.Key_I)
    found = []
    for turn in range(2):
        with qtbot.waitSignal(window.runs.ended):
            press_button(qtbot, window) if turn == 0 else press(qtbot, window, Key.Key_F)
        assert origins(session, object_id)[31:] == [30] * (N_FRAMES - 31)
        found.append(masks_of(session, object_id))
        press(qtbot, window, Key.Key_Z, CTRL)
    assert found[0] == found[1]
    assert found[0][:30] == before[:30]
    if model == "flow":  # the network is not trained
        assert all(now != was for now, was in zip(found[0][30:], before[30:], strict=True))


def test_scene_4(qtbot: QtBot, window: MainWindow) -> None:
    """A run never overwrites what a person drew or verified: it begins anew there, or stops."""
    session = window.session
    object_id = draw_object(qtbot, window, SQUARE)
    run(qtbot, window)
    go(qtbot, window, 10)
    drag(qtbot, window, [(20, 40), (30, 40)])
    go(qtbot, window, 15)
    press(qtbot, window, Key.Key_V)
    given = [session.annotation.packed(t) for t in (0, 10, 15)]
    go(qtbot, window, 0)
    run(qtbot, window)
    assert [session.annotation.packed(t) for t in (0, 10, 15)] == given
    keyframes = origins(session, object_id)
    assert (keyframes[9], keyframes[11], keyframes[16]) == (0, 10, 15)
    track = session.annotation.track(object_id)
    assert (track["source"][10], bool(track["verified"][15])) == (Source.CORRECTED, True)
    drag(qtbot, window, [(12, 34), (20, 34)])
    choose(qtbot, window.run_panel.reach, "keyframe")
    behind = masks_of(session, object_id)[10:]
    run(qtbot, window)
    assert masks_of(session, object_id)[10:] == behind
    assert not session.annotation.stale(object_id)[:10].any()


def test_scene_5(qtbot: QtBot, window: MainWindow) -> None:
    """Undo takes back a whole run in one step and redo brings it back, also after a restart."""
    object_id = draw_object(qtbot, window, SQUARE)
    run(qtbot, window)
    done, path = masks_of(window.session, object_id), window.session.info.path
    assert len(propagated(window.session, object_id)) == N_FRAMES - 1

    def restarted(before: MainWindow) -> MainWindow:
        before.close()
        again = MainWindow()
        qtbot.addWidget(again)
        with qtbot.waitActive(again):
            again.show()
        open_clip(qtbot, again, path)
        return again

    press(qtbot, window, Key.Key_Z, CTRL)
    assert propagated(window.session, object_id) == []
    press(qtbot, window, Key.Key_Z, CTRL | SHIFT)
    assert masks_of(window.session, object_id) == done
    window = restarted(window)
    press(qtbot, window, Key.Key_Z, CTRL)
    assert propagated(window.session, object_id) == []
    assert window.session.annotation.frames_with_mask() == (0,)
    window = restarted(window)
    press(qtbot, window, Key.Key_Y, CTRL)
    assert masks_of(window.session, object_id) == done
    window.close()


def test_scene_6(qtbot: QtBot, window: MainWindow) -> None:
    """What is stale is seen to be stale, and nothing is erased behind the person's back."""
    session = window.session
    object_id = draw_object(qtbot, window, SQUARE)
    run(qtbot, window)
    masks = masks_of(session, object_id)

    def looks() -> tuple[QImage, QImage]:
        go(qtbot, window, 30)
        track = window.timeline.grab().copy(*on_track(window, 0, 20).toTuple(), 40, 3)
        return window.canvas.grab().toImage(), track.toImage()

    fresh = looks()
    go(qtbot, window, 0)
    drag(qtbot, window, [(12, 34), (20, 34)])
    stale = looks()
    assert session.annotation.stale(object_id)[1:].all()
    assert masks_of(session, object_id)[1:] == masks[1:]
    assert stale[0] != fresh[0] and stale[1] != fresh[1]
    press(qtbot, window, Key.Key_F)  # offers the keyframe that was changed
    with qtbot.waitSignal(window.runs.ended):
        press_button(qtbot, window)
    assert not session.annotation.stale(object_id).any()
    press(qtbot, window, Key.Key_Z, CTRL)
    press(qtbot, window, Key.Key_Z, CTRL)
    assert masks_of(session, object_id) == masks
    assert not session.annotation.stale(object_id).any()


def test_scene_10(qtbot: QtBot, window: MainWindow) -> None:
    """Keys, zooming, scrubbing and typing during a run are safe; nobody follows unless asked."""
    session = window.session
    object_id = draw_object(qtbot, window, SQUARE)
    with qtbot.waitSignal(session.annotation_changed):
        press(qtbot, window, Key.Key_F)
    wheel(window.canvas, at(window, 30, 20), 3)
    seen = window.canvas.view.viewport
    qtbot.mousePress(window.timeline, Left, pos=on_track(window, 0, 50))
    qtbot.mouseMove(window.timeline, on_track(window, 0, 55))
    qtbot.mouseRelease(window.timeline, Left, pos=on_track(window, 0, 55))
    for key in (Key.Key_O, Key.Key_X, Key.Key_X, Key.Key_BracketRight, Key.Key_Comma, Key.Key_O):
        press(qtbot, window, key)
    press(qtbot, window, Key.Key_F2)
    editor = window.objects.view.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "fast f")
    assert window.runs.is_running, "all of this is done while it runs"
    qtbot.keyClick(editor, Key.Key_Return)
    with qtbot.waitSignal(window.runs.ended) as heard:
        pass
    assert heard.args == [True]
    assert session.t == 55
    assert window.canvas.view.viewport == seen
    assert propagated(session, object_id) == list(range(1, N_FRAMES))
    assert session.annotation.header.object(object_id).name == "fast f"


def test_scene_19(qtbot: QtBot, window: MainWindow) -> None:
    """A run that yields nothing says why: no mask here, the object absent, all of them locked."""
    session, said = window.session, window.message.label
    press(qtbot, window, Key.Key_N, CTRL)
    press(qtbot, window, Key.Key_F)
    qtbot.waitUntil(lambda: "no mask" in said.text() and not window.runs.is_running)
    draw_object(qtbot, window, SQUARE)
    go(qtbot, window, 5)
    press(qtbot, window, Key.Key_A)
    press(qtbot, window, Key.Key_F)
    assert "absent here" in said.text() and "without a mask here" in said.text()
    go(qtbot, window, 0)
    for row in (0, 1):
        click_column(qtbot, window, row, Column.LOCKED)
    press(qtbot, window, Key.Key_F)
    qtbot.waitUntil(lambda: "locked" in said.text() and not window.runs.is_running)
    for row in (0, 1):
        click_column(qtbot, window, row, Column.LOCKED)
        click_column(qtbot, window, row, Column.RUNS)
    press(qtbot, window, Key.Key_F)
    qtbot.waitUntil(lambda: "Tick" in said.text() and not window.runs.is_running)
    assert session.annotation.frames_with_mask() == (0,)
    press(qtbot, window, Key.Key_Right)
    assert session.t == 1
