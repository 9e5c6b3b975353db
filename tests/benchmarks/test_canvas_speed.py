"""How long the canvas holds up the window: one mouse event of a stroke, one repaint, one frame."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from tests.clips import ArrayClip
from tests.ui.mouse import hover
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.core.mask import Mask
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.session.session import Session
from vosgui.ui.session.view import Light
from vosgui.ui.tools.toolbox import ToolBox

SIZES = {"1080p": (1080, 1920), "4K": (2160, 3840)}
N_OBJECTS = 7


def a_mask(hw: tuple[int, int]) -> Mask:
    height, width = hw
    mask = np.zeros(hw, np.uint8)
    for i in range(1, N_OBJECTS + 1):
        cv2.circle(mask, (width * i // (N_OBJECTS + 1), height * i // 8), height // 9, (i,), -1)
    return mask


def repaint_now() -> None:
    """Carry out the repaints that were asked for."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)


@pytest.fixture(params=list(SIZES))
def canvas(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Canvas]:
    """Return a canvas of 1280x720 on a clip with seven objects in its first two frames."""
    hw = SIZES[request.param]
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 255, (*hw, 3), np.uint8) for _ in range(2)]
    annotation = Annotation(hw, len(frames))
    for t in range(len(frames)):
        for object_id in range(1, N_OBJECTS + 1):
            entry = edits.new_object(object_id)
            annotation.apply(edits.set_object(annotation, entry))
        annotation.apply(edits.give_mask(annotation, t, a_mask(hw), range(1, N_OBJECTS + 1)))
    session = Session()
    canvas = Canvas(session, ToolBox())
    qtbot.addWidget(canvas)
    canvas.resize(1280, 720)
    canvas.show()
    with qtbot.waitSignal(session.frame_loaded):
        session.open(ArrayClip(frames), History(annotation))
    yield canvas
    session.close()


@pytest.mark.parametrize("zoom", ["fit", "100 %"])
@pytest.mark.parametrize("size", [30, 1000])
def test_one_event_of_a_stroke(
    benchmark: BenchmarkFixture, canvas: Canvas, size: int, zoom: str
) -> None:
    """A mouse movement of ten pixels with the button held, and the repaint that it causes."""
    if zoom == "fit":
        canvas.view.zoom_to_fit()
    else:
        canvas.view.zoom_100()
    canvas.tools.current.set_size(size)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 300))
    steps = count()

    def move() -> None:
        step = 10 * next(steps)
        QTest.mouseMove(canvas, QPoint(200 + step % 900, 300 + step // 90 % 300))
        repaint_now()

    benchmark.pedantic(move, rounds=60, warmup_rounds=3)
    canvas.gestures.cancel()


def test_the_end_of_a_stroke(benchmark: BenchmarkFixture, canvas: Canvas) -> None:
    """Press, drag and release: the edit included, the project file not."""
    canvas.tools.current.set_size(40)
    rows = count(100, 7)

    def stroke() -> None:
        y = next(rows) % 600
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, y))
        QTest.mouseMove(canvas, QPoint(400, y + 20))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, y + 20))
        repaint_now()

    benchmark.pedantic(stroke, rounds=20, warmup_rounds=2)


def test_a_whole_repaint(benchmark: BenchmarkFixture, canvas: Canvas) -> None:
    """Nothing has changed: what another window that was moved away costs."""
    canvas.repaint()
    benchmark(canvas.repaint)


VIEWS: dict[str, dict[str, object]] = {
    "as it is": {},
    "light": {"light": Light(30, 20)},
    "onion skin": {"onion": True},
    "magnifier": {"magnifier": True},
}


@pytest.mark.parametrize("zoom", ["fit", "100 %"])
@pytest.mark.parametrize("view", list(VIEWS))
def test_another_frame(benchmark: BenchmarkFixture, canvas: Canvas, view: str, zoom: str) -> None:
    """From frame to frame, decoded already: scaling, overlay and repaint; as playback does it."""
    turns = count(1)
    session = canvas.session
    if zoom == "fit":
        canvas.view.zoom_to_fit()
    else:
        canvas.view.zoom_100()
    session.set_view(**VIEWS[view])
    hover(canvas, QPoint(600, 300))

    def step() -> None:
        session.t = next(turns) % 2
        session.frame_loaded.emit(session.t)
        repaint_now()

    benchmark(step)
