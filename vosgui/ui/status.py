"""The line at the bottom: saved, device, model and speed on the left; memory and zoom right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel

from vosgui.core.array_cache import Kept
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import label
from vosgui.ui.style.progress_bar import ProgressBar
from vosgui.ui.style.status_line import StatusLine

MEMORY_EVERY_MS = 2000
MESSAGE_MS = 6000
BAR_PX = 160


class Status(StatusLine):
    """Says what is going on, without being asked and without getting in the way."""

    def __init__(self, session: Session, kept: Callable[[], list[Kept]]) -> None:
        """Make it. kept : tells what is kept to be shown again."""
        super().__init__()
        self._session, self._kept = session, kept
        self._is_read_only = self._is_gone = False
        self._doing, self._bar = QLabel(), ProgressBar()
        self._saved, self._run = QLabel(), QLabel()
        self._cursor, self._frame, self._memory, self._zoom = label(), label(), label(), label()
        self._bar.setFixedWidth(BAR_PX)
        self._bar.hide()
        for words in (self._doing, self._saved, self._run, self._cursor, self._frame, self._memory,
                      self._zoom):  # fmt: skip
            words.setContentsMargins(8, 0, 8, 0)
        self._doing.hide()
        for widget in (self._doing, self._bar, self._saved, self._run):
            self.addWidget(widget)
        for words in (self._cursor, self._frame, self._memory, self._zoom):
            self.addPermanentWidget(words)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._measure)
        for signal in (session.clip_changed, session.frame_changed, session.history_changed):
            signal.connect(self._refresh)
        self._refresh()

    @Slot(str)
    def say(self, text: str) -> None:
        """Show a line for a while."""
        if text:
            self.showMessage(text, MESSAGE_MS)
        else:
            self.clearMessage()

    @Slot(str)
    def show_run(self, text: str) -> None:
        """Show device, model, and how a run goes."""
        self._run.setText(text)

    def show_saved(self, *, is_read_only: bool = False, is_gone: bool = False) -> None:
        """Show that edits are saved, or cannot be made, or have no file to be saved in."""
        self._is_read_only, self._is_gone = is_read_only, is_gone
        self._refresh()

    def follow(self, job: Job) -> None:
        """Show whenever a job is at work what it does, and how far it is."""

        def show() -> None:
            share = job.progress.share if job.progress is not None else 0.0
            self._bar.setVisible(job.is_running)
            self._doing.setVisible(job.is_running)
            # Without an end until there is news.
            self._bar.show_part(round(1000 * share), 1000 if share > 0 else 0)
            self._doing.setText(f"{job.title}…" if job.is_running else "")

        job.changed.connect(show)
        job.progressed.connect(show)

    @Slot(float)
    def show_zoom(self, zoom: float) -> None:
        """Show the zoom; 1 is one screen pixel per image pixel."""
        self._zoom.setText(f"{100 * zoom:.0f} %" if self._session.is_open else "")

    @Slot(int, int)
    def show_cursor(self, x: int, y: int) -> None:
        """Show where the cursor is, in image pixels; nothing where x is negative."""
        self._cursor.setText(f"{x}, {y}" if x >= 0 else "")

    def _refresh(self) -> None:
        if not self._session.is_open:
            self._timer.stop()
            for words in (self._saved, self._frame, self._cursor, self._memory, self._zoom):
                words.setText("")
            return
        if not self._timer.isActive():
            self._timer.start(MEMORY_EVERY_MS)
            self._measure()
        info, t = self._session.info, self._session.t
        height, width = info.hw
        if self._is_gone:
            saved = "not saved", "The project's file was moved, removed or replaced"
        elif self._is_read_only:
            saved = "read-only", "The project cannot be written to"
        else:
            saved = "saved", "Every edit is in the project file as soon as it is made"
        self._saved.setText(saved[0])
        self._saved.setToolTip(saved[1])
        self._frame.setText(
            f"{info.frame_names[t]} · {info.times_s[t]:.2f} s · {width} × {height} · "
            f"{info.rate:g} fps"
        )

    def _measure(self) -> None:
        held = memory_bytes()
        self._memory.setText(f"{held / 1e6:.0f} MB" if held else "")
        lines = [
            f"{what}: {n_bytes / 1e6:.0f} MB of at most {max_bytes / 1e6:.0f}"
            for what, n_bytes, max_bytes in self._kept()
        ]
        lines.insert(0, "The memory of this program. Of it, kept to be shown again:")
        self._memory.setToolTip("\n".join(lines))


def memory_bytes() -> int:
    """Return how much memory the process holds; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
