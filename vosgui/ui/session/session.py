"""What is open in the window: one clip, its annotation, the frame and the object at hand.

Widgets read the session, hear its signals and call its methods; they never write to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from vosgui.core.annotation import Annotation, ObjectInfo, Part
from vosgui.core.clip import Clip, ClipInfo, Frame
from vosgui.core.edits import Edit
from vosgui.core.history import History, OpenEdit
from vosgui.errors import VosguiError
from vosgui.ui.session.frame_loader import FrameLoader
from vosgui.ui.session.view import View


class Session(QObject):
    """The clip, annotation and position that the window shows.

    leaving : (whether the clip is closed) the frame or the object shown is about to be another one:
        what was begun with it ends now.
    clip_changed : another clip, or none, is open.
    frame_changed : (t) the playhead moved; the pixels follow with `frame_loaded`.
    frame_loaded : (t) `frame` now holds the pixels of frame t.
    annotation_changed : (tuple of frames) masks or tracks changed in these frames.
    objects_changed : the list of objects, or one's name, colour, lock..., changed.
    object_changed : (id) another object is current; 0 where there is none.
    history_changed : undo and redo may be possible or not, their labels may differ.
    view_changed : how things are shown or painted, a field of `View`, changed.
    range_changed : the range that runs and exports are held to changed.
    failed : (VosguiError) an edit could not be kept, or something else not be done; what was open
        still is, the annotation as it was before.
    said : (text) for the status line.
    warned : (text) for the line over the timeline.
    offered : (text, button, what that does) likewise.
    """

    leaving = Signal(bool)
    clip_changed = Signal()
    frame_changed = Signal(int)
    frame_loaded = Signal(int)
    annotation_changed = Signal(object)
    objects_changed = Signal()
    object_changed = Signal(int)
    history_changed = Signal()
    view_changed = Signal()
    range_changed = Signal()
    failed = Signal(object)
    said = Signal(str)
    warned = Signal(str)
    offered = Signal(str, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clip: Clip | None = None
        self.frame: Frame | None = None
        self.view = View()
        self.t = 0
        self.object_id = 0
        self.range = range(0)
        self._history: History | None = None
        self.loader: FrameLoader | None = None  # where a clip is open

    @property
    def is_open(self) -> bool:
        """Return whether a clip is open."""
        return self._history is not None

    @property
    def info(self) -> ClipInfo:
        """Return what is known of the open clip."""
        assert self.clip is not None
        return self.clip.info

    @property
    def history(self) -> History:
        """Return the history of the open clip's annotation."""
        assert self._history is not None
        return self._history

    @property
    def annotation(self) -> Annotation:
        """Return the annotation of the open clip."""
        return self.history.annotation

    def open(self, clip: Clip, history: History, t: int = 0, object_id: int = 0) -> None:
        """Show a clip and its annotation. The session owns the clip from here on."""
        self._close_clip()
        self.clip, self._history = clip, history
        self.t = min(max(t, 0), len(clip) - 1)
        self.range = range(len(clip))
        self.loader = FrameLoader(clip, self)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_load_failed)
        known = [o.id for o in self.annotation.objects]
        self.object_id = object_id if object_id in known else (known[0] if known else 0)
        self.clip_changed.emit()
        self.history_changed.emit()
        self.loader.request(self.t)

    def close(self) -> None:
        """Show nothing."""
        self._close_clip()
        self.clip_changed.emit()
        self.history_changed.emit()

    def _close_clip(self) -> None:
        if self.is_open:
            self.leaving.emit(True)
        if self.loader is not None:
            self.loader.close()
            self.loader.deleteLater()
        if self.clip is not None:
            self.clip.close()
        self.loader = self.clip = self._history = self.frame = None
        self.t = self.object_id = 0
        self.range = range(0)

    def go_to(self, t: int) -> None:
        """Move the playhead to frame t, or the nearest there is."""
        if self.clip is None or self.loader is None:
            return
        t = min(max(t, 0), len(self.clip) - 1)
        if t != self.t:
            self.leaving.emit(False)
            self.t = t
            self.frame_changed.emit(t)
            self.loader.request(t)

    def select_object(self, object_id: int) -> None:
        """Make an object the current one."""
        if object_id != self.object_id:
            self.leaving.emit(False)
            self.object_id = object_id
            self.object_changed.emit(object_id)

    def set_range(self, frames: range) -> None:
        """Hold runs and exports to these frames."""
        if frames != self.range:
            self.range = frames
            self.range_changed.emit()

    def set_view(self, **changes: object) -> None:
        """Change how masks are shown or painted: fields of `View` by name."""
        view = replace(self.view, **changes)  # type: ignore[arg-type]
        if view != self.view:
            self.view = view
            self.view_changed.emit()

    @property
    def current_object(self) -> ObjectInfo | None:
        """Return the current object, or None."""
        objects = self.annotation.objects if self.is_open else ()
        return next((o for o in objects if o.id == self.object_id), None)

    def apply(self, label: str, part: Part) -> bool:
        """Carry out one edit: the only way in which the annotation changes, but for runs.

        Returns whether anything changed. An edit that cannot be kept is announced by `failed`.
        """
        try:
            changed = self.history.do(label, part)
        except VosguiError as error:
            self.failed.emit(error)
            return False
        if changed:
            self._announce((part,))
        return changed

    def begin_run(self, label: str, t: int | None = None) -> OpenEdit:
        """Begin the edit of a run from frame t; each part is announced when it is on disk."""
        n_turns = 0

        def announce(parts: tuple[Part, ...]) -> None:
            nonlocal n_turns
            is_one_more = bool(parts) and edit.n_turns == n_turns  # of many a second
            n_turns = edit.n_turns
            self._announce(parts, is_one_more=is_one_more)

        edit = self.history.open(label, announce, t)
        self.history_changed.emit()
        return edit

    def undo(self) -> None:
        """Take back the last edit and show a frame that it changed; of a run, where it began."""
        self._walk(self.history.undo, lambda edit: edit.t)

    def redo(self) -> None:
        """Do the last undone edit again and show a frame that it changed."""
        self._walk(self.history.redo, lambda _edit: None)

    def _walk(self, step: Callable[[], Edit | None], where: Callable[[Edit], int | None]) -> None:
        try:
            edit = step()
        except VosguiError as error:
            self.failed.emit(error)
            return
        if edit is None:
            return
        self._announce(edit.parts)
        t = where(edit)
        if t is not None:
            self.go_to(t)
        elif edit.frames and self.t not in edit.frames:
            self.go_to(edit.frames[0])

    def _announce(self, parts: tuple[Part, ...], *, is_one_more: bool = False) -> None:
        frames = tuple(sorted({t for part in parts for t in part.frames}))
        if any(part.header for part in parts):
            known = [o.id for o in self.annotation.objects]
            if self.object_id not in known:
                self.select_object(known[-1] if known else 0)
            self.objects_changed.emit()
        if frames:
            self.annotation_changed.emit(frames)
        if not is_one_more:
            self.history_changed.emit()

    def _on_loaded(self, t: int, frame: Frame) -> None:
        if self.is_open and t == self.t and self.sender() is self.loader:
            self.frame = frame
            self.frame_loaded.emit(t)

    def _on_load_failed(self, t: int, error: VosguiError) -> None:
        if self.is_open and t == self.t and self.sender() is self.loader:
            self.failed.emit(error)
