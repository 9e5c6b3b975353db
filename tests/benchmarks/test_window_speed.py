"""How long a person waits for the window: from the start of Python to the first picture."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip
from vosgui.media.open_clip import open_clip as open_media
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
from vosgui.ui.main_window import MainWindow
from vosgui.ui.style.theme import apply_theme
apply_theme(application, "dark")
window = MainWindow()
window.show()
window.grab()
window.close()
"""


def test_time_to_window(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}

    def start() -> None:
        subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, env=environment, check=True)

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)


N_CLIPS = 3000


@pytest.fixture
def many_clips(tmp_path: Path) -> Path:
    """Return a project of 3,000 clips of 80 frames; the first one is there to be opened."""
    first = make_clip(tmp_path / "clips" / "0000", 80)
    with open_media(first) as clip:
        info = clip.info
    path = tmp_path / "many.vosgui"
    with Project.create(path) as project, project.batch():
        for n in range(N_CLIPS):
            folder = first.with_name(f"{n:04}")
            folder.mkdir(exist_ok=True)
            project.clips.add(replace(info, path=folder, name=folder.name, fingerprint=str(n)))
    with sqlite3.connect(path) as connection:  # the others are never opened here
        connection.execute("UPDATE clips SET fingerprint = ? WHERE id = 1", (info.fingerprint,))
    connection.close()
    return path


def test_opening_a_project_of_many_clips(
    benchmark: BenchmarkFixture, window: MainWindow, qtbot: QtBot, many_clips: Path
) -> None:
    """Time from the choice of the project to the first frame on the screen, list and all."""

    def close() -> None:
        window.opener.close()

    benchmark.pedantic(lambda: open_clip(qtbot, window, many_clips), setup=close, rounds=5)
    assert len(window.clips.model.rows) == N_CLIPS


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    window.show()
    open_clip(qtbot, window, make_clip(tmp_path / "square"))
    return window


def test_what_one_edit_costs_the_panels(benchmark: BenchmarkFixture, window: MainWindow) -> None:
    """Time what all widgets do when they hear that the history has changed."""
    benchmark(window.session.history_changed.emit)
