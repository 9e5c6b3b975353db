"""The videos that are prepared, and how far each is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

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
        # As wide as the longest state: to measure all of thousands takes seconds.
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.tree.setColumnWidth(1, self.tree.fontMetrics().horizontalAdvance("looking…") + 24)
        self.tree.setUniformRowHeights(True)
        self._videos: list[Path] = []
        self._states: dict[Path, tuple[str, str]] = {}
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
        """Show what has changed: of thousands of videos few do at a time."""
        videos = [one.path for one in self._desk.decisions.videos]
        if videos != self._videos:
            self._videos, self._states = videos, {}
            self.tree.clear()
            items = [QTreeWidgetItem([path.name, ""]) for path in videos]
            for item, path in zip(items, videos, strict=True):
                item.setData(0, _PATH, path)
                item.setTextAlignment(
                    1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                )
            self.tree.addTopLevelItems(items)
        for n, path in enumerate(videos):
            state = self._state(path)
            if self._states.get(path) != state:
                self._states[path] = state
                self._show(self._item(n), path, *state)
        if self._desk.current in videos:
            self.tree.setCurrentItem(self._item(videos.index(self._desk.current)))
        self.tree.setVisible(bool(videos))
        self._empty.setVisible(not videos)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._states = {}
            self._refresh()
        super().changeEvent(event)

    def _show(self, item: QTreeWidgetItem, path: Path, text: str, tip: str) -> None:
        findings = self._desk.findings
        item.setText(1, text)
        item.setToolTip(0, "\n".join([str(path), *findings.warnings.get(path, ())]))
        item.setToolTip(1, tip)
        is_bad = path in findings.problems
        item.setForeground(1, QColor(roles().warning if is_bad else roles().muted))

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
