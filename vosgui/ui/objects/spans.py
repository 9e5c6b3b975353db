"""What a person says of the current object over many frames with one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject

from vosgui.core import edits
from vosgui.core.annotation import Annotation, ObjectInfo, Part
from vosgui.core.changes.lock_frames import lock_frames
from vosgui.core.changes.over_frames import absent_over, until_given, verify_over
from vosgui.ui.session.edit_job import EditJob
from vosgui.ui.session.session import Session
from vosgui.ui.session.unlocked import unlocked_object

Span = Literal["range", "until"]
Change = Callable[[Annotation, int, range], Part]


class SpanCommands(QObject):
    """One edit for each word: in the range, or from the frame shown until the object is given."""

    def __init__(self, session: Session, editing: EditJob, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._editing = session, editing

    def mark_absent(self, span: Span) -> None:
        """Say that the object cannot be seen; masks that are given stay."""
        self._do("Mark {} absent", absent_over, span)

    def verify(self, span: Span) -> None:
        """Say that the object's masks are right: runs keep off them."""
        self._do("Verify {}", verify_over, span)

    def delete(self, span: Span) -> None:
        """Forget the object."""
        self._do("Delete masks of {}", _deleted, span)

    def lock(self, span: Span) -> None:
        """Let nothing change the object's masks there, neither tools nor runs."""
        self._lock(span, on=True)

    def unlock(self, span: Span) -> None:
        """Let the object's masks there be changed again."""
        self._lock(span, on=False)

    def _lock(self, span: Span, *, on: bool) -> None:
        session = self._session
        entry = session.current_object
        assert entry is not None  # without one the action cannot be chosen
        frames = self._frames(entry, span)
        part = lock_frames(session.annotation, entry.id, frames, on=on)
        names, word = session.info.frame_names, "Lock" if on else "Unlock"
        where = f"{names[frames[0]]} to {names[frames[-1]]}"
        if session.apply(f"{word} masks of {entry.name}", part):
            session.said.emit(f"{word}ed {entry.name} in frames {where}.")
        else:
            session.said.emit(f"{entry.name} is {word.lower()}ed in frames {where} already.")

    def _frames(self, entry: ObjectInfo, span: Span) -> range:
        session = self._session
        if span == "until":
            return until_given(session.annotation, entry.id, session.t)
        return session.range

    def _do(self, label: str, change: Change, span: Span) -> None:
        session = self._session
        entry = unlocked_object(session)
        if entry is None:
            return
        frames = self._frames(entry, span)
        self._editing.begin(
            label.format(entry.name),
            lambda annotation, _progress: change(annotation, entry.id, frames),
            len(frames),
        )


def _deleted(annotation: Annotation, object_id: int, frames: range) -> Part:
    """Forget the object where it is not locked."""
    locked = annotation.header.object(object_id).locked_flags(annotation.n_frames)
    return edits.clear_object(annotation, object_id, [t for t in frames if not locked[t]])
