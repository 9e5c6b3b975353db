"""How long a click takes at 1920x1080, from the button that is let go to the mask on the screen.

Also how smooth the brush and playback are while clicks are worked out.
The networks have the sizes of those that ship and random weights, which do not change their speed.
Run it on two cores that are yours alone: `taskset -c 0,1 python -m pytest
tests/benchmarks/test_click_speed.py --benchmark-only --benchmark-json=FILE`. `p50_ms` and `p95_ms`
are until the mask is seen; the times of the benchmark itself until it was also looked at closely,
where that was needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import torch
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from tests.clips import ArrayClip
from tests.engine.clicks.tiny import save_head
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clicks import Click
from vosgui.core.history import History
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.save import save_model
from vosgui.network.clicks import ClickHead
from vosgui.network.lite import LiteConfig, LiteNetwork
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.playback import Playback
from vosgui.ui.session.session import Session
from vosgui.ui.tools.click_chain import ClickChain, ClickModel
from vosgui.ui.tools.clicks import ClickTool
from vosgui.ui.tools.toolbox import ToolBox

HW = (1080, 1920)
N_FRAMES = 24
N_CLICKS = 10
WAIT_MS = 60_000


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a head on a trunk, both of the sizes that ship."""
    root = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    sizes = LiteConfig(trunk="efficientnet-lite0", key=64)
    save_model(
        root / "trunk", LiteNetwork(sizes), ModelConfig(architecture="s2s-lite", title=""), ""
    )
    return save_head(root / "head", ClickHead(sizes.encoder, norm=False), root / "trunk")


@pytest.fixture
def canvas(qtbot: QtBot, head: Path) -> Iterator[Canvas]:
    """Return a canvas with the tool for clicks in hand; its network is loaded."""
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 255, (*HW, 3), np.uint8) for _ in range(2)] * (N_FRAMES // 2)
    session = Session()
    canvas = Canvas(session, ToolBox())
    canvas.surface.click_model = ClickModel(str(head))
    canvas.surface.click_model.segmenter()
    qtbot.addWidget(canvas)
    canvas.resize(1280, 720)
    canvas.show()
    canvas.tools.select("clicks")
    with qtbot.waitSignal(session.frame_loaded):
        session.open(ArrayClip(frames, rate=30.0), History(Annotation(HW, len(frames))))
    yield canvas
    canvas.surface.tool_thread.close()
    session.close()


def tool_of(canvas: Canvas) -> ClickTool:
    tool = canvas.tools.current
    assert isinstance(tool, ClickTool)
    return tool


def click(canvas: Canvas, n: int) -> float:
    """Click and wait until all of it is on the screen; return when the first look was."""
    shown: list[float] = []

    def note() -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
        shown.append(perf_counter())

    pos = QPoint(500 + 23 * n, 300 + 17 * n)
    button = Qt.MouseButton.RightButton if n % 3 == 2 else Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, button, pos=pos)
    canvas.surface.changed.connect(note)
    QTest.mouseRelease(canvas, button, pos=pos)
    tool = tool_of(canvas)
    while not tool.is_settled:  # asleep meanwhile, as the window is
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    canvas.surface.changed.disconnect(note)
    return shown[0]


def timed(benchmark: BenchmarkFixture, act: Callable[[], float], setup: Callable[[], None]) -> None:
    """Measure clicks, and note how long half and 95 in a hundred of them take to be seen."""
    took: list[float] = []

    def measured() -> None:
        began = perf_counter()
        took.append(1000 * (act() - began))

    benchmark.pedantic(measured, setup=setup, rounds=20, warmup_rounds=2)
    for share in (50, 95):
        benchmark.extra_info[f"p{share}_ms"] = round(float(np.percentile(took[2:], share)), 1)


