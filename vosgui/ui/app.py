"""The application: one window, shown before anything slow is loaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from vosgui.errors import InputError

# What a bare Debian or Ubuntu lacks for a window.
PACKAGES = (
    "libgl1 libegl1 libglib2.0-0 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
)


def run_window(path: str | None) -> int:
    """Open the window, on a clip or project if a path is given; return the exit status.

    Raises InputError where there is no display or a system library is missing.
    """
    _check_display()
    try:
        from PySide6.QtWidgets import QApplication

        from vosgui.ui.dialogs.fault import report_faults
        from vosgui.ui.icons import icon
        from vosgui.ui.main_window import MainWindow
        from vosgui.ui.settings import load_settings
        from vosgui.ui.theme import apply_theme
    except ImportError as error:
        if ".so" not in str(error):
            raise
        raise InputError(_missing(str(error))) from error
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("vosgui")
    settings = load_settings()
    apply_theme(application, settings.scheme)
    application.setWindowIcon(icon("app"))
    window = MainWindow(settings)
    report_faults(window)
    window.show()
    if path is not None:
        window.opener.open_path(Path(path))
    return application.exec()


def _check_display() -> None:
    """Raise InputError where Qt would end the process for want of a display."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InputError(
            "There is no display to open a window on. Start it from a desktop, or use a command.",
            option="--help lists them",
        )
    if not os.environ.get("WAYLAND_DISPLAY"):
        _check_platform_plugin()


def _check_platform_plugin() -> None:
    """Raise InputError where the X11 plugin lacks a library: Qt itself would abort."""
    import ctypes

    try:
        ctypes.CDLL("libxcb-cursor.so.0")
        ctypes.CDLL("libxkbcommon-x11.so.0")
    except OSError as error:
        raise InputError(_missing(str(error))) from error


def _missing(what: str) -> str:
    return (
        f"The window needs a system library that is missing ({what}). On Debian or Ubuntu: "
        f"apt-get install -y --no-install-recommends {PACKAGES}"
    )
