"""The application: one window, shown before anything slow is loaded."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from vosgui.ui.heap import share_heap
from vosgui.ui.main_window import MainWindow
from vosgui.ui.priority import put_window_first
from vosgui.ui.session.settings import load_settings
from vosgui.ui.style.error_box import report_errors
from vosgui.ui.style.icons import icon
from vosgui.ui.style.theme import apply_theme


def run_window(path: str | None) -> int:
    """Open the window, on a clip or project if a path is given; return the exit status."""
    share_heap()
    put_window_first()
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
