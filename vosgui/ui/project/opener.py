"""Opening clips and projects: the clip is read in a job, the project in the window's thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.needs_review import grid_progress
from vosgui.errors import ClipError, VosguiError
from vosgui.media.open_clip import open_clip
from vosgui.project.clips import ClipRecord
from vosgui.project.project import Project, automatic_project
from vosgui.ui.session.job import Progressed
from vosgui.ui.session.latest_job import LatestJob
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings

PROJECT_SUFFIX = ".vosgui"


class ClipOpener(QObject):
    """Opens one clip at a time, with the project that keeps its annotation.

    A clip opened by itself gets its automatic project; nothing is ever opened without one.
    progressed : (what, part done in [0, 1]) while a clip is read; part 1 at the end, always.
    opened : a clip is open now. project_changed : another project, or its list of clips.
    failed : (VosguiError) nothing was opened; what was open still is.
    clip_moved : (record, ClipError) a project's clip is not where it was, or not what it was:
        the person is to say where it is, with `relocate`.
    clip_changed : (info, path of the older project) the file at a known path holds another clip
        now: the person is to say, with `start_anew`, that it gets an annotation of its own.
    refused : (text) why nothing can be opened or closed just now.
    """

    progressed = Signal(str, float)
    opened = Signal()
    project_changed = Signal()
    failed = Signal(object)
    clip_moved = Signal(object, object)
    clip_changed = Signal(object, object)
    refused = Signal(str)

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._job = LatestJob(self)
        self._job.yielded.connect(self._on_read)
        self._job.progressed.connect(self._on_progressed)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._job_clip: Clip | None = None
        self._waiting: Clip | None = None  # for the person's word on a changed clip
        self._record: ClipRecord | None = None  # what the job's clip has to be
        self._next: Project | None = None  # the project that the job's clip belongs to
        self._held = self._words = ""
        self.project: Project | None = None
        self.clip_id = 0

    def open_path(self, path: Path) -> None:
        """Open a project or a clip, by its suffix."""
        if path.suffix == PROJECT_SUFFIX:
            self.open_project(path)
        else:
            self.open_clip(path)

    def open_clip(self, path: Path) -> None:
        """Open a clip with its automatic project."""
        self._read(path, None, None)

    def add_clip(self, path: Path) -> None:
        """Open a clip as one more of the open project."""
        self._read(path, None, self.project)

    def open_project(self, path: Path) -> None:
        """Open a project at the clip that was open last."""

        if self._is_held() or (self.project and self.project.path == path.absolute()):
            return
        try:
            project = Project.open_to_read(path.absolute())
        except VosguiError as error:
            self.failed.emit(error)
            return
        self._settings.remember(project.path)
        if not project.clips:
            self._close_clip()
            self._set_project(project)
            self.opened.emit()
            return
        last = project.setting(None, "clip")
        record = next((r for r in project.clips if r.id == last), project.clips[0])
        self._open_record(project, record)

    def show_clip(self, clip_id: int) -> None:
        """Open another clip of the open project."""
        if self.project is not None and clip_id != self.clip_id:
            record = next(r for r in self.project.clips if r.id == clip_id)
            self._open_record(self.project, record)

    def relocate(self, path: Path) -> None:
        """Open the clip that was asked for with `clip_moved` at another place."""
        self._read(path, self._record, self._next)

    def start_anew(self) -> None:
        """Open the clip that was asked for with `clip_changed` with a new annotation."""
        clip, self._waiting = self._waiting, None
        if clip is not None:
            self._open_automatic(clip)

    def give_up(self) -> None:
        """Open neither the moved nor the changed clip."""
        if self._waiting is not None:
            self._waiting.close()
        if self._next is not None and self._next is not self.project:
            self._next.close()
        self._waiting = self._record = self._next = None

    def progress_of(self, clip_id: int) -> str:
        """Return how far a clip of the project was when it was left: "12/30", or nothing."""
        place = self.project.setting(clip_id, "place", {}) if self.project else {}
        return str(place.get("progress", ""))

    @property
    def is_reading(self) -> bool:
        """Return whether a clip is being read."""
        return self._job.is_running

    def hold(self, reason: str) -> None:
        """Open and close nothing until `release`; say why where it is asked for."""
        self._held = reason

    def release(self) -> None:
        """Open and close again."""
        self._held = ""

    def _is_held(self) -> bool:
        if self._held:
            self.refused.emit(self._held)
        return bool(self._held)

    def close(self) -> None:
        """Close clip and project. Stops what is being opened."""
        if self._is_held():
            return
        self._job.close()
        self.give_up()
        self._close_clip()
        self._set_project(None)

    def _open_record(self, project: Project, record: ClipRecord) -> None:
        try:
            path = project.clips.locate(record)
        except ClipError as error:
            self._record, self._next = record, project
            self.clip_moved.emit(record, error)
            return
        self._read(path, record, project)

    def _read(self, path: Path, record: ClipRecord | None, project: Project | None) -> None:
        if self._is_held():
            return
        self._record, self._next, self._job_clip = record, project, None
        self._words = f"Opening {path.name}"
        self.progressed.emit(self._words, 0.0)
        self._job.start_work(lambda progress: open_clip(path, progress=progress))

    def _on_progressed(self, progress: Progressed) -> None:
        self.progressed.emit(self._words, min(progress.share, 0.999))

    def _on_read(self, clip: Clip) -> None:
        self._job_clip = clip

    def _on_failed(self, error: VosguiError) -> None:
        if self._record is None:
            self.give_up()
            self.failed.emit(error)
        else:
            self.clip_moved.emit(self._record, error)

    def _on_ended(self) -> None:
        clip, self._job_clip = self._job_clip, None
        self.progressed.emit("", 1.0)
        if clip is not None:
            self._on_clip(clip)

    def _on_clip(self, clip: Clip) -> None:
        project, record = self._next, self._record
        if project is None:
            self._settings.remember(clip.info.path)
            self._ask_or_open_automatic(clip)
            return
        try:
            if record is None:
                record = project.clips.add(clip.info)
            elif record.info.path != clip.info.path:
                record = project.clips.relocate(record, clip.info)
            else:
                record.check(clip.info)
        except ClipError as error:
            clip.close()
            self.clip_moved.emit(record, error)
            return
        except VosguiError as error:
            clip.close()
            self.give_up()
            self.failed.emit(error)
            return
        self._show(project, record, clip)

    def _ask_or_open_automatic(self, clip: Clip) -> None:

        known = self._settings.automatic.get(str(clip.info.path))
        if known and Path(known).exists() and Path(known) != automatic_project(clip.info):
            self._waiting = clip
            self.clip_changed.emit(clip.info, Path(known))
        else:
            self._open_automatic(clip)

    def _open_automatic(self, clip: Clip) -> None:

        path = automatic_project(clip.info)
        project = self.project
        try:
            if project is None or project.path != path:
                path.parent.mkdir(parents=True, exist_ok=True)
                project = Project.open(path) if path.exists() else Project.create(path)
            record = _own_record(project, clip.info)
        except VosguiError as error:
            clip.close()
            self.failed.emit(error)
            return
        self._settings.automatic[str(clip.info.path)] = str(path)
        self._show(project, record, clip)

    def _show(self, project: Project, record: ClipRecord, clip: Clip) -> None:
        """Show a clip. Everything that can fail is done before what was open is closed."""
        place = project.setting(record.id, "place", {})
        try:
            history = project.history(record.id)
        except VosguiError as error:
            clip.close()
            self.failed.emit(error)
            return
        self.remember_place()
        self._record = self._next = None
        self.clip_id = record.id
        self._session.open(clip, history, place.get("t", 0), place.get("object", 0))
        self._set_project(project)
        self.opened.emit()

    def remember_place(self) -> None:
        if self.project is None or self.project.is_read_only or not self._session.is_open:
            return
        done, total = grid_progress(self._session.annotation)
        place = {
            "t": self._session.t,
            "object": self._session.object_id,
            "progress": f"{done}/{total}",
        }
        try:
            self.project.set_setting(self.clip_id, "place", place)
            self.project.set_setting(None, "clip", self.clip_id)
        except VosguiError as error:
            self.failed.emit(error)

    def _close_clip(self) -> None:
        self.remember_place()
        self.clip_id = 0
        if self._session.is_open:
            self._session.close()

    def _set_project(self, project: Project | None) -> None:
        if self.project is not None and self.project is not project:
            self.project.close()
        self.project = project
        self.project_changed.emit()


def _own_record(project: Project, info: ClipInfo) -> ClipRecord:
    """Return a clip's record in its automatic project, which goes with the clip when it moves."""
    for record in project.clips:
        if not record.misfit(info):
            if record.info.path != info.path:
                return project.clips.relocate(record, info)
            return record
    return project.clips.add(info)
