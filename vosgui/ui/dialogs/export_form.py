"""What to export, how and where: the upper half of the export dialog."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QWidget

from vosgui.core.words import counted
from vosgui.formats.registry import writable, write_format
from vosgui.project.chosen_clips import clips_that_are
from vosgui.project.project import Project
from vosgui.ui.session.settings import ExportSettings, WhichClips
from vosgui.ui.style.forms import ask_into, lay_out, with_buttons

_FRAMES = (("grid", "The grid: the frames that a person annotates"), ("all", "All frames"))
_EXISTING = (
    ("refuse", "Go on with an export of this project, leave any other"),
    ("merge", "Add these clips to it"),
    ("overwrite", "Add these clips, replacing those of the same names"),
)
_YEARS = ((0, "Of the list that fits"), (2019, "Of 2019"), (2021, "Of 2021"))
_OBJECTS = ((False, "All objects"), (True, "The current object only"))


def clips_to_choose(project: Project | None) -> list[tuple[WhichClips, str]]:
    """Return which clips of a project can be exported, in words; those that there are."""
    n_clips = len(project.clips) if project is not None else 0
    found: list[tuple[WhichClips, str]] = [("this", "This clip")]
    if project is not None and n_clips > 1:
        n_ticked = len(clips_that_are(project, "ticked"))
        if n_ticked:
            found.append(("ticked", f"The {counted(n_ticked, 'clip')} that {_is(n_ticked)} ticked"))
        found.append(("accepted", "The clips that are accepted, and not edited since"))
        found.append(("all", f"All {n_clips} clips of the project"))
    return found


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


class ExportForm(QWidget):
    """The choices of an export, kept in the settings; options show only where they apply.

    changed : something else is to be checked and written now.
    """

    changed = Signal()

    def __init__(self, chosen: ExportSettings, clips: Iterable[tuple[WhichClips, str]]) -> None:
        super().__init__()
        self._chosen = chosen
        self._boxes: dict[str, QComboBox] = {}  # by their field of the settings
        self._lines: dict[str, QLineEdit] = {}
        titles = [(row.name, row.written_title or row.title) for row in writable()]
        self.format = self._box("format", [(n, t[:1].upper() + t[1:]) for n, t in titles])
        self.format.setMaxVisibleItems(len(titles))
        self.clips = self._box("clips", clips)
        self.frames = self._box("frames", _FRAMES)
        self.objects = self._box("current_only", _OBJECTS)
        self.year = self._box("vis_year", _YEARS)
        self.existing = self._box("existing", _EXISTING)
        self.folder, self.reference = self._line("folder"), self._line("reference")
        self.reference.setPlaceholderText("instances.json of the benchmark, for its numbers")
        self._reference = with_buttons(self.reference, ("Choose…", self._ask_reference))
        self._form = QFormLayout(self)
        lay_out(
            self._form,
            ("Format", self.format),
            ("Clips", self.clips),
            ("Frames", self.frames),
            ("Objects", self.objects),
            ("Category ids", self.year),
            ("Reference", self._reference),
            ("Folder", with_buttons(self.folder, ("Choose…", self._ask_folder))),
            ("If a dataset is there", self.existing),
        )
        self._show_what_applies()

    def take(self) -> None:
        """Keep what is chosen and typed now."""
        before = repr(self._chosen)
        for field, box in self._boxes.items():
            setattr(self._chosen, field, box.currentData())
        for field, line in self._lines.items():
            setattr(self._chosen, field, line.text().strip())
        if repr(self._chosen) != before:
            self._show_what_applies()
            self.changed.emit()

    def _box(self, field: str, entries: Iterable[tuple[object, str]]) -> QComboBox:
        """Return a list of the values that a field can have, at the one that it has."""
        box = self._boxes[field] = QComboBox()
        for value, text in entries:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(getattr(self._chosen, field))))
        setattr(self._chosen, field, box.currentData())
        box.activated.connect(self.take)
        return box

    def _line(self, field: str) -> QLineEdit:
        line = self._lines[field] = QLineEdit(getattr(self._chosen, field))
        line.editingFinished.connect(self.take)
        return line

    def _show_what_applies(self) -> None:
        form = write_format(self._chosen.format)
        for row, applies in (
            (self.existing, bool(form.split)),
            (self.objects, "objects" in form.options and self._chosen.clips == "this"),
            (self.year, "vis_year" in form.options),
            (self._reference, "reference" in form.options),
        ):
            self._form.setRowVisible(row, applies)

    def _ask_folder(self) -> None:
        there = str(Path(self._chosen.folder).expanduser())
        mode = QFileDialog.FileMode.Directory
        ask_into(self.folder, "Export to", mode, self.take, start=there)

    def _ask_reference(self) -> None:
        title, mode = "The benchmark's own file", QFileDialog.FileMode.ExistingFile
        ask_into(self.reference, title, mode, self.take, name_filter="JSON (*.json)")
