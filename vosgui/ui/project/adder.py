"""Adding many clips at once: they are read in a job, one by one, and added as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from vosgui.core.clip import ClipInfo
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.errors import ClipError, VosguiError
from vosgui.media.clips_under import clips_under
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session

N_NAMED = 3  # of the clips that cannot be read, so many are named


class ClipAdder(Job):
    """Adds files, folders of images, and all clips in trees of folders to the open project.

    What was added until it is stopped stays; what cannot be read is named at the end.
    """

    def __init__(self, session: Session, opener: ClipOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self._project: Project | None = None
        self._n_before, self._failures = 0, list[ClipError]()
        self.yielded.connect(self._on_read)
        self.failed.connect(session.failed)
        self.ended.connect(self._on_ended)
        opener.project_changed.connect(self._on_project_changed)

    def add(self, paths: Sequence[Path]) -> None:
        """Add the clips at these paths, and those in folders under them."""
        project = self._opener.project
        if project is None:
            return
        if project.is_read_only:
            self._session.warned.emit(f"{project.path.name} is read-only: no clip can be added.")
            return
        self._project, self._n_before, self._failures = project, len(project.clips), []
        self.begin(lambda progress: read_clips(paths, progress), "Adding clips")

    def _on_read(self, read: ClipInfo | ClipError) -> None:
        assert self._project is not None
        if isinstance(read, ClipError):
            self._failures.append(read)
            return
        try:
            self._project.clips.add(read)
        except VosguiError as error:
            self.drop()
            self._session.failed.emit(error)

    def _on_project_changed(self) -> None:
        if self.is_running and self._opener.project is not self._project:
            self.drop()

    def _on_ended(self, _complete: bool) -> None:
        assert self._project is not None
        self._opener.project_changed.emit()
        if not self._opener.clip_id and self._project.clips:
            self._opener.show_clip(self._project.clips[0].id)
        text = f"{counted(len(self._project.clips) - self._n_before, 'clip')} added."
        if self._failures:
            text += f" {len(self._failures)} could not be read: "
            text += " ".join(str(error) for error in self._failures[:N_NAMED])
        self._session.warned.emit(text)


def read_clips(paths: Sequence[Path], progress: Progress) -> Iterator[ClipInfo | ClipError]:
    """Yield what there is to know of each clip, or why it cannot be read."""
    progress.report(0, None, "Looking for clips")
    found = list(dict.fromkeys(clip for path in paths for clip in clips_under(path)))
    for n, path in enumerate(found):
        progress.report(n, len(found), path.name)
        try:
            clip = open_clip(path)
        except ClipError as error:
            yield error
        else:
            clip.close()
            yield clip.info
