"""The clips of the project, with how far each is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from vosgui.core.needs_review import grid_progress
from vosgui.ui.actions.actions import Actions
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import PanelTitle

CLIP_ID = Qt.ItemDataRole.UserRole
MIN_WIDTH_PX = 150
SETTLE_MS = 500


class ClipList(QWidget):
    """Hidden while the project has one clip."""

    def __init__(
        self, session: Session, opener: ClipOpener, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(MIN_WIDTH_PX)
        title = PanelTitle("Clips")
        title.add_button(actions["add_clip"])
        self.tree = _make_tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(title)
        layout.addWidget(self.tree)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._show_progress)
        self.tree.itemClicked.connect(self._on_clicked)
        opener.project_changed.connect(self._refresh)
        opener.opened.connect(self._refresh)
        session.history_changed.connect(self._timer.start)
        self._refresh()

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        self._opener.show_clip(item.data(0, CLIP_ID))

    def _refresh(self) -> None:
        project = self._opener.project
        self.tree.clear()
        for record in project.clips if project else ():
            item = QTreeWidgetItem([record.name, self._opener.progress_of(record.id)])
            item.setData(0, CLIP_ID, record.id)
            item.setToolTip(0, str(record.info.path))
            item.setToolTip(1, "Grid frames that need no review any more, of all")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.tree.addTopLevelItem(item)
            if record.id == self._opener.clip_id:
                self.tree.setCurrentItem(item)
        self.setVisible(project is not None and len(project.clips) > 1)
        self._show_progress()

    def _show_progress(self) -> None:
        item = self.tree.currentItem()
        if item is not None and self._session.is_open:
            done, total = grid_progress(self._session.annotation)
            item.setText(1, f"{done}/{total}")


def _make_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return tree
