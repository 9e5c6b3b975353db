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
from vosgui.ui.runs.work import Drawn, RunWork
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import RunSettings

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction

IN_WORDS = {"forward": "forward", "both": "both ways", "bidirectional": "between keyframes"}


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
        self.history: History = project.history(clip_id, loaded)
        annotation = self.history.annotation
        objects = frozenset(one.id for one in annotation.objects if one.runs)
        if not objects:
            raise NothingToDoError("There is no object to carry on that is ticked to run.")
        run = run_over(annotation.snapshot(), objects, range(annotation.n_frames), direction)
        key = chosen.model or "auto", chosen.device
        to_run = partial(propagators.load_to_run, key, (project, clip_id), flip=chosen.flip)
        label = f"Propagate {IN_WORDS[direction]}"
        edit = self.history.open(label, self._announce, run.start)
        self.work = RunWork(clip, run, to_run, annotation.copy(), edit, "")

    @property
    def is_shown(self) -> bool:
        """Return whether the clip is the one that is open in the window."""
        return self._session.is_open and self._session.history is self.history

    def keep(self, drawn: Drawn) -> None:
        """Take a result into the annotation and the file; raise VosguiError where that fails."""
        self._is_drawing = True
        try:
            part = self.work.part_of(drawn, self.history.annotation)
            self.work.edit.extend(part)
        finally:
            self._is_drawing = False
        self.work.frames.update(part.frames)

    def meet_edits(self) -> None:
        """Let the run meet what a person has changed in the clip meanwhile."""
        if self.is_shown and not self._is_drawing:
            self.work.meet(self.history.annotation.snapshot())

    def close(self) -> None:
        """End the edit, and let the thread go where it waits for the window."""
        self.work.go_on()
        self.work.edit.close()

    def _announce(self, parts: Iterable[Part]) -> None:
        if not self.is_shown:
            return
        frames = tuple(sorted({t for part in parts for t in part.frames}))
        if frames:
            self._session.annotation_changed.emit(frames)
        self._session.history_changed.emit()
