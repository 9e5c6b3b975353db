"""Export: what the check has found, what to write and where, and how it goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from vosgui.core.issues import Issue, Severity
from vosgui.core.words import counted
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import Preview, WrittenObject
from vosgui.datasets.validate import ValidateReport
from vosgui.errors import VosguiError
from vosgui.ui.dialogs.export_form import ExportForm, clips_to_choose
from vosgui.ui.dialogs.export_preview import PreviewTree
from vosgui.ui.dialogs.exporter import Exporter
from vosgui.ui.dialogs.issue_places import Going, Place, place_in_project, place_of_written
from vosgui.ui.dialogs.report_tree import ReportTree
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Progressed
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import in_column, in_row, label
from vosgui.ui.style.progress_bar import ProgressBar

WIDTH_PX, HEIGHT_PX = 1060, 640
_CHECK = "What the check has found: click a line to go there"
_REPORT = "What was changed or left out"


class ExportDialog(QDialog):
    """Does not block the window: a click on a line shows there what it is about."""

    def __init__(
        self, session: Session, opener: ClipOpener, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._session, self._opener = session, opener
        self._chosen = settings.export
        self._target: Path | None = None
        self._written = ""  # what was, in words
        self._changed: tuple[Issue, ...] = ()
        self.exporter = Exporter(session, opener)
        self.form = ExportForm(self._chosen, clips_to_choose(opener.project))
        self.preview = PreviewTree()
        self.issues = ReportTree()
        self.bar = ProgressBar()
        self.line = QLabel()
        self.write_button, self.close_button = QPushButton("Export"), QPushButton("Close")
        self.show_button = QPushButton("Show folder")
        self._going = Going(session, opener)
        self._objects: tuple[WrittenObject, ...] = ()  # as they are written
        self._title = label(_CHECK, "title")
        self._lay_out()
        self._connect()

    def check(self) -> None:
        """Look anew at what is to be exported."""
        self.issues.clear()
        self._title.setText(_CHECK)
        self.line.setText("Checking…")
        self.exporter.check(self._chosen)
        self._refresh()

    def _lay_out(self) -> None:
        self.line.setWordWrap(True)
        self.show_button.hide()
        self.write_button.setDefault(True)
        title = label("What will be written", "title")
        planned = in_column(title, (self.preview, 1), spacing=6)
        found = in_column(self._title, (self.issues, 1), spacing=6)
        halves = in_row((planned, 2), (found, 3), spacing=12)
        buttons = in_row(self.show_button, None, self.close_button, self.write_button, spacing=10)
        parts = self.form, (halves, 1), self.bar, self.line, buttons
        self.setLayout(in_column(*parts, margins=(16, 16, 16, 14), spacing=10))

    def _connect(self) -> None:
        self.form.changed.connect(self.check)
        self.write_button.clicked.connect(self._write)
        self.close_button.clicked.connect(self.close)
        self.show_button.clicked.connect(self._show_folder)
        self.issues.wanted.connect(self._going.go)
        self._opener.opened.connect(self._on_opened)
        exporter = self.exporter
        exporter.checked.connect(self._on_checked)
        exporter.previewed.connect(self._on_previewed)
        exporter.progressed.connect(self._on_progressed)
        exporter.written.connect(self._on_written)
        exporter.validated.connect(self._on_validated)
        exporter.failed.connect(self._on_failed)
        exporter.ended.connect(self._on_ended)

    def _on_opened(self) -> None:
        if self._chosen.clips == "this" and not self.exporter.is_running:
            self.check()  # another clip is this clip now
        self._going.arrive()

    def _write(self) -> None:
        if self.exporter.is_running and self.bar.isVisible():
            self.exporter.stop()
            self.line.setText("Stopping…")
            return
        self.form.take()
        self._written, self._changed = "", ()
        self.show_button.hide()
        self.bar.show_part(0, 0)
        self.bar.show()
        self.line.setText("Writing…")
        self.exporter.export(self._chosen)
        self._refresh(writing=True)

    def _on_checked(self, checked: tuple[str, list[Issue]]) -> None:
        clip, issues = checked
        record = next((one for one in self._opener.records if one.name == clip), None)
        for issue in issues:
            words = replace(issue, clip="" if self._chosen.clips == "this" else clip).words
            self.issues.add(issue.severity, words, place_in_project(issue, record))
        n = self.issues.topLevelItemCount()
        self.line.setText("" if n else "Nothing is missing.")

    def _on_previewed(self, preview: Preview) -> None:
        self._objects = preview.objects
        self.preview.show_preview(preview)

    def _place_of(self, issue: Issue) -> Place | None:
        return place_of_written(issue, self.exporter.written_clips, self._objects)

    def _on_progressed(self, progress: Progressed) -> None:
        if self.exporter.is_stopping:
            return
        n_done, n_total = int(progress.n_done), int(progress.n_total or 0)
        self.bar.show_part(n_done, max(1, n_total))
        if self._written:
            self.line.setText(
                f"{self._written} Checking it: {n_done} of {counted(n_total, 'clip')}"
            )
            return
        clips = "" if self._chosen.clips == "this" else f"{progress.text}, "
        self.line.setText(f"{clips}{n_done} of {counted(n_total, 'frame')}")

    def _on_written(self, report: ConvertReport) -> None:
        self._target = report.target
        self._written = f"Written: {report}."
        self.line.setText(self._written)
        self._title.setText(_REPORT)
        self._changed = report.issues
        self.issues.show_issues(report.issues, place_of=self._place_of)
        self.show_button.show()

    def _on_validated(self, report: ValidateReport) -> None:
        """Say what the check of the written dataset has found, above what was changed."""
        n = Counter(one.severity for one in report.issues)
        found = [counted(n[one], one.name.lower()) for one in reversed(Severity) if n[one]]
        verdict = ", ".join(found) if found else "nothing is wrong"
        self.line.setText(f"{self._written} Checked as {report.title}: {verdict}.")
        if report.issues:
            self._title.setText(f"{_REPORT}, and what the check of it has found")
            self.issues.show_issues((*report.issues, *self._changed), place_of=self._place_of)

    def _on_failed(self, error: VosguiError) -> None:
        self.line.setText(str(error))

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._target)))

    def _refresh(self, *, writing: bool = False) -> None:
        self.bar.setVisible(writing)
        self.write_button.setText("Stop" if writing else "Export")
        self.form.setEnabled(not writing)

    def _on_ended(self, complete: bool) -> None:
        self._refresh()
        if self._written:
            return  # a check of it that was stopped takes nothing back
        if not complete and self.exporter.error is None:
            n = self.exporter.n_kept
            kept = f" Kept: {counted(n, 'whole clip')}; the same export goes on from there."
            self.line.setText(f"Stopped; the dataset is not there.{kept if n else ''}")

    def done(self, result: int) -> None:
        """Close, however it was asked for, and how often."""
        if not self.exporter.is_retired:
            self._opener.opened.disconnect(self._on_opened)
            self.exporter.retire()
        super().done(result)