@pytest.mark.parametrize("ahead", [True, False], ids=["encoded ahead", "not encoded"])
def test_the_first_click_of_a_frame(
    benchmark: BenchmarkFixture, qtbot: QtBot, canvas: Canvas, ahead: bool
) -> None:
    session, surface = canvas.session, canvas.surface

    def setup() -> None:
        canvas.gestures.cancel()
        surface.clip_number += 1  # so that nothing is known of any frame
        with qtbot.waitSignal(session.frame_loaded, timeout=WAIT_MS):
            session.go_to((session.t + 1) % N_FRAMES)
        if ahead:
            assert session.frame is not None
            surface.click_model.prepare((surface.clip_number, session.t), session.frame)

    timed(benchmark, lambda: click(canvas, 0), setup)


def test_each_further_click(benchmark: BenchmarkFixture, canvas: Canvas) -> None:
    turns = iter(range(10_000))

    def setup() -> None:
        n = next(turns) % N_CLICKS
        if n == 0:
            canvas.gestures.cancel()
            click(canvas, 0)

    timed(benchmark, lambda: click(canvas, len(tool_of(canvas).marks)), setup)


@contextmanager
def clicks_at_work(canvas: Canvas, is_busy: bool) -> Iterator[None]:
    """Let the tools' thread work at clicks all the while: encode a frame, then one click on it."""
    surface = canvas.surface
    turns = iter(range(10_000))
    is_over = False

    def again(_found: object = None) -> None:
        if is_over or surface.session.frame is None:
            return
        key, frame, mask = ("busy", next(turns)), surface.session.frame, np.zeros(HW, np.uint8)
        chain = ClickChain(surface.click_model, key, frame, mask, 1, surface.whole)
        surface.tool_thread.ask(lambda: chain.add(0, Click(900, 500)), again, again)

    if is_busy:
        again()
    yield
    is_over = True
    surface.tool_thread.drop()
    surface.tool_thread.wait()


def note_percentiles(benchmark: BenchmarkFixture, took: list[float]) -> None:
    for share in (50, 95, 100):
        benchmark.extra_info[f"p{share}_ms"] = round(float(np.percentile(took, share)), 1)


@pytest.mark.parametrize("is_busy", [False, True], ids=["quiet", "clicks at work"])
def test_a_brush_meanwhile(benchmark: BenchmarkFixture, canvas: Canvas, is_busy: bool) -> None:
    """From a movement of the mouse to its paint on the screen."""
    canvas.session.apply("Add", edits.add_object(canvas.session.annotation))
    canvas.tools.select("brush")
    took: list[float] = []

    def stroke() -> None:
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
        for n in range(60):
            began = perf_counter()
            pos = QPoint(200 + 14 * n, 300 + 9 * (n % 20))
            event = QMouseEvent(
                QEvent.Type.MouseMove, QPointF(pos), canvas.mapToGlobal(QPointF(pos)),
                Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )  # fmt: skip
            QCoreApplication.sendEvent(canvas, event)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
            took.append(1000 * (perf_counter() - began))
            QCoreApplication.processEvents()
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(1000, 400))
        canvas.session.undo()

    with clicks_at_work(canvas, is_busy):
        benchmark.pedantic(stroke, rounds=8, warmup_rounds=1)
    note_percentiles(benchmark, took[60:])


@pytest.mark.parametrize("is_busy", [False, True], ids=["quiet", "clicks at work"])
def test_playback_meanwhile(
    benchmark: BenchmarkFixture, qtbot: QtBot, canvas: Canvas, is_busy: bool
) -> None:
    """From one frame on the screen to the next, at 30 a second; `shown` of 23 are not left out."""
    session = canvas.session
    playback = Playback(session, canvas)
    gaps: list[float] = []
    shown: list[int] = []

    def note(t: int) -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
        shown.append(t)
        gaps.append(perf_counter())

    def play() -> None:
        session.go_to(0)
        session.frame_loaded.connect(note)
        with qtbot.waitSignal(playback.changed, timeout=WAIT_MS, check_params_cb=lambda on: not on):
            playback.toggle()
        session.frame_loaded.disconnect(note)

    def reset() -> None:
        shown.clear()
        gaps.clear()

    with clicks_at_work(canvas, is_busy):
        benchmark.pedantic(play, setup=reset, rounds=4, warmup_rounds=1)
    note_percentiles(benchmark, (1000 * np.diff(gaps)).tolist())
    benchmark.extra_info["shown"] = len(set(shown))
