"""The frame under the playhead, large, and playing: decoded and made to fit in a thread."""

from __future__ import annotations

import bisect

import cv2
import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from vosgui.core.clip import Clip, Frame
from vosgui.errors import ClipError
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.session.frame_loader import FrameThread
from vosgui.ui.style.panels import settling
from vosgui.ui.style.theme import roles

_READ_AHEAD = 3
_HOVER_MS = 350  # the pointer rests so long on a clip before it plays
_LEAST = QSize(320, 180)


class FittingFrames(FrameThread):
    """Makes frames fit a size, in screen pixels of the device.

    loaded : (t, QImage). failed : (t, ClipError).
    """

    loaded = Signal(int, QImage)
    failed = Signal(int, object)

    def __init__(self, clip: Clip, parent: QObject) -> None:
        super().__init__(clip, parent)
        self.size = (_LEAST.height(), _LEAST.width())  # set anew by the window's thread, whole
        self._last = 0
        self.start()

    def request(self, t: int) -> None:
        """Ask for a frame; returns at once."""
        step = 1 if t >= self._last else -1
        self._last = t
        self.ask([t], range(t + step, t + step * (_READ_AHEAD + 1), step))

    def take(self, reader: Clip, t: int) -> None:
        """Read a frame and make it fit."""
        try:
            self.loaded.emit(t, _fitted(reader[t], self.size))
        except ClipError as error:
            self.failed.emit(t, error)


def _fitted(frame: Frame, hw: tuple[int, int]) -> QImage:
    """Return a frame, uint8 (H, W, 3) RGB, as large as there is room; never larger than it is."""
    factor = min(hw[0] / frame.shape[0], hw[1] / frame.shape[1], 1.0)
    height, width = (max(1, round(side * factor)) for side in frame.shape[:2])
    if factor < 1:
        frame = np.asarray(
            cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    frame = np.ascontiguousarray(frame)
    image = QImage(frame.data, width, height, frame.strides[0], QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


class FrameView(QWidget):
    """Shows the frame under the playhead, or says why there is none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._frames: FittingFrames | None = None
        self._image = QImage()
        self._text = ""
        self.shown_t = -1
        self.setMinimumSize(_LEAST)
        self.setAccessibleName("Frame under the playhead")
        self.player = Player(desk, self)
        desk.video_changed.connect(self._on_video)
        desk.frame_changed.connect(self._request)
        desk.changed.connect(self._say)

    def close_frames(self) -> None:
        """Let go of the video, and wait for the frame that is being decoded."""
        self.player.stop()
        if self._frames is not None:
            self._frames.close()
            self._frames.deleteLater()
            self._frames = None

    def _on_video(self) -> None:
        self.close_frames()
        self._image, self.shown_t = QImage(), -1
        if self._desk.clip is not None:
            self._frames = FittingFrames(self._desk.clip, self)
            self._frames.loaded.connect(self._on_loaded)
            self._frames.failed.connect(self._on_failed)
            self._request(self._desk.t)
        self._say()

    def _request(self, t: int) -> None:
        if self._frames is not None:
            ratio = self.devicePixelRatioF()
            self._frames.size = (round(self.height() * ratio), round(self.width() * ratio))
            self._frames.request(t)

    def _on_loaded(self, t: int, image: QImage) -> None:
        if self._frames is not None and self.sender() is self._frames:
            self._image, self._text, self.shown_t = image, "", t
            self.player.on_shown(t)
            self.update()

    def _on_failed(self, t: int, error: ClipError) -> None:
        if self._frames is not None and self.sender() is self._frames:
            self._image, self._text, self.shown_t = QImage(), str(error), t
            self.player.on_shown(t)
            self.update()

    def _say(self) -> None:
        desk = self._desk
        if desk.clip is None:
            current = desk.current
            opening = f"Opening {current.name}…" if current else "Add a long video, or drop it here"
            self._text = desk.findings.problems.get(current, opening) if current else opening
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Make the frame fit again."""
        self._request(self._desk.t)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(roles().surround))
        if self._image.isNull():
            painter.setPen(QColor(roles().muted))
            room = self.rect().adjusted(40, 20, -40, -20)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._text)
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2,
                      size.width(), size.height())  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)


class Player(QObject):
    """Moves the playhead by the clock, over and over through some frames.

    The next frame is asked for when the last one is shown: slow decoding shows fewer of them.
    changed : (playing) began or ended.
    """

    changed = Signal(bool)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._frames = range(0)
        self._awaited: int | None = None
        self._clock = QElapsedTimer()
        self._start_s = 0.0
        self._back_to: int | None = None
        self._hovered = range(0)
        self._rest = settling(self, _HOVER_MS, self._play_hovered)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    @property
    def is_playing(self) -> bool:
        """Return whether something plays."""
        return self._timer.isActive()

    def play(self, frames: range, *, then_back: bool = False) -> None:
        """Play frames over and over. then_back : stopped, the playhead is where it was."""
        clip = self._desk.clip
        if clip is None or not frames:
            return
        if not self.is_playing:
            self._back_to = self._desk.t if then_back else None
        self._frames, self._awaited = frames, None
        if self._desk.t not in frames or self._desk.t == frames[-1]:
            self._desk.go_to(frames.start)
        self._start_s = clip.info.times_s[self._desk.t]
        self._clock.start()
        self._timer.start(max(1, int(500 / max(clip.info.rate, 1.0))))
        self.changed.emit(True)

    def toggle(self) -> None:
        """Play the clip that is selected, else on from the playhead; or stop."""
        desk = self._desk
        if self.is_playing:
            self._back_to = None
            self.stop()
        elif desk.clip is not None:
            span = desk.selected
            self.play(range(*span) if span is not None else range(desk.t, len(desk.clip)))

    def hover(self, frames: range) -> None:
        """Play frames soon, while the pointer stays on them."""
        if not self.is_playing or self._back_to is not None:
            self.stop()
            self._hovered = frames
            self._rest.start()

    def leave(self) -> None:
        """Stop what plays because the pointer was on it."""
        self._rest.stop()
        if self._back_to is not None:
            self.stop()

    def _play_hovered(self) -> None:
        self.play(self._hovered, then_back=True)

    def stop(self) -> None:
        """Stay here, or go back to where it began."""
        self._rest.stop()
        if self.is_playing:
            self._timer.stop()
            back, self._back_to = self._back_to, None
            if back is not None:
                self._desk.go_to(back)
            self.changed.emit(False)

    def on_shown(self, t: int) -> None:
        """Hear that a frame is shown."""
        if self._awaited is not None and t >= self._awaited:
            self._awaited = None

    def _advance(self) -> None:
        clip = self._desk.clip
        if clip is None:
            self.stop()
            return
        now = self._start_s + self._clock.elapsed() / 1000
        t = bisect.bisect_right(clip.info.times_s, now) - 1
        if self._awaited is not None:
            return
        if t >= self._frames.stop:
            t = self._frames.start
            self._start_s = clip.info.times_s[t]
            self._clock.restart()
        if t != self._desk.t:
            self._awaited = t
            self._desk.go_to(t)
