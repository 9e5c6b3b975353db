"""Export: what the check has found, what to write and where, and how it goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTreeWidgetItem, QWidget

from vosgui.core.issues import Issue
from vosgui.core.words import counted
from vosgui.datasets.convert import ConvertReport
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
        self.exporter = Exporter(session, opener)
        self.form = ExportForm(self._chosen, len(opener.records))
        self.preview = PreviewTree()
        self.issues = ReportTree()
        self.bar = ProgressBar()
        self.line = QLabel()
        self.write_button, self.close_button = QPushButton("Export"), QPushButton("Close")
        self.show_button = QPushButton("Show Folder")
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
        self.issues.itemDoubleClicked.connect(self._jump)
        exporter = self.exporter
        exporter.checked.connect(self._on_checked)
        exporter.previewed.connect(self.preview.show_preview)
        exporter.progressed.connect(self._on_progressed)
        exporter.written.connect(self._on_written)
        exporter.failed.connect(self._on_failed)
        exporter.ended.connect(self._on_ended)

    def _jump(self, item: QTreeWidgetItem) -> None:
        """Show the frame and the object that an issue is about, if the clip is open."""
        issue: Issue | None = item.data(0, _ISSUE)
        if issue is None or item.data(0, _CLIP) != self._open_name():
            return
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
            item.setToolTip(1, words + _lead(issue, here=clip == self._open_name()))
        n = self.issues.topLevelItemCount()
        self.line.setText("" if n else "Nothing is missing.")

    def _on_progressed(self, progress: Progressed) -> None:
        if self.exporter.is_stopping:
            return
        n_done, n_total = int(progress.n_done), int(progress.n_total or 0)
        self.bar.show_part(n_done, max(1, n_total))
        clips = f"{progress.text}, " if self._chosen.all_clips else ""
        self.line.setText(f"{clips}{n_done} of {n_total} frames")

    def _on_written(self, report: ConvertReport) -> None:
        self._target = report.target
        self.line.setText(f"Written: {report}")
        self._title.setText(_REPORT)
        self.issues.show_issues(report.issues)
        self.show_button.show()

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
        if not complete and self.exporter.error is None:
            n = self.exporter.n_kept
            kept = f" Kept: {counted(n, 'whole clip')}; the same export goes on from there."
            self.line.setText(f"Stopped; the dataset is not there.{kept if n else ''}")

    def done(self, result: int) -> None:
        """Close, however it was asked for."""
        self.exporter.retire()
        super().done(result)


def _lead(issue: Issue, *, here: bool) -> str:
    """Return what a double-click on an issue does; nothing for a clip that is not open."""
    if here and issue.t is not None:
        return "\nDouble-click to go there"
    return "\nDouble-click to select it" if here and issue.object_id is not None else ""
