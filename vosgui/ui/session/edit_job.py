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

AT_ONCE = 60  # frames that are worked out while the window waits
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
        session.clip_changed.connect(self.job.drop)

    def begin(self, label: str, work: Work, n_frames: int, *, is_slow: bool = False) -> None:
        """Make the edit that `work` returns of an annotation.

        n_frames : of how many frames. is_slow : already one frame is worth a job
        """
        session = self._session
        history = session.history  # a run that goes on changes masks, and no mark
        self._label, self._mark = label, history.mark if history.growing is None else None
        if n_frames <= AT_ONCE and not is_slow:
            self._make(work(session.annotation, NO_PROGRESS))
        elif n_frames > AT_ONCE and session.history.growing is not None:
            session.said.emit(
                f"{counted(n_frames, 'frame')} at once wait for the run: Esc stops it."
            )
        else:
            annotation = session.annotation.copy()
            self.job.begin(lambda progress: work(annotation, progress), label)

    def _on_worked_out(self, part: Part) -> None:
        session = self._session
        is_same = session.is_open and session.history.mark == self._mark
        if is_same or (session.is_open and still_holds(part, session.annotation)):
            self._make(part)
        else:
            session.said.emit("Masks were changed meanwhile: do it again.")

    def _make(self, part: Part) -> None:
        if not self._session.apply(self._label, part):
            self._session.said.emit(f"{self._label}: nothing is to be changed.")
        else:
            frames = counted(len(part.frames), "frame")
            self._session.said.emit(f"{self._label}, {frames}." if part.frames else self._label)


def still_holds(part: Part, annotation: Annotation) -> bool:
    """Return whether an annotation is where a change of a few frames begins: a run wrote others."""
    if part.header is not None or len(part.frames) > AT_ONCE:
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
