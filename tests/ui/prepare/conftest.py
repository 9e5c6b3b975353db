"""The Prepare view on a real video of three shots, opened from the main window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.datasets.prepare.long_videos import Shot, write_shots
from vosgui.datasets.prepare.decisions import Decisions, save_decisions
from vosgui.datasets.prepare.rules import ClipRules, PrepareRules
from vosgui.ui.main_window import MainWindow
from vosgui.ui.prepare.view import CLIPS_H, CLIPS_TOP
from vosgui.ui.prepare.window import PrepareWindow

RULES = PrepareRules(clips=ClipRules(max_length_s=3.0, margin=0.05))
Left = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="session")
def long_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a video of three shots, of 100, 90 and 110 frames, at 25 a second."""
    shots = Shot(100, seed=1), Shot(90, seed=2), Shot(110, seed=3)
    return write_shots(tmp_path_factory.mktemp("long") / "long.mp4", shots)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return the folder of clips of a preparation by rules for so short a video."""
    save_decisions(tmp_path / "clips", Decisions().with_rules(RULES))
    return tmp_path / "clips"


@pytest.fixture
def video(tmp_path: Path, long_video: Path, target: Path) -> Path:
    """Return the video in a folder with that of its clips."""
    path = tmp_path / "long.mp4"
    path.symlink_to(long_video)
    return path


@pytest.fixture
def view(qtbot: QtBot, empty_window: MainWindow, video: Path) -> PrepareWindow:
    """Return the Prepare view when the video was looked at."""
    return opened(qtbot, empty_window, [video])


def opened(qtbot: QtBot, window: MainWindow, videos: list[Path]) -> PrepareWindow:
    """Open the view with videos, and wait until all were looked at and one is shown."""
    window.prepare.prepare(videos)
    view = window.prepare.window
    assert view is not None
    qtbot.waitUntil(view.isActiveWindow)
    settled(qtbot, view)
    return view


def settled(qtbot: QtBot, view: PrepareWindow) -> None:
    """Wait until nothing is at work."""
    desk = view.desk
    jobs = (
        desk.findings.looking,
        desk.opening,
        desk.findings.proposing,
        view.writer,
        view.questions.searching,
    )
    qtbot.waitUntil(lambda: not any(job.is_running for job in jobs))

    def all_known() -> bool:
        known = {*desk.findings.found, *desk.findings.problems}
        return known >= {one.path for one in desk.decisions.videos}

    qtbot.waitUntil(all_known)


def at(view: PrepareWindow, t: float, y: int = CLIPS_TOP + CLIPS_H // 2) -> QPoint:
    """Return where on the strip frame t is."""
    return QPoint(round(view.strip.scale.x_of(t)), y)


def drag(qtbot: QtBot, view: PrepareWindow, start: QPoint, *by: QPoint) -> None:
    """Drag with the mouse over the strip."""
    strip = view.strip
    qtbot.mouseMove(strip, start)
    qtbot.mousePress(strip, Left, NONE, start)
    for step in by:
        qtbot.mouseMove(strip, step)
    qtbot.mouseRelease(strip, Left, NONE, by[-1])


Press = Callable[..., None]


@pytest.fixture
def press(qtbot: QtBot, view: PrepareWindow) -> Press:
    """Return what presses a key in the view, and waits for what is proposed then."""

    def pressed(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        qtbot.keyClick(view.strip, key, modifier)
        settled(qtbot, view)

    return pressed
