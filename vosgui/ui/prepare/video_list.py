"""The videos that are prepared, and how far each is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.style.panels import PanelTitle, action_button, in_column, in_row, note, two_columns
from vosgui.ui.style.theme import roles

_PATH = Qt.ItemDataRole.UserRole


class VideoList(QWidget):
    """Shows the videos; the chosen one is shown large."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self.tree = QTreeWidget()
        self.tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tree.setAccessibleName("Videos")
        two_columns(self.tree)
        self._empty = note("No video yet. Add some, or drop them here.")
        buttons = (
            action_button(actions[name]) for name in ("prepare.remove_video", "prepare.add_videos")
        )
        rows = in_row(self.tree, margins=(7, 0, 0, 0))  # texts begin where titles do
        self.setLayout(in_column(PanelTitle("Videos", *buttons), self._empty, (rows, 1)))
        self.tree.itemClicked.connect(lambda item: desk.show_video(item.data(0, _PATH)))
        for signal in (desk.changed, desk.video_changed, desk.findings.looking.changed):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        videos = [one.path for one in self._desk.decisions.videos]
        if videos != [self._item(n).data(0, _PATH) for n in range(self.tree.topLevelItemCount())]:
            self.tree.clear()
            for path in videos:
                item = QTreeWidgetItem([path.name, ""])
                item.setData(0, _PATH, path)
                self.tree.addTopLevelItem(item)
        for n, path in enumerate(videos):
            item, (text, tip) = self._item(n), self._state(path)
            item.setText(1, text)
            item.setToolTip(0, "\n".join([str(path), *self._desk.findings.warnings.get(path, ())]))
            item.setToolTip(1, tip)
            bad = path in self._desk.findings.problems
            item.setForeground(1, QColor(roles().warning if bad else roles().muted))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if path == self._desk.current:
                self.tree.setCurrentItem(item)
        self.tree.setVisible(bool(videos))
        self._empty.setVisible(not videos)

    def _item(self, n: int) -> QTreeWidgetItem:
        item = self.tree.topLevelItem(n)
        assert item is not None
        return item

    def _state(self, path: Path) -> tuple[str, str]:
        """Return how far a video is, in a few signs, and in words."""
        desk = self._desk
        if path in desk.findings.problems:
            return "refused", desk.findings.problems[path]
        if path not in desk.findings.found:
            at_work = desk.findings.looking.is_running
            return (
                ("looking…", "Its frames are looked at") if at_work else ("waits", "Not looked at")
            )
        stretches = desk.stretches_of(path)
        n_open = sum(one.verdict == "open" for one in stretches)
        n_accepted = sum(one.verdict == "accepted" for one in stretches)
        n_written = sum(desk.is_written(one) for one in stretches)
        words = f"{n_open} proposed, {n_accepted} accepted, of these {n_written} written"
        return f"{n_accepted}/{n_accepted + n_open}", words
