"""Objects that are made others, or removed, while a run carries them: no mask becomes another's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from tests.ui.hurry import assert_same, shown
from tests.ui.windows import open_clip
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.ui.main_window import MainWindow

HW, N, SIDE = (48, 64), 14, 12
TOPS = {1: 4, 2: 30}  # of the squares, which move a pixel a frame to the right
ACT_AT, FROM = 6, 3


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return a window on two squares, objects 1 and 2, given in the first frame."""
    rng = np.random.default_rng(0)
    ground = rng.integers(40, 110, (*HW, 3), np.uint8)
    squares = {i: rng.integers(150, 255, (SIDE, SIDE, 3), np.uint8) for i in TOPS}
    folder = tmp_path / "two"
    folder.mkdir()
    for t in range(N):
        frame = ground.copy()
        for i, y in TOPS.items():
            frame[y : y + SIDE, 8 + t : 8 + t + SIDE] = squares[i]
        Image.fromarray(frame).save(folder / f"{t:05d}.png")
    open_clip(qtbot, empty_window, folder)
    session = empty_window.session
    for i, y in TOPS.items():
        session.apply("Add", edits.set_object(session.annotation, edits.new_object(i)))
        after = np.full((SIDE, SIDE), i, np.uint8)
        session.apply("Brush", edits.paint(session.annotation, 0, i, Box(y, 8, SIDE, SIDE), after))
    session.select_object(1)
    return empty_window


def whose(window: MainWindow) -> list[tuple[int, int]]:
    """Return of each frame whose the middle of each square is."""
    masks = [window.session.annotation.mask(t) for t in range(N)]
    return [(int(mask[10, 14 + t]), int(mask[36, 14 + t])) for t, mask in enumerate(masks)]


def trigger(window: MainWindow, *names: str) -> None:
    for name in names:
        window.session.go_to(FROM)
        window.actions_[name].trigger()


def give_id(window: MainWindow) -> None:
    trigger(window, "change_id")
    (dialog,) = window.findChildren(QInputDialog)
    dialog.setIntValue(9)
    dialog.accept()


ACTS: dict[str, tuple[Callable[[MainWindow], None], tuple[int, int], tuple[int, int]]] = {
    # what is done, whose the squares are before FROM and from there on
    "swap": (lambda window: trigger(window, "swap_objects"), (1, 2), (2, 1)),
    "split": (lambda window: trigger(window, "split_object"), (1, 2), (3, 2)),
    "id": (give_id, (9, 2), (9, 2)),
    "new": (lambda window: trigger(window, "remove_object", "new_object"), (0, 2), (0, 2)),
    "undo": (lambda window: trigger(window, "remove_object", "undo"), (1, 2), (1, 2)),
}


@pytest.mark.parametrize("is_stopped", [False, True])
@pytest.mark.parametrize("act", ACTS)
def test_what_a_run_draws_stays_with_who_it_is(
    qtbot: QtBot, window: MainWindow, act: str, is_stopped: bool
) -> None:
    runs, session = window.runs, window.session
    do, before, after = ACTS[act]
    done: list[int] = []

    def once(drawn: object) -> None:
        if not done and runs.pace is not None and session.annotation.ids(ACT_AT):
            done.append(1)
            do(window)
            if is_stopped:
                runs.stop()

    runs.yielded.connect(once)
    with qtbot.waitSignal(runs.ended):
        window.actions_["run_forward"].trigger()
    qtbot.waitUntil(lambda: not runs.is_running)
    assert done
    found = whose(window)
    assert found[:FROM] == [before] * FROM
    for pair in found[FROM:]:
        assert all(i in (0, wanted) for i, wanted in zip(pair, after, strict=True)), found
    if not is_stopped:
        assert found[FROM:] == [after] * (N - FROM)
        for entry in session.annotation.objects:
            assert not session.annotation.stale(entry.id).any()
    final = shown(session)
    n_edits = 0
    while session.history.can_undo:
        window.actions_["undo"].trigger()
        n_edits += 1
    assert not session.annotation.objects
    for _ in range(n_edits):
        window.actions_["redo"].trigger()
    assert_same(shown(session), final)


def test_between_keyframes_an_object_of_another_id_is_run_again_on_either_side(
    qtbot: QtBot, window: MainWindow
) -> None:
    runs, session = window.runs, window.session
    done: list[int] = []

    def once(drawn: object) -> None:
        if not done and session.annotation.ids(ACT_AT):
            done.append(1)
            give_id(window)
            session.go_to(N - 1)

    runs.yielded.connect(once)
    session.go_to(N - 1)  # all that it draws lies before the frame where it was begun
    with qtbot.waitSignal(runs.ended):
        window.actions_["run_bidirectional"].trigger()
    qtbot.waitUntil(lambda: not runs.is_running)
    assert done and whose(window) == [(9, 2)] * N
