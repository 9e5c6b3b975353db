"""Editing while a run goes on, by mouse and keys: nothing ends it, nothing drawn is overwritten."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from pytestqt.qtbot import QtBot

from tests.ui.windows import (
    at,
    on_long_clip,
    paint_again,
    paint_square,
    propagated,
)
from vosgui.core.track import Source
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.session import Session

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CTRL = Modifier.ControlModifier
N_FRAMES = 44
LAST = 38  # where the square is still whole


@pytest.fixture
def window(
    qtbot: QtBot, empty_window: MainWindow, tmp_path_factory: pytest.TempPathFactory
) -> MainWindow:
    """Return a window on a clip that a run does not finish before a person acts."""
    return on_long_clip(qtbot, empty_window, tmp_path_factory, N_FRAMES)


def run_and(
    qtbot: QtBot,
    window: MainWindow,
    act: Callable[[], None],
    n: int = 1,
    key: tuple[Qt.Key, Qt.KeyboardModifier] = (Key.Key_F, Modifier.NoModifier),
) -> list[int]:
    """Run, act once n frames are shown, and wait until all runs are over.

    Returns the frames that were drawn by then, of the current object.
    """
    session = window.session
    drawn: list[int] = []
    acted: list[bool] = []

    def once() -> None:
        frames = propagated(session, session.object_id)
        if len(frames) >= n and not drawn:
            drawn.extend(frames)
            QTimer.singleShot(0, do)

    def do() -> None:
        act()
        acted.append(True)

    session.annotation_changed.connect(once)
    qtbot.keyClick(window.canvas, *key)
    qtbot.waitUntil(lambda: bool(acted) and not window.runs.is_running)
    session.annotation_changed.disconnect(once)
    return drawn


def origins(session: Session, object_id: int) -> list[int]:
    """Return the keyframe that each mask comes from, -1 where it comes from none."""
    return [int(t) for t in session.annotation.track(object_id)["origin"][:, 0]]


def test_a_stroke_in_a_frame_that_was_passed_changes_nothing_for_the_run(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    session = window.session

    def stroke() -> None:
        session.go_to(1)
        qtbot.waitUntil(lambda: window.canvas.surface.t == 1)
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 40, 40))

    before = window.session.annotation.track(object_id)["revision"][0]
    run_and(qtbot, window, stroke, n=2)
    track = session.annotation.track(object_id)
    assert track["source"][1] == Source.CORRECTED
    assert len(propagated(session, object_id)) == N_FRAMES - 2
    assert set(origins(session, object_id)[2:]) == {0}
    assert track["revision"][0] == before
    assert not session.annotation.stale(object_id).any()
    assert session.annotation.mask(1)[40, 40] == object_id
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert session.annotation.track(object_id)["source"][1] == Source.PROPAGATED
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert propagated(session, object_id) == []
    assert session.annotation.frames_with_mask() == (0,)
    for _ in range(2):
        qtbot.keyClick(window.canvas, Key.Key_Y, CTRL)
    assert session.annotation.mask(1)[40, 40] == object_id
    assert len(propagated(session, object_id)) == N_FRAMES - 2


def test_a_mask_given_ahead_is_a_keyframe_that_the_run_meets(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    session = window.session
    run_and(qtbot, window, lambda: paint_again(window, object_id, 30))
    assert origins(session, object_id)[29:32] == [0, -1, 30]
    assert session.annotation.track(object_id)["source"][30] == Source.PAINTED
    given = session.annotation.mask(30) == object_id
    while session.history.undo_label != "Add":
        qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    while session.history.can_redo:
        qtbot.keyClick(window.canvas, Key.Key_Y, CTRL)
    np.testing.assert_array_equal(session.annotation.mask(30) == object_id, given)
    assert origins(session, object_id)[29:32] == [0, -1, 30]


def test_a_run_between_keyframes_meets_a_mask_given_ahead_too(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    paint_again(window, object_id, LAST)
    session = window.session
    runs = []
    window.runs.ended.connect(runs.append)
    key = Key.Key_F, CTRL | Modifier.ShiftModifier
    run_and(qtbot, window, lambda: paint_again(window, object_id, 20), key=key)
    assert runs == [True], "one run is enough"
    assert session.annotation.track(object_id)["source"][20] == Source.PAINTED
    ends = session.annotation.track(object_id)["origin"].tolist()
    assert ends[1:20] == [[0, 20]] * 19
    assert ends[21:LAST] == [[20, LAST]] * (LAST - 21)
    assert not session.annotation.stale(object_id).any()
    assert "steps" not in window.status.currentMessage()


def test_what_the_run_does_not_carry_changes_nothing_for_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    other = paint_square(window, 10)
    window.objects.model.toggle(0, 3)
    window.session.go_to(0)
    object_id = paint_square(window)
    ends: list[bool] = []
    window.runs.ended.connect(ends.append)
    run_and(qtbot, window, lambda: paint_again(window, other, 20))
    assert ends == [True]
    assert set(propagated(window.session, object_id)) >= set(range(21, N_FRAMES))
    assert (window.session.annotation.mask(20) == other).sum() == 256


def test_verifying_meanwhile_ends_nothing(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    session = window.session

    def verify() -> None:
        session.go_to(1)
        qtbot.keyClick(window.canvas, Key.Key_V)

    run_and(qtbot, window, verify, n=3)
    track = session.annotation.track(object_id)
    assert track["verified"][1]
    assert session.t == 5, "on to the next frame of the grid"
    assert len(propagated(session, object_id)) == N_FRAMES - 1


def test_a_changed_mask_that_the_run_rests_on_is_run_again_when_it_ends(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    session = window.session
    n_ends: list[bool] = []
    window.runs.ended.connect(n_ends.append)

    def stroke() -> None:
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 40, 40))
        assert session.annotation.stale(object_id).any()
        assert window.message.isVisible()
        assert "object 1" in window.message.label.text()

    run_and(qtbot, window, stroke)
    assert n_ends == [True, True]
    assert not session.annotation.stale(object_id).any()
    assert len(propagated(session, object_id)) == N_FRAMES - 1
    assert session.annotation.mask(0)[40, 40] == object_id
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert session.annotation.stale(object_id).any(), "it was an edit of its own"


def two_that_run(window: MainWindow) -> tuple[int, int, Session, list[bool]]:
    """Paint an object in frame 10 and one in the first; return both, and how runs end from now."""
    other = paint_square(window, 10)
    window.session.go_to(0)
    object_id = paint_square(window)
    ends: list[bool] = []
    window.runs.ended.connect(ends.append)
    return other, object_id, window.session, ends


def changed_and_run_at_once(qtbot: QtBot, window: MainWindow) -> None:
    """Change the selected object's mask, and press the button that runs it again at once."""
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 4, 40))
    qtbot.mouseClick(window.message.button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))


