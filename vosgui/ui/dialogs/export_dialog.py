"""Export: what the check has found, what to write and where, and how it goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTreeWidgetItem, QWidget

from vosgui.core.issues import Issue, Severity
from vosgui.core.words import counted
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.validate import ValidateReport
from vosgui.errors import VosguiError
from vosgui.ui.dialogs.export_form import ExportForm
from vosgui.ui.dialogs.export_preview import PreviewTree
from vosgui.ui.dialogs.exporter import Exporter
from vosgui.ui.dialogs.report_tree import ReportTree
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Progressed
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import in_column, in_row, label
from vosgui.ui.style.progress_bar import ProgressBar

WIDTH_PX, HEIGHT_PX = 1060, 640
_ISSUE, _CLIP = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_CHECK, _REPORT = "What the check has found", "What was changed or left out"


class ExportDialog(QDialog):
    """Does not block the window: a double click on an issue shows its frame there."""

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
        self.form = ExportForm(self._chosen, len(opener.records))
        self.preview = PreviewTree()
        self.issues = ReportTree()
        self.bar = ProgressBar()
        self.line = QLabel()
        self.write_button, self.close_button = QPushButton("Export"), QPushButton("Close")
        self.show_button = QPushButton("Show Folder")
        self.go_button = QPushButton("Go There")
        self.go_button.setToolTip("Show the frame or object that the chosen line is about")
        self._going: tuple[str, Issue] | None = None  # until its clip is open
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
        self.go_button.setEnabled(False)
        self.write_button.setDefault(True)
        title = label("What will be written", "title")
        planned = in_column(title, (self.preview, 1), spacing=6)
        found = in_column(self._title, (self.issues, 1), spacing=6)
        halves = in_row((planned, 2), (found, 3), spacing=12)
        buttons = in_row(
            self.show_button, self.go_button, None, self.close_button, self.write_button, spacing=10
        )
        parts = self.form, (halves, 1), self.bar, self.line, buttons
        self.setLayout(in_column(*parts, margins=(16, 16, 16, 14), spacing=10))

    def _connect(self) -> None:
        self.form.changed.connect(self.check)
        self.write_button.clicked.connect(self._write)
        self.close_button.clicked.connect(self.close)
        self.show_button.clicked.connect(self._show_folder)
        self.issues.itemDoubleClicked.connect(self._jump)
        self.issues.itemSelectionChanged.connect(self._on_chosen)
        self.go_button.clicked.connect(lambda: self._jump_to_chosen())
        self._opener.opened.connect(self._on_opened)
        exporter = self.exporter
        exporter.checked.connect(self._on_checked)
        exporter.previewed.connect(self.preview.show_preview)
        exporter.progressed.connect(self._on_progressed)
        exporter.written.connect(self._on_written)
        exporter.validated.connect(self._on_validated)
        exporter.failed.connect(self._on_failed)
        exporter.ended.connect(self._on_ended)

    def _jump(self, item: QTreeWidgetItem) -> None:
        """Show the frame and the object that an issue is about; open its clip first."""
        issue: Issue | None = item.data(0, _ISSUE)
        clip = item.data(0, _CLIP)
        if issue is None:
            return
        if clip == self._open_name():
            self._show(issue)
            return
        record = next((one for one in self._opener.records if one.name == clip), None)
        if record is not None:
            self._going = clip, issue
            self._opener.show_clip(record.id)

    def _on_opened(self) -> None:
        if not self._chosen.all_clips and not self.exporter.is_running:
            self.check()  # another clip is this clip now
        going, self._going = self._going, None
        if going is not None and going[0] == self._open_name():
            self._show(going[1])

    def _jump_to_chosen(self) -> None:
        for item in self.issues.selectedItems():
            self._jump(item)

    def _on_chosen(self) -> None:
        chosen = self.issues.selectedItems()
        issue: Issue | None = chosen[0].data(0, _ISSUE) if chosen else None
        self.go_button.setEnabled(issue is not None and bool(_lead(issue)))

    def _show(self, issue: Issue) -> None:
        if issue.object_id is not None:
            self._session.select_object(issue.object_id)
        if issue.t is not None:
            self._session.go_to(issue.t)

    def _open_name(self) -> str:
        record = self._opener.record
        return record.name if record is not None else ""

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
        for issue in issues:
            words = replace(issue, clip=clip if self._chosen.all_clips else "").words
            item = self.issues.add(issue.severity, words)
            item.setData(0, _ISSUE, issue)
            item.setData(0, _CLIP, clip)
            item.setToolTip(1, words + _lead(issue))
        n = self.issues.topLevelItemCount()
        self.line.setText("" if n else "Nothing is missing.")

    def _on_progressed(self, progress: Progressed) -> None:
        if self.exporter.is_stopping:
            return
        n_done, n_total = int(progress.n_done), int(progress.n_total or 0)
        self.bar.show_part(n_done, max(1, n_total))
        if self._written:
            self.line.setText(f"{self._written} Checking it: {n_done} of {n_total} clips")
            return
        clips = f"{progress.text}, " if self._chosen.all_clips else ""
        self.line.setText(f"{clips}{n_done} of {n_total} frames")

    def _on_written(self, report: ConvertReport) -> None:
        self._target = report.target
        self._written = f"Written: {report}."
        self.line.setText(self._written)
        self._title.setText(_REPORT)
        self._changed = report.issues
        self.issues.show_issues(report.issues)
        self.show_button.show()

    def _on_validated(self, report: ValidateReport) -> None:
        """Say what the check of the written dataset has found, above what was changed."""
        n = Counter(one.severity for one in report.issues)
        found = [counted(n[one], one.name.lower()) for one in reversed(Severity) if n[one]]
        verdict = ", ".join(found) if found else "nothing is wrong"
        self.line.setText(f"{self._written} Checked as {report.title}: {verdict}.")
        if report.issues:
            self._title.setText(f"{_REPORT}, and what the check of it has found")
            self.issues.show_issues((*report.issues, *self._changed))

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
        """Close, however it was asked for."""
        self._opener.opened.disconnect(self._on_opened)
        self.exporter.retire()
        super().done(result)


def _lead(issue: Issue) -> str:
    """Return what a double-click on an issue does; nothing where it leads nowhere."""
    if issue.t is not None:
        return "\nDouble-click to go there"
    return "\nDouble-click to select it" if issue.object_id is not None else ""
