"""Runs: the engine at work in a job, its results in the session, one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from threading import Semaphore
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from vosgui.core import edits
from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.core.history import OpenEdit
from vosgui.errors import ModelError, NothingToDoError, VosguiError
from vosgui.ui.job import Job
from vosgui.ui.session import Session
from vosgui.ui.settings import Settings

if TYPE_CHECKING:
    from vosgui.engine.progress import Progress
    from vosgui.engine.propagator import Propagator
    from vosgui.engine.run_plan import Run

Direction = Literal["forward", "backward", "both"]
FLOW = "flow"
AHEAD = 3  # results that the job may be ahead of the window, so that Esc means the frame shown
SIGNS: dict[Direction, str] = {"forward": "forward", "backward": "backward", "both": "both ways"}


@dataclass(frozen=True)
class Begun:
    """What the job knows before the first frame. n_frames : results it will yield."""

    model: str
    device: str
    n_frames: int


@dataclass
class _Work:
    """One run from its beginning to its end."""

    job: Job
    room: Semaphore
    clip: Clip
    edit: OpenEdit
    run: Run
    speed_key: str
    progress: Progress | None = None
    error: VosguiError | None = None
    overtaken: bool = False
    seen: Begun | None = None

    def stop(self) -> None:
        """Ask the job to end, also where it waits for the window."""
        self.job.stop()
        self.room.release()


class RunController(QObject):
    """Starts and stops runs.

    changed : a run began or ended. progressed : there is news for the panel and the status line.
    said : (text) the outcome. warned : (text) why a run yields nothing, or no more.
    ended : (complete) always last.
    flow_offered : (ModelError) the model cannot be used; `start_with_flow` does the same run.
    continue_offered : an object was re-initialised; `continue_from_here` carries it on.
    """

    changed = Signal()
    progressed = Signal()
    said = Signal(str)
    warned = Signal(str)
    ended = Signal(bool)
    flow_offered = Signal(object)
    continue_offered = Signal(str)

    def __init__(self, session: Session, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._work: _Work | None = None
        self._last: tuple[Direction, frozenset[int]] = "forward", frozenset()
        self._loaded: dict[tuple[str, str], Propagator] = {}
        self.model_used = self.device_used = ""
        session.clip_changed.connect(self.stop)

    # -- from outside ------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Return whether a run is at work, if only to stop."""
        return self._work is not None

    @property
    def is_stopping(self) -> bool:
        """Return whether the run was asked to end and is at its last frame."""
        return self._work is not None and self._work.job.is_stopping

    @property
    def progress(self) -> Progress | None:
        """Return how far the run is, or None before its first frame."""
        return self._work.progress if self._work else None

    def forward(self) -> None:
        """Carry the ticked objects forward from the frame shown."""
        self._start("forward", self._ticked())

    def backward(self) -> None:
        """Carry the ticked objects backward from the frame shown."""
        self._start("backward", self._ticked())

    def both(self) -> None:
        """Carry the ticked objects both ways from the frame shown."""
        self._start("both", self._ticked())

    def start_with_flow(self) -> None:
        """Do the last run with the model-free propagator, and stay with it."""
        self._settings.run.model = FLOW
        self.progressed.emit()
        self._start(*self._last)

    def stop(self) -> None:
        """End the run at its next frame; what it yielded stays, as one edit."""
        if self._work:
            self._work.stop()
            self.progressed.emit()

    def close(self) -> None:
        """End the run and wait for its thread."""
        if self._work:
            self._work.stop()
            self._work.job.wait()
            self._session.end_run(self._work.edit)
            self._work = None

    def reinitialise(self) -> None:
        """Take the current object's mask here as given; continue from it if that is set."""
        session = self._session
        entry = session.current_object if session.is_open else None
        if entry is None:
            return
        if entry.locked:
            self.warned.emit(f"{entry.name} is locked. Unlock it with Shift+L.")
            return
        if not (session.annotation.mask(session.t) == entry.id).any():
            self.warned.emit(f"{entry.name} has no mask in this frame to start from. Paint one.")
            return
        part = edits.reinitialise(session.annotation, session.t, entry.id)
        session.apply(f"Re-initialise {entry.name}", part)
        if self.is_running:
            return  # the edit ends the run: the person starts the next one
        if self._settings.run.continue_at_once:
            self.continue_from_here()
        else:
            self.continue_offered.emit(f"{entry.name} is re-initialised here.")

    def continue_from_here(self) -> None:
        """Carry the current object alone forward from the frame shown."""
        self._start("forward", frozenset({self._session.object_id}))

    # -- how long it takes -------------------------------------------------------------------

    def estimate(self, direction: Direction = "forward") -> tuple[int, float | None]:
        """Return how many frames a run from here has, and its seconds if a speed is known."""
        if not self._session.is_open:
            return 0, None
        t, frames = self._session.t, self._frames()
        ahead, behind = max(0, frames.stop - 1 - t), max(0, t - frames.start)
        n = {"forward": ahead, "backward": behind, "both": ahead + behind}[direction]
        speed = self._settings.frames_per_s.get(self._speed_key(len(self._ticked())))
        return n, n / speed if speed else None

    def _frames(self) -> range:
        n_frames = self._session.info.n_frames
        return self._session.range if self._settings.run.reach == "range" else range(n_frames)

    def _ticked(self) -> frozenset[int]:
        objects = self._session.annotation.objects if self._session.is_open else ()
        return frozenset(o.id for o in objects if o.runs)

    def _speed_key(self, n_objects: int) -> str:
        chosen, (height, width) = self._settings.run, self._session.info.hw
        return f"{chosen.model or 'auto'} {chosen.device} {width}x{height} {n_objects}"

    # -- one run -----------------------------------------------------------------------------

    def _start(self, direction: Direction, objects: frozenset[int]) -> None:
        session, chosen = self._session, self._settings.run
        if not session.is_open or self.is_running:
            return
        # Only the plan's module is loaded here; it knows neither torch nor the clip.
        from vosgui.engine.run_plan import Run

        self._last = direction, objects
        frames = self._frames()
        run = Run(
            session.t,
            frames.start,
            frames.stop,
            objects,
            direction,
            "stop" if chosen.reach == "keyframe" else "reinitialise",
        )
        clip, snapshot = session.clip, session.annotation.snapshot()
        assert clip is not None
        key = chosen.model or "auto", chosen.device
        room = Semaphore(AHEAD)
        job = Job(lambda: self._yield_results(clip, snapshot, run, key, room), self)
        label = f"Propagate {SIGNS[direction]}"
        speed_key = self._speed_key(len(objects))
        self._work = _Work(job, room, clip, session.begin_run(label), run, speed_key)
        job.yielded.connect(self._on_yielded)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)
        job.start()
        self.changed.emit()
        self.progressed.emit()

    def _yield_results(
        self, clip: Clip, snapshot: Snapshot, run: Run, key: tuple[str, str], room: Semaphore
    ) -> Iterator[object]:
        """Do the run, from loading the model on; called in the job's thread."""
        from vosgui.engine.propagate import propagate
        from vosgui.engine.propagator import load_propagator
        from vosgui.engine.run_plan import n_results, plan_run

        n_frames = n_results(plan_run(snapshot, run))
        if key not in self._loaded:
            self._loaded = {key: load_propagator(*key)}
        propagator = self._loaded[key]
        yield Begun(propagator.name, propagator.device, n_frames)
        with clip.reopen() as reader, closing(propagate(reader, snapshot, run, propagator)) as all_:
            for result in all_:
                room.acquire()
                yield result

    def _on_yielded(self, item: object) -> None:
        work = self._work
        if work is None or self.sender() is not work.job:
            return  # the window was closed meanwhile
        if isinstance(item, Begun):
            from vosgui.engine.progress import Progress

            work.seen, work.progress = item, Progress(item.n_frames)
            self.model_used, self.device_used = item.model, item.device
        elif isinstance(item, FrameResult) and not work.overtaken:
            if self._keep(work, item):
                assert work.progress is not None
                work.progress.step()
                if self._settings.run.follow:
                    self._session.go_to(item.t)
            else:
                work.overtaken = True
                work.stop()
            work.room.release()
        self.progressed.emit()

    def _keep(self, work: _Work, result: FrameResult) -> bool:
        if self._session.clip is not work.clip:
            return False  # another clip was opened: its annotation is none of this run's business
        try:
            return self._session.extend_run(work.edit, result, work.run.objects)
        except VosguiError as error:
            work.error = error
            return False

    def _on_failed(self, error: VosguiError) -> None:
        if self._work is not None and self.sender() is self._work.job:
            self._work.error = error

    def _on_ended(self, complete: bool) -> None:
        work = self._work
        if work is None or self.sender() is not work.job:
            return
        work.job.wait()
        work.job.deleteLater()
        self._session.end_run(work.edit)
        self._work = None
        self._note_speed(work)
        self.changed.emit()
        self.progressed.emit()
        self._tell(work, complete)
        self.ended.emit(complete)

    def _note_speed(self, work: _Work) -> None:
        if work.progress and work.progress.rate > 0:
            self._settings.frames_per_s[work.speed_key] = work.progress.rate

    def _tell(self, work: _Work, complete: bool) -> None:
        if self._session.clip is not work.clip:
            return
        n = work.progress.n_done if work.progress else 0
        frames = f"{n} frame" if n == 1 else f"{n} frames"
        if isinstance(work.error, NothingToDoError):
            self.warned.emit(str(work.error))
        elif isinstance(work.error, ModelError) and work.seen is None:
            self.flow_offered.emit(work.error)
        elif work.error:
            self._session.failed.emit(work.error)
        elif work.overtaken:
            self.warned.emit(f"The run ended after {frames}: you changed a mask meanwhile.")
        elif complete:
            self.said.emit(f"Done: {frames}.")
        elif not n:
            self.said.emit("Stopped before the first frame.")
        else:
            self.said.emit(f"Stopped after {frames}; Ctrl+Z takes them back.")
