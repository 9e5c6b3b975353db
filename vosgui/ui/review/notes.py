"""Comments on frames, and accepting and rejecting them: made, listed, and gone to."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from vosgui.core.quality.clip_state import prints_of
from vosgui.errors import VosguiError
from vosgui.project.notes import Kind, Note, ProjectNotes
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.review.note_dialog import NoteDialog
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings, who
from vosgui.ui.style.show import show_over

DONE: dict[Kind, str] = {
    "comment": "Comment kept",
    "accepted": "Accepted",
    "rejected": "Rejected",
}


class Notes(QObject):
    """The notes of the open clip.

    stretch_here : returns the frames that review has led to, if they are shown.
    changed : another clip is open, or its notes are others.
    """

    changed = Signal()

    def __init__(
        self, session: Session, opener: ClipOpener, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._opener, self._settings = session, opener, settings
        self._window = window
        self.all: list[Note] = []
        self.stretch_here: Callable[[], range | None] = lambda: None
        opener.opened.connect(self._read)
        session.clip_changed.connect(self._read)

    @property
    def person(self) -> str:
        """Return who works here."""
        return who(self._settings)

    def comment(self) -> None:
        """Ask for a comment on the frame shown, or on the range where it is a part of it all."""
        self._ask_note("Comment", "comment")

    def accept(self) -> None:
        """Say that another person's work on these frames is right."""
        self._add("accepted", self._places()[0], self._session.object_id or None, "")

    def accept_clip(self) -> None:
        """Say so of all frames and objects of the clip."""
        if self._session.is_open:
            self._add("accepted", range(self._session.info.n_frames), None, "")

    def reject(self) -> None:
        """Say why these frames are to be done again."""
        self._ask_note("Reject", "rejected")

    def ask_person(self) -> None:
        """Ask who works here."""

        def take(name: str) -> None:
            self._settings.person = name.strip()
            self._session.said.emit(f"What you do from now on is {self.person}'s.")

        dialog = QInputDialog(self._window)
        dialog.setObjectName("your_name")
        dialog.setWindowTitle("Your name")
        dialog.setLabelText("Who works here? The project keeps it with every edit:")
        dialog.setTextValue(self.person)
        dialog.textValueSelected.connect(take)
        show_over(dialog)

    def go_to(self, note: Note) -> None:
        """Show the frames and the object of a note."""
        session = self._session
        session.go_to(note.frames[0])
        if any(entry.id == note.object_id for entry in session.annotation.objects):
            session.select_object(note.object_id or 0)

    def set_done(self, note: Note, *, is_done: bool) -> None:
        """Close a note, or open it again."""
        self._change(lambda kept: kept.set_done(note.id, is_done=is_done))

    def remove(self, note: Note) -> None:
        """Forget a note."""
        self._change(lambda kept: kept.remove(note.id))

    def _places(self) -> list[range]:
        """Return the frames that a note may be of here, those that are likely meant first."""
        t, frames = self._session.t, self._session.range
        is_part = len(frames) < self._session.info.n_frames and t in frames
        places = [frames] if is_part else []
        stretch = self.stretch_here()
        places += [range(t, t + 1), *([stretch] if stretch is not None else [])]
        return list(dict.fromkeys(places))

    def _worded(self, frames: range) -> str:
        names = self._session.info.frame_names
        first, last = names[frames[0]], names[frames[-1]]
        return f"frame {first}" if first == last else f"frames {first} to {last}"

    def _add(self, kind: Kind, frames: range, who: int | None, text: str) -> None:
        if not self._session.is_open or (not text and kind == "comment"):
            return
        words = f"{DONE[kind]}: {self._worded(frames)}."
        is_accepted = kind == "accepted"
        prints = prints_of(self._session.annotation, frames) if is_accepted else None
        note = (kind, frames, who, text, self.person, time.time(), prints)
        if self._change(lambda kept: kept.add(*note)):
            self._session.said.emit(words)

    def _ask_note(self, title: str, kind: Kind) -> None:
        session = self._session
        entry = session.current_object
        whom = ([(entry.id, entry.name)] if entry is not None else []) + [(None, "no object alone")]
        places = [(frames, self._worded(frames)) for frames in self._places()]
        dialog = NoteDialog(title, places, whom, self._window)
        dialog.written.connect(lambda frames, who, text: self._add(kind, frames, who, text))
        session.clip_changed.connect(dialog.reject)
        show_over(dialog)

    def _change(self, change: Callable[[ProjectNotes], None]) -> bool:
        project = self._opener.project
        if project is None or not self._session.is_open:
            return False
        try:
            change(project.notes(self._opener.clip_id))
        except VosguiError as error:
            self._session.failed.emit(error)
            return False
        self._read()
        return True

    def _read(self) -> None:
        project, self.all = self._opener.project, []
        if project is not None and self._session.is_open and self._opener.clip_id:
            try:
                self.all = project.notes(self._opener.clip_id).all()
            except VosguiError as error:
                self._session.failed.emit(error)
        self.changed.emit()
