"""What is loaded before it is needed: neither torch nor PyAV, by the window, --help or import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TELL = "print(*sorted({'torch', 'av', 'urllib.request'} & sys.modules.keys()))"
WINDOW = f"""
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
from vosgui.ui.main_window import MainWindow
window = MainWindow()
window.show()
application.sendPostedEvents()
window.close()
{TELL}
"""
HELP = f"""
import sys
from vosgui.cli.main import COMMANDS, main
statuses = [main([*name.split(), "--help"]) for name in ("", *COMMANDS)]
{TELL}
sys.exit(any(statuses))
"""

IMPORT = """
import sys
import vosgui
print(*sorted({"torch", "av", "PySide6", "numpy", "cv2", "click"} & sys.modules.keys()))
"""
FRONT_DOOR = f"""
import sys
import vosgui
vosgui.open_clip, vosgui.Project, vosgui.propagate, vosgui.export
{TELL.replace("'av'", "'av', 'PySide6'")}
"""


def loaded_by(code: str, tmp_path: Path) -> str:
    """Run code in a fresh interpreter and return the last line that it prints."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_the_empty_window_loads_nothing_slow(tmp_path: Path) -> None:
    assert loaded_by(WINDOW, tmp_path) == ""


def test_help_of_any_command_loads_nothing_slow(tmp_path: Path) -> None:
    assert loaded_by(HELP, tmp_path) == ""


def test_importing_the_package_loads_nothing_at_all(tmp_path: Path) -> None:
    assert loaded_by(IMPORT, tmp_path) == ""


def test_the_front_door_loads_nothing_slow(tmp_path: Path) -> None:
    assert loaded_by(FRONT_DOOR, tmp_path) == ""


def test_a_window_without_a_display_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env={**environment, "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if sys.platform.startswith("linux"):
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "display" in done.stderr
