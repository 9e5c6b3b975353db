"""How much work the open project has taken, as a table that can be saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QTreeWidgetItem, QWidget

from vosgui.datasets.composition.effort import (
    PAUSE_S,
    Effort,
    FrameEffort,
    as_csv,
    efforts_of,
    frames_as_csv,
    with_total,
)
from vosgui.project.project import Project
from vosgui.ui.review.table_dialog import TableDialog
from vosgui.ui.runs.pace import duration
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import label

COLUMNS = ("Clip, object", "Time", "Edits", "Strokes", "Clicks", "Painted", "Corrected", "Absent",
           "Propagated", "Untouched", "Per given frame", "Masks per hour")  # fmt: skip
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Efforts = tuple[list[Effort], list[FrameEffort]]


class EffortDialog(TableDialog):
    """Shows time and edits per clip and object, and lets times be kept or not."""

    def __init__(
        self, session: Session, project: Project, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(session, COLUMNS, parent)
        for column in range(1, len(COLUMNS)):
            self.table.headerItem().setTextAlignment(column, RIGHT)
        self.setObjectName("effort")
        self.setWindowTitle("Effort")
        self._settings = settings
        self.keeps_times = QCheckBox("Keep the times of edits")
        self.keeps_times.setToolTip("If not, no time is known of what is done from now on")
        self.keeps_times.setChecked(settings.keeps_times)
        self.keeps_times.toggled.connect(self._set_times)
        about = label(
            "Time: between edits of one person, without pauses of more than "
            f"{PAUSE_S / 60:.0f} minutes. Untouched: propagated, and verified as it was. One CSV "
            "file holds this table, another one each object in each frame."
        )
        about.setWordWrap(True)
        self.lay_out(about, self.keeps_times)
        self.read(lambda _progress: efforts_of(project))

    def fill(self, found: Efforts) -> None:
        """Show what was found."""
        efforts, by_frame = with_total(found[0]), found[1]
        self.tables = {"": as_csv(efforts), "-frames": frames_as_csv(by_frame)}
        clip: QTreeWidgetItem | None = None
        for one in efforts:
            item = QTreeWidgetItem(_texts(one))
            for column in range(1, len(COLUMNS)):
                item.setTextAlignment(column, RIGHT)
            if one.object_id is None or clip is None:
                clip = item
                self.table.addTopLevelItem(item)
                item.setExpanded(True)
            else:
                clip.addChild(item)

    def _set_times(self, keeps: bool) -> None:
        self._settings.keeps_times = keeps


def _texts(one: Effort) -> list[str]:
    name = one.clip or "All clips"
    name = name if one.object_id is None else f"{one.object_id} {one.name}"
    counts = (one.edits, one.strokes, one.clicks, one.painted, one.corrected, one.absent,
              one.propagated, one.untouched)  # fmt: skip
    given = duration(one.per_frame) if one.per_frame else "–"
    return [name, duration(one.seconds), *map(str, counts), given, f"{one.per_hour:.0f}"]
