"""Edits of many frames: worked out in a job, where there are so many that the window would wait."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from vosgui.core.annotation import Annotation, Part
from vosgui.core.mask import Box
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.track import Track
from vosgui.core.words import counted
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session

MOST_AT_ONCE = 60  # frames that an edit may change while a run writes others, or the window waits
_PX_AT_ONCE = 4 << 20  # of all these frames, where the window waits: a screen frame's time
Work = Callable[[Annotation, Progress], Part]


class EditJob(QObject):
    """Works out one edit at a time, and makes it where nothing was changed meanwhile.

    job : at work while an edit is worked out.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._label = ""
        self._mark: int | None = None  # of the history, where it tells that nothing was changed
        self.job = Job(self)
        self.job.yielded.connect(self._on_worked_out)
        self.job.failed.connect(session.failed)
        self.job.ended.connect(self._on_ended)
        session.clip_changed.connect(self.job.drop)

    def begin(self, label: str, work: Work, n_frames: int, *, is_slow: bool = False) -> None:
        """Make the edit that `work` returns of an annotation.

        n_frames : of how many frames. is_slow : already one frame is worth a job.
        """
        session = self._session
        self._label, self._mark = label, self._mark_now()
        height, width = session.annotation.hw
        is_quick = n_frames <= MOST_AT_ONCE and n_frames * height * width <= _PX_AT_ONCE
        if is_quick and not is_slow:
            self._make(work(session.annotation, NO_PROGRESS))
        elif n_frames > MOST_AT_ONCE and session.history.growing is not None:
            session.said.emit(
                f"{counted(n_frames, 'frame')} at once wait for the run: Esc stops it."
            )
        else:
            annotation = session.annotation.copy()
            self.job.begin(lambda progress: work(annotation, progress), label)

    def _mark_now(self) -> int | None:
        """Return the mark of the history; None while a run writes, which leaves it as it is."""
        session = self._session
        is_still = session.is_open and session.history.growing is None
        return session.history.mark if is_still else None

    def _on_worked_out(self, part: Part) -> None:
        session = self._session
        is_same = self._mark is not None and self._mark == self._mark_now()
        if is_same or (session.is_open and still_holds(part, session.annotation)):
            self._make(part)
        else:
            session.said.emit("Masks were changed meanwhile: do it again.")

    def _on_ended(self, complete: bool) -> None:
        if not complete and self.job.error is None:
            self._session.said.emit(f"{self._label}: stopped, nothing was changed.")

    def _make(self, part: Part) -> None:
        if not self._session.apply(self._label, part):
            self._session.said.emit(f"{self._label}: nothing is to be changed.")
        else:
            frames = counted(len(part.frames), "frame")
            self._session.said.emit(f"{self._label}, {frames}." if part.frames else self._label)


def still_holds(part: Part, annotation: Annotation) -> bool:
    """Return whether an annotation is where a change of a few frames begins: a run wrote others."""
    if part.header is not None or len(part.frames) > MOST_AT_ONCE:
        return False
    for patch in part.masks:
        box = Box(patch.y, patch.x, *patch.before.hw)
        if not np.array_equal(annotation.mask(patch.t)[box.slices], patch.before.unpack()):
            return False
    return all(
        _same(annotation.track(patch.object_id)[patch.frames], patch.before)
        for patch in part.tracks
    )


def _same(one: Track, other: Track) -> bool:
    """Return whether two tracks, TRACK_DTYPE (n,), say the same; NaN is equal to NaN."""
    return np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()
