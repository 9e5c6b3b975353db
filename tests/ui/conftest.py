"""A session on a clip in memory and a whole window, for the tests of widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.clips import NumberedClip
from tests.ui.patience import PatientBot
from tests.ui.windows import make_clip, open_clip
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.ui.heap import share_heap
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings

HW = (60, 80)
N_FRAMES = 40


@pytest.fixture(scope="session", autouse=True)
def _one_heap() -> None:
    """Take memory as the window's program does; heaps that other tests began stay."""
    share_heap()


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Return what acts on widgets and waits, with patience."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _no_button_stays_down(qapp: QApplication) -> Iterator[None]:
    """Fail a test that presses a button and never lets go: for Qt it is down in all that follow."""
    yield
    held = qapp.mouseButtons()
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
        QTest.mouseRelease(QWidget(), button)  # or the next test would fail as well
    assert held == Qt.MouseButton.NoButton, f"{held} is still down"


@pytest.fixture
def open_session(qtbot: QtBot) -> Iterator[Session]:
    """Return a session whose first frame is loaded; it has no object yet."""
    session = Session()
    try:  # its thread may not outlive it, also where the frame does not come in time
        with qtbot.waitSignal(session.frame_loaded):
            session.open(NumberedClip(N_FRAMES, HW), History(Annotation(HW, N_FRAMES)))
        yield session
    finally:
        session.close()


@pytest.fixture
def empty_window(qtbot: QtBot) -> Iterator[MainWindow]:
    """Return a window with nothing open; runs are made with the model-free propagator."""
    settings = Settings()
    settings.run.model = "flow"
    settings.first_tool = "brush"  # as a person who paints has it; tests of clicks choose them
    window = MainWindow(settings)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.close()


@pytest.fixture
def clip_folder(tmp_path: Path) -> Path:
    """Return a clip of 20 frames of 64x48 in a folder of its own."""
    return make_clip(tmp_path / "clips" / "square")


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, clip_folder: Path) -> MainWindow:
    """Return a window in which the clip is open; it has no object yet."""
    open_clip(qtbot, empty_window, clip_folder)
    empty_window.canvas.setFocus()
    return empty_window


@pytest.fixture
def five(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return the window with five clips beside the first, which is open; none has an object."""
    names = ("ant", "bee", "cat", "dog", "eel")
    folders = [make_clip(tmp_path / "five" / name, 6, seed=n) for n, name in enumerate(names)]
    with qtbot.waitSignal(window.adder.ended):
        window.adder.add(folders)
    return window
