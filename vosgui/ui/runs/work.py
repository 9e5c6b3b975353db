"""One run at work: what its thread does, and what is known of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Semaphore
from typing import TYPE_CHECKING

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part, Snapshot
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.core.history import OpenEdit
from vosgui.core.mask import PackedMask
from vosgui.core.progress import Progress
from vosgui.core.words import some_of
from vosgui.ui.runs.others import Others
from vosgui.ui.runs.pace import Pace

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Run
    from vosgui.engine.propagation.propagator import Propagator

_AHEAD = 3  # results that the job may be ahead of the window, so that Esc means the frame shown


@dataclass(frozen=True)
class Drawn:
    """One result, and the change that it makes to the annotation as the run knows it.

    before : the mask of its frame then. given : the objects given in it then.
    """

    result: FrameResult
    part: Part
    before: PackedMask | None
    given: frozenset[int]


@dataclass
class RunWork:
    """One run from its beginning to its end.

    load : returns the propagator, or raises ModelError. annotation : a copy of the run's own.
    begun_with : the annotation when the run began. latest : as it is by now; set by the window,
    read by the run before each frame.
    propagator : once it is loaded, as the first report tells; pace : from then on.
    frames : those that it has changed. last_t : the one that was drawn last.
    missed : keyframes of objects that were given too late to be met.
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
    last_t: int | None = None
    missed: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begun_with = self.latest = self.annotation.snapshot()
        self._room = Semaphore(_AHEAD)
        self._others = Others(self.begun_with, self.run.objects)

    def go_on(self) -> None:
        """Let it do one more frame, as one of those that it yielded is shown."""
        self._room.release()

    def meet(self, now: Snapshot) -> None:
        """Let it meet what was changed. Which objects are locked is asked when it is drawn."""
        self._others.look(now)
        self.latest = replace(now, locked=self.begun_with.locked)

    def carry_out(self, progress: Progress) -> Iterator[Drawn]:
        """Do the run, from loading the model on; called in the thread.

        Changes are packed here: with 4K that takes longer than the window has.
        """
        from vosgui.engine.propagation.plan import n_results, plan_run
        from vosgui.engine.propagation.propagate import propagate

        annotation, run = self.annotation, self.run
        plan_run(self.begun_with, run)  # says that there is nothing to do before a model is loaded
        self.propagator = self.load()
        snapshot = self.latest
        progress.report(0, n_results(plan_run(snapshot, run)))
        with (
            self.clip.reopen(once=True) as reader,
            closing(
                propagate(reader, snapshot, run, self.propagator, lambda: self.latest)
            ) as results,
        ):
            for result in results:
                t = result.t
                before, given = annotation.packed(t), annotation.given(t)
                part = edits.predict(annotation, result, run.objects)
                annotation.apply(part)
                self._room.acquire()
                yield Drawn(result, part, before, given)

    def keep(self, drawn: Drawn, annotation: Annotation) -> None:
        """Take a result into the run's edit; raise VosguiError where it cannot be kept."""
        part = self._part_of(drawn, annotation)
        self.edit.extend(part)
        t = self.last_t = drawn.result.t
        self.frames.update(part.frames)
        self._others.note(annotation, t, frozenset(drawn.result.confidence) & self.run.objects)
        carried, between = drawn.result.confidence.keys(), self.run.direction == "bidirectional"
        if between:  # it comes to most frames twice, and may have met the keyframe by then
            self.missed = {i: at for i, at in self.missed.items() if at != t or i in carried}
        if between or self.run.at_keyframes == "reinitialise":
            late = annotation.given(t) & carried
            self.missed |= {i: t for i in late if i in annotation.ids(t)}

    def rests_on_changed(self, now: Snapshot) -> dict[int, int]:
        """Return of each object the keyframe from which it is to be run again: it was changed."""
        from vosgui.engine.propagation.again import changed_keyframes

        found = self.missed | changed_keyframes(self.begun_with, now, self.run, self.frames)
        again = found | self._others.to_run_again(now, self.run.start)
        return {i: t for i, t in again.items() if i in now.tracks}

    def _part_of(self, drawn: Drawn, annotation: Annotation) -> Part:
        """Return the change that a result makes to the annotation as it is now."""
        t, part = drawn.result.t, drawn.part
        objects = self.run.objects & {entry.id for entry in annotation.objects} - self._others.gone
        is_as_known = (
            annotation.packed(t) == drawn.before
            and annotation.given(t) == drawn.given
            and annotation.header.locked_in(t) == self.annotation.header.locked_in(t)
            and all(
                patch.object_id in objects
                and annotation.track(patch.object_id)[t].tobytes() == patch.before.tobytes()
                for patch in part.tracks
            )
        )
        return part if is_as_known else edits.predict(annotation, drawn.result, objects)


def names_of(annotation: Annotation, objects: Collection[int]) -> str:
    """Return the names of objects, in words: the first few, where there are many."""
    names = {entry.id: entry.name for entry in annotation.objects}
    return some_of([names[i] for i in sorted(objects) if i in names])


def changed_under_it(names: str) -> str:
    """Return what is said where a person changes masks that a run rests on."""
    return f"The run rests on masks of {names} that changed: these are run again at its end."
