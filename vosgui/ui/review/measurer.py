"""How the shapes of the open clip's objects are, measured in a job while the person works."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from vosgui.core.annotation import Snapshot
from vosgui.core.quality.shapes import Flags, Measured, Shapes, measure
from vosgui.ui.review.looks import SeenLooks
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session

_BATCH = 32  # frames that are measured before the window hears of them


class ShapeMeasurer(QObject):
    """Measures frames that were changed, and those alone, each time it is asked to.

    Once all are, objects that have met are compared with what they looked like before.

    changed : more is known now. settled : all is, of the masks as they are.
    """

    changed = Signal()
    settled = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.shapes = Shapes(0)
        self._unmeasured: set[int] = set()
        self._job = Job(self)
        self._job.yielded.connect(self._on_measured)
        self._job.failed.connect(session.failed)
        self._job.ended.connect(self._on_ended)
        self._looks: SeenLooks | None = None
        self._comparing = Job(self)
        self._comparing.yielded.connect(self._on_compared)
        self._comparing.failed.connect(session.failed)
        self._comparing.ended.connect(self.settled)
        session.clip_changed.connect(self._on_clip_changed)
        session.annotation_changed.connect(self._unmeasured.update)

    @property
    def is_done(self) -> bool:
        """Return whether all masks are measured as they are."""
        return not (self._unmeasured or self._job.is_running or self._comparing.is_running)

    def measure(self) -> None:
        """Measure what was changed, unless that is going on: then it is done after it."""
        if self._unmeasured and self._session.is_open and not self._job.is_running:
            frames = set(self._unmeasured)
            self._unmeasured.clear()
            snapshot = self._session.annotation.snapshot()
            self._job.begin(lambda _progress: _batches(snapshot, frames))

    def _on_clip_changed(self) -> None:
        self._job.drop()
        self._comparing.drop()
        self._unmeasured.clear()
        self._looks = None
        if self._session.is_open and self._session.clip is not None:
            annotation = self._session.annotation
            self._looks = SeenLooks(self._session.clip)
            self.shapes = Shapes(annotation.n_frames)
            self._unmeasured.update(annotation.frames_with_mask())

    def _on_ended(self) -> None:
        self.measure()
        if not self._job.is_running and self._looks is not None:
            annotation, shapes = self._session.annotation.copy(), self.shapes.copy()
            find = self._looks.exchanged
            self._comparing.begin(lambda _progress: find(annotation, shapes))

    def _on_compared(self, exchanged: dict[int, Flags]) -> None:
        if self.shapes.note_exchanged(exchanged):
            self.changed.emit()

    def _on_measured(self, batch: list[Measured]) -> None:
        for one in batch:
            self.shapes.take(one)
        self.changed.emit()


def _batches(snapshot: Snapshot, frames: set[int]) -> Iterator[list[Measured]]:
    batch: list[Measured] = []
    for one in measure(snapshot, frames):
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
