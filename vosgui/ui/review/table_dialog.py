"""A table of what the project file holds, read in a job, that can be saved as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QHeaderView, QPushButton, QTreeWidget, QWidget

from vosgui.errors import VosguiError
from vosgui.files.atomic import atomic_file, followed
from vosgui.ui.session.job import Job, Work
from vosgui.ui.session.session import Session
from vosgui.ui.style.forms import ask_new
from vosgui.ui.style.panels import in_column, in_row, label

_SIZE = 1060, 460


class TableDialog(QDialog):
    """The base of dialogs that list what was done.

    A subclass lays out, begins to read, and fills the table when that is done.
    tables : what is saved as CSV, by what is added to the name that is chosen.
    """

    def __init__(self, session: Session, columns: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.tables: dict[str, str] = {}
        self.table = QTreeWidget()
        self.table.setHeaderLabels(list(columns))
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setUniformRowHeights(True)
        self.reading = Job(parent)  # which outlives the dialog, as the thread may
        self.reading.yielded.connect(self._on_read)
        self.reading.failed.connect(session.failed)
        self.state = label("Reading the project…")
        self.save_button = QPushButton("Save as CSV…")
        self.save_button.setAutoDefault(False)
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self._ask)
        self.resize(*_SIZE)

    def lay_out(self, about: QWidget, *at_left: QWidget) -> None:
        """Put the table over a line about it, and a row of buttons."""
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        row = in_row(*at_left, self.state, None, self.save_button, close, spacing=8)
        self.setLayout(in_column((self.table, 1), about, row, margins=(12, 12, 12, 12), spacing=10))

    def read(self, work: Work) -> None:
        """Begin to read; `fill` gets what the work returns."""
        self.reading.begin(work)

    def fill(self, found: Any) -> None:
        """Show what was read."""
        raise NotImplementedError

    def save(self, path: Path) -> None:
        """Write the tables."""
        path = path if path.suffix else path.with_suffix(".csv")
        written = []
        try:
            for end, text in self.tables.items():
                one = path.with_name(f"{path.stem}{end}{path.suffix}")
                with atomic_file(followed(one)) as file:
                    file.write(text.encode())
                written.append(str(one))
        except VosguiError as error:
            self._session.failed.emit(error)
        else:
            self._session.said.emit(f"Written to {' and '.join(written)}.")

    def done(self, result: int) -> None:
        """Close, however it was asked for; nobody waits for what is still read."""
        self.reading.retire()
        super().done(result)

    def _on_read(self, found: Any) -> None:
        self.fill(found)
        self.state.setText("")
        self.save_button.setEnabled(True)

    def _ask(self) -> None:
        ask_new(self, "Save as CSV", self.save, suffix=".csv")
