"""How much work the open project has taken, as a table that can be saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from vosgui.datasets.composition.effort import PAUSE_S, Effort, as_csv, efforts_of
from vosgui.errors import VosguiError
from vosgui.files.atomic import atomic_file
from vosgui.project.project import Project
from vosgui.ui.runs.pace import duration
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.forms import ask_path
from vosgui.ui.style.panels import in_column, in_row, label

COLUMNS = ("Clip, object", "Time", "Edits", "Painted", "Corrected", "Absent", "Propagated",
           "Untouched", "Masks an hour")  # fmt: skip
_SIZE = 860, 420


class EffortDialog(QDialog):
    """Shows time and edits per clip and object, and lets times be kept or not."""

    def __init__(
        self, session: Session, project: Project, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("effort")
        self.setWindowTitle("Effort")
        self._session, self._settings = session, settings
        self._found = efforts_of(project)
        self.table = QTreeWidget()
        self.table.setHeaderLabels(COLUMNS)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._fill()
        self.keeps_times = QCheckBox("Keep when edits are made")
        self.keeps_times.setToolTip("Without, no time is known of what is done from now on")
        self.keeps_times.setChecked(settings.keeps_times)
        self.keeps_times.toggled.connect(self._set_times)
        save, close = QPushButton("Save as CSV…"), QPushButton("Close")
        save.setAutoDefault(False)
        save.clicked.connect(self._ask)
        close.clicked.connect(self.close)
        about = label(
            "Time between edits of one person, without pauses of more than "
            f"{PAUSE_S / 60:.0f} minutes. Untouched: propagated, and verified as it was."
        )
        row = in_row(self.keeps_times, None, save, close, spacing=6)
        self.setLayout(in_column((self.table, 1), about, row, margins=(12, 12, 12, 12), spacing=10))
        self.resize(*_SIZE)

    def _fill(self) -> None:
        clip: QTreeWidgetItem | None = None
        for one in self._found:
            item = QTreeWidgetItem(_texts(one))
            if one.object_id is None or clip is None:
                clip = item
                self.table.addTopLevelItem(item)
                item.setExpanded(True)
            else:
                clip.addChild(item)

    def _set_times(self, keeps: bool) -> None:
        self._settings.keeps_times = keeps

    def _ask(self) -> None:
        ask_path(self, "Save as CSV", QFileDialog.FileMode.AnyFile, self.save, name_filter="*.csv")

    def save(self, path: Path) -> None:
        """Write the table."""
        path = path if path.suffix else path.with_suffix(".csv")
        try:
            with atomic_file(path) as file:
                file.write(as_csv(self._found).encode())
        except VosguiError as error:
            self._session.failed.emit(error)
        else:
            self._session.said.emit(f"Written to {path}.")


def _texts(one: Effort) -> list[str]:
    name = one.clip if one.object_id is None else f"{one.object_id} {one.name}"
    counts = one.edits, one.painted, one.corrected, one.absent, one.propagated, one.untouched
    return [name, duration(one.seconds), *map(str, counts), f"{one.per_hour:.0f}"]
