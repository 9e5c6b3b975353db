"""The application: one window, shown before anything slow is loaded."""

from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import load_settings
from vosgui.ui.style.error_box import report_errors
from vosgui.ui.style.icons import icon
from vosgui.ui.style.theme import apply_theme

_M_ARENA_MAX = -8  # of glibc's malloc.h


def share_heap() -> None:
    """Let all threads take memory from one heap, where the system's library is glibc.

    By itself each thread that begins, and the window begins many, takes from one of several; what
    is freed in one is of no use to the others, so that the process grows with each.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def run_window(path: str | None) -> int:
    """Open the window, on a clip or project if a path is given; return the exit status."""
    share_heap()
    gc.freeze()  # what is loaded stays: to look through it would hold the window up now and then
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("vosgui")
    settings = load_settings()
    apply_theme(application, settings.scheme)
    application.setWindowIcon(icon("app"))
    window = MainWindow(settings)
    report_errors(window)
    window.show()
    window.saver.clean_up()
    if path is not None:
        window.opener.open_path(Path(path))
    return application.exec()
