"""One run at work: what its job is given, what it yields, and what is known of it meanwhile."""

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
from vosgui.errors import VosguiError
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import RunEdit

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Run
    from vosgui.engine.propagation.progress import Progress
    from vosgui.engine.propagation.propagator import Propagator

AHEAD = 3  # results that the job may be ahead of the window, so that Esc means the frame shown


@dataclass(frozen=True)
class Begun:
    """What the job knows before the first frame. n_results : those that it will yield."""

    model: str
    device: str
    n_results: int


@dataclass(frozen=True)
class Drawn:
    """One result, and the change that it makes to the annotation as it was when the run began."""

    result: FrameResult
    part: Part


@dataclass
class Work:
    """One run from its beginning to its end.

    locked : ids that were locked when it began. frames : those that it has changed.
    is_apart : what it draws on is no longer the annotation shown, as a lock was changed.
    """

    job: Job
    room: Semaphore
    clip: Clip
    edit: RunEdit
    run: Run
    speed_key: str
    locked: frozenset[int]
    frames: set[int] = field(default_factory=set)
    progress: Progress | None = None
    error: VosguiError | None = None
    overtaken: bool = False
    is_apart: bool = False
    seen: Begun | None = None

    def stop(self) -> None:
        """Ask the job to end, also where it waits for the window."""
        self.job.stop()
        self.room.release()

    def part_of(self, drawn: Drawn, annotation: Annotation) -> Part:
        """Return the change that a result makes to the annotation as it is now."""
        self.is_apart = self.is_apart or annotation.locked != self.locked
        if self.is_apart:
            return edits.predict(annotation, drawn.result, self.run.objects)
        return drawn.part


def carry_out(
    clip: Clip,
    annotation: Annotation,
    run: Run,
    load: Callable[[], Propagator],
    room: Semaphore,
) -> Iterator[Begun | Drawn]:
    """Do a run, from loading the model on; called in the job's thread.

    load : returns the propagator, or raises ModelError.
    annotation : a copy of its own. Changes are worked out and packed here: for a frame of 4K
        that takes longer than the window may wait.
    """
    from vosgui.engine.propagation.plan import n_results, plan_run
    from vosgui.engine.propagation.propagate import propagate

    snapshot = annotation.snapshot()
    n = n_results(plan_run(snapshot, run))
    propagator = load()
    yield Begun(propagator.name, propagator.device, n)
    with clip.reopen() as reader, closing(propagate(reader, snapshot, run, propagator)) as results:
        for result in results:
            part = edits.predict(annotation, result, run.objects)
            annotation.apply(part)
            room.acquire()
            yield Drawn(result, part)
