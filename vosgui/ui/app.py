"""The application: one window, shown before anything slow is loaded."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QMainWindow


def run_window(path: str | None) -> int:
    """Open the window, on a clip or project if a path is given; return the exit status."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setWindowTitle("vosgui" if path is None else f"{path} · vosgui")
    window.show()
    return application.exec()
