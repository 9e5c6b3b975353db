"""Moving through the clip: frames, grid, keyframes, and the range."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from vosgui.ui.session.session import Session


class Navigation(QObject):
    """Moves the playhead and the range of the open clip."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def first(self) -> None:
        """Go to the first frame."""
        self._session.go_to(0)

    def last(self) -> None:
        """Go to the last frame."""
        self._session.go_to(self._session.info.n_frames - 1)

    def step(self, n: int) -> None:
        """Go n frames on, back where n is negative."""
        self._session.go_to(self._session.t + n)

    def step_grid(self, direction: int) -> None:
        """Go to the next frame on the grid in a direction, 1 or -1."""
        self._step_to(np.array(self._session.annotation.grid()), direction)

    def step_keyframe(self, direction: int) -> None:
        """Go to the next keyframe of the current object; of any object where none is current."""
        annotation, current = self._session.annotation, self._session.object_id
        ids = [current] if current else [o.id for o in annotation.objects]
        frames = [annotation.keyframes(i) for i in ids]
        if frames:
            self._step_to(np.unique(np.concatenate(frames)), direction)

    def start_range(self) -> None:
        """Let the range start at the playhead."""
        t, stop = self._session.t, self._session.range.stop
        self._session.set_range(range(t, stop if stop > t else self._session.info.n_frames))

    def end_range(self) -> None:
        """Let the range end with the frame of the playhead."""
        t, start = self._session.t, self._session.range.start
        self._session.set_range(range(start if start <= t else 0, t + 1))

    def whole_range(self) -> None:
        """Let the range be the whole clip."""
        self._session.set_range(range(self._session.info.n_frames))

    def _step_to(self, frames: npt.NDArray[np.integer], direction: int) -> None:
        """Go to the next of some ascending frames, if there is one."""
        t = self._session.t
        ahead = frames[frames > t] if direction > 0 else frames[frames < t][::-1]
        if ahead.size:
            self._session.go_to(int(ahead[0]))
