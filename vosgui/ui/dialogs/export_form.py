"""What to export, how and where: the upper half of the export dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QWidget

from vosgui.formats.registry import writable, write_format
from vosgui.ui.session.settings import ExportSettings
from vosgui.ui.style.forms import ask_path, lay_out, with_buttons

_FRAMES = (("grid", "The grid: the frames that a person annotates"), ("all", "All frames"))
_EXISTING = (
    ("refuse", "leave it and say so"),
    ("merge", "add these clips to it"),
    ("overwrite", "add these clips, replacing those of the same names"),
)
_YEARS = ((0, "of the list that fits"), (2019, "of 2019"), (2021, "of 2021"))
_OBJECTS = ((False, "All objects"), (True, "The current object only"))


class ExportForm(QWidget):
    """The choices of an export, kept in the settings; options show only where they apply.

    changed : something else is to be checked and written now.
    """

    changed = Signal()

    def __init__(self, chosen: ExportSettings, n_clips: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self.format, self.clips, self.frames = QComboBox(), QComboBox(), QComboBox()
        self.existing, self.year, self.objects = QComboBox(), QComboBox(), QComboBox()
        self.folder, self.reference = QLineEdit(chosen.folder), QLineEdit(chosen.reference)
        self._fill(n_clips)
        self._form = QFormLayout(self)
        self._lay_out()
        for box in self._boxes:
            box.activated.connect(self.take)
        for edit in (self.folder, self.reference):
            edit.editingFinished.connect(self.take)
        self._show_what_applies()

    @property
    def _boxes(self) -> tuple[QComboBox, ...]:
        return (self.format, self.clips, self.frames, self.existing, self.year, self.objects)

    def _fill(self, n_clips: int) -> None:

        chosen = self._chosen
        formats = [(row.name, row.written_title or row.title) for row in writable()]
        clips = [(False, "This clip")]
        if n_clips > 1:
            clips.append((True, f"All {n_clips} clips of the project"))
        rows: tuple[tuple[QComboBox, list[tuple[object, str]], object], ...] = (
            (self.format, list(formats), chosen.format),
            (self.clips, list(clips), chosen.all_clips),
            (self.frames, list(_FRAMES), chosen.frames),
            (self.existing, list(_EXISTING), chosen.existing),
            (self.year, list(_YEARS), chosen.vis_year),
            (self.objects, list(_OBJECTS), chosen.current_only),
        )
        for box, entries, value in rows:
            for data, text in entries:
                box.addItem(text[:1].upper() + text[1:] if box is self.format else text, data)
            box.setCurrentIndex(max(0, box.findData(value)))
        self.format.setMaxVisibleItems(len(formats))
        chosen.format = self.format.currentData()
        chosen.all_clips = bool(self.clips.currentData())
        self.reference.setPlaceholderText("instances.json of the benchmark, for its numbers")

    def _lay_out(self) -> None:
        self._reference = with_buttons(self.reference, ("Choose…", self._ask_reference))
        lay_out(
            self._form,
            ("Format", self.format),
            ("Clips", self.clips),
            ("Frames", self.frames),
            ("Objects", self.objects),
            ("Category ids", self.year),
            ("Reference", self._reference),
            ("Folder", with_buttons(self.folder, ("Choose…", self._ask_folder))),
            ("If a tree is there", self.existing),
        )

    def _show_what_applies(self) -> None:
        form = write_format(self._chosen.format)
        for row, applies in (
            (self.existing, bool(form.split)),
            (self.objects, "objects" in form.options and not self._chosen.all_clips),
            (self.year, "vis_year" in form.options),
            (self._reference, "reference" in form.options),
        ):
            self._form.setRowVisible(row, applies)

    def take(self) -> None:
        """Keep what is chosen and typed now."""
        chosen = self._chosen
        before = repr(chosen)
        chosen.format = self.format.currentData()
        chosen.all_clips = bool(self.clips.currentData())
        chosen.frames = self.frames.currentData()
        chosen.existing = self.existing.currentData()
        chosen.vis_year = self.year.currentData()
        chosen.current_only = bool(self.objects.currentData())
        chosen.folder = self.folder.text().strip()
        chosen.reference = self.reference.text().strip()
        if repr(chosen) != before:
            self._show_what_applies()
            self.changed.emit()

    def _ask_folder(self) -> None:
        there = str(Path(self._chosen.folder).expanduser())
        mode = QFileDialog.FileMode.Directory
        ask_path(self.folder, "Export To", mode, self.take, start=there)

    def _ask_reference(self) -> None:
        title, mode = "The Benchmark's Own File", QFileDialog.FileMode.ExistingFile
        ask_path(self.reference, title, mode, self.take, name_filter="JSON (*.json)")
