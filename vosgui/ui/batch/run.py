"""One run of the queue: the clip and its annotation are read in a job, then carried in another."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from vosgui.core.annotation import Part
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.core.progress import Progress
from vosgui.errors import NothingToDoError
from vosgui.media.open_clip import open_clip
from vosgui.project.clips import ClipRecord
from vosgui.project.journal import Loaded, load
from vosgui.project.project import Project
from vosgui.ui.runs.propagators import Propagators
from vosgui.ui.runs.starting import DIRECTION_WORDS
from vosgui.ui.runs.work import Drawn, RunWork, names_of
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import RunSettings

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction, Run


def read(project: Project, record: ClipRecord, progress: Progress) -> tuple[Clip, Loaded]:
    """Open a clip and read its annotation, in a thread; raise ClipError where it is another one."""
    path = project.clips.locate(record)
    clip = open_clip(path, progress=progress)
    try:
        record.check(clip.info)
        return clip, load(project.file, record.id)
    except BaseException:
        clip.close()
        raise


class BatchRun:
    """A run of one clip that grows into one edit of its history, open in the window or not.

    Where a person changes masks meanwhile that it rests on, those objects are run again from there
    when it ends, or at once: edits of their own.
    work : what is carried now. again : objects that are to be run again, and from which keyframe.
    frames : those that were changed so far.
    Raises NothingToDoError where there is nothing to carry.
    """

    def __init__(
        self,
        session: Session,
        project: Project,
        clip_id: int,
        clip: Clip,
        loaded: Loaded,
        direction: Direction,
        chosen: RunSettings,
        propagators: Propagators,
    ) -> None:
        from vosgui.engine.propagation.to_folder import run_over

        self._session, self.clip, self._is_drawing = session, clip, False
        self._direction = direction
        self.history: History = project.history(clip_id, loaded)
        annotation = self.history.annotation
        objects = frozenset(one.id for one in annotation.objects if one.runs)
        if not objects:
            raise NothingToDoError("No object is ticked to run: tick one in the list of objects.")
        run = run_over(annotation.snapshot(), objects, range(annotation.n_frames), direction)
        key = chosen.model or "auto", chosen.device
        self._load = partial(propagators.load_to_run, key, (project, clip_id), flip=chosen.flip)
        self._next: list[Run] = []  # what follows when the work ends
        self.again: dict[int, int] = {}
        self.frames: set[int] = set()
        self.is_at_once = self.is_again = False
        self.work = self._begin(run)

    def _begin(self, run: Run) -> RunWork:
        label = f"Propagate {DIRECTION_WORDS[self._direction]}"
        edit = self.history.open(label, self._announce, run.start)
        if self.is_shown:
            self._session.history_changed.emit()
        annotation = self.history.annotation.copy()
        return RunWork(self.clip, run, self._load, annotation, edit, "")

    @property
    def is_shown(self) -> bool:
        """Return whether the clip is the one that is open in the window."""
        return self._session.is_open and self._session.history is self.history

    @property
    def names_again(self) -> str:
        """Return the names of the objects that are to be run again, in words."""
        return names_of(self.history.annotation, self.again)

    def keep(self, drawn: Drawn) -> None:
        """Take a result into the annotation and the file; raise VosguiError where that fails."""
        self._is_drawing = True
        try:
            self.work.keep(drawn, self.history.annotation)
        finally:
            self._is_drawing = False
        self.frames |= self.work.frames

    def meet_edits(self) -> bool:
        """Let the run meet what a person has changed; return whether more is to be run again."""
        if not self.is_shown or self._is_drawing:
            return False
        before, now = self.again.keys(), self.history.annotation.snapshot()
        self.work.meet(now)
        self.again = self.work.rests_on_changed(now)
        return not self.again.keys() <= before

    def end_to_run_again(self) -> None:
        """Let what was changed be run again next, and then the others go on where they are now."""
        from vosgui.engine.propagation.again import rest_of

        others = self.work.run.objects - self.again.keys()
        self._next = [*rest_of(self.work.run, others, self.work.last_t), *self._next]
        self.is_at_once = True
        self.work.go_on()

    def end(self) -> None:
        """End the edit; what is to be run again is known then."""
        self.work.edit.close()
        self.again = self.work.rests_on_changed(self.history.annotation.snapshot())

    @property
    def runs_again(self) -> list[Run]:
        """Return the runs of what is to be run again."""
        from vosgui.engine.propagation.again import runs_again

        return runs_again(self.work.run, self.again)

    def follow(self) -> bool:
        """Begin what follows the work that has ended; False where that is nothing."""
        self._next = [*self.runs_again, *self._next]
        self.is_at_once = False
        if self._next:
            self.again, self.is_again = {}, True
            self.work = self._begin(self._next.pop(0))
            return True
        return False

    def close(self) -> None:
        """End the edit, and let the thread go where it waits for the window."""
        self.work.go_on()
        self.end()
        self.clip.close()

    def _announce(self, parts: Iterable[Part]) -> None:
        if not self.is_shown:
            return
        frames = tuple(sorted({t for part in parts for t in part.frames}))
        if frames:
            self._session.annotation_changed.emit(frames)
        self._session.history_changed.emit()
