"""Playing the clip at its rate."""

from __future__ import annotations

import bisect

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from vosgui.ui.session.session import Session


class Playback(QObject):
    """Moves the playhead by the clock: a frame that comes too late is dropped, time is not lost.

    The next frame is asked for only when the last one is there, so that slow decoding shows
    fewer frames and not later ones.
    changed : (playing) began or ended.
    """

    changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)
        self._clock = QElapsedTimer()
        self._start_s = 0.0
        self._asked: int | None = None
        session.frame_loaded.connect(self._on_loaded)
        session.clip_changed.connect(self.pause)

    @property
    def playing(self) -> bool:
        """Return whether the clip plays."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play from here, from the start where here is the end; or pause."""
        if self.playing:
            self.pause()
        elif self._session.is_open:
            self._play()

    def pause(self) -> None:
        """Stay at this frame."""
        if self.playing:
            self._timer.stop()
            self.changed.emit(False)

    def _play(self) -> None:
        info = self._session.info
        if self._session.t == info.n_frames - 1:
            self._session.go_to(0)
        self._asked = None
        self._start_s = info.times_s[self._session.t]
        self._clock.start()
        self._timer.start(max(1, int(500 / max(info.rate, 1.0))))
        self.changed.emit(True)

    def _advance(self) -> None:
        times = self._session.info.times_s
        now = self._start_s + self._clock.elapsed() / 1000.0
        t = bisect.bisect_right(times, now) - 1
        if self._asked is None and t > self._session.t:
            self._asked = t
            self._session.go_to(t)
        if t >= len(times) - 1:
            self._session.go_to(len(times) - 1)  # also where the frame before is still to come
            self.pause()

    def _on_loaded(self, t: int) -> None:
        if self._asked is not None and t >= self._asked:
            self._asked = None
