"""The preview of an export: the folders that will be written, and the objects under their ids."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from vosgui.core.words import counted
from vosgui.datasets.export import Preview, WrittenObject
from vosgui.ui.style.panels import two_columns

_OPENED = 40  # folders; more are left folded


class PreviewTree(QTreeWidget):
    """A tree of folders with their numbers of files, and one of clips with their objects."""

    def __init__(self) -> None:
        super().__init__()
        two_columns(self)
        self.setRootIsDecorated(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def show_preview(self, preview: Preview) -> None:
        """Show what will be written."""
        self.clear()
        top = self._row(None, str(preview.target), counted(len(preview.files), "file"))
        top.setToolTip(0, str(preview.target))
        nodes: dict[str, QTreeWidgetItem] = {"": top}
        folders = preview.folders
        totals: Counter[str] = Counter()
        for folder, n_files in folders.items():
            for path in _with_parents(folder):
                totals[path] += n_files
        for path, n_files in sorted(totals.items()):
            parent, _, name = path.rpartition("/")
            nodes[path] = self._row(nodes[parent], f"{name}/", counted(n_files, "file"))
        own = folders.get("", 0)
        if own and totals:
            self._row(top, "files beside these folders", str(own))
        if len(nodes) <= _OPENED:
            self.expandAll()
        top.setExpanded(True)
        self._show_objects(preview.objects)
        for clip in preview.left_out:
            self._row(None, f"{clip}: nothing to write", "")

    def _show_objects(self, objects: tuple[WrittenObject, ...]) -> None:
        clips: dict[str, QTreeWidgetItem] = {}
        for one in objects:
            if one.clip not in clips:
                clips[one.clip] = self._row(None, f"Objects of {one.clip}", "written as")
            about = f"{one.object_id}  {one.name}" + (f" · {one.category}" if one.category else "")
            self._row(clips[one.clip], about, one.written).setToolTip(0, about)
        for item in clips.values():
            item.setExpanded(len(objects) <= _OPENED)

    def _row(self, parent: QTreeWidgetItem | None, text: str, number: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text, number])
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if parent is None:
            self.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item


def _with_parents(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]
