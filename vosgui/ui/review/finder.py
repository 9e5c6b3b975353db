"""What needs a look, found while the person works, and the way from one stretch to the next."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QObject, Signal

from vosgui.core.quality.needs_review import Reason
from vosgui.core.quality.stretches import Stretch, noted, stretches, worst_first
from vosgui.core.words import some_of
from vosgui.ui.review.measurer import ShapeMeasurer
from vosgui.ui.review.notes import Notes
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import settling

SETTLE_MS = 250  # a run brings many changes a second; they are looked at together


class ReviewFinder(QObject):
    """Knows the stretches of the open clip that need a look, and leads through them.

    They are found in a job, from a copy; a step waits for what is found of the masks as they are.
    changed : the stretches, or how they are ordered, may differ.
    swap_found : (id, id) the step has led to two objects that may have changed places.
    """

    changed = Signal()
    swap_found = Signal(int, int)

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._by_masks: list[Stretch] = []
        self._is_outdated = False  # something has changed since the last look began
        self._steps: list[int] = []  # asked for, but what is to be found is not found yet
        self._waiting: tuple[int, int, int] | None = None  # a step for which shapes are looked at
        self._shown: Stretch | None = None
        self._notes: Notes | None = None
        self._measurer = ShapeMeasurer(session, self)
        self._measurer.changed.connect(self._forget)
        self._measurer.settled.connect(self.changed)
        self._measurer.settled.connect(self._go_on_waiting)
        self._job = Job(self)
        self._job.yielded.connect(self._on_found)
        self._job.failed.connect(session.failed)
        self._job.ended.connect(self._on_ended)
        self._timer = settling(self, SETTLE_MS, self._look)
        session.set_view(threshold=settings.review_threshold)
        session.clip_changed.connect(self._on_clip_changed)
        session.annotation_changed.connect(self._forget)
        session.objects_changed.connect(self._forget)
        session.view_changed.connect(self._on_view_changed)

    def heed(self, notes: Notes) -> None:
        """Lead to what persons have said, too, as long as it is open."""
        self._notes = notes
        notes.changed.connect(self.changed)
        notes.stretch_here = self._stretch_here

    def _stretch_here(self) -> range | None:
        """Return the frames of the stretch that was led to, if it is still shown."""
        shown = self._shown
        is_shown = shown is not None and self._session.t in shown.frames
        return shown.frames if shown is not None and is_shown else None

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
    def is_settled(self) -> bool:
        """Return whether all there is is found, of the masks as they are."""
        return not (self._is_outdated or self._job.is_running) and self._measurer.is_done

    @property
    def found(self) -> list[Stretch]:
        """Return the stretches that need a look, in the order in which they are gone through."""
        if not self._session.is_open:
            return []
        rows = {entry.id: n for n, entry in enumerate(self._session.annotation.objects)}
        found = [one for one in self._by_masks if not one.object_id or one.object_id in rows]
        found = [*found, *self._noted(rows)]
        found.sort(key=lambda one: (one.t, rows.get(one.object_id, -1)))
        return worst_first(found) if self.is_worst_first else found

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
        self._steps.append(direction)
        self._waiting = None
        if self._is_outdated:
            self._look()
        elif not self._job.is_running:
            self._take_steps()

    def _take_steps(self) -> None:
        """Do what was asked for before all was found."""
        steps, self._steps = self._steps, []
        for direction in steps:
            self._step(direction)

    def _step(self, direction: int) -> None:
        found, session = self.found, self._session
        if not found:
            under = f"no confidence is under {self.threshold:.2f}"
            if self.is_settled:
                session.said.emit(f"Nothing is left to review: {under}, and no shape looks wrong.")
            else:
                self._waiting = direction, session.t, session.object_id
                session.said.emit(
                    f"{under.capitalize()}; shapes are still being looked at, and you are led "
                    "there if one looks wrong."
                )
            return
        n = self._next(found, direction)
        self._shown = one = found[n]
        session.go_to(one.t)
        if one.object_id:
            session.select_object(one.object_id)
        self._shown = one
        session.said.emit(f"{self._describe(one)} ({n + 1} of {len(found)})")
        others = self._swapped_with(one)
        if len(others) == 1:
            self.swap_found.emit(one.object_id, others[0])

    def _go_on_waiting(self) -> None:
        """Do the step for which shapes were looked at, if the person has not gone on since."""
        waiting, session = self._waiting, self._session
        if waiting is None or not self.is_settled:
            return
        self._waiting = None
        if session.is_open and (session.t, session.object_id) == waiting[1:]:
            self._step(waiting[0])

    def _swapped_with(self, one: Stretch) -> list[int]:
        """Return the objects that may have changed places with that of a stretch."""
        if Reason.SWAPPED not in one.reasons:
            return []
        return [
            other.object_id
            for other in self._by_masks
            if Reason.SWAPPED in other.reasons
            and other.object_id != one.object_id
            and one.t in other.frames
        ]

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
        if reason is Reason.SWAPPED and (others := self._swapped_with(one)):
            objects = {entry.id: entry.name for entry in self._session.annotation.objects}
            return f"may have changed places with {some_of([objects[i] for i in others])}"
        return str(reason.value)

    def _forget(self) -> None:
        self._is_outdated = True
        self._timer.start()

    def _look(self) -> None:
        """Find the stretches of the masks as they are."""
        self._measurer.measure()
        if not self._session.is_open or not self._is_outdated:
            return
        self._is_outdated = False
        annotation, shapes = self._session.annotation.copy(), self._measurer.shapes.copy()
        threshold = self.threshold
        self._job.begin(lambda _progress: stretches(annotation, threshold, shapes))

    def _on_found(self, found: list[Stretch]) -> None:
        self._by_masks = found

    def _on_ended(self) -> None:
        self.changed.emit()
        self._take_steps()
        self._go_on_waiting()

    def _on_clip_changed(self) -> None:
        self._job.drop()
        self._by_masks, self._steps, self._shown, self._waiting = [], [], None, None
        self._is_outdated = True
        self._look()
        self.changed.emit()

    def _on_view_changed(self) -> None:
        if self.threshold != self._settings.review_threshold:
            self._settings.review_threshold = self.threshold
            self._is_outdated = True
            self._look()
            self.changed.emit()
