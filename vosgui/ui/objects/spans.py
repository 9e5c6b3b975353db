"""What a person says of the current object over many frames with one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
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
        self._do("Delete masks of {}", edits.clear_object, span)

    def _do(self, label: str, change: Change, span: Span) -> None:
        session = self._session
        entry = unlocked_object(session)
        if entry is None:
            return
        frames = session.range
        if span == "until":
            frames = until_given(session.annotation, entry.id, session.t)
        self._editing.begin(
            label.format(entry.name),
            lambda annotation, _progress: change(annotation, entry.id, frames),
            len(frames),
        )
