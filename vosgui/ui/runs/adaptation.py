"""Adapting the network to the open clip: learned in a job, kept with the project, used by runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vosgui.errors import ModelError, NothingToDoError, VosguiError
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.runs.adaptation_job import Fit, Given, Reading, forget, given_marks, learn, look
from vosgui.ui.runs.propagators import FLOW, Learned, Propagators
from vosgui.ui.session.latest_job import LatestJob
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings

if TYPE_CHECKING:
    from vosgui.engine.online.adapt import AdaptProgress


class Adapting(QObject):
    """Makes the network fit the open clip, and knows whether it does.

    changed : it began or ended, or what is known of the clip is something else.
    progressed : there is news for the panel. said : (text) the outcome.
    warned : (text) why nothing is learned. failed : (VosguiError). ended : always last.
    """

    changed = Signal()
    progressed = Signal()
    said = Signal(str)
    warned = Signal(str)
    failed = Signal(object)
    ended = Signal()

    def __init__(
        self,
        session: Session,
        opener: ClipOpener,
        propagators: Propagators,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self._propagators, self._settings = propagators, settings
        self.learned: Learned | None = None
        self.fit: Fit | None = None
        self._progress: AdaptProgress | None = None
        self._told_at = 0.0
        self._given: Given = {}
        self._was_stopped = False
        self._lesson, self._look = LatestJob(self), LatestJob(self)
        self._lesson.yielded.connect(self._on_progress)
        self._lesson.failed.connect(self._on_failed)
        self._lesson.ended.connect(self._on_ended)
        self._look.yielded.connect(self._on_looked)
        self._look.failed.connect(self._on_failed)
        session.clip_changed.connect(self._drop)
        opener.opened.connect(self._on_opened)
        session.annotation_changed.connect(self._on_annotation)
        session.objects_changed.connect(self._on_annotation)

    # -- from outside ------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Return whether it learns, if only to stop."""
        return self._lesson.is_running

    @property
    def is_used(self) -> bool:
        """Return whether runs with the model chosen use what was learned of the clip."""
        chosen = self._settings.run.model
        return chosen != FLOW and self.fit is not None and not self.fit.other_model

    @property
    def is_stopping(self) -> bool:
        """Return whether it was asked to end and is at its last step."""
        return self._lesson.is_stopping

    @property
    def share(self) -> float | None:
        """Return how much of it is done, in [0, 1], or None before the model is loaded."""
        return self._progress.share if self._progress else None

    @property
    def text(self) -> str:
        """Return what it does just now."""
        return self._progress.text if self._progress else "Loading the model"

    @property
    def left_s(self) -> float:
        """Return the most seconds that are left, about."""
        left_s = self._progress.left_s if self._progress else 0.0
        return max(0.0, left_s - (time.perf_counter() - self._told_at))

    @property
    def is_current(self) -> bool:
        """Return whether what was learned was learned from the masks that are given now."""
        return self.fit is not None and self.fit.given == self._given

    def start(self) -> None:
        """Learn the clip from all that is given in it."""
        reading = self._reading()
        if reading is None or self.is_running:
            return
        self._look.drop()
        self._progress, self._was_stopped = None, False
        seconds = self._settings.run.adapt_seconds
        self._lesson.start(lambda: learn(reading, self._propagators, seconds))
        self.changed.emit()

    def stop(self) -> None:
        """End it at its next step; what was learned until then is dropped."""
        if self.is_running:
            self._was_stopped = True
            self._lesson.stop()
            self.progressed.emit()

    def look(self) -> None:
        """Find out whether something was learned of the clip that the next run can use."""
        reading = self._reading()
        if reading is not None and not self.is_running:
            self._look.start(lambda: look(reading, self._propagators))

    def forget(self) -> None:
        """Drop what was learned of the clip."""
        learned = self.learned
        if learned is None or self.fit is None:
            self.said.emit("Nothing was learned of this clip")
            return
        self._look.start(lambda: forget(learned))

    def close(self) -> None:
        """End what is at work and wait for its threads."""
        self._lesson.close()
        self._look.close()

    # -- the jobs ----------------------------------------------------------------------------

    def _reading(self) -> Reading | None:
        session, chosen = self._session, self._settings.run
        if self.learned is None or session.clip is None:
            return None
        key = chosen.model or "auto", chosen.device
        return Reading(session.clip, session.annotation.snapshot(), self.learned, key)

    def _on_progress(self, progress: AdaptProgress | Fit | None) -> None:
        if progress is None or isinstance(progress, Fit):
            self._on_looked(progress)
            self.said.emit(self.text)
        else:
            self._progress, self._told_at = progress, time.perf_counter()
            self.progressed.emit()

    def _on_looked(self, fit: Fit | None) -> None:
        if fit is None and self.fit is not None:
            self.said.emit("What was learned of this clip is forgotten")
        self.fit = fit
        self._mark_given()
        self.changed.emit()

    def _on_failed(self, error: VosguiError) -> None:
        if isinstance(error, NothingToDoError | ModelError):
            self.warned.emit(str(error))
        else:
            self.failed.emit(error)

    def _on_ended(self, complete: bool) -> None:
        has_learned = self._progress is not None and self._progress.ended
        self._progress = None
        if not complete:
            self.look()  # it may have been asked to stop while something was being kept
        if self._was_stopped and not has_learned:
            self.said.emit("Stopped; nothing was learned")
        self.changed.emit()
        self.ended.emit()

    # -- following the session ---------------------------------------------------------------

    def _drop(self) -> None:
        """Forget what was known of another clip. A lesson at work ends by itself."""
        was_running = self.is_running
        self._lesson.drop()
        self._look.drop()
        self.learned = self.fit = self._progress = None
        self.changed.emit()
        if was_running:
            self.ended.emit()

    def _on_opened(self) -> None:
        project = self._opener.project
        if project is not None and self._session.is_open:
            self.learned = Learned(project, self._opener.clip_id)
            self.look()

    def _on_annotation(self) -> None:
        if self.fit is not None:
            was_current = self.is_current
            self._mark_given()
            if self.is_current != was_current:
                self.changed.emit()

    def _mark_given(self) -> None:
        if self._session.is_open:
            self._given = given_marks(self._session.annotation.snapshot())
