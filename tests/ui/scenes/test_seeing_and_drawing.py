"""Scenes of a day: what is seen at a glance, what leads to a fault, and drawing by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.scenes.acting import (
    CTRL,
    SHIFT,
    Key,
    Left,
    drag,
    draw_object,
    go,
    masks_of,
    on_track,
    press,
    run,
)
from tests.ui.windows import HW, N_FRAMES, SQUARE, at, look, make_clip, open_clip, propagated
from vosgui.core.mask import Box
from vosgui.ui.main_window import MainWindow
from vosgui.ui.tool_options import ToolOptions

REST_MS = 2000  # how often at most anything is looked at, at rest
PATCH = Box(30, 40, 12, 14)  # of the ground


def track_colour(window: MainWindow, row: int, t: int) -> QColor:
    """Return how a frame of a track looks on the timeline."""
    return QColor(window.timeline.grab().toImage().pixel(on_track(window, row, t)))


def resize(qtbot: QtBot, window: MainWindow, size: int) -> None:
    """Type a size for the tool in hand."""
    (options,) = window.findChildren(ToolOptions)
    qtbot.mouseClick(options.size_number, Left, pos=QPoint(8, options.size_number.height() // 2))
    options.size_number.selectAll()
    qtbot.keyClicks(options.size_number, str(size))
    qtbot.keyClick(options.size_number, Key.Key_Return)
    assert window.tools.size == size


def test_scene_7(qtbot: QtBot, window: MainWindow) -> None:
    """See in which frames each object is present, delete one over a range, lock a range."""
    session = window.session
    a, b = (draw_object(qtbot, window, box) for box in (SQUARE, PATCH))
    run(qtbot, window)
    other = masks_of(session, b)
    go(qtbot, window, 6)
    press(qtbot, window, Key.Key_1)
    press(qtbot, window, Key.Key_BracketLeft, CTRL)
    go(qtbot, window, 11)
    press(qtbot, window, Key.Key_BracketRight, CTRL)
    before = [track_colour(window, row, 8) for row in (0, 1)]
    press(qtbot, window, Key.Key_Delete, CTRL)
    assert propagated(session, a) == [*range(1, 6), *range(12, N_FRAMES)]
    assert masks_of(session, b) == other
    now = [track_colour(window, row, 8) for row in (0, 1)]
    assert now[0] != before[0] and now[1] == before[1]
    press(qtbot, window, Key.Key_2)
    press(qtbot, window, Key.Key_L, CTRL | SHIFT)
    press(qtbot, window, Key.Key_Backslash, CTRL)
    with qtbot.waitSignal(window.canvas.surface.message) as why:
        drag(qtbot, window, [(44, 27), (50, 27)])
    assert masks_of(session, b) == other, "no tool changes it there"
    assert "locked in this frame" in why.args[0]
    go(qtbot, window, 0)
    drag(qtbot, window, [(44, 27), (50, 27)])
    run(qtbot, window)
    again = masks_of(session, b)
    assert again[6:12] == other[6:12], "and no run"
    assert again[5] != other[5]
    assert again[12:] == other[12:], "it goes on from the locked ones"


def test_scene_8(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    """Something tells that tracking was lost, and takes me there."""
    window, folder = empty_window, make_clip(tmp_path / "cut")
    window.settings.run.model = ""  # the network that ships
    for t in range(12, N_FRAMES):  # from here on it is another scene
        other = np.random.default_rng(100 + t).integers(0, 255, (*HW, 3), np.uint8)
        Image.fromarray(other).save(folder / f"{t:05d}.png")
    open_clip(qtbot, window, folder)
    draw_object(qtbot, window, SQUARE)
    run(qtbot, window)
    assert window.session.t == 0
    look(qtbot, window)
    assert window.session.t >= 12
    said = window.status.currentMessage()
    assert "object 1" in said and ("lost" in said or "low confidence" in said)
    qtbot.waitUntil(lambda: window.canvas.surface.t == window.session.t)
    assert track_colour(window, 0, window.session.t) != track_colour(window, 0, 5)


def test_scene_9(qtbot: QtBot, window: MainWindow) -> None:
    """Brush and eraser come first: holes stay holes, others keep their pixels, edges are seen."""
    session, canvas = window.session, window.canvas
    press(qtbot, window, Key.Key_N, CTRL)
    resize(qtbot, window, 24)
    drag(qtbot, window, [(46, 30), (47, 30)])
    press(qtbot, window, Key.Key_X)
    resize(qtbot, window, 8)
    drag(qtbot, window, [(46, 30), (47, 30)])
    press(qtbot, window, Key.Key_X)
    assert window.tools.size == 24, "the eraser has a size of its own"
    ring = session.annotation.mask(0) == 1
    assert ring[30, 36] and not ring[28:33, 44:49].any()
    run(qtbot, window)
    later = session.annotation.mask(3) == 1
    assert later[30, 37] and not later[29:32, 45:48].any(), "the hole was carried, too"
    press(qtbot, window, Key.Key_N, CTRL)
    drag(qtbot, window, [(46, 30), (47, 30)])
    mask = session.annotation.mask(0)
    assert ((mask == 1) == ring).all() and mask[30, 46] == 2
    press(qtbot, window, Key.Key_O, SHIFT)
    drag(qtbot, window, [(36, 30), (37, 30)])
    assert session.annotation.mask(0)[30, 36] == 2
    qtbot.mouseMove(window.timeline, QPoint(5, 5))
    qtbot.mouseMove(canvas, at(window, 5, 5))
    assert session.frame is not None
    inside, shown = at(window, 46.5, 30.5), QColor(*session.frame[30, 46].tolist())
    assert QColor(canvas.grab().toImage().pixel(inside)) != shown
    press(qtbot, window, Key.Key_O)
    assert QColor(canvas.grab().toImage().pixel(inside)) == shown


class Paints(QObject):
    """Notes what is painted anew of a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.rects: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.rects.append(event.rect())
        return False


