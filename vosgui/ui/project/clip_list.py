"""The clips of the project, with how far each is."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from vosgui.core.quality.needs_review import grid_progress
from vosgui.project.clips import ClipRecord
from vosgui.ui.actions.actions import Actions
from vosgui.ui.actions.context_menus import add_context_menu
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import (
    PanelTitle,
    action_button,
    in_column,
    paint_as_panel,
    settling,
    two_columns,
)

CLIP_ID = Qt.ItemDataRole.UserRole
MIN_WIDTH_PX = 150
SETTLE_MS = 500


class ClipList(QWidget):
    """Hidden while the project has one clip."""

    def __init__(self, session: Session, opener: ClipOpener, actions: Actions) -> None:
        super().__init__()
        self._session, self._opener = session, opener
        paint_as_panel(self)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.tree = QTreeWidget()
        self._items: dict[int, QTreeWidgetItem] = {}  # by the clip's id
        self._shown: object = None  # whose and which clips these are
        self.tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tree.setAccessibleName("Clips of the project")
        two_columns(self.tree)
        add_context_menu(self.tree, actions, "clips")
        title = PanelTitle("Clips", action_button(actions["add_clip"]))
        self.setLayout(in_column(title, self.tree))
        self._timer = settling(self, SETTLE_MS, self._show_progress)
        self.tree.itemClicked.connect(self._on_clicked)
        opener.project_changed.connect(self._refresh)
        opener.opened.connect(self._refresh)
        session.history_changed.connect(self._timer.start)
        self._refresh()

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        self._opener.show_clip(item.data(0, CLIP_ID))

    def _refresh(self) -> None:
        records = self._opener.records
        project = self._opener.project
        shown = project.path if project is not None else None, [(r.id, r.name) for r in records]
        if shown != self._shown:
            self._shown = shown
            self._fill(records)
        self._choose()
        self.setVisible(len(records) > 1)
        self._show_progress()

    def _choose(self) -> None:
        """Choose the open clip; the one before shows how far it was when it was left."""
        before, now = self.tree.currentItem(), self._items.get(self._opener.clip_id)
        if before is not None and before is not now:
            before.setText(1, self._opener.progress_of(before.data(0, CLIP_ID)))
        if now is None:
            self.tree.clearSelection()
        else:
            self.tree.setCurrentItem(now)

    def _fill(self, records: Collection[ClipRecord]) -> None:
        self.tree.clear()
        self._items = {}
        for record in records:
            item = QTreeWidgetItem([record.name, self._opener.progress_of(record.id)])
            item.setData(0, CLIP_ID, record.id)
            item.setToolTip(0, str(record.info.path))
            item.setToolTip(1, "Grid frames that need no review, of all grid frames")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._items[record.id] = item
        self.tree.addTopLevelItems(list(self._items.values()))

    def _show_progress(self) -> None:
        item = self.tree.currentItem()
        if item is not None and self._session.is_open:
            done, total = grid_progress(self._session.annotation)
            item.setText(1, f"{done}/{total}")
