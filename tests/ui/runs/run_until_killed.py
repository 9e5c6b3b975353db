"""A child process: a window that runs between keyframes, and says each frame once it is shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtWidgets import QApplication

from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings


def main(path: Path) -> None:
    """Open a project and run between the keyframes of its first object, until killed."""
    application = QApplication([])
    settings = Settings()
    settings.run.model = "flow"
    window = MainWindow(settings)

    def say(frames: tuple[int, ...]) -> None:
        track = window.session.annotation.track(window.session.annotation.objects[0].id)
        for t in frames:
            print(t, int((track["origin"][t] >= 0).sum()), flush=True)

    def begin() -> None:
        window.session.annotation_changed.connect(say)
        window.actions_["run_bidirectional"].trigger()

    window.session.frame_loaded.connect(begin)
    window.show()
    window.opener.open_path(path)
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
