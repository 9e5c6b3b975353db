"""Who did what in the open project, and when: a list that is filtered, gone through and saved."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHeaderView, QTreeWidgetItem, QWidget

from vosgui.core.words import counted
from vosgui.datasets.composition.edit_log import DoneEdit, as_csv, edits_of
from vosgui.project.project import Project
from vosgui.ui.review.table_dialog import TableDialog
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import label

COLUMNS = ("When", "Who", "Clip", "What", "Objects", "Frames", "")
EVERYBODY, ALL_CLIPS = "Everybody", "All clips"


class EditsDialog(TableDialog):
    """Lists the edits, the last one first; a double click shows the frame. It may stay open."""

    def __init__(self, session: Session, project: Project, clip: str, parent: QWidget) -> None:
        super().__init__(session, COLUMNS, parent)
        self.setObjectName("edits")
        self.setWindowTitle("Edits")
        self._clip = clip
        self._found: list[DoneEdit] = []
        self._shown: dict[int, DoneEdit] = {}
        self.person, self.clip = QComboBox(), QComboBox()
        for box, tip in ((self.person, "Whose edits are listed"), (self.clip, "Of which clips")):
            box.setToolTip(tip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setAccessibleName(tip)
            box.activated.connect(self._list)
        self.table.setRootIsDecorated(False)
        self.table.header().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.table.itemActivated.connect(self._show)
        about = label("A double click shows the frame. The CSV file holds what is listed.")
        self.lay_out(about, self.person, self.clip)
        self.read(lambda _progress: edits_of(project))

    def fill(self, found: list[DoneEdit]) -> None:
        """Offer the persons and clips that there are, and list the edits of this clip."""
        self._found = found
        self.person.addItems([EVERYBODY, *sorted({one.person for one in found if one.person})])
        clips = dict.fromkeys(one.clip for one in found)
        self.clip.addItems([ALL_CLIPS, *clips])
        self.clip.setCurrentText(self._clip)
        self._list()

    def _list(self) -> None:
        who, clip = self.person.currentText(), self.clip.currentText()
        chosen = [
            one
            for one in self._found
            if who in (EVERYBODY, one.person) and clip in (ALL_CLIPS, one.clip)
        ]
        self.tables = {"": as_csv(chosen)}
        self.table.clear()
        self._shown = {}
        items = []
        for one in reversed(chosen):
            frames = one.frames or (counted(one.n_frames, "frame") if one.n_frames else "")
            texts = one.when, one.person, one.clip, one.what, one.objects, frames, one.state
            items.append(QTreeWidgetItem(list(texts)))
            self._shown[id(items[-1])] = one
        self.table.addTopLevelItems(items)

    def _show(self, item: QTreeWidgetItem) -> None:
        one = self._shown.get(id(item))
        if one is not None and one.t is not None and one.clip == self._clip:
            self._session.go_to(one.t)
