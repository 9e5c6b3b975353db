"""From one stretch that needs a look to the next, by keys, and what the panel says of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.windows import HW, N_FRAMES, look, paint_square
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.core.quality.needs_review import Reason
from vosgui.core.quality.stretches import Stretch
from vosgui.ui.main_window import MainWindow
from vosgui.ui.review.panel import ReviewPanel

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def carry(window: MainWindow, levels: dict[int, float]) -> int:
    """Paint an object and carry it over the clip, sure of it but where `levels` says otherwise."""
    object_id = paint_square(window)
    session = window.session
    run = session.begin_run("Propagate forward")
    revision = int(session.annotation.track(object_id)["revision"][0])
    for t in range(1, N_FRAMES):
        level = levels.get(t, 0.9)
        mask = np.zeros(HW, np.uint8)
        mask[10 : 10 + 16 * (level > 0), 8:24] = object_id
        result = FrameResult(t, mask, {object_id: level}, {object_id: ((0, revision),)})
        run.extend(edits.predict(session.annotation, result, frozenset({object_id})))
    run.close()
    return object_id


def texts(window: MainWindow) -> list[str]:
    (panel,) = window.findChildren(ReviewPanel)
    return [words.text() for words in panel.findChildren(QLabel)]


def test_n_goes_from_stretch_to_stretch_and_says_why(qtbot: QtBot, window: MainWindow) -> None:
    levels = {3: 0.4, 4: 0.3, 5: 0.4} | dict.fromkeys(range(10, 16), 0.0)
    carry(window, levels)
    look(qtbot, window)
    assert window.session.t == 4, "the worst frame of the stretch"
    assert window.status.currentMessage() == (
        "object 1, frames 00003 to 00005: low confidence, down to 0.30 (1 of 2)"
    )
    look(qtbot, window)
    assert window.session.t == 10
    assert "frames 00010 to 00015: lost" in window.status.currentMessage()
    look(qtbot, window)
    assert window.session.t == 4, "round the end"
    look(qtbot, window, SHIFT)
    assert window.session.t == 10
    look(qtbot, window, SHIFT)
    assert window.session.t == 4
    qtbot.waitUntil(lambda: "2 stretches to review" in texts(window))
    assert "1 lost · 1 uncertain" in texts(window)


def test_worst_first_by_choice(qtbot: QtBot, window: MainWindow) -> None:
    carry(window, {3: 0.4, 4: 0.3, 5: 0.4, 10: 0.0, 11: 0.0})
    (tick,) = (box for box in window.findChildren(QCheckBox) if box.text() == "Worst first")
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=tick.rect().center() / 4)
    assert tick.isChecked() and window.settings.review_worst_first
    look(qtbot, window)
    assert window.session.t == 10
    look(qtbot, window)
    assert window.session.t == 4


def test_the_threshold_is_set_in_the_window_and_nothing_left_is_said_of_it_alone(
    qtbot: QtBot, window: MainWindow
) -> None:
    carry(window, {3: 0.6})
    qtbot.waitUntil(lambda: "None left under 0.50" in texts(window))
    look(qtbot, window)
    assert "no confidence is under 0.50" in window.status.currentMessage()
    lane = window.timeline.grab().toImage()
    (panel,) = window.findChildren(ReviewPanel)
    box = panel.threshold
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0.70")
    qtbot.keyClick(box, Key.Key_Return)
    assert window.settings.review_threshold == 0.7
    qtbot.waitUntil(lambda: "1 stretch to review" in texts(window))
    assert window.timeline.grab().toImage() != lane, "its line and the lane have changed"
    window.canvas.setFocus()
    look(qtbot, window)
    assert window.session.t == 3
    assert window.session.view.threshold == 0.7


def test_shapes_are_measured_in_the_background_as_they_change(
    qtbot: QtBot, window: MainWindow
) -> None:
    object_id = carry(window, {})
    session = window.session
    qtbot.waitUntil(lambda: window.review.found == [] and "None left under 0.50" in texts(window))
    jump(window, object_id)

    def jumps() -> list[Stretch]:
        return [one for one in window.review.found if Reason.PLACE in one.reasons]

    qtbot.waitUntil(lambda: bool(jumps()))
    assert [one.t for one in jumps()] == [8]
    session.undo()
    qtbot.waitUntil(lambda: not jumps())


def test_an_object_without_masks_is_led_to_the_first_frame_of_the_grid(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.session.go_to(7)
    look(qtbot, window)
    assert window.session.t == 0
    assert "No object has a mask in frames 00000 to 00015" in window.status.currentMessage()


def test_the_panel_is_as_wide_whatever_it_tells(qtbot: QtBot, window: MainWindow) -> None:
    (panel,) = window.findChildren(ReviewPanel)
    width = panel.minimumSizeHint().width()
    carry(window, {3: 0.4, 10: 0.0, 11: 0.0})
    qtbot.waitUntil(lambda: "2 stretches to review" in texts(window))
    assert "1 lost · 1 uncertain" in texts(window)
    assert panel.minimumSizeHint().width() == width


def jump(window: MainWindow, object_id: int) -> None:
    """Carry an object that lies elsewhere from frame 8 on, with all confidence."""
    session, mask = window.session, np.zeros(HW, np.uint8)
    mask[30:46, 44:60] = object_id
    run = session.begin_run("Propagate forward")
    for t in range(8, N_FRAMES):
        origins = {object_id: ((0, int(session.annotation.track(object_id)["revision"][0])),)}
        result = FrameResult(t, mask, {object_id: 0.9}, origins)
        run.extend(edits.predict(session.annotation, result, frozenset({object_id})))
    run.close()


def test_n_leads_to_what_is_found_only_after_it_was_pressed(
    qtbot: QtBot, window: MainWindow
) -> None:
    jump(window, carry(window, {}))
    look(qtbot, window)
    assert "still being looked at" in window.status.currentMessage()
    qtbot.waitUntil(lambda: window.session.t == 8)
    assert "jumps to another place" in window.status.currentMessage()


def test_who_has_gone_on_meanwhile_is_led_nowhere(qtbot: QtBot, window: MainWindow) -> None:
    jump(window, carry(window, {}))
    look(qtbot, window)
    window.session.go_to(3)
    qtbot.waitUntil(lambda: window.review.is_settled and bool(window.review.found))
    assert window.session.t == 3