def test_it_is_run_again_at_once_by_a_button_and_the_others_go_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    other, object_id, session, ends = two_that_run(window)
    run_and(qtbot, window, lambda: changed_and_run_at_once(qtbot, window))
    assert ends[0] is False and ends[1:] == [True, True]
    assert not session.annotation.stale(object_id).any()
    assert set(propagated(session, object_id)) == set(range(1, N_FRAMES))
    assert set(propagated(session, other)) == set(range(11, N_FRAMES))


def test_what_waits_for_that_is_run_again_too_where_its_keyframe_is_changed(
    qtbot: QtBot, window: MainWindow
) -> None:
    other, object_id, session, ends = two_that_run(window)

    def strokes() -> None:
        changed_and_run_at_once(qtbot, window)
        qtbot.waitUntil(lambda: bool(ends) and window.runs.is_running)
        session.select_object(other)
        session.go_to(10)
        qtbot.waitUntil(lambda: window.canvas.surface.t == 10)
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, 4, 40))
        assert session.annotation.stale(other).any()
        session.select_object(object_id)

    run_and(qtbot, window, strokes, n=14)
    assert ends == [False, True, True]
    for i, start in ((object_id, 0), (other, 10)):
        assert not session.annotation.stale(i).any()
        assert set(propagated(session, i)) == set(range(start + 1, N_FRAMES))


def test_a_run_that_is_asked_for_meanwhile_comes_after_it(qtbot: QtBot, window: MainWindow) -> None:
    first = paint_square(window)
    window.session.go_to(0)
    session, ends = window.session, []
    window.runs.ended.connect(ends.append)
    said: list[str] = []
    session.said.connect(said.append)

    def act() -> None:
        qtbot.keyClick(window.canvas, Key.Key_F)
        assert "already" in said[-1], "the same one is not run twice"
        window.actions_["export"].trigger()
        assert "before you export" in window.message.label.text()
        session.go_to(20)
        second = paint_square(window, 20)
        assert second != first
        qtbot.keyClick(window.canvas, Key.Key_F)
        assert "00020" in said[-1] and "Esc" in said[-1]
        assert ends == []

    run_and(qtbot, window, act)
    assert ends == [True, True]
    assert propagated(session, first) == list(range(1, N_FRAMES))
    assert propagated(session, first + 1) == list(range(21, N_FRAMES))
    revisions = session.annotation.track(first)["origin"][:, 0]
    assert set(revisions[1:].tolist()) == {0}, "the first object was not carried again"


def test_esc_stops_what_was_put_off_as_well(qtbot: QtBot, window: MainWindow) -> None:
    object_id = paint_square(window)
    session = window.session

    def act() -> None:
        session.go_to(1)
        qtbot.keyClick(window.canvas, Key.Key_F, Modifier.ShiftModifier)
        qtbot.keyClick(window.canvas, Key.Key_Escape)

    ends: list[bool] = []
    window.runs.ended.connect(ends.append)
    run_and(qtbot, window, act)
    assert ends == [False]
    assert len(propagated(session, object_id)) < N_FRAMES - 1


def test_removing_an_object_meanwhile_takes_it_out_of_the_run(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = paint_square(window)
    session = window.session

    def remove() -> None:
        window.actions_["remove_object"].trigger()

    run_and(qtbot, window, remove)
    assert session.annotation.objects == ()
    assert session.annotation.frames_with_mask() == ()
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert session.annotation.objects[0].id == object_id


def test_undo_of_a_run_goes_back_to_the_frame_where_it_began(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window, 20)
    session = window.session
    session.go_to(20)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    session.go_to(35)
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert session.t == 20
