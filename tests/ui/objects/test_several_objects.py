"""Masks over many frames, and who is who: by keys and menus, each of them one edit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QInputDialog
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, SQUARE, make_clip, open_clip, paint_again, paint_square
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.core.track import Source
from vosgui.ui.main_window import MainWindow
from vosgui.ui.runs.controller import RunController

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SHIFT, CTRL = Modifier.ShiftModifier, Modifier.ControlModifier


def carried(window: MainWindow, t: int = 0) -> int:
    """Add the square as an object, painted in frame t and propagated to all after it."""
    object_id = paint_square(window, t)
    session = window.session
    revision = int(session.annotation.track(object_id)["revision"][t])
    run = session.begin_run("Propagate forward")
    for u in range(t + 1, N_FRAMES):
        mask = np.roll(session.annotation.mask(t), u - t, axis=1)
        result = FrameResult(u, mask, {object_id: 0.9}, {object_id: ((t, revision),)})
        run.extend(edits.predict(session.annotation, result, frozenset({object_id})))
    run.close()
    return object_id


def given_in(window: MainWindow, object_id: int, t: int) -> None:
    part = edits.reinitialise(window.session.annotation, t, object_id)
    window.session.apply("Re-initialise", part)


def sources(window: MainWindow, object_id: int) -> list[int]:
    return window.session.annotation.track(object_id)["source"].tolist()


def test_absent_until_it_is_given_again(qtbot: QtBot, window: MainWindow) -> None:
    object_id = carried(window)
    given_in(window, object_id, 12)
    window.session.go_to(4)
    before = sources(window, object_id)
    qtbot.keyClick(window.canvas, Key.Key_A, SHIFT)
    assert sources(window, object_id)[4:12] == [Source.ABSENT] * 8
    assert sources(window, object_id)[12:] == before[12:]
    assert window.session.annotation.frames_with_mask() == (*range(4), *range(12, N_FRAMES))
    assert "8 frames" in window.status.currentMessage()
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert sources(window, object_id) == before


def test_verified_in_the_range_no_run_changes_it(qtbot: QtBot, window: MainWindow) -> None:
    object_id = carried(window)
    window.session.go_to(3)
    qtbot.keyClick(window.canvas, Key.Key_BracketLeft, CTRL)
    window.session.go_to(7)
    qtbot.keyClick(window.canvas, Key.Key_BracketRight, CTRL)
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL | SHIFT)
    track = window.session.annotation.track(object_id)
    assert np.flatnonzero(track["verified"]).tolist() == [3, 4, 5, 6, 7]
    kept = [window.session.annotation.packed(t) for t in range(3, 8)]
    window.session.go_to(0)
    runs: RunController = window.runs
    with qtbot.waitSignal(runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert [window.session.annotation.packed(t) for t in range(3, 8)] == kept


@pytest.mark.parametrize(
    ("key", "modifiers", "left"),
    [(Key.Key_Delete, SHIFT, (*range(4), *range(12, N_FRAMES))), (Key.Key_Delete, CTRL, ())],
)
def test_masks_are_deleted_over_frames(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifiers: Modifier, left: tuple[int, ...]
) -> None:
    object_id = carried(window)
    given_in(window, object_id, 12)
    window.session.go_to(4)
    qtbot.keyClick(window.canvas, key, modifiers)
    assert window.session.annotation.frames_with_mask() == left


def test_many_frames_are_worked_out_while_the_window_goes_on(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    window = empty_window
    open_clip(qtbot, window, make_clip(tmp_path / "long", n_frames=80))
    object_id = paint_square(window)
    with qtbot.waitSignal(window.editing.job.ended):
        window.actions_["absent_in_range"].trigger()
        assert window.editing.job.is_running
    assert sources(window, object_id) == [Source.ABSENT] * 80
    window.session.undo()
    with qtbot.waitSignal(window.editing.job.ended):
        window.actions_["absent_in_range"].trigger()
        paint_again(window, object_id, 9)
    assert "changed meanwhile" in window.status.currentMessage()
    assert sources(window, object_id)[:10] == [Source.PAINTED, *[0] * 8, Source.PAINTED]


def test_two_objects_are_swapped_at_once_and_one_of_three_is_asked_for(
    qtbot: QtBot, window: MainWindow
) -> None:
    first = carried(window)
    second = paint_square(window, 10)
    window.session.select_object(first)
    window.session.go_to(5)
    window.actions_["swap_objects"].trigger()
    annotation = window.session.annotation
    assert first in annotation.ids(4) and second in annotation.ids(5)
    assert not annotation.stale(second).any()
    qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    third = paint_square(window, 15)
    window.session.select_object(first)
    window.session.go_to(5)
    window.actions_["swap_objects"].trigger()
    (dialog,) = window.findChildren(QInputDialog)
    assert dialog.comboBoxItems() == ["2  object 2", "3  object 3"]
    dialog.setTextValue("3  object 3")
    qtbot.keyClick(dialog, Key.Key_Return)
    assert third in annotation.ids(5)
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))


def test_split_and_merged_again_an_object_is_as_it_was(qtbot: QtBot, window: MainWindow) -> None:
    object_id = carried(window)
    masks = [window.session.annotation.mask(t).copy() for t in range(N_FRAMES)]
    window.session.go_to(8)
    window.actions_["split_object"].trigger()
    annotation = window.session.annotation
    assert [entry.name for entry in annotation.objects] == ["object 1", "object 1 (2)"]
    assert window.session.object_id == 2
    assert annotation.ids(7) == (1,) and annotation.ids(8) == (2,)
    window.session.select_object(object_id)
    window.actions_["merge_objects"].trigger()
    assert [entry.id for entry in annotation.objects] == [object_id]
    for t in range(N_FRAMES):
        np.testing.assert_array_equal(annotation.mask(t), masks[t])
    assert not annotation.stale(object_id).any()


def test_an_object_without_a_mask_from_here_on_is_not_split(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window)
    window.session.go_to(4)
    with qtbot.waitSignal(window.session.said):
        window.actions_["split_object"].trigger()
    assert len(window.session.annotation.objects) == 1
    assert window.session.history.undo_label == "Brush"


def test_an_id_is_changed_where_it_is_free(qtbot: QtBot, window: MainWindow) -> None:
    carried(window)
    paint_square(window, 3)
    for new_id in (1, 9):
        window.actions_["change_id"].trigger()
        (dialog,) = window.findChildren(QInputDialog)
        dialog.setIntValue(new_id)
        qtbot.keyClick(dialog, Key.Key_Return)
        qtbot.waitUntil(lambda: not window.findChildren(QDialog))
        if new_id == 1:
            assert "object 1 has the id 1 already" in window.message.label.text()
    assert [entry.id for entry in window.session.annotation.objects] == [1, 9]
    assert 9 in window.session.annotation.ids(3)
    assert window.session.object_id == 9


def test_alone_ticked_and_moved(qtbot: QtBot, window: MainWindow) -> None:
    for t in (0, 5, 9):
        paint_square(window, t)
    window.session.select_object(2)

    def states(field: str) -> list[object]:
        return [getattr(entry, field) for entry in window.session.annotation.objects]

    qtbot.keyClick(window.canvas, Key.Key_H, CTRL | SHIFT)
    assert states("visible") == [False, True, False]
    qtbot.keyClick(window.canvas, Key.Key_H, CTRL | SHIFT)
    assert states("visible") == [True] * 3
    window.actions_["tick_none"].trigger()
    assert states("runs") == [False] * 3
    window.actions_["tick_all"].trigger()
    assert states("runs") == [True] * 3
    qtbot.keyClick(window.canvas, Key.Key_Up, CTRL)
    assert states("id") == [2, 1, 3]
    qtbot.keyClick(window.canvas, Key.Key_Up, CTRL)
    assert states("id") == [2, 1, 3]
    qtbot.keyClick(window.canvas, Key.Key_Down, CTRL)
    qtbot.keyClick(window.canvas, Key.Key_Down, CTRL)
    assert states("id") == [1, 3, 2]
    assert window.session.object_id == 2


def test_masks_are_copied_cut_and_pasted_between_frames_and_clips(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    object_id = paint_square(window)
    annotation = window.session.annotation
    drawn = annotation.mask(0).copy()
    qtbot.keyClick(window.canvas, Key.Key_C, CTRL)
    window.session.go_to(6)
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL)
    np.testing.assert_array_equal(annotation.mask(6), drawn)
    assert sources(window, object_id)[6] == Source.PAINTED
    qtbot.keyClick(window.canvas, Key.Key_X, CTRL)
    assert annotation.frames_with_mask() == (0,)
    assert sources(window, object_id)[6] == Source.NONE
    open_clip(qtbot, window, make_clip(tmp_path / "other", seed=1))
    window.session.go_to(2)
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL)
    annotation = window.session.annotation
    assert [entry.id for entry in annotation.objects] == [1] == [window.session.object_id]
    assert (annotation.mask(2) == 1).sum() == SQUARE.h * SQUARE.w


def test_nothing_is_copied_where_there_is_no_mask(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL)
    assert "No mask was copied yet" in window.status.currentMessage()
    window.session.go_to(3)
    qtbot.keyClick(window.canvas, Key.Key_C, CTRL)
    assert "no mask in this frame to copy" in window.status.currentMessage()
    qtbot.keyClick(window.canvas, Key.Key_L, SHIFT)
    window.session.go_to(0)
    qtbot.keyClick(window.canvas, Key.Key_X, CTRL)
    assert "locked" in window.status.currentMessage()
    assert window.session.annotation.frames_with_mask() == (0,)


def test_a_mask_is_scaled_to_another_clip_and_never_pasted_over_what_is_locked_or_taken(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    object_id = paint_square(window)
    annotation = window.session.annotation
    qtbot.keyClick(window.canvas, Key.Key_C, CTRL)
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL)  # it is so
    assert "Nothing is changed" in window.status.currentMessage()
    qtbot.keyClick(window.canvas, Key.Key_L, SHIFT)
    window.session.go_to(3)
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL)
    assert "locked" in window.status.currentMessage()
    assert annotation.frames_with_mask() == (0,)
    was = annotation.hw
    twice = tmp_path / "twice"
    twice.mkdir()
    Image.new("RGB", (2 * was[1], 2 * was[0])).save(twice / "00000.png")
    open_clip(qtbot, window, twice)
    qtbot.waitUntil(lambda: window.session.annotation.hw == (2 * was[0], 2 * was[1]))
    qtbot.keyClick(window.canvas, Key.Key_V, CTRL)
    pasted = window.session.annotation.mask(0)
    assert pasted.shape == (2 * was[0], 2 * was[1])
    assert (pasted == object_id).sum() == 4 * SQUARE.h * SQUARE.w
