"""What a hand does with each tool, step by step, until its pixels are on the screen."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks.test_canvas_speed import repaint_now
from vosgui.ui.main_window import MainWindow
from vosgui.ui.tools.clicks import ClickTool

Left, NoButton = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
Press, Move, Release = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


def rest(seconds: float) -> float:
    """Let the window live for so long, asleep where nothing is to be done; return when it was due.

    The loop may end later than that, where something holds it up.
    """
    ms = max(1, round(1000 * seconds))
    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(loop.quit)
    due = time.perf_counter() + ms / 1000
    timer.start(ms)
    loop.exec()
    return due


def mouse(window: MainWindow, kind: QEvent.Type, at: QPoint, *, is_down: bool = True) -> None:
    """Send what the platform sends."""
    canvas = window.canvas
    button = NoButton if kind == Move else Left
    held = Left if is_down and kind != Release else NoButton
    place, there = QPointF(at), canvas.mapToGlobal(QPointF(at))
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(kind, place, there, button, held, none))


class Hand(ABC):
    """One tool in use. tool : its name. period_s : from the end of a step to the next one."""

    tool: str
    period_s = 0.008
    n_steps = 120

    def settle(self, window: MainWindow) -> None:
        """Wait until what the tool reads ahead is read."""
        window.canvas.surface.tool_thread.wait()
        rest(0.1)

    @abstractmethod
    def begin(self, window: MainWindow) -> None:
        """Begin a stretch."""

    @abstractmethod
    def step(self, window: MainWindow, n: int) -> None:
        """Do one thing; return when it is seen."""

    def end(self, window: MainWindow) -> None:
        """End the stretch, and leave all as it was."""
        window.canvas.gestures.cancel()
        rest(0.05)


def along(n: int) -> QPoint:
    """Return a place on the way of the pointer."""
    return QPoint(300 + 9 * n % 900, 150 + 5 * n % 400)


class Brush(Hand):
    """A stroke of a brush. size : in image pixels."""

    tool, size = "brush", 60

    def begin(self, window: MainWindow) -> None:
        """Press."""
        window.tools.current.set_size(self.size)
        mouse(window, Press, along(0))

    def step(self, window: MainWindow, n: int) -> None:
        """Move, and paint what has changed."""
        mouse(window, Move, along(n))
        repaint_now()


class BigBrush(Brush):
    """The largest brush there is."""

    size = 1000


class StrokeEnd(Hand):
    """Strokes whose end is measured: the edit, on the disk, and all that shows it."""

    tool, n_steps, period_s = "brush", 12, 0.05

    def begin(self, window: MainWindow) -> None:
        """Take a brush."""
        window.tools.current.set_size(60)

    def step(self, window: MainWindow, n: int) -> None:
        """Let go of a stroke."""
        mouse(window, Release, along(9 * n + 8))
        repaint_now()
        for kind, at in ((Press, 9 * n), (Move, 9 * n + 8)):
            mouse(window, kind, along(at))

    def end(self, window: MainWindow) -> None:
        """Undo the strokes."""
        super().end(window)
        while window.session.history.undo_label == "Brush":
            window.session.undo()


class LiveWire(Hand):
    """The wire that follows the pointer."""

    tool, period_s = "live-wire", 0.016
    n_steps = 80

    def begin(self, window: MainWindow) -> None:
        """Set an anchor, and wait for the edges around it."""
        for kind in (Press, Release):
            mouse(window, kind, along(0), is_down=False)
        self.settle(window)

    def step(self, window: MainWindow, n: int) -> None:
        """Move, and draw the wire."""
        mouse(window, Move, QPoint(300 + 2 * n, 150 + n), is_down=False)
        repaint_now()


class Waiting(Hand):
    """A tool whose answer comes from its thread."""

    n_steps, period_s = 8, 0.25

    def answered(self, window: MainWindow, act: Callable[[], None]) -> None:
        """Act, and wait until the first answer is painted."""
        seen: list[object] = []
        surface = window.canvas.surface
        surface.changed.connect(seen.append)
        act()
        while not seen:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        surface.changed.disconnect(seen.append)
        repaint_now()


class Clicks(Waiting):
    """Clicks that belong to an object."""

    tool = "clicks"

    def begin(self, window: MainWindow) -> None:
        """Click once, so that the frame is known."""
        self.step(window, -1)
        self.settle(window)

    def step(self, window: MainWindow, n: int) -> None:
        """Click."""
        tool, at = window.tools.current, QPoint(600 + 23 * n, 300 + 17 * n)
        assert isinstance(tool, ClickTool)
        while not tool.is_settled:  # of the click before: it was seen, then looked at closely
            rest(0.01)
        mouse(window, Press, at)
        self.answered(window, lambda: mouse(window, Release, at))


class Wand(Waiting):
    """Presses of the wand."""

    tool = "wand"

    def begin(self, window: MainWindow) -> None:
        """Begin with nothing."""

    def step(self, window: MainWindow, n: int) -> None:
        """Press, and let go when a region is seen."""
        at = along(11 * (n + 1))
        self.answered(window, lambda: mouse(window, Press, at))
        mouse(window, Release, at)

    def end(self, window: MainWindow) -> None:
        """Undo the regions."""
        super().end(window)
        self.settle(window)
        while window.session.history.undo_label == "Wand":
            window.session.undo()


HANDS: dict[str, type[Hand]] = {
    "brush": Brush,
    "brush of 1000": BigBrush,
    "stroke's end": StrokeEnd,
    "clicks": Clicks,
    "live-wire": LiveWire,
    "wand": Wand,
}
