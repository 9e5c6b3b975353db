"""The queue of runs: one after the other, in the background, each an edit of its clip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from vosgui.core.clip import Clip
from vosgui.errors import GoneError, ModelError, NothingToDoError, TargetError, VosguiError
from vosgui.project.journal import Loaded
from vosgui.project.project import Project
from vosgui.ui.batch.entries import OVER, Entry, Stage, Wanted, in_words, moved, restarted
from vosgui.ui.batch.run import BatchRun, read
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.runs.controller import RunController
from vosgui.ui.runs.finetuning import FineTuning
from vosgui.ui.runs.pace import Pace
from vosgui.ui.runs.propagators import Propagators
from vosgui.ui.runs.work import Drawn, changed_under_it
from vosgui.ui.session.job import Job, Progressed
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction

_KEPT = "queue"  # the setting of the project that has what waits
_DIRECTIONS = ("forward", "both", "bidirectional")


class RunQueue(Job):
    """Runs clips of the open project one by one. A run in the window goes first: this one waits.

    It has a network of its own. What waits is kept in the project; where that is closed, or the
    window, the run at work ends at once, what it has carried stays, and it waits again.
    queue_changed : other runs, or of another stage. moved_on : the run at work is a frame further.
    clip_changed : (clip id) a run has changed its annotation. told : (text) all is over, or held.
    entries : the runs, in their order. is_paused : nothing begins until `go_on`.
    """

    queue_changed = Signal()
    moved_on = Signal()
    clip_changed = Signal(int)
    told = Signal(str)

    def __init__(
        self,
        session: Session,
        opener: ClipOpener,
        runs: RunController,
        finetuning: FineTuning,
        settings: Settings,
    ) -> None:
        super().__init__(opener)
        self._session, self._opener, self._settings = session, opener, settings
        self._first = (runs, finetuning)  # what goes before the queue
        self._propagators = Propagators()
        self._project: Project | None = None
        self._run: BatchRun | None = None
        self._n_held = 0  # results that wait for a run in the window
        self.entries: list[Entry] = []
        self.is_paused = False
        self.progressed.connect(self._on_progressed)
        self.yielded.connect(self._on_yielded)
        self.ended.connect(self._on_ended)
        for job in self._first:
            job.changed.connect(self._go_on)
        session.annotation_changed.connect(self._on_edited)
        session.objects_changed.connect(self._on_edited)
        opener.leaving_project.connect(self.halt)
        opener.project_changed.connect(self._on_project_changed)

    @property
    def at_work(self) -> Entry | None:
        """Return the run at work."""
        return next((one for one in self.entries if one.stage is Stage.RUNNING), None)

    @property
    def words(self) -> str:
        """Return how the queue as a whole is."""
        return in_words(self.entries, is_paused=self.is_paused)

    def add(self, clip_ids: Iterable[int], direction: Direction) -> int:
        """Let clips be run; return how many are new: one that waits or runs is not added again."""
        project = self._opener.project
        if project is None or project.is_read_only:
            return 0
        busy = {one.clip_id for one in self.entries if one.stage not in OVER}
        records = [project.clips.of_id(i) for i in dict.fromkeys(clip_ids) if i not in busy]
        new = [Entry(one.id, direction, one.info.n_frames) for one in records if one is not None]
        ids = {one.clip_id for one in new}
        self.entries = [*(one for one in self.entries if one.clip_id not in ids), *new]
        self._changed()
        self.go_on()
        return len(new)

    def take_out(self, clip_ids: Iterable[int]) -> None:
        """Take runs out; the one at work ends, and what it has carried stays."""
        gone = set(clip_ids)
        now = self.at_work
        if now is not None and now.clip_id in gone:
            self._end_run(Stage.STOPPED)
        self.entries = [one for one in self.entries
                        if one.clip_id not in gone or one.stage is Stage.STOPPED]  # fmt: skip
        self._changed()
        self._go_on()

    def move(self, clip_ids: Iterable[int], by: int) -> None:
        """Move waiting runs one place earlier (-1) or later (1)."""
        self.entries = moved(self.entries, clip_ids, by)
        self._changed()

    def stop_all(self) -> None:
        """End the run at work, and begin no other; what waits stays, to be gone on with."""
        self.is_paused = True
        self._end_run(Stage.STOPPED)
        self._changed()

    def go_on(self) -> None:
        """Begin what waits."""
        self.is_paused = False
        self._go_on()
        self.queue_changed.emit()

    def clear(self) -> None:
        """Forget what is over."""
        self.entries = [one for one in self.entries if one.stage not in OVER]
        self._changed()

    def again(self, clip_ids: Iterable[int]) -> None:
        """Let runs that are over wait once more."""
        wanted = set(clip_ids)
        self.entries = [restarted(one) if one.clip_id in wanted and one.stage in OVER else one
                        for one in self.entries]  # fmt: skip
        self._changed()
        self.go_on()

    def halt(self) -> None:
        """End the run at work, as the project is left; it waits there, with the others."""
        now = self.at_work
        if now is not None:
            self._end_run(Stage.WAITING)
        self._keep()

    def close(self) -> None:
        """End the run at work, and wait for its thread."""
        self.halt()
        super().close()

    # -- one after the other -----------------------------------------------------------------

    def _go_on(self) -> None:
        """Begin the next run, or go on with the one at work; one in the window goes first."""
        if any(job.is_running for job in self._first):
            return
        if self._run is not None:
            for _ in range(self._n_held):
                self._run.work.go_on()
            self._n_held = 0
        if self._project is None or self.is_paused or self.at_work is not None:
            return
        entry = next((one for one in self.entries if one.stage is Stage.WAITING), None)
        if entry is None:
            return
        record = self._project.clips.of_id(entry.clip_id)
        if record is None or record.is_removed:
            self._replace(replace(entry, stage=Stage.FAILED, why="It is no clip any more."))
            self._go_on()
            return
        self._replace(replace(entry, stage=Stage.RUNNING))
        project = self._project
        self.begin(lambda progress: read(project, record, progress), f"Running {record.name}")

    def _on_yielded(self, what: object) -> None:
        if isinstance(what, Drawn):
            self._take(what)
            return
        assert isinstance(what, tuple)
        clip, loaded = what
        self._carry(clip, loaded)

    def _carry(self, clip: Clip, loaded: Loaded) -> None:
        """Begin to carry the masks of a clip that was read."""
        entry, project = self.at_work, self._project
        if entry is None or project is None or any(job.is_running for job in self._first):
            clip.close()
            self._end_run(Stage.WAITING)
            return
        try:
            self._run = BatchRun(
                self._session, project, entry.clip_id, clip, loaded, entry.direction,
                self._settings.run, self._propagators,
            )  # fmt: skip
        except VosguiError as error:
            clip.close()
            self.error = error
            self.drop()
            self._on_ended(False)
            return
        self._n_held = 0
        self.begin(self._run.work.carry_out, self.title)

    def _on_progressed(self, progress: Progressed) -> None:
        run, entry = self._run, self.at_work
        if run is not None and entry is not None and run.work.propagator is not None:
            run.work.pace = Pace(int(progress.n_total or 0))
            self._replace(replace(entry, n_done=0, n_total=run.work.pace.total))

    def _take(self, drawn: Drawn) -> None:
        run, entry = self._run, self.at_work
        if run is None or entry is None or run.work.pace is None or self.error is not None:
            return
        try:
            run.keep(drawn)
        except VosguiError as error:
            self.error = error
            self.stop()
            run.work.go_on()
            return
        pace = run.work.pace
        pace.step()
        done = replace(entry, n_done=pace.n_done, left_s=pace.left_s)
        self.entries[self.entries.index(entry)] = done
        self.moved_on.emit()
        if any(job.is_running for job in self._first):
            self._n_held += 1
        else:
            run.work.go_on()

    def _on_ended(self, complete: bool) -> None:
        error, run = self.error, self._run
        if run is not None and run.is_again and isinstance(error, NothingToDoError):
            error = None  # all of it was given or taken away meanwhile
        if error is None and run is not None and self._follow(run, complete):
            return
        if isinstance(error, ModelError | GoneError | TargetError):
            self.is_paused = True  # the next one would end in the same way
            self.told.emit(f"The queue is paused. {error}")
        if isinstance(error, GoneError):
            self._end_run(Stage.WAITING)  # until the project has a file again
            self._session.failed.emit(error)
        else:
            self._end_run(Stage.DONE if error is None else Stage.FAILED, str(error or ""))
        self._changed()
        self._go_on()
        if self.at_work is None and not any(s.stage is Stage.WAITING for s in self.entries):
            self._tell()

    def _follow(self, run: BatchRun, complete: bool) -> bool:
        """Begin what follows within the same run: masks that it rests on were changed."""
        run.end()
        if not (complete or run.is_at_once) or not run.follow():
            return False
        self._n_held = 0
        self.begin(run.work.carry_out, self.title)
        return True

    def _end_run(self, stage: Stage, why: str = "") -> None:
        """Note how the run at work has ended, or end it."""
        run, self._run, entry = self._run, None, self.at_work
        self.drop()
        n_done = 0
        if run is not None:
            run.close()
            n_done = len(run.frames)
            if stage is not Stage.WAITING:
                why = self._tell_of_old(run, why)
        if entry is not None:
            ended = replace(entry, stage=stage, n_done=n_done, why=why, left_s=None)
            self._replace(restarted(entry) if stage is Stage.WAITING else ended)
            self.clip_changed.emit(entry.clip_id)

    def _tell_of_old(self, run: BatchRun, why: str) -> str:
        """Say, where that is so, that masks are left of what was changed; return why it ended."""
        runs = run.runs_again
        if not runs:
            return why
        text = f"Masks of {run.names_again} were changed while the run rested on them."
        if run.is_shown:
            first = partial(self._first[0].begin_all, runs)
            self._session.offered.emit(text, "Run again", first)
        else:
            self.told.emit(f"{run.clip.info.name}: {text} They are stale.")
        return f"{why} {text}".lstrip()

    def _tell(self) -> None:
        failed = [one for one in self.entries if one.stage is Stage.FAILED]
        text = f"The queue is through: {self.words}."
        if failed and self._project is not None:
            record = self._project.clips.of_id(failed[0].clip_id)
            text += f" {record.name if record else ''}: {failed[0].why}"
        self.told.emit(text)

    def _replace(self, entry: Entry) -> None:
        self.entries = [entry if one.clip_id == entry.clip_id else one for one in self.entries]
        self.queue_changed.emit()

    # -- what waits, in the project ----------------------------------------------------------

    def _changed(self) -> None:
        self._keep()
        self.queue_changed.emit()

    def _keep(self) -> None:
        project = self._project
        if project is None or project.is_read_only or not project.file.is_in_place:
            return
        wanted = [Wanted(one.clip_id, one.direction) for one in self.entries
                  if one.stage not in OVER]  # fmt: skip
        try:
            if wanted != self._kept(project):
                project.set_setting(None, _KEPT, wanted)
        except VosguiError as error:
            self._session.failed.emit(error)

    def _kept(self, project: Project) -> Sequence[Wanted]:
        try:
            found: list[Wanted] = project.setting(None, _KEPT, [], list[Wanted])
        except VosguiError:
            return []
        return found

    def _on_project_changed(self) -> None:
        project = self._opener.project
        if project is self._project:
            self._take_out_removed()
            return
        self._project, self.entries = project, []
        if project is not None and not project.is_read_only:
            for one in self._kept(project):
                record = project.clips.of_id(one.clip_id)
                if record is not None and one.direction in _DIRECTIONS:
                    direction: Direction = one.direction  # type: ignore[assignment]
                    self.entries.append(Entry(record.id, direction, record.info.n_frames))
        self.is_paused = bool(self.entries)
        self.queue_changed.emit()

    def _take_out_removed(self) -> None:
        clips = self._project.clips if self._project is not None else None
        records = {} if clips is None else {one.clip_id: clips.of_id(one.clip_id)
                                            for one in self.entries}  # fmt: skip
        gone = [i for i, record in records.items() if record is None or record.is_removed]
        if gone:
            self.take_out(gone)

    def _on_edited(self) -> None:
        run = self._run
        if run is not None and run.meet_edits():
            text = changed_under_it(run.names_again)
            self._session.offered.emit(text, "Run again now", self._run_again_now)

    def _run_again_now(self) -> None:
        run = self._run
        if run is not None and run.again and not self.is_stopping:
            self.stop()
            run.end_to_run_again()
