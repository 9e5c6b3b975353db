"""How long a person waits for the window: from the start of Python to the first picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip
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