def test_scene_18(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    """A brush of 1000 px on 4K paints what it touches; saving holds nothing up; rest is rest."""
    window, hw = empty_window, (2160, 3840)
    folder = tmp_path / "large"
    folder.mkdir()
    for t in range(2):
        Image.fromarray(np.full((*hw, 3), 40 + t, np.uint8)).save(folder / f"{t}.jpg")
    open_clip(qtbot, window, folder)
    press(qtbot, window, Key.Key_N, CTRL)
    resize(qtbot, window, 1000)
    places = [at(window, x, 700) for x in (700, 800, 900)]
    qtbot.mousePress(window.canvas, Left, pos=places[0])
    QApplication.processEvents()
    paints = Paints()
    window.canvas.installEventFilter(paints)
    for place in places[1:]:
        qtbot.mouseMove(window.canvas, place)
        QApplication.processEvents()
    window.canvas.removeEventFilter(paints)
    qtbot.mouseRelease(window.canvas, Left, pos=places[-1])
    area = window.canvas.width() * window.canvas.height()
    assert paints.rects and max(r.width() * r.height() for r in paints.rects) < 0.4 * area
    mask = window.session.annotation.mask(0)
    assert mask[700, 250:1350].all() and not mask[:150].any()

    press(qtbot, window, Key.Key_S, CTRL | SHIFT)
    (dialog,) = window.findChildren(QFileDialog)
    name = dialog.findChild(QLineEdit)
    name.setText(str(tmp_path / "copy.vosgui"))
    with qtbot.waitSignal(window.saver.ended):
        qtbot.keyClick(name, Key.Key_Return)
        qtbot.waitUntil(lambda: window.saver.is_running)
        press(qtbot, window, Key.Key_Right)  # it is asked for in a thread: the window goes on
        assert window.session.t == 1
    assert window.opener.project.path == tmp_path / "copy.vosgui"

    dispatcher = QAbstractEventDispatcher.instance()

    def ticking() -> list[int]:
        timers = (dispatcher.registeredTimers(one) for one in window.findChildren(QObject))
        return [timer.interval for found in timers for timer in found]

    qtbot.waitUntil(lambda: min(ticking(), default=REST_MS) >= REST_MS)
