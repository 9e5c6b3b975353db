"""Small pictures of frames for the timeline, decoded in a thread of their own."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import cv2
from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from vosgui.core.clip import Clip, Frame
from vosgui.errors import ClipError

CACHE_BYTES = 24 << 20


class Thumbnails(QThread):
    """Makes the thumbnails asked for last; what was asked for before and not begun is dropped.

    It has its own reader, and keeps what it made up to a bound in bytes.
    loaded : (t) the thumbnail of frame t can be had.
    """

    loaded = Signal(int)
    _made = Signal(int, QImage)

    def __init__(self, clip: Clip, height: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clip = clip
        self._height = height
        self._kept: OrderedDict[int, QImage] = OrderedDict()
        self._failed: set[int] = set()
        self._wake = threading.Condition()
        self._wanted: list[int] = []
        self._closing = False
        self._made.connect(self._keep)
        self.start(QThread.Priority.LowPriority)

    def image(self, t: int) -> QImage | None:
        """Return the thumbnail of frame t, or None where it is not made yet."""
        image = self._kept.get(t)
        if image is not None:
            self._kept.move_to_end(t)
        return image

    def request(self, frames: Sequence[int]) -> None:
        """Ask for the thumbnails of these frames, in this order; returns at once."""
        missing = [t for t in frames if t not in self._kept and t not in self._failed]
        with self._wake:
            self._wanted = missing[::-1]
            self._wake.notify()

    def close(self) -> None:
        """End the thread and wait for the frame it is at."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """Serve requests; called by Qt in the thread."""
        with self._clip.reopen() as reader:
            while True:
                with self._wake:
                    while not self._wanted and not self._closing:
                        self._wake.wait()
                    if self._closing:
                        return
                    t = self._wanted.pop()
                try:
                    image = thumbnail(reader[t], self._height)
                except ClipError:
                    image = QImage()  # the canvas says so when the frame is gone to
                self._made.emit(t, image)

    def _keep(self, t: int, image: QImage) -> None:
        if self._closing:  # it was under way when the clip was closed
            return
        if image.isNull():
            self._failed.add(t)
            return
        self._kept[t] = image
        while len(self._kept) * image.sizeInBytes() > CACHE_BYTES:
            self._kept.popitem(last=False)
        self.loaded.emit(t)


def thumbnail(frame: Frame, height: int) -> QImage:
    """Return a picture of a frame, uint8 (H, W, 3), `height` pixels high."""
    width = max(round(frame.shape[1] * height / frame.shape[0]), 1)
    small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
    image = QImage(
        small.data,
        width,
        height,
        small.strides[0],
        QImage.Format.Format_RGB888,
    )
    return image.convertToFormat(QImage.Format.Format_RGB32)
