"""Small pictures of frames for the timeline, decoded in a thread of their own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from vosgui.core.array_cache import Kept
from vosgui.core.clip import Clip, Frame
from vosgui.errors import ClipError
from vosgui.media import image_files
from vosgui.ui.session.frame_loader import FrameThread

CACHE_BYTES = 24 << 20


class Thumbnails(FrameThread):
    """Makes the thumbnails asked for last, and keeps what it made up to a bound in bytes.

    loaded : (t) the thumbnail of frame t can be had.
    """

    loaded = Signal(int)
    _made = Signal(int, QImage)

    def __init__(self, clip: Clip, height: int, parent: QObject) -> None:
        super().__init__(clip, parent, once=True)
        self._height = height
        self._kept: OrderedDict[int, QImage] = OrderedDict()
        self._failed: set[int] = set()
        self._made.connect(self._keep)
        self.start(QThread.Priority.LowPriority)

    @property
    def kept(self) -> Kept:
        """Return how much the thumbnails take that are kept."""
        n_bytes = sum(image.sizeInBytes() for image in list(self._kept.values()))
        return Kept("thumbnails", n_bytes, CACHE_BYTES)

    def image(self, t: int) -> QImage | None:
        """Return the thumbnail of frame t, or None where it is not made yet."""
        image = self._kept.get(t)
        if image is not None:
            self._kept.move_to_end(t)
        return image

    def request(self, frames: Iterable[int]) -> None:
        """Ask for the thumbnails of these frames, in this order; returns at once."""
        self.ask(t for t in frames if t not in self._kept and t not in self._failed)

    def take(self, reader: Clip, t: int) -> None:
        """Make the thumbnail of a frame."""
        try:
            image = thumbnail(reader[t], self._height)
        except ClipError:
            image = QImage()  # the canvas says so when the frame is gone to
        self._made.emit(t, image)

    def _keep(self, t: int, image: QImage) -> None:
        if self.is_closing:  # it was under way when the clip was closed
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
    small = image_files.thumbnail(frame, height)
    height, width = small.shape[:2]
    image = QImage(small.data, width, height, small.strides[0], QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
