"""Online fine-tuning to the open clip: in a job, kept with the project, used by the next runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from vosgui.core.progress import Progress
from vosgui.errors import ModelError, NothingToDoError, VosguiError
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.runs.finetune_job import FinetuneJob, Kept, given_marks
from vosgui.ui.runs.propagators import Place, Propagators
from vosgui.ui.session.job import Job, Progressed
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings


class FineTuning(QObject):
    """Fine-tunes the network to the open clip, and knows what was learned of it.

    changed : it began or ended, or what is known of the clip is something else.
    progressed : there is news for the panel. said : (text) the outcome.
    warned : (text) why nothing is learned. failed : (VosguiError). ended : always last.
    place, kept : where it is kept, and what is. is_current : learned from the masks given now.
    progress : of the one at work, once it has begun.
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
        self.place: Place | None = None
        self.kept: Kept | None = None
        self.progress: Progressed | None = None
        self.is_running = self.is_stopping = self.is_current = False
        self._job = Job(self)
        self._job.yielded.connect(self._on_result)
        self._job.progressed.connect(self._on_progressed)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        session.clip_changed.connect(self._drop)
        opener.opened.connect(self._on_opened)
        session.annotation_changed.connect(self._compare)
        session.objects_changed.connect(self._compare)

    def start(self) -> None:
        """Learn the clip from all that is given in it."""
        seconds = self._settings.run.finetune_seconds
        if not self.is_running and self.place:
            self.is_running, self.is_stopping = True, False
            self._begin(lambda job, progress: job.learn(seconds, progress))
            self.changed.emit()

    def stop(self) -> None:
        """End it at its next step; what was learned until then is dropped."""
        if self.is_running:
            self.is_stopping = True
            self._job.stop()
            self.progressed.emit()

    def look(self) -> None:
        """Find out whether something was learned of the clip that the next run can use."""
        if not self.is_running:
            self._begin(lambda job, _: job.look())

    def forget(self) -> None:
        """Drop what was learned of the clip."""
        if self.kept is None:
            self.said.emit("There is no fine-tuning to this clip.")
        elif not self.is_running:
            self._begin(lambda job, _: job.forget())

    def close(self) -> None:
        """End what is at work and wait for its thread."""
        self.is_running = False
        self._job.close()

    def _begin(self, work: Callable[[FinetuneJob, Progress], Kept | None]) -> None:
        session, chosen = self._session, self._settings.run
        if self.place and session.clip:
            key = chosen.model or "auto", chosen.device
            snapshot = session.annotation.snapshot()
            job = FinetuneJob(session.clip, snapshot, self.place, key, self._propagators)
            self._job.begin(lambda progress: work(job, progress))

    def _on_progressed(self, progress: Progressed) -> None:
        self.progress = progress
        self.progressed.emit()

    def _on_result(self, kept: Kept | None) -> None:
        if self.is_running and self.progress:
            self.said.emit(self.progress.text)
        elif kept is None and self.kept is not None:
            self.said.emit("The fine-tuning is forgotten: runs use the model as it came.")
        self.kept = kept
        self._compare()
        self.changed.emit()

    def _on_failed(self, error: VosguiError) -> None:
        if isinstance(error, NothingToDoError | ModelError):
            self.warned.emit(str(error))
        else:
            self.failed.emit(error)

    def _on_ended(self, complete: bool) -> None:
        if self.is_running:
            self.is_running = False
            if self.is_stopping and not complete:
                told = self.progress
                text = told.text if told and told.share == 1 else "Stopped; nothing was learned"
                self.said.emit(text)
                self.look()  # where all was reported, it may have been kept
            self.progress = None
            self.changed.emit()
            self.ended.emit()

    def _drop(self) -> None:
        """Forget what was known of another clip. What is at work ends by itself."""
        was_running, self.is_running = self.is_running, False
        self._job.drop()
        self.place = self.kept = self.progress = None
        self.changed.emit()
        if was_running:
            self.ended.emit()

    def _on_opened(self) -> None:
        project = self._opener.project
        if project is not None and self._session.is_open:
            self.place = project, self._opener.clip_id
            self.look()

    def _compare(self) -> None:
        """Find out whether the given masks are still those that it has learned from."""
        was_current, self.is_current = self.is_current, False
        if self.kept is not None and self._session.is_open:
            marks = given_marks(self._session.annotation.snapshot())
            self.is_current = marks == self.kept.given
        if self.is_current != was_current:
            self.changed.emit()
