"""Random acts in a window for as long as one likes, and what the process holds now and then.

    python -m tests.ui.day 4000 7     so many acts with this seed, and a line of JSON after each 500

In a process of its own, as what other tests have left would be counted, too.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from PySide6.QtCore import QMessageLogContext, Qt, QThread, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from docs.scripts.stage import wait_for
from tests.ui.hurry import Hurry
from tests.ui.windows import at, make_clip
from vosgui.ui.heap import share_heap
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings
from vosgui.ui.status import memory_bytes

EVERY = 500  # acts between two looks
_REST_MS, _THREADS_MS = 60_000, 5_000


class Held(NamedTuple):
    """What the process holds at rest, with a clip open; n_bytes is 0 where that is not told."""

    n_acts: int
    n_widgets: int
    n_threads: int
    n_bytes: int


class Day:
    """A window and a person in a hurry. raised : what nobody caught, a line each."""

    def __init__(self, folder: Path, seed: int) -> None:
        share_heap()
        self._application = QApplication.instance() or QApplication([])
        self.raised: list[str] = []
        self._n_threads = 0  # at the first look
        sys.excepthook = self._note
        qInstallMessageHandler(self._note_of_qt)
        settings = Settings()
        settings.run.model = "flow"
        self.window = MainWindow(settings)
        self.window.show()
        self._clips = [make_clip(folder / f"clip{n}", 20 + 10 * n, n) for n in range(2)]
        self._hurry = Hurry(self.window, self._clips, seed, dialogs=True)

    def looks(self) -> Iterator[Held]:
        """Yield what is held once all is loaded that is loaded once, then every so many acts."""
        self._open(self._clips[0])
        self._warm_up()
        for n in range(10**9):
            if n % EVERY == 0:
                yield self._look(n)
            self._hurry.act()
            if n % 3 == 0:
                QTest.qWait(n % 7)

    def come_to_rest(self) -> None:
        """End what runs and close what is open over the window."""
        self._hurry.come_to_rest()
        window = self.window
        for _ in range(_REST_MS // 10):
            QTest.qWait(10)
            is_at_work = window.runs.is_running or window.opener.reading.is_running
            if not is_at_work and not window.findChildren(QDialog):
                return
        raise TimeoutError("The window does not come to rest.")

    def _open(self, path: Path) -> None:
        wait_for(self.window.session.frame_loaded, lambda: self.window.opener.open_path(path))

    def _warm_up(self) -> None:
        """Do each thing once, and have networks loaded that wait for their first use."""
        window = self.window
        for clip in self._clips:
            self._open(clip)
            window.tools.select("clicks")
            for x in (15, 30):
                QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at(window, x, 20))
            window.canvas.surface.tool_thread.wait()
            QTest.qWait(1)
            self._hurry.do_each_once()
            self.come_to_rest()

    def _look(self, n: int) -> Held:
        self.come_to_rest()
        self._open(self._clips[1])
        self.window.tools.select("brush")  # the tool for clicks reads ahead, in a thread more
        self._hurry.acts.clear()
        self.window.canvas.surface.tool_thread.wait()
        self._n_threads = self._n_threads or n_threads(self.window)
        for _ in range(_THREADS_MS // 10):  # one that ends just now is none too many
            if n_threads(self.window) <= self._n_threads:
                break
            QTest.qWait(10)
        gc.collect()
        n_widgets = len(self.window.findChildren(QWidget))
        return Held(n, n_widgets, n_threads(self.window), memory_bytes())

    def _note(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = trace.tb_frame.f_code if trace else None
        self.raised.append(f"{kind.__name__}: {error} in {where}")

    def _note_of_qt(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not text.startswith("This plugin does not support"):
            self.raised.append(f"Qt: {text}")


def n_threads(window: MainWindow) -> int:
    """Return how many threads the process has, as the system counts them where it does."""
    tasks = Path("/proc/self/task")
    if tasks.exists():
        return len(list(tasks.iterdir()))
    return threading.active_count() + len(window.findChildren(QThread))


def main(words: Sequence[str]) -> int:
    """Print what is held, then what was raised."""
    n_acts, seed = map(int, words)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for one in ("DATA", "CONFIG", "CACHE"):
            os.environ[f"XDG_{one}_HOME"] = str(Path(folder, "home", one.lower()))
        day = Day(Path(folder), seed)
        for held in day.looks():
            print(json.dumps(held), flush=True)
            if held.n_acts >= n_acts:
                break
        print(json.dumps(day.raised))
        day.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
