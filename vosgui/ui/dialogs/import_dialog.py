"""Import: what a source holds, what is changed or dropped of it, and how it comes in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from vosgui.core.issues import Issue, Severity
from vosgui.core.words import counted
from vosgui.datasets.import_ import ImportReport
from vosgui.errors import VosguiError
from vosgui.ui.dialogs.import_form import ImportForm
from vosgui.ui.dialogs.importer import Found, Importer
from vosgui.ui.dialogs.issue_places import Going, Place, place_of_read
from vosgui.ui.dialogs.report_tree import ReportTree
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Progressed
from vosgui.ui.session.session import Session
from vosgui.ui.style.error_box import show_error
from vosgui.ui.style.panels import in_column, in_row, label
from vosgui.ui.style.progress_bar import ProgressBar

WIDTH_PX, HEIGHT_PX = 860, 560
_FOUND = "What is changed, snapped or dropped"
_IMPORTED = "What was changed, snapped or dropped: click a line to go there"


class ImportDialog(QDialog):
    """Reads a source as soon as it is chosen; nothing is changed before Import is pressed.

    Once all is in, it is a list that blocks the window no more: a click on a line shows there what
    it is about.
    """

    def __init__(self, session: Session, opener: ClipOpener, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import masks or dataset")
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._opener = opener
        self._session, self._is_again, self._is_over = session, False, False
        self._found: Found | None = None
        self._imported: ImportReport | None = None  # into a project that is being opened again
        self._going = Going(session, opener)
        self.importer = Importer(session, opener, self)
        clip = session.info.name if session.is_open else ""
        self.form = ImportForm(clip, has_project=opener.project is not None)
        self.report = ReportTree()
        self._title = label(_FOUND, "title")
        self.bar = ProgressBar()
        self.line = QLabel("Choose what to import.")
        self.import_button, self.close_button = QPushButton("Import"), QPushButton("Close")
        self._lay_out()
        self._connect()
        self._refresh(busy=False)

    def look(self) -> None:
        """Read what is chosen now."""
        self._found, self._is_again = None, False
        self.report.clear()
        choice = self.form.choice
        if choice is None:
            self.importer.close()
            self._refresh(busy=False)
            return
        self._refresh(busy=True)
        self.line.setText("Reading…")
        self.importer.look(choice)

    def _lay_out(self) -> None:
        self.line.setWordWrap(True)
        self.close_button.setAutoDefault(False)
        self.import_button.setDefault(True)
        buttons = in_row(None, self.close_button, self.import_button, spacing=10)
        parts = self.form, self._title, (self.report, 1), self.bar, self.line, buttons
        self.setLayout(in_column(*parts, margins=(16, 16, 16, 14), spacing=10))

    def _connect(self) -> None:
        self.form.changed.connect(self.look)
        self.import_button.clicked.connect(self._import)
        self.close_button.clicked.connect(self.reject)
        self.report.wanted.connect(self._going.go)
        self._opener.opened.connect(self._on_opened)
        importer = self.importer
        importer.progressed.connect(self._on_progressed)
        importer.found.connect(self._on_found)
        importer.imported.connect(self._on_imported)
        importer.failed.connect(self._on_failed)
        importer.ended.connect(self._on_ended)

    def _on_progressed(self, progress: Progressed) -> None:
        # How many frames one clip has is not known before it is read: the bar moves, no more.
        n_done, n_total = int(progress.n_done), int(progress.n_total or 0)
        self.bar.show_part(n_done, n_total if n_total > 1 else 0)
        doing = "Imported" if self.importer.is_importing else "Read"
        clips = f"{n_done} of {n_total} clips" if n_total > 1 else "the clip"
        self.line.setText(f"{doing} {clips}, {progress.text}")

    def _on_found(self, found: Found) -> None:
        self.form.show_what_applies(found.into)
        if found.report is not None:
            self._found = found if found.report.n_clips else None
            again = "The clip has changed meanwhile: import it now. " if self._is_again else ""
            self.line.setText(f"{again}Found {_counted(found.report)}: {found.title}.")
            self._show_report(found.report)

    def _show_report(
        self, report: ImportReport, place_of: Callable[[Issue], Place | None] = lambda _issue: None
    ) -> None:
        choice = self.form.choice
        root = f"{choice.source}{os.sep}" if choice is not None else ""
        self.report.show_issues(report.issues, root, place_of)
        if not report.issues:
            self.report.add(Severity.NOTE, "Nothing: all of it is imported as it is.")

    def _let_look(self, report: ImportReport) -> None:
        """Let the window be used again, with lines that lead to what came in."""
        project = self._opener.project
        known = {one.name: one for one in project.clips} if project is not None else {}
        records = {theirs: known[ours] for theirs, ours in report.names if ours in known}
        self._show_report(report, lambda issue: place_of_read(issue, records))
        if report.issues:
            self._title.setText(_IMPORTED)
        self.form.setEnabled(False)
        self.import_button.hide()
        self.hide()  # a window that is shown keeps the modality that it has
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._opener.leaving_project.connect(self.close)
        self.show()

    def _import(self) -> None:
        if self.importer.is_importing:
            self.importer.stop()
            self.line.setText("Stopping…")
            return
        found, choice = self._found, self.form.choice
        if found is None or found.report is None or choice is None:
            return
        if found.part is not None and self.importer.is_outdated:
            self._look_again()
            return
        if found.part is not None:
            self._found = None
            if self.importer.take_masks(found.part):
                self.line.setText(f"Imported {_counted(found.report)} as one edit; undo takes it "
                                  "back.")  # fmt: skip
            else:
                self.line.setText("The clip has these masks already.")
            self._refresh(busy=False)
            self._let_look(found.report)
            return
        project = self._opener.project
        path = project.path if project is not None else Path(self.form.project.text().strip())
        self.line.setText("Importing…")
        self.importer.import_into(path.expanduser().absolute(), choice)
        self._refresh(busy=True)

    def _look_again(self) -> None:
        """Read anew what masks of the open clip become, which others were given or drawn since."""
        if self._session.history.growing is not None:
            self.line.setText("A run is at work on this clip: import when it has ended.")
            return
        self.look()
        self._is_again = True

    def _on_imported(self, report: ImportReport) -> None:
        self._found, self._imported = None, report
        self.line.setText(f"Imported {_counted(report)}.")
        self._show_report(report)

    def _on_opened(self) -> None:
        report, self._imported = self._imported, None
        if report is not None:
            self._let_look(report)
        self._going.arrive()

    def _on_failed(self, error: VosguiError) -> None:
        self.line.setText("Nothing was imported." if self.importer.is_importing else str(error))
        if self.importer.is_importing:
            show_error(self, error)

    def _on_ended(self, complete: bool) -> None:
        if not complete and self.importer.error is None:
            self.line.setText("Stopped. The project is unchanged.")
        self._refresh(busy=False)

    def _refresh(self, *, busy: bool) -> None:
        importing = self.importer.is_importing
        self.bar.show_part(0, 0)
        self.bar.setVisible(busy)
        self.form.setEnabled(not importing)
        self.import_button.setText("Stop" if importing else "Import")
        self.import_button.setEnabled(importing or self._found is not None)

    def done(self, result: int) -> None:
        """Close, however it was asked for, and how often."""
        if not self._is_over:
            self._is_over = True
            self._opener.opened.disconnect(self._on_opened)
        self.importer.close()
        super().done(result)


def _counted(report: ImportReport) -> str:
    return (
        f"{counted(report.n_clips, 'clip')}, {counted(report.n_objects, 'object')}, "
        f"{counted(report.n_frames, 'annotated frame')}"
    )
