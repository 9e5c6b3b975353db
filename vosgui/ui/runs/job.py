"""One run at work: its job, what that yields, and what is known of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Semaphore
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.core.history import OpenEdit
from vosgui.errors import VosguiError
from vosgui.ui.runs.pace import Pace
from vosgui.ui.session.job import Job

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Run
    from vosgui.engine.propagation.propagator import Propagator

_AHEAD = 3  # results that the job may be ahead of the window, so that Esc means the frame shown


@dataclass(frozen=True)
class Drawn:
    """One result, and the change that it makes to the annotation as it was when the run began."""

    result: FrameResult
    part: Part


class RunJob(Job):
    """Carries a run out, from loading the model on; yields what is `Drawn`.

    begun : (model, device, how many frames it will yield) the model is loaded.
    """

    begun = Signal(str, str, int)

    def __init__(
        self,
        clip: Clip,
        annotation: Annotation,
        run: Run,
        load: Callable[[], Propagator],
        parent: QObject | None = None,
    ) -> None:
        """Make it, not yet started.

        annotation : a copy of its own. load : returns the propagator, or raises ModelError.
        """
        super().__init__(self._carry_out, parent)
        self._clip, self._annotation, self._plan, self._load = clip, annotation, run, load
        self._room = Semaphore(_AHEAD)

    def stop(self) -> None:
        """Ask it to end, also where it waits for the window."""
        super().stop()
        self._room.release()

    def go_on(self) -> None:
        """Let it do one more frame, as one of those that it yielded is shown."""
        self._room.release()

    def _carry_out(self) -> Iterator[Drawn]:
        """Do the run. Changes are packed here: with 4K that takes longer than the window has."""
        from vosgui.engine.propagation.plan import n_results, plan_run
        from vosgui.engine.propagation.propagate import propagate

        annotation, run = self._annotation, self._plan
        snapshot = annotation.snapshot()
        n = n_results(plan_run(snapshot, run))
        propagator = self._load()
        self.begun.emit(propagator.name, propagator.device, n)
        with (
            self._clip.reopen() as reader,
            closing(propagate(reader, snapshot, run, propagator)) as results,
        ):
            for result in results:
                part = edits.predict(annotation, result, run.objects)
                annotation.apply(part)
                self._room.acquire()
                yield Drawn(result, part)


@dataclass
class Work:
    """One run from its beginning to its end.

    locked : ids that were locked when it began. frames : those that it has changed.
    pace : once the model is loaded. overtaken : the annotation was edited meanwhile.
    is_apart : what it draws on is no longer the annotation shown, as a lock was changed.
    """

    job: RunJob
    clip: Clip
    edit: OpenEdit
    run: Run
    speed_key: str
    locked: frozenset[int]
    frames: set[int] = field(default_factory=set)
    pace: Pace | None = None
    error: VosguiError | None = None
    overtaken: bool = False
    is_apart: bool = False

    def part_of(self, drawn: Drawn, annotation: Annotation) -> Part:
        """Return the change that a result makes to the annotation as it is now."""
        self.is_apart = self.is_apart or annotation.locked != self.locked
        if self.is_apart:
            return edits.predict(annotation, drawn.result, self.run.objects)
        return drawn.part
