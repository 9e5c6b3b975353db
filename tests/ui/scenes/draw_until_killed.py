"""A child process: a window in which strokes are drawn, each said when the button is let go."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from docs.scripts.stage import wait_for
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings

Left = Qt.MouseButton.LeftButton


def main(path: Path) -> None:
    """Draw in the first two frames of a clip until killed; say how much of each is masked."""
    application = QApplication([])
    window = MainWindow(Settings())
    window.show()
    wait_for(window.session.frame_loaded, lambda: window.opener.open_path(path))
    window.tools.select("brush")
    session, canvas, chance = window.session, window.canvas, random.Random()

    def stroke() -> None:
        places = [
            canvas.view.viewport.to_screen(chance.uniform(0, 64), chance.uniform(0, 48)).toPoint()
            for _ in range(3)
        ]
        QTest.mousePress(canvas, Left, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(canvas, place)
        QTest.mouseRelease(canvas, Left, pos=places[-1])

    window.tools.resize(-9)
    for n in range(1_000_000):
        t = n % 2
        if session.t != t:
            wait_for(session.frame_loaded, lambda t=t: session.go_to(t))
        stroke()
        print(*(int((session.annotation.mask(t) > 0).sum()) for t in range(2)), flush=True)
        application.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
