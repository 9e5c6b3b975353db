"""The list of comments, and of what was accepted and rejected, of the open clip."""

from __future__ import annotations

import time

from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from PySide6.QtWidgets import QDialog as Dialog

from vosgui.project.notes import Note
from vosgui.ui.review.notes import Notes
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import in_column, in_row

COLUMNS = ("Frames", "Object", "What", "Text", "Who", "When", "")
_SIZE = 760, 360


class NotesDialog(Dialog):
    """Lists notes; a double click goes to one. It may stay open while one works."""

    def __init__(self, session: Session, notes: Notes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setWindowTitle("Comments")
        self._session, self._notes = session, notes
        self.list = QTreeWidget()
        self.list.setHeaderLabels(COLUMNS)
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.list.header().setStretchLastSection(False)
        self.empty = QLabel("No comment yet: Ctrl+M writes one on the frame shown, or the range.")
        self.show_button, self.done_button = QPushButton("Show"), QPushButton("Done")
        self.remove_button, close = QPushButton("Remove"), QPushButton("Close")
        self.list.itemActivated.connect(lambda item: notes.go_to(self._shown[id(item)]))
        self.list.itemSelectionChanged.connect(self._on_chosen)
        self.show_button.clicked.connect(lambda: self._with_chosen(notes.go_to))
        self.done_button.clicked.connect(lambda: self._with_chosen(self._turn_over))
        self.remove_button.clicked.connect(lambda: self._with_chosen(notes.remove))
        close.clicked.connect(self.close)
        for button in (self.show_button, self.done_button, self.remove_button, close):
            button.setAutoDefault(False)
        row = in_row(self.show_button, self.done_button, self.remove_button, None, close, spacing=6)
        self.setLayout(
            in_column((self.list, 1), self.empty, row, margins=(12, 12, 12, 12), spacing=10)
        )
        self.resize(*_SIZE)
        notes.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.list.clear()
        self._shown: dict[int, Note] = {}
        for note in self._notes.all:
            item = QTreeWidgetItem(self._texts(note))
            item.setToolTip(3, note.text)
            self.list.addTopLevelItem(item)
            self._shown[id(item)] = note
        self.empty.setVisible(not self._notes.all)
        self._on_chosen()

    def _texts(self, note: Note) -> list[str]:
        names = self._session.info.frame_names if self._session.is_open else ()
        first, last = (names[t] if t < len(names) else str(t) for t in
                       (note.frames[0], note.frames[-1]))  # fmt: skip
        objects = self._session.annotation.objects if self._session.is_open else ()
        who = next((entry.name for entry in objects if entry.id == note.object_id), "")
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(note.at))
        frames = first if first == last else f"{first} – {last}"
        done = "done" if note.is_done else "open"
        return [frames, who, note.kind, note.text, note.person, when, done]

    def _chosen(self) -> Note | None:
        items = self.list.selectedItems()
        return self._shown.get(id(items[0])) if items else None

    def _with_chosen(self, act: object) -> None:
        note = self._chosen()
        if note is not None:
            act(note)  # type: ignore[operator]

    def _turn_over(self, note: Note) -> None:
        self._notes.set_done(note, is_done=not note.is_done)

    def _on_chosen(self) -> None:
        note = self._chosen()
        for button in (self.show_button, self.done_button, self.remove_button):
            button.setEnabled(note is not None)
        self.done_button.setText("Open again" if note is not None and note.is_done else "Done")
