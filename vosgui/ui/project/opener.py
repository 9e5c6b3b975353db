"""Opening clips and projects: the clip is read in a job, the project in the window's thread."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from vosgui.core.clip import Clip, ClipInfo
from vosgui.errors import ClipError, GoneError, ProjectError, VosguiError
from vosgui.files.atomic import make_folder
from vosgui.media.open_clip import open_clip
from vosgui.project.clips import ClipRecord
from vosgui.project.journal import Signature
from vosgui.project.project import Project, automatic_project, automatic_projects
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings, who
from vosgui.ui.style.panels import settling

PROJECT_SUFFIX = ".vosgui"
STAY_MS = 1000


class _Place(msgspec.Struct):
    """Where the person is in a clip."""

    t: int = 0
    object: int = 0


def _place(project: Project, clip_id: int) -> _Place:
    """Return where the person was in a clip; at its start, where that cannot be read any more."""
    try:
        found: _Place = project.setting(clip_id, "place", _Place(), _Place)
    except ProjectError:
        return _Place()
    return found


def _is_there(project: Project, record: ClipRecord) -> bool:
    try:
        project.clips.locate(record)
    except ClipError:
        return False
    return True


def is_project(path: Path) -> bool:
    """Return whether a path is that of a project, by its suffix."""
    return path.suffix == PROJECT_SUFFIX and not path.is_dir()


class ClipOpener(QObject):
    """Opens one clip at a time, with the project that keeps its annotation.

    A clip opened by itself gets its automatic project; nothing is ever opened without one.
    opened : a clip is open now. project_changed : another project, or its list of clips.
    leaving : the open clip is about to be left, leaving_project : the open project.
    clip_moved : (record, ClipError) a project's clip is not where it was, or not what it was:
        the person is to say where it is, with `relocate`.
    clip_changed : (info, path of the older project) the file at a known path holds another clip
        now: the person is to say, with `start_anew`, that it gets an annotation of its own.

    reading : the job that reads a clip. held : why nothing can be opened or closed just now.
    may_lose : the person has said to leave a project whose file has gone.
    """

    opened = Signal()
    leaving = Signal()
    leaving_project = Signal()
    project_changed = Signal()
    clip_moved = Signal(object, object)
    clip_changed = Signal(object, object)

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self.reading = Job(self)
        self.reading.yielded.connect(self._on_read)
        self.reading.failed.connect(self._on_failed)
        self._kept: tuple[int, int, int] | None = None  # the place that was kept last
        # A process that is killed leaves no clip: the place is kept where one stays for a while.
        self._stays = settling(self, STAY_MS, self.remember_place)
        session.frame_changed.connect(lambda _t: self._stays.start())
        session.clip_changed.connect(self._stays.start)
        self._waiting: Clip | None = None  # for the person's word on a changed clip
        self._record: ClipRecord | None = None  # what the clip that is read has to be
        self._next: Project | None = None  # the project that it belongs to
        self.held, self.may_lose = "", False
        self.project: Project | None = None
        self.clip_id = 0

    def open_path(self, path: Path) -> None:
        """Open a project or a clip, by its suffix."""
        if is_project(path):
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
            self._session.failed.emit(error)
            return
        self._settings.remember(project.path)
        if not project.clips:
            self._close_clip()
            self._set_project(project)
            self.opened.emit()
            return
        last = project.setting(None, "clip", None, int | None)
        record = next((r for r in project.clips if r.id == last), project.clips[0])
        self._open_record(project, record)

    def new_project(self, path: Path) -> bool:
        """Make an empty project and open it; False where that fails, which is told."""
        if self._is_held():
            return False
        try:
            project = Project.create(path.absolute())
        except VosguiError as error:
            self._session.failed.emit(error)
            return False
        self.reading.drop()
        self._settings.remember(project.path)
        self._close_clip()
        self._set_project(project)
        self.opened.emit()
        return True

    def show_clip(self, clip_id: int) -> None:
        """Open another clip of the open project."""
        if self.project is not None and clip_id != self.clip_id:
            record = self.project.clips.of_id(clip_id)
            if record is not None:
                self._open_record(self.project, record)

    def relocate(self, path: Path) -> None:
        """Open the clip that was asked for with `clip_moved` at another place."""
        self._read(path, self._record, self._next)

    def start_anew(self) -> None:
        """Open the clip that was asked for with `clip_changed` with a new annotation."""
        clip, self._waiting = self._waiting, None
        if clip is not None:
            self._show(clip)

    def give_up(self) -> None:
        """Open neither the moved nor the changed clip; where none is open, another one."""
        project, gone = self._next, self._record
        if not self._session.is_open and project is not None and gone is not None:
            for record in project.clips:
                if record.id != gone.id and _is_there(project, record):
                    self._open_record(project, record)
                    return
        self._forget_next()

    def _forget_next(self) -> None:
        if self._waiting is not None:
            self._waiting.close()
        if self._next is not None and self._next is not self.project:
            self._next.close()
        self._waiting = self._record = self._next = None

    @property
    def record(self) -> ClipRecord | None:
        """Return what the project knows of the open clip; None where none is open."""
        return self.project.clips.of_id(self.clip_id) if self.project is not None else None

    @property
    def records(self) -> Collection[ClipRecord]:
        """Return what the project knows of its clips; nothing where none is open."""
        return self.project.clips if self.project is not None else ()

    def look(self) -> bool:
        """Return whether the project's file is in its place; tell the session where it is not."""
        try:
            if self.project is not None:
                self.project.file.check_place()
        except GoneError as error:
            self._session.failed.emit(error)
            return False
        return True

    def _is_held(self) -> bool:
        if self.held:
            self._session.said.emit(self.held)
        # What is left is closed, and with it all that was done in a file that is nowhere.
        return bool(self.held) or not (self.may_lose or self.look())

    def close(self) -> None:
        """Close clip and project. Stops what is being opened."""
        if self._is_held():
            return
        self.reading.drop()
        self._forget_next()
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
        if not self._is_held():
            self._record, self._next = record, project
            title = f"Opening {path.name}"
            kept = self._settings.frames_mb << 20
            self.reading.begin(
                lambda progress: open_clip(path, cache_bytes=kept, progress=progress), title
            )

    def _on_read(self, clip: Clip) -> None:
        if self._next is None:
            self._settings.remember(clip.info.path)
            known = self._settings.automatic.get(str(clip.info.path))
            if not (known and Path(known).exists()):
                self._find_renamed(clip.info)
            elif Path(known) != automatic_project(clip.info):
                self._next, self._record = self._saved_with(Path(known), clip.info)
                if self._next is None:
                    self._waiting = clip
                    self.clip_changed.emit(clip.info, Path(known))
                    return
        self._show(clip)

    def _find_renamed(self, info: ClipInfo) -> None:
        """Find the project of a clip that was opened under another name, where it is no more."""
        places = self._settings.automatic
        for place, known in () if automatic_project(info).exists() else tuple(places.items()):
            path = Path(place)
            names = (replace(info, name=name) for name in {path.name, path.stem})
            is_saved = Path(known).parent != automatic_projects()
            if (is_saved or Path(known) in map(automatic_project, names)) and not path.exists():
                self._next, self._record = self._saved_with(Path(known), info)
                if self._next is not None:
                    places[str(info.path)] = places.pop(place)
                    return

    def _saved_with(
        self, path: Path, info: ClipInfo
    ) -> tuple[Project, ClipRecord] | tuple[None, None]:
        """Return the project at a path and its record of a clip; nothing where it has none."""
        try:
            is_open = self.project is not None and self.project.path == path
            project = self.project if is_open else Project.open_to_read(path)
        except VosguiError:
            return None, None
        assert project is not None
        record = next((one for one in project.clips if not one.misfit(info)), None)
        if record is not None:
            return project, record
        if not is_open:
            project.close()
        return None, None

    def _on_failed(self, error: VosguiError) -> None:
        """Ask for a clip that is not where it was, or not what it was; tell anything else."""
        if self._record is not None and isinstance(error, ClipError):
            self.clip_moved.emit(self._record, error)
        else:
            self._forget_next()
            self._session.failed.emit(error)

    def _show(self, clip: Clip) -> None:
        """Show a clip. Everything that can fail is done before what was open is closed."""
        try:
            project, record = self._place_of(clip.info)
            place = _place(project, record.id)
            history = project.history(record.id)
        except VosguiError as error:
            clip.close()
            self._on_failed(error)
            return
        self._leave()
        self._record = self._next = None
        self.clip_id = record.id
        self._kept = None
        self._session.open(clip, history, place.t, place.object)
        self._set_project(project)
        self.opened.emit()

    def _automatic(self, info: ClipInfo) -> Project:
        """Return the automatic project of a clip, opened."""
        path = automatic_project(info)
        if self.project is not None and self.project.path == path:
            return self.project
        make_folder(path.parent)
        return Project.open(path) if path.exists() else Project.create(path)

    def _place_of(self, info: ClipInfo) -> tuple[Project, ClipRecord]:
        """Return the project of the clip that was read, and its record, added or found moved."""
        project, record = self._next, self._record
        if project is None:
            project = self._next = self._automatic(info)
            self._settings.automatic[str(info.path)] = str(project.path)
            # The automatic project goes with the clip when it moves.
            record = next((one for one in project.clips if not one.misfit(info)), None)
        if record is None:
            return project, project.clips.add(info)
        if record.info.path != info.path:
            return project, project.clips.relocate(record, info)
        record.check(info)
        return project, record

    def remember_place(self) -> None:
        """Keep with the project where the person is."""
        project = self.project
        if project is None or project.is_read_only or not self._session.is_open:
            return
        if not project.file.is_in_place:
            return  # which is said, and asked about, where it matters
        kept = self.clip_id, self._session.t, self._session.object_id
        if kept == self._kept:
            return
        try:
            project.set_setting(self.clip_id, "place", _Place(*kept[1:]))
            project.set_setting(None, "clip", self.clip_id)
            self._kept = kept
        except VosguiError as error:
            self._session.failed.emit(error)

    def _leave(self) -> None:
        if self._session.is_open:
            self.leaving.emit()
        self.remember_place()

    def _close_clip(self) -> None:
        self._leave()
        self.clip_id = 0
        if self._session.is_open:
            self._session.close()

    def sign(self) -> Signature:
        """Return who makes an edit now, and when, where that is to be kept."""
        settings = self._settings
        return Signature(who(settings), time.time() if settings.keeps_times else None)

    def _set_project(self, project: Project | None) -> None:
        if self.project is not None and self.project is not project:
            self.leaving_project.emit()
            self.project.close()
        self.project, self.may_lose = project, False
        if project is not None:
            project.sign = self.sign
        self.project_changed.emit()
