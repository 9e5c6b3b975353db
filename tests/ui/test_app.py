"""The application as it is started, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from vosgui.cli.main import main
from vosgui.errors import TargetError
from vosgui.ui.main_window import MainWindow
from vosgui.ui.style.error_box import report_errors, show_error

ROOT = Path(__file__).resolve().parents[2]
OPEN_AND_CLOSE = """
import sys
from vosgui.cli.main import main
from vosgui.ui.main_window import MainWindow

def show_and_close(window):
    def tell(t):
        print(window.session.info.name, window.session.frame.shape, flush=True)
        window.close()
    window.session.frame_loaded.connect(tell)
    show(window)

show, MainWindow.show = MainWindow.show, show_and_close
sys.exit(main([sys.argv[1]]))
"""


def test_a_path_on_the_command_line_is_opened(clip_folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AND_CLOSE, str(clip_folder)],
        cwd=ROOT,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "square (48, 64, 3)\n"
    assert "Traceback" not in done.stderr
    assert (tmp_path / "vosgui" / "settings.json").exists()
    assert len(list((tmp_path / "vosgui" / "projects").glob("square-*.vosgui"))) == 1


def shown(window: MainWindow) -> QMessageBox:
    box = window.findChild(QMessageBox, "error")
    assert box is not None
    return box


def test_an_error_is_one_line_with_its_cause_behind_a_button(
    qtbot: QtBot, empty_window: MainWindow
) -> None:
    error = TargetError("The disk is full.")
    error.__cause__ = OSError(28, "No space left on device")
    show_error(empty_window, error)
    box = shown(empty_window)
    assert box.text() == "The disk is full."
    assert "No space left" in box.detailedText()
    box.close()


def test_a_fault_in_a_slot_is_not_passed_over(
    empty_window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    report_errors(empty_window)
    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    box = shown(empty_window)
    assert "ZeroDivisionError: by zero" in box.text()
    assert "Traceback" in box.detailedText()
    assert "ZeroDivisionError" in capsys.readouterr().err
    box.close()


def test_the_window_of_a_path_is_shown_until_it_is_closed(
    qapp: QApplication, clip_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, in this process, so that what starts the window is measured, too."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    look = (qapp.style().name(), qapp.palette(), qapp.styleSheet())
    shown: list[str] = []

    def end() -> None:
        (window,) = (w for w in qapp.topLevelWidgets() if isinstance(w, MainWindow))
        window.session.frame_loaded.connect(lambda: (shown.append("frame"), window.close()))

    QTimer.singleShot(0, end)
    try:
        assert main([str(clip_folder)]) == 0
    finally:
        qapp.setStyle(look[0])
        qapp.setPalette(look[1])
        qapp.setStyleSheet(look[2])
    assert shown == ["frame"]
