"""Frames for the canvas, decoded in a thread of their own."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread, Signal

from vosgui.core.clip import Clip
from vosgui.errors import ClipError


class FrameLoader(QThread):
    """Decodes the frame asked for last; what was asked for before it and not begun is dropped.

    While nothing is asked for it reads ahead in the direction of the last step, so that the next
    frame is in the clip's cache. It has its own reader.

    loaded : (t, frame uint8 (H, W, 3)). failed : (t, ClipError).
    """

    loaded = Signal(int, object)
    failed = Signal(int, object)

    READ_AHEAD = 3

    def __init__(self, clip: Clip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clip = clip
        self._wake = threading.Condition()
        self._wanted: int | None = None
        self._closing = False
        self.start()

    def request(self, t: int) -> None:
        """Ask for frame t; returns at once."""
        with self._wake:
            self._wanted = t
            self._wake.notify()

    def close(self) -> None:
        """End the thread and wait for the frame it is at."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """Serve requests; called by Qt in the thread."""
        reader = self._clip.reopen()
        last, ahead = 0, iter(range(0))
        try:
            while True:
                with self._wake:
                    t = self._wanted
                    self._wanted = None
                    if t is None and not self._closing:
                        to_read = next(ahead, None)
                        if to_read is None:
                            self._wake.wait()
                            continue
                    if self._closing:
                        return
                if t is None:
                    self._read(reader, to_read, announce=False)
                else:
                    self._read(reader, t, announce=True)
                    step = 1 if t >= last else -1
                    ahead = iter(range(t + step, t + step * (self.READ_AHEAD + 1), step))
                    last = t
        finally:
            reader.close()

    def _read(self, reader: Clip, t: int | None, *, announce: bool) -> None:
        if t is None or not 0 <= t < len(reader):
            return
        try:
            frame = reader[t]
        except ClipError as error:
            if announce:
                self.failed.emit(t, error)
            return
        if announce:
            self.loaded.emit(t, frame)
