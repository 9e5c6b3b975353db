"""What needs a look, found while the person works, and the way from one stretch to the next."""

from __future__ import annotations

from collections.abc import Container, Iterator

from PySide6.QtCore import QObject, Signal

from vosgui.core.annotation import Snapshot
from vosgui.core.progress import Progress
from vosgui.core.quality.needs_review import Reason
from vosgui.core.quality.shapes import Measured, Shapes, measure
from vosgui.core.quality.stretches import Stretch, noted, stretches, worst_first
from vosgui.ui.review.notes import Notes
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import settling

SETTLE_MS = 250  # a run brings many changes a second; they are looked at together
_BATCH = 32  # frames that are measured before the window hears of them


class ReviewFinder(QObject):
    """Knows the stretches of the open clip that need a look, and leads through them.

    Shapes are measured in a job, frames that were changed alone.
    changed : the stretches, or how they are ordered, may differ.
    """

    changed = Signal()

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._shapes = Shapes(0)
        self._unmeasured: set[int] = set()
        self._found: list[Stretch] | None = None
        self._shown: Stretch | None = None
        self._notes: Notes | None = None
        self._job = Job(self)
        self._job.yielded.connect(self._on_measured)
        self._job.ended.connect(self._measure)
        self._timer = settling(self, SETTLE_MS, self._measure)
        session.set_view(threshold=settings.review_threshold)
        session.clip_changed.connect(self._on_clip_changed)
        session.annotation_changed.connect(self._on_annotation_changed)
        session.objects_changed.connect(self._forget)
        session.view_changed.connect(self._on_view_changed)

    def heed(self, notes: Notes) -> None:
        """Lead to what persons have said, too, as long as it is open."""
        self._notes = notes
        notes.changed.connect(self._forget)

    @property
    def threshold(self) -> float:
        """Return under which confidence a mask needs a look."""
        return self._session.view.threshold

    @property
    def is_worst_first(self) -> bool:
        """Return whether the worst stretch comes first, not the earliest."""
        return self._settings.review_worst_first

    def set_worst_first(self, is_worst_first: bool) -> None:
        """Go by how bad stretches are, or by when they are."""
        self._settings.review_worst_first = is_worst_first
        self.changed.emit()

    @property
    def found(self) -> list[Stretch]:
        """Return the stretches that need a look, in the order in which they are gone through."""
        if not self._session.is_open:
            return []
        if self._found is None:
            found = stretches(self._session.annotation, self.threshold, self._shapes)
            rows = {entry.id: n for n, entry in enumerate(self._session.annotation.objects)}
            found += self._noted(rows)
            self._found = sorted(found, key=lambda one: (one.t, rows.get(one.object_id, -1)))
        return worst_first(self._found) if self.is_worst_first else self._found

    def _noted(self, objects: Container[int]) -> list[Stretch]:
        """Return what persons have said that is open; of objects that are gone, of none alone."""
        return [
            noted(
                note.object_id if note.object_id and note.object_id in objects else 0,
                note.frames,
                f"{note.person}: {note.text or note.kind}",
            )
            for note in (self._notes.all if self._notes is not None else ())
            if not note.is_done and note.frames[-1] < self._session.info.n_frames
        ]

    def step(self, direction: int) -> None:
        """Go to the next stretch in a direction, 1 or -1, round the end if need be; say why."""
        found, session = self.found, self._session
        if not found:
            session.said.emit(
                f"Nothing is left to review: no confidence is under {self.threshold:.2f}."
            )
            return
        n = self._next(found, direction)
        self._shown = one = found[n]
        session.go_to(one.t)
        if one.object_id:
            session.select_object(one.object_id)
        self._shown = one
        session.said.emit(f"{self._describe(one)} ({n + 1} of {len(found)})")

    def _next(self, found: list[Stretch], direction: int) -> int:
        """Return which stretch follows the one that is shown, or where the playhead is."""
        session, shown = self._session, self._shown
        is_here = shown is not None and shown.t == session.t
        if is_here and shown in found:
            return (found.index(shown) + direction) % len(found)
        if self.is_worst_first:
            return 0 if direction > 0 else len(found) - 1
        rows = {entry.id: row for row, entry in enumerate(session.annotation.objects)}
        here = session.t, rows.get(session.object_id, -1)
        keys = [(one.t, rows.get(one.object_id, -1)) for one in found]
        if direction > 0:
            return next((n for n, key in enumerate(keys) if key > here), 0)
        behind = [n for n, key in enumerate(keys) if key < here and key[0] < here[0]]
        return behind[-1] if behind else len(found) - 1

    def _describe(self, one: Stretch) -> str:
        names, objects = self._session.info.frame_names, self._session.annotation.objects
        first, last = names[one.frames[0]], names[one.frames[-1]]
        where = f"frame {first}" if first == last else f"frames {first} to {last}"
        if one.text:
            return f"{where[0].upper()}{where[1:]}: {one.text}"
        if not one.object_id:
            return f"No object has a mask in {where}"
        name = next(entry.name for entry in objects if entry.id == one.object_id)
        why = ", ".join(self._worded(one, reason) for reason in one.reasons)
        return f"{name}, {where}: {why}"

    def _worded(self, one: Stretch, reason: Reason) -> str:
        if reason is Reason.UNCERTAIN:
            confidence = self._session.annotation.track(one.object_id)["confidence"]
            worst = float(confidence[one.frames.start : one.frames.stop].min())
            return f"low confidence, down to {worst:.2f}"
        return str(reason.value)

    def _forget(self) -> None:
        self._found = None
        self._timer.start()

    def _on_clip_changed(self) -> None:
        self._job.drop()
        self._found = self._shown = None
        self._unmeasured = set()
        if self._session.is_open:
            annotation = self._session.annotation
            self._shapes = Shapes(annotation.n_frames)
            self._unmeasured = set(annotation.frames_with_mask())
        self._measure()

    def _on_annotation_changed(self, frames: tuple[int, ...]) -> None:
        self._unmeasured.update(frames)
        self._forget()

    def _on_view_changed(self) -> None:
        if self.threshold != self._settings.review_threshold:
            self._settings.review_threshold = self.threshold
            self._found = None
            self.changed.emit()

    def _measure(self) -> None:
        """Measure what was changed, unless that is going on: then it is done after it."""
        if self._unmeasured and self._session.is_open and not self._job.is_running:
            frames, self._unmeasured = self._unmeasured, set()
            snapshot = self._session.annotation.snapshot()
            self._job.begin(lambda _progress: _batches(snapshot, frames, _progress))
        self.changed.emit()

    def _on_measured(self, batch: list[Measured]) -> None:
        for one in batch:
            self._shapes.take(one)
        self._found = None


def _batches(snapshot: Snapshot, frames: set[int], _progress: Progress) -> Iterator[list[Measured]]:
    batch: list[Measured] = []
    for one in measure(snapshot, frames):
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
