"""What is done to clips on the strip: dragged, trimmed, split, merged, rejected, and undone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.mouse import double_click, hover, wheel
from tests.ui.prepare.conftest import Press, at, drag, settled
from vosgui.datasets.prepare.decisions import load_decisions
from vosgui.ui.prepare.view import REFUSED_TOP
from vosgui.ui.prepare.window import PrepareWindow

Key, Modifier, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
CTRL, ALT = Modifier.ControlModifier, Modifier.AltModifier


def spans(view: PrepareWindow) -> list[tuple[int, int]]:
    return [(one.start, one.stop) for one in view.desk.stretches if one.is_kept]


def test_ends_and_whole_clips_are_dragged(
    qtbot: QtBot, view: PrepareWindow, target: Path, press: Press
) -> None:
    (start, stop), *others = spans(view)
    drag(qtbot, view, at(view, start), at(view, start + 4), at(view, start + 10))
    settled(qtbot, view)
    assert spans(view) == [(start + 10, stop), *others]
    assert load_decisions(target).videos[0].decided[0].start == start + 10
    middle = (start + 10 + stop) // 2
    drag(qtbot, view, at(view, middle), at(view, middle - 3), at(view, middle - 6))
    settled(qtbot, view)
    assert spans(view)[0] == (start + 4, stop - 6)
    drag(qtbot, view, at(view, stop - 6), at(view, stop - 20))
    settled(qtbot, view)
    assert spans(view)[0] == (start + 4, stop - 20)
    # A neighbour is not run over, wherever the mouse goes.
    drag(qtbot, view, at(view, stop - 20), at(view, 290))
    settled(qtbot, view)
    assert spans(view)[0] == (start + 4, others[0][0])
    for _ in range(4):
        press(Key.Key_Z, CTRL)
    assert spans(view) == [(start, stop), *others]
    assert load_decisions(target).videos[0].decided == ()
    press(Key.Key_Y, CTRL)
    assert spans(view)[0] == (start + 10, stop)


def test_what_is_dragged_snaps_to_cuts_and_esc_lets_it_go(
    qtbot: QtBot, view: PrepareWindow
) -> None:
    before = spans(view)
    (start, stop), strip = before[0], view.strip
    drag(qtbot, view, at(view, stop), at(view, 100) + QPoint(4, 0))
    settled(qtbot, view)
    assert spans(view)[0] == (start, 100)
    qtbot.mousePress(strip, Left, Modifier.NoModifier, at(view, start))
    qtbot.mouseMove(strip, at(view, start + 20))
    assert strip.view is not None and strip.view.clips[0].start == start + 20
    assert view.desk.t == start + 20  # its new first frame is shown
    qtbot.keyClick(strip, Key.Key_Escape)
    qtbot.mouseRelease(strip, Left, Modifier.NoModifier, at(view, start + 20))
    assert spans(view)[0] == (start, 100)


def test_keys_do_the_same(qtbot: QtBot, view: PrepareWindow, press: Press) -> None:
    first, second, third = spans(view)
    press(Key.Key_PageDown)
    for _ in range(10):
        press(Key.Key_Right)
    press(Key.Key_BracketLeft)
    assert spans(view)[0] == (first[0] + 10, first[1])
    press(Key.Key_Left, ALT)
    assert spans(view)[0] == (first[0] + 9, first[1] - 1)
    press(Key.Key_Right, Modifier.ShiftModifier)  # a second on
    press(Key.Key_S)
    t = first[0] + 10 + 25
    assert spans(view)[:2] == [(first[0] + 9, t), (t, first[1] - 1)]
    press(Key.Key_PageUp)
    press(Key.Key_M)
    assert spans(view)[0] == (first[0] + 9, first[1] - 1)
    press(Key.Key_PageDown)
    press(Key.Key_X)
    assert second not in spans(view) and view.desk.selected == third  # it goes on by itself
    press(Key.Key_Z, CTRL)
    assert second in spans(view)


def test_where_nothing_comes_next_it_is_said(
    qtbot: QtBot, view: PrepareWindow, press: Press
) -> None:
    for _ in range(3):
        press(Key.Key_PageDown)
    last = view.desk.selected
    with qtbot.waitSignal(view.desk.said) as said:
        press(Key.Key_PageDown)
    assert "clip after" in said.args[0] and view.desk.selected == last
    with qtbot.waitSignal(view.desk.said) as said:
        press(Key.Key_R)
    assert "refusal after" in said.args[0]


def test_what_was_refused_says_why_and_can_be_taken_all_the_same(
    qtbot: QtBot, view: PrepareWindow, press: Press
) -> None:
    qtbot.keyClick(view.strip, Key.Key_F6)
    field = view.rules.fields["clips", "min_sharpness"]
    while not field.hasFocus():
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    field.selectAll()
    qtbot.keyClicks(field, "99999")
    qtbot.keyClick(field, Key.Key_Return)
    assert view.strip.hasFocus()
    assert not view.desk.findings.looking.is_running  # nothing is read for it
    settled(qtbot, view)
    assert spans(view) == [] and len(view.desk.refused) == 3
    assert len(view.clips.model.rows) == 3
    press(Key.Key_L)
    assert view.clips.model.rows == () and not view.actions_["prepare.list_refusals"].isChecked()
    press(Key.Key_R)
    assert "blurred" in view.about.text() and "99999" in view.about.text()
    assert "blurred" in view.strip.accessibleDescription()
    refused = view.desk.refused[0]
    where = at(view, (refused.start + refused.stop) // 2, REFUSED_TOP + 8)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, where, view.strip.mapToGlobal(where))
    QApplication.sendEvent(view.strip, event)
    assert "blurred" in QToolTip.text()
    press(Key.Key_N)
    (made,) = spans(view)
    assert refused.start <= made[0] < made[1] <= refused.stop and made[1] - made[0] <= 75
    assert view.strip.view is not None
    assert "blurred" in next(iter(view.strip.view.warnings.values()))  # it is taken, and told
    press(Key.Key_A)
    assert view.desk.stretches[0].verdict == "accepted"
    double_click(view.strip, at(view, 140, REFUSED_TOP + 8))
    settled(qtbot, view)
    assert len(spans(view)) == 2


def test_another_detector_says_that_frames_have_to_be_read_again(
    qtbot: QtBot, view: PrepareWindow, press: Press
) -> None:
    before = spans(view)
    press(Key.Key_PageDown)
    press(Key.Key_A)
    box = view.rules.fields["shots", "detector"]
    box.setFocus()
    qtbot.keyClick(box, Key.Key_Down)
    assert view.desk.decisions.rules.shots.detector == "adaptive"
    assert view.desk.findings.needs_look(view.desk.decisions) and view.rules.look_button.isVisible()
    assert not view.desk.findings.looking.is_running and spans(view) == before
    with qtbot.waitSignal(view.desk.findings.looking.ended):
        qtbot.mouseClick(view.rules.look_button, Left)
    settled(qtbot, view)
    assert (
        not view.desk.findings.needs_look(view.desk.decisions)
        and not view.rules.look_button.isVisible()
    )
    assert view.desk.stretches[0].verdict == "accepted"  # what was decided stays


def test_a_clip_plays_with_a_key_and_under_the_pointer(
    qtbot: QtBot, view: PrepareWindow, press: Press
) -> None:
    desk, player = view.desk, view.frame.player
    _, (start, stop), _ = spans(view)
    hover(view.strip, at(view, 5, 40))
    hover(view.strip, at(view, start + 20))
    qtbot.waitUntil(lambda: player.is_playing and desk.t > start)
    assert start <= desk.t < stop
    hover(view.strip, at(view, start + 20, REFUSED_TOP + 10))
    assert not player.is_playing and desk.t == 0  # back where it was
    qtbot.keyClick(view.strip, Key.Key_H)
    hover(view.strip, at(view, start + 22))
    qtbot.keyClick(view.strip, Key.Key_PageDown)
    first = spans(view)[0]
    qtbot.keyClick(view.strip, Key.Key_Space)
    qtbot.waitUntil(lambda: desk.t > first[0] + 2)
    assert player.is_playing and first[0] <= desk.t < first[1]
    qtbot.keyClick(view.strip, Key.Key_Space)
    assert not player.is_playing and desk.t > first[0]  # it stays there


def test_a_written_clip_stays_as_it_is(qtbot: QtBot, view: PrepareWindow, press: Press) -> None:
    press(Key.Key_PageDown)
    press(Key.Key_A)
    with qtbot.waitSignal(view.writer.written):
        qtbot.keyClick(view.strip, Key.Key_Return, CTRL)
    settled(qtbot, view)
    before = view.desk.decisions
    press(Key.Key_PageUp)
    press(Key.Key_X)
    press(Key.Key_Left, ALT)
    press(Key.Key_M)
    start, _stop = spans(view)[0]
    drag(qtbot, view, at(view, start), at(view, start + 9))
    assert view.desk.decisions == before
    assert "long_01 is written" in view.statusBar().currentMessage()
    assert not view.actions_["prepare.undo"].isEnabled()


def test_the_wheel_zooms_at_the_pointer_and_keys_at_the_playhead(
    qtbot: QtBot, view: PrepareWindow, press: Press
) -> None:
    strip = view.strip
    where = at(view, 150)
    wheel(strip, where, 5)
    assert strip.scale.frame_at(where.x()) == 150 and not strip.scale.is_whole
    first = strip.scale.first
    wheel(strip, where, -1, Modifier.ShiftModifier)
    assert strip.scale.first > first
    press(Key.Key_0)
    assert strip.scale.is_whole
    press(Key.Key_Plus)
    assert not strip.scale.is_whole
    press(Key.Key_End)
    assert view.desk.t == 299 and 299 in strip.scale.visible
    press(Key.Key_Up)
    assert view.desk.t == 190
    press(Key.Key_Up)
    press(Key.Key_Down)
    assert view.desk.t == 190
