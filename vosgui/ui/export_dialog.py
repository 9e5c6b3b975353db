"""Export: what the check has found, what to write and where, and how it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QColor, QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vosgui.core.review import Finding, Severity
from vosgui.errors import VosguiError
from vosgui.ui.exporting import Exporter
from vosgui.ui.opening import Opener
from vosgui.ui.session import Session
from vosgui.ui.settings import Settings
from vosgui.ui.theme import roles

if TYPE_CHECKING:
    from vosgui.engine.export import ExportReport

WIDTH_PX, HEIGHT_PX = 740, 560
_FINDING, _CLIP = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}
FRAMES = (("grid", "The grid: the frames that a person annotates"), ("all", "All frames"))
STYLES = (
    ("train", "train: a mask for every frame"),
    ("valid", "valid: masks only where an object appears first"),
)
EXISTING = (
    ("refuse", "leave it and say so"),
    ("merge", "add these clips to it"),
    ("overwrite", "add these clips, replacing those of the same names"),
)


class ExportDialog(QDialog):
    """Does not block the window: a double click on a finding shows its frame there."""

    def __init__(
        self, session: Session, opener: Opener, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export YouTube-VOS")
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._session, self._opener = session, opener
        self._chosen = settings.export
        self._target: Path | None = None
        self.exporter = Exporter(session, opener, self)
        self.folder = QLineEdit(self._chosen.folder)
        self.frames, self.style_, self.existing = QComboBox(), QComboBox(), QComboBox()
        self.clips = QComboBox()
        self.findings = QTreeWidget()
        self.bar = QProgressBar()
        self.line = QLabel()
        self.write_button, self.close_button = QPushButton("Export"), QPushButton("Close")
        self.show_button, self._browse = QPushButton("Show Folder"), QPushButton("Choose…")
        self._fill()
        self._lay_out()
        self._connect()

    def check(self) -> None:
        """Look anew at what is to be exported."""
        self.findings.clear()
        self.line.setText("Checking…")
        self.exporter.check(self._chosen)
        self._refresh()

    # -- building ----------------------------------------------------------------------------

    def _fill(self) -> None:
        chosen = self._chosen
        for box, rows, value in (
            (self.frames, FRAMES, chosen.frames),
            (self.style_, STYLES, chosen.style),
            (self.existing, EXISTING, chosen.existing),
        ):
            for name, text in rows:
                box.addItem(text, name)
            box.setCurrentIndex(box.findData(value))
        project = self._opener.project
        n_clips = len(project.clips) if project is not None else 0
        self.clips.addItem("This clip", False)
        if n_clips > 1:
            self.clips.addItem(f"All {n_clips} clips of the project", True)
        self.clips.setCurrentIndex(max(0, self.clips.findData(chosen.all_clips)))
        chosen.all_clips = bool(self.clips.currentData())
        self.findings.setColumnCount(2)
        self.findings.setHeaderHidden(True)
        self.findings.setRootIsDecorated(False)
        self.findings.setWordWrap(True)
        self.findings.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.bar.setTextVisible(False)
        self.line.setWordWrap(True)
        self.show_button.hide()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(6)
        where.addWidget(self.folder, 1)
        where.addWidget(self._browse)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(7)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Clips", self.clips)
        form.addRow("Frames", self.frames)
        form.addRow("Style", self.style_)
        form.addRow("Folder", where)
        form.addRow("If a tree is there", self.existing)
        title = QLabel("What the check has found")
        title.setProperty("weight", "title")
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.write_button)
        self.write_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(title)
        layout.addWidget(self.findings, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.line)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        for box in (self.clips, self.frames, self.style_, self.existing):
            box.activated.connect(self._choose)
        self.folder.editingFinished.connect(self._take_folder)
        self._browse.clicked.connect(self._ask_folder)
        self.write_button.clicked.connect(self._write)
        self.close_button.clicked.connect(self._on_close)
        self.show_button.clicked.connect(self._show_folder)
        self.findings.itemDoubleClicked.connect(self._jump)
        exporter = self.exporter
        exporter.checked.connect(self._on_checked)
        exporter.progressed.connect(self._on_progressed)
        exporter.written.connect(self._on_written)
        exporter.failed.connect(self._on_failed)
        exporter.ended.connect(self._refresh)

    # -- choosing ----------------------------------------------------------------------------

    def _choose(self) -> None:
        chosen = self._chosen
        chosen.frames = self.frames.currentData()
        chosen.style = self.style_.currentData()
        chosen.existing = self.existing.currentData()
        chosen.all_clips = bool(self.clips.currentData())
        self.check()

    def _take_folder(self) -> None:
        self._chosen.folder = self.folder.text().strip()

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, "Export To", str(Path(self._chosen.folder).expanduser()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.fileSelected.connect(self._take_folder)
        dialog.open()

    def _jump(self, item: QTreeWidgetItem) -> None:
        """Show the frame and the object that a finding is about, if the clip is open."""
        finding: Finding = item.data(0, _FINDING)
        if item.data(0, _CLIP) != self._open_name():
            return
        if finding.object_id is not None:
            self._session.select_object(finding.object_id)
        if finding.t is not None:
            self._session.go_to(finding.t)

    def _open_name(self) -> str:
        project = self._opener.project
        records = project.clips if project is not None else ()
        return next((r.name for r in records if r.id == self._opener.clip_id), "")

    # -- writing -----------------------------------------------------------------------------

    def _write(self) -> None:
        if self.exporter.is_busy and self.bar.isVisible():
            self.exporter.stop()
            self.line.setText("Stopping…")
            return
        self._take_folder()
        self.show_button.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.line.setText("Writing…")
        self.exporter.export(self._chosen)
        self._refresh(writing=True)

    def _on_checked(self, clip: str, findings: list[Finding]) -> None:
        colours = roles()
        tints = {Severity.ERROR: colours.danger, Severity.WARNING: colours.warning}
        for finding in findings:
            text = f"{clip}: {finding.text}" if self._chosen.all_clips else finding.text
            item = QTreeWidgetItem([_WORDS[finding.severity], text])
            item.setData(0, _FINDING, finding)
            item.setData(0, _CLIP, clip)
            item.setForeground(0, QColor(tints.get(finding.severity, colours.muted)))
            leads = "\nDouble-click to go there" if finding.t is not None else ""
            item.setToolTip(1, finding.text + leads)
            self.findings.addTopLevelItem(item)
        n = self.findings.topLevelItemCount()
        self.line.setText("" if n else "Nothing is missing.")

    def _on_progressed(self, n_done: int, n_total: int) -> None:
        self.bar.setRange(0, max(1, n_total))
        self.bar.setValue(n_done)
        self.line.setText(f"{n_done} of {n_total} frames")

    def _on_written(self, report: ExportReport) -> None:
        self._target = report.target
        lines = [
            f"Written: {report.n_clips} clips, {report.n_frames} frames, "
            f"{report.n_objects} objects in {report.target}",
            *(f"{clip}: {note}" for clip, note in report.notes),
            *(f"Left out: {clip}" for clip in report.skipped),
        ]
        self.line.setText("\n".join(lines))
        self.show_button.show()

    def _on_failed(self, error: VosguiError) -> None:
        self.line.setText(str(error))

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._target)))

    def _refresh(self, *, writing: bool = False) -> None:
        self.bar.setVisible(writing)
        self.write_button.setText("Stop" if writing else "Export")
        for widget in (self.clips, self.frames, self.style_, self.existing, self.folder):
            widget.setEnabled(not writing)
        if not writing and self.line.text() in ("Stopping…", "Writing…"):
            self.line.setText("Stopped; nothing was written.")

    def _on_close(self) -> None:
        self.close()

    def done(self, result: int) -> None:
        """Close, however it was asked for."""
        self.exporter.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.exporter.close()
        super().closeEvent(event)
