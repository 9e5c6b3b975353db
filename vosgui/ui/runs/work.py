"""One run at work: what its thread does, and what is known of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Semaphore
from typing import TYPE_CHECKING

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.core.history import OpenEdit
from vosgui.core.progress import Progress
from vosgui.ui.runs.pace import Pace

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Run
    from vosgui.engine.propagation.propagator import Propagator

_AHEAD = 3  # results that the job may be ahead of the window, so that Esc means the frame shown


@dataclass(frozen=True)
class Drawn:
    """One result, and the change that it makes to the annotation as it was when the run began."""

    result: FrameResult
    part: Part


@dataclass
class RunWork:
    """One run from its beginning to its end.

    load : returns the propagator, or raises ModelError. annotation : a copy of the run's own.
    propagator : once it is loaded, as the first report tells; pace : from then on.
    frames : those that it has changed. overtaken : the annotation was edited meanwhile.
    is_apart : what it draws on is no longer the annotation shown, as a lock was changed.
    """

    clip: Clip
    run: Run
    load: Callable[[], Propagator]
    annotation: Annotation
    edit: OpenEdit
    speed_key: str
    propagator: Propagator | None = None
    pace: Pace | None = None
    frames: set[int] = field(default_factory=set)
    overtaken: bool = False
    is_apart: bool = False

    def __post_init__(self) -> None:
        self._locked = self.annotation.locked
        self._room = Semaphore(_AHEAD)

    def go_on(self) -> None:
        """Let it do one more frame, as one of those that it yielded is shown."""
        self._room.release()

    def carry_out(self, progress: Progress) -> Iterator[Drawn]:
        """Do the run, from loading the model on; called in the thread.

        Changes are packed here: with 4K that takes longer than the window has.
        """
        from vosgui.engine.propagation.plan import n_results, plan_run
        from vosgui.engine.propagation.propagate import propagate

        annotation, run = self.annotation, self.run
        snapshot = annotation.snapshot()
        n = n_results(plan_run(snapshot, run))
        self.propagator = self.load()
        progress.report(0, n)
        with (
            self.clip.reopen(once=True) as reader,
            closing(propagate(reader, snapshot, run, self.propagator)) as results,
        ):
            for result in results:
                part = edits.predict(annotation, result, run.objects)
                annotation.apply(part)
                self._room.acquire()
                yield Drawn(result, part)

    def part_of(self, drawn: Drawn, annotation: Annotation) -> Part:
        """Return the change that a result makes to the annotation as it is now."""
        self.is_apart = self.is_apart or annotation.locked != self._locked
        if self.is_apart:
            return edits.predict(annotation, drawn.result, self.run.objects)
        return drawn.part
