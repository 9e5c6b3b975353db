"""Runs: the engine at work in a job, its results in the session, one run at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vosgui.core.words import counted
from vosgui.errors import ModelError, NothingToDoError, VosguiError
from vosgui.ui.runs.finetuning import FineTuning
from vosgui.ui.runs.long_run import LONG_S, LongRun
from vosgui.ui.runs.pace import Pace
from vosgui.ui.runs.propagators import FLOW, Propagators
from vosgui.ui.runs.starting import (
    DIRECTION_WORDS,
    find_left_out,
    frames_within,
    may_be_long,
    run_from_here,
    ways_of,
)
from vosgui.ui.runs.timing import RunTimer, time_run
from vosgui.ui.runs.work import Drawn, RunWork, changed_under_it, names_of
from vosgui.ui.session.job import Job, Progressed
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Reach, Settings

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction, Run
    from vosgui.engine.propagation.propagator import Propagator


class RunController(Job):
    """Starts and stops runs, and tells how they went.

    asked : (LongRun) a run will take long: it begins once a person has said how far it is to go.
    """

    asked = Signal(object)

    def __init__(
        self,
        session: Session,
        finetuning: FineTuning,
        propagators: Propagators,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._finetuning = session, finetuning
        self._propagators, self._settings = propagators, settings
        self._work: RunWork | None = None
        self._timing = RunTimer(self)
        self._last: Run | None = None
        self._next: list[Run] = []  # what follows when this run ends
        self._stopped: RunWork | None = None  # for others to be run at once: its rest follows
        self._put_off: list[Run] = []  # what a person has asked for meanwhile, and comes after that
        self._again: dict[int, int] = {}  # objects to be run again, and from where
        self._is_drawing = self._is_at_once = False
        self._left_out = ""  # what is said of objects that the run leaves out
        self.model_used = self.device_used = ""
        self._timing.changed.connect(self.changed)
        self._timing.failed.connect(session.failed)
        self.progressed.connect(self._on_loaded)
        self.yielded.connect(self._on_yielded)
        self.ended.connect(self._on_ended)
        session.clip_changed.connect(self.stop)
        session.annotation_changed.connect(self._on_edited)
        session.objects_changed.connect(self._on_edited)

    @property
    def is_running(self) -> bool:
        """Return whether a run is at work, or is timed before it begins."""
        return super().is_running or self._timing.is_running

    @property
    def is_timing(self) -> bool:
        """Return whether it is being found out how long a run will take."""
        return self._timing.is_running

    @property
    def is_bidirectional(self) -> bool:
        """Return whether the run at work goes between keyframes."""
        return self._work is not None and self._work.run.direction == "bidirectional"

    @property
    def pace(self) -> Pace | None:
        """Return how far the run is, or None before its model is loaded."""
        return self._work.pace if self._work else None

    def start(self, direction: Direction) -> None:
        """Carry the ticked objects from the frame shown; bidirectional: from their keyframes.

        Where a run is at work already, this one begins when that ends.
        """
        if self._finetuning.is_running:
            self._session.said.emit(
                "Wait for the fine-tuning, or stop it with Esc, before you run."
            )
        elif self._work is not None and not self.is_stopping:
            self._put_off_run(direction)
        else:
            self._start(direction, self._ticked())

    def _put_off_run(self, direction: Direction) -> None:
        session, work = self._session, self._work
        run = run_from_here(session, direction, self._ticked(), self._settings.run.reach)
        if work is not None and run in (work.run, *self._put_off):
            session.said.emit("This run is at work, or waits, already. Esc stops it.")
            return
        self._put_off.append(run)
        where = session.info.frame_names[run.start]
        session.said.emit(
            f"When this run ends: {DIRECTION_WORDS[direction]} from {where}. Esc stops both."
        )

    def start_with_flow(self) -> None:
        """Do the last run with the model-free propagator, and stay with it."""
        self._settings.run.model = FLOW
        if self._last is not None and self._session.is_open and not self.is_running:
            self._begin(self._last)

    def run_again_now(self) -> None:
        """Stop, and run again at once what rests on changed masks; others go on after that."""
        work = self._work
        if work is None or self.is_stopping or not self._again:
            return
        from vosgui.engine.propagation.again import rest_of

        others = work.run.objects - self._again.keys()
        rest, put_off = rest_of(work.run, others, work.last_t), self._put_off
        self.stop()
        self._next, self._put_off, self._is_at_once = rest, put_off, True
        self._stopped = work

    def stop(self) -> None:
        """End the run at its next frame; what it yielded stays, as one edit."""
        self._next, self._put_off, self._is_at_once = [], [], False
        self._stopped = None
        self._timing.drop()
        super().stop()
        if self._work:
            self._work.go_on()  # where it waits for the window

    def close(self) -> None:
        """End the run and wait for its thread."""
        self.stop()
        self._timing.close()
        super().close()
        if self._work:
            self._work.edit.close()
            self._work = None

    def continue_or_offer(self, name: str) -> None:
        """Carry on the object that was re-initialised, or offer to, as it is set."""
        if self.is_running:
            self._session.said.emit(f"{name} is re-initialised here. The run goes on.")
            return
        if self._settings.run.continue_at_once:
            self.continue_from_here()
        else:
            text = f"{name} is re-initialised here."
            self._session.offered.emit(text, "Continue from here", self.continue_from_here)

    def continue_from_here(self) -> None:
        """Carry the current object alone forward from the frame shown."""
        self._start("forward", frozenset({self._session.object_id}))

    def estimate(self) -> tuple[int, float | None]:
        """Return how many frames a run forward has, and its seconds if a speed is known."""
        if not self._session.is_open:
            return 0, None
        frames = frames_within(self._session, self._settings.run.reach)
        n = max(0, frames.stop - 1 - self._session.t)
        speed = self._settings.frames_per_s.get(self._speed_key(len(self._ticked())))
        return n, n / speed if speed else None

    def _ticked(self) -> frozenset[int]:
        objects = self._session.annotation.objects if self._session.is_open else ()
        return frozenset(o.id for o in objects if o.runs)

    def _speed_key(self, n_objects: int, direction: Direction = "forward") -> str:
        chosen, (height, width) = self._settings.run, self._session.info.hw
        looks = "twice " if chosen.flip else ""
        between = " between" if direction == "bidirectional" else ""
        size = f"{width}x{height} {n_objects}{between}"
        return f"{chosen.model or 'auto'} {chosen.device} {looks}{size}"

    def _start(self, direction: Direction, objects: frozenset[int]) -> None:
        session = self._session
        if not session.is_open or self.is_running:
            return
        run = run_from_here(session, direction, objects, self._settings.run.reach)
        key = self._speed_key(len(objects), direction)
        speed = self._settings.frames_per_s.get(key)
        if speed is None and may_be_long(session, run):
            self._time(run, key)
        else:
            self._ask_or_begin(run, speed)

    def _time(self, run: Run, key: str) -> None:
        """Find out how fast the run goes, and go on from there. Nothing is kept of what it does."""
        clip, snapshot, load = self._session.clip, self._session.annotation.snapshot(), self._load()
        assert clip is not None

        def go_on(speed: float | None) -> None:
            if speed is not None:
                self._settings.frames_per_s[key] = speed
            self._ask_or_begin(run, speed)

        self._timing.begin_timing(partial(time_run, clip, snapshot, run, load), go_on)

    def _ask_or_begin(self, run: Run, speed: float | None) -> None:
        ways = ways_of(self._settings, self._session, speed, run)
        if ways and ways[0].seconds > LONG_S:
            self.asked.emit(LongRun(ways, lambda reach: self._begin_within(run, reach)))
        else:
            self._begin_with_what_can(run)

    def _begin_within(self, run: Run, reach: Reach) -> None:
        self._settings.run.reach = reach
        if self._session.is_open and not self.is_running:
            within = run_from_here(self._session, run.direction, run.objects, reach)
            self._begin_with_what_can(within)

    def _begin_with_what_can(self, run: Run) -> None:
        """Begin a run; leave out what it cannot carry, say so, and offer to run that as well."""
        session = self._session
        out = find_left_out(run, session)
        if out is None or (out.leaves_nothing and not out.runs):
            self._begin(run)  # which says why there is nothing to do, where that is so
        elif out.leaves_nothing:
            session.offered.emit(out.why, out.button, lambda: self.begin_all(out.runs))
        else:
            self._begin(replace(run, objects=out.carried))
            self._left_out = out.why
            if out.runs:
                button = f"Then {out.button}"
                session.offered.emit(out.why, button, lambda: self._follow_with(out.runs))
            else:
                session.said.emit(out.why)

    def _follow_with(self, runs: list[Run]) -> None:
        """Carry out further runs after the one at work, or now."""
        if self.is_running:
            self._next += runs
        else:
            self.begin_all(runs)

    def _begin(self, run: Run) -> None:
        session = self._session
        if session.history.growing is not None:
            session.said.emit("The queue is at work on this clip: wait for it, or take it out.")
            return
        self._last, self._next, self._again = run, [], {}
        self._is_at_once, self._left_out = False, ""
        clip, annotation = session.clip, session.annotation.copy()
        assert clip is not None
        load = self._load()
        edit = session.begin_run(f"Propagate {DIRECTION_WORDS[run.direction]}", run.start)
        speed_key = self._speed_key(len(run.objects), run.direction)
        self._work = RunWork(clip, run, load, annotation, edit, speed_key)
        self.begin(self._work.carry_out)

    def _load(self) -> Callable[[], Propagator]:
        chosen, place = self._settings.run, self._finetuning.place
        key = chosen.model or "auto", chosen.device
        return partial(self._propagators.load_to_run, key, place, flip=chosen.flip)

    def _on_loaded(self, progress: Progressed) -> None:
        assert self._work and self._work.propagator
        propagator = self._work.propagator
        self._work.pace = Pace(int(progress.n_total or 0))
        self.model_used, self.device_used = propagator.name, propagator.device

    def _on_yielded(self, drawn: Drawn) -> None:
        work = self._work
        assert work and work.pace
        if self.error is not None:
            return
        if self._keep(work, drawn):
            work.pace.step()
            work.go_on()
            if self._settings.run.follow:
                self._session.go_to(drawn.result.t)
        else:
            self.stop()

    def _keep(self, work: RunWork, drawn: Drawn) -> bool:
        session = self._session
        if session.clip is not work.clip:
            return False  # another clip was opened: its annotation is none of this run's business
        self._is_drawing = True
        try:
            work.keep(drawn, session.annotation)
        except VosguiError as error:
            self.error = error
            return False
        finally:
            self._is_drawing = False
        return True

    def _on_edited(self) -> None:
        """Let the run meet what a person has changed, and look whether it rests on that."""
        work, session = self._work, self._session
        if work is None or self._is_drawing or session.clip is not work.clip:
            return
        before, now = set(self._again), session.annotation.snapshot()
        work.meet(now)
        self._again = work.rests_on_changed(now)
        if not self._again.keys() <= before:
            text = changed_under_it(self._names(self._again))
            self._session.offered.emit(text, "Run again now", self.run_again_now)

    def _names(self, objects: Collection[int]) -> str:
        return names_of(self._session.annotation, objects)

    def _on_ended(self, complete: bool) -> None:
        work, self._work = self._work, None
        assert work
        if work.pace and work.pace.rate > 0:
            self._settings.frames_per_s[work.speed_key] = work.pace.rate
        work.edit.close()
        if self._session.clip is work.clip:
            self._again = work.rests_on_changed(self._session.annotation.snapshot())
            self._tell(work, complete)
            self._follow(work, complete)
            while self._put_off and not self.is_running and self.error is None:
                self._begin_with_what_can(self._put_off.pop(0))

    def _follow(self, work: RunWork, complete: bool) -> None:
        """Begin what follows a run: what is to be run again, then what was put off for it."""
        from vosgui.engine.propagation.again import renewed, runs_again

        again, stopped = runs_again(work.run, self._again), self._stopped
        if stopped is not None:
            changed = stopped.rests_on_changed(self._session.annotation.snapshot())
            self._next = renewed(self._next, stopped.run, changed)
            self._stopped = stopped if self._next else None
        if not again and not self._next:
            self._tell_who_covers(work)
        if self.error or not (complete or self._is_at_once):
            if again and not self.error:
                names = self._names(self._again)
                text = f"Masks of {names} were changed while the run rested on them."
                self._session.offered.emit(text, "Run again", lambda: self.begin_all(again))
            return
        self.begin_all([*again, *self._next])

    def _tell_who_covers(self, work: RunWork) -> None:
        """Say who has the pixels of an object that was lost at once, and offer to run both."""
        from vosgui.engine.propagation.covered import covered_by

        annotation = self._session.annotation
        for i, (by, start) in covered_by(annotation.snapshot(), work.run, work.frames).items():
            who, covers = self._names([i]), self._names([by])
            text = f"{who} is covered by {covers}, which does not run and keeps its pixels."
            if by in annotation.locked or not covers:
                self._session.warned.emit(text)
            else:
                both = replace(work.run, start=start, objects=frozenset({i, by}))
                self._session.offered.emit(text, "Run both", partial(self.begin_all, [both]))
            return

    def begin_all(self, runs: list[Run]) -> None:
        """Begin a run; the others follow."""
        if runs and self._session.is_open and not self.is_running:
            self._begin(runs[0])
            self._next = runs[1:]

    def _tell(self, work: RunWork, complete: bool) -> None:
        session, error, n = self._session, self.error, len(work.frames)
        frames = counted(n, "frame")
        if isinstance(error, NothingToDoError):
            session.warned.emit(str(error))
        elif isinstance(error, ModelError) and work.pace is None:
            session.offered.emit(str(error), "Run with flow", self.start_with_flow)
        elif error:
            session.failed.emit(error)
        elif complete:
            session.said.emit(f"Done: {frames}. {self._left_out}".rstrip())
        elif not n:
            session.said.emit("Stopped before the first frame.")
        else:
            session.said.emit(f"Stopped after {frames}; Ctrl+Z takes them back.")
