"""What the hand of a person does in the window, by mouse and keys alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import at
from vosgui.core.mask import Box
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.object_model import Column
from vosgui.ui.session.session import Session
from vosgui.ui.timeline.scale import LABELS_W, TRACK_H

Key, Left, Right = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def press(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE
) -> None:
    """Press a key over the canvas; dialogs that were over the window have gone."""
    if not window.isActiveWindow():
        with qtbot.waitActive(window):
            window.activateWindow()
    qtbot.keyClick(window.canvas, key, modifiers)


def go(qtbot: QtBot, window: MainWindow, t: int) -> None:
    """Go to frame t by keys, and wait until it is seen."""
    press(qtbot, window, Key.Key_Home)
    by_stride, by_one = divmod(t, window.session.annotation.stride)
    for _ in range(by_stride):
        press(qtbot, window, Key.Key_Right, SHIFT)
    for _ in range(by_one):
        press(qtbot, window, Key.Key_Right)
    qtbot.waitUntil(lambda: window.canvas.surface.t == t)
    assert window.session.t == t


def run(
    qtbot: QtBot, window: MainWindow, key: Qt.Key = Key.Key_F, modifiers: Qt.KeyboardModifier = NONE
) -> None:
    """Press a key that begins a run, and wait until it is over."""
    with qtbot.waitSignal(window.runs.ended):
        press(qtbot, window, key, modifiers)


def drag(
    qtbot: QtBot,
    window: MainWindow,
    points: Sequence[tuple[float, float]],
    button: Qt.MouseButton = Left,
) -> None:
    """Draw with the tool in hand through points of the frame."""
    canvas, places = window.canvas, [at(window, *point) for point in points]
    qtbot.mouseMove(canvas, places[0])
    qtbot.mousePress(canvas, button, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, button, pos=places[-1])


def outline(qtbot: QtBot, window: MainWindow, box: Box) -> None:
    """Draw a box as a polygon, and take the brush again."""
    press(qtbot, window, Key.Key_P)
    right, bottom = box.x + box.w, box.y + box.h
    for x, y in ((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)):
        qtbot.mouseMove(window.canvas, at(window, x, y))
        qtbot.mouseClick(window.canvas, Left, pos=at(window, x, y))
    press(qtbot, window, Key.Key_Return)
    press(qtbot, window, Key.Key_B)


def draw_object(qtbot: QtBot, window: MainWindow, box: Box) -> int:
    """Add an object, draw it as a box in the frame shown; return its id."""
    press(qtbot, window, Key.Key_N, CTRL)
    outline(qtbot, window, box)
    return window.session.object_id


def click_column(qtbot: QtBot, window: MainWindow, row: int, column: Column) -> None:
    """Click in the list of objects."""
    view = window.objects.view
    place = view.visualRect(window.objects.model.index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Left, pos=place)


def choose(qtbot: QtBot, box: QComboBox, value: str) -> None:
    """Choose a row of a list by keys."""
    qtbot.keyClick(box, Key.Key_Home)
    for _ in range(box.findData(value)):
        qtbot.keyClick(box, Key.Key_Down)
    assert box.currentData() == value


def on_track(window: MainWindow, row: int, t: float) -> QPoint:
    """Return where on the timeline the middle of frame t of an object's track lies."""
    timeline = window.timeline
    x = LABELS_W + round(timeline.scale.x_of(t + 0.5))
    return QPoint(x, timeline.view.track_top(row) + TRACK_H // 2)


def masks_of(session: Session, object_id: int) -> list[bytes]:
    """Return the object's pixels in each frame."""
    annotation = session.annotation
    return [(annotation.mask(t) == object_id).tobytes() for t in range(annotation.n_frames)]


def origins(session: Session, object_id: int) -> list[int]:
    """Return the keyframe that each mask comes from, -1 where it comes from none."""
    return [int(t) for t in session.annotation.track(object_id)["origin"][:, 0]]
