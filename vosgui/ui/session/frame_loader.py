"""Frames of the open clip, decoded in threads of their own: for the canvas, and for others."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress

from PySide6.QtCore import QObject, QThread, Signal

from vosgui.core.clip import Clip
from vosgui.errors import ClipError


class FrameThread(QThread):
    """Decodes the frames asked for last; what was asked for before and not begun is dropped.

    It has its own reader. A subclass says in `take` what becomes of a frame.
    once : its reader keeps no frame that it has handed out.
    """

    def __init__(self, clip: Clip, parent: QObject, *, once: bool = False) -> None:
        super().__init__(parent)
        self.reader = clip.reopen(once=once)  # its frames are asked for in the thread alone
        self._wake = threading.Condition()
        self._wanted: list[tuple[int, bool]] = []  # the next one last
        self.is_closing = False

    def ask(self, frames: Iterable[int], ahead: Iterable[int] = ()) -> None:
        """Ask for frames, in this order, then for some to be in the cache; returns at once."""
        wanted = [*((t, True) for t in frames), *((t, False) for t in ahead)]
        with self._wake:
            self._wanted = wanted[::-1]
            self._wake.notify()

    def close(self) -> None:
        """End the thread and wait for the frame it is at."""
        with self._wake:
            self.is_closing = True
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """Serve what is asked for; called by Qt in the thread."""
        with self.reader as reader:
            while (wanted := self._next()) is not None:
                t, is_shown = wanted
                if is_shown:
                    self.take(reader, t)
                elif 0 <= t < len(reader):
                    with suppress(ClipError):  # said when the frame is gone to
                        reader[t]

    def take(self, reader: Clip, t: int) -> None:
        """Read a frame that was asked for, and announce it; called in the thread."""
        raise NotImplementedError

    def _next(self) -> tuple[int, bool] | None:
        with self._wake:
            while not self._wanted and not self.is_closing:
                self._wake.wait()
            return None if self.is_closing else self._wanted.pop()


class FrameLoader(FrameThread):
    """Decodes the frame that the canvas shows.

    While nothing is asked for it reads ahead in the direction of the last step, so that the next
    frame is in the clip's cache.
    loaded : (t, frame uint8 (H, W, 3)). failed : (t, ClipError).
    """

    loaded = Signal(int, object)
    failed = Signal(int, object)

    READ_AHEAD = 3

    def __init__(self, clip: Clip, parent: QObject) -> None:
        super().__init__(clip, parent)
        self._last = 0
        self.start()

    def request(self, t: int) -> None:
        """Ask for frame t; returns at once."""
        step = 1 if t >= self._last else -1
        self._last = t
        self.ask([t], range(t + step, t + step * (self.READ_AHEAD + 1), step))

    def take(self, reader: Clip, t: int) -> None:
        """Read the frame and hand it over."""
        try:
            frame = reader[t]
        except ClipError as error:
            self.failed.emit(t, error)
        else:
            self.loaded.emit(t, frame)
