"""How long the window takes to close in the middle of fine-tuning, and in the middle of a run.

python -m tests.benchmarks.close_window
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from docs.scripts.stage import wait_for
from tests.ui.windows import paint_again, paint_square
from vosgui import paths
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings

PATIENCE_S = 300
IsAtWork = Callable[[MainWindow], bool]


def main() -> int:
    """Close windows at random moments, and print how long each way took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=6)
    parser.add_argument("--model", default="s2s-lite")
    asked = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    rng = random.Random(1)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for one in ("DATA", "CONFIG", "CACHE"):
            os.environ[f"XDG_{one}_HOME"] = str(Path(folder, "home", one.lower()))
        (demo,) = (paths.resources() / "demo/JPEGImages").iterdir()
        for name, action, is_at_work in (
            ("idle", "", lambda window: True),
            ("run", "run_forward", lambda window: window.runs.is_running),
            ("fine-tuning", "finetune", _is_learning),
        ):
            took = [
                _closed(demo, asked.model, action, is_at_work, rng.uniform(0.3, 2))
                for _ in range(asked.times)
            ]
            print(f"{name:12} mean {np.mean(took):.2f} s, most {max(took):.2f} s of {asked.times}")
    del application
    return 0


def _is_learning(window: MainWindow) -> bool:
    progress = window.finetuning.progress
    return progress is not None and "Step" in progress.text


def _closed(clip: Path, model: str, action: str, is_at_work: IsAtWork, after_s: float) -> float:
    """Return the seconds of closing a window, so long after a piece of work has begun."""
    settings = Settings()
    settings.run.model, settings.run.finetune_seconds = model, 60.0
    window = MainWindow(settings)
    window.show()
    wait_for(window.session.frame_loaded, lambda: window.opener.open_path(clip))
    if not window.session.annotation.objects:
        paint_again(window, paint_square(window), 10)
    if action:
        window.actions_[action].trigger()
    until = time.monotonic() + PATIENCE_S
    while not is_at_work(window):
        assert time.monotonic() < until, f"{action} does not begin"
        QTest.qWait(20)
    QTest.qWait(round(1000 * after_s))
    begun = time.perf_counter()
    window.close()
    took = time.perf_counter() - begun
    window.deleteLater()
    QTest.qWait(10)
    return took


if __name__ == "__main__":
    sys.exit(main())
