"""What to import, as what, and where to: the upper half of the import dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from vosgui.formats.registry import readable
from vosgui.ui.dialogs.importer import ImportChoice
from vosgui.ui.style.forms import ask_into, lay_out, with_buttons


class ImportForm(QWidget):
    """The choices of an import.

    clip : name of the open clip, empty for none. has_project : else a new one is made.
    changed : something else is to be read now.
    """

    changed = Signal()

    def __init__(self, clip: str, *, has_project: bool) -> None:
        super().__init__()
        self.source, self.frames, self.project = QLineEdit(), QLineEdit(), QLineEdit()
        self.format, self.into = QComboBox(), QComboBox()
        self.overwrite = QCheckBox("Replace annotations that the project has of the same clips")
        self.skip_broken = QCheckBox("Leave out clips and frames that cannot be read")
        self._has_project = has_project
        self._form = QFormLayout(self)
        self._fill(clip)
        self._lay_out()
        for edit in (self.source, self.frames):
            edit.editingFinished.connect(self._on_edited)
        for box in (self.format, self.into):
            box.activated.connect(self.changed)
        self.skip_broken.toggled.connect(self.changed)
        self._known = ("", "")
        self.show_what_applies("")

    @property
    def choice(self) -> ImportChoice | None:
        """Return what is chosen; None as long as there is no source."""
        source = self.source.text().strip()
        if not source:
            return None
        frames = self.frames.text().strip()
        return ImportChoice(
            Path(source).expanduser(),
            self.format.currentData(),
            self.into.currentData(),
            Path(frames).expanduser() if frames else None,
            self.overwrite.isChecked(),
            self.skip_broken.isChecked(),
        )

    def show_what_applies(self, into: str) -> None:
        """Show the choices of an import into the clip, the project, or of what is not known yet."""
        if into and self.into.currentData() == "":
            self.into.setItemText(0, f"Automatic: {self.into.itemText(self.into.findData(into))}")
        as_clips = into == "project"
        for row in (self._frames, self.overwrite, self.skip_broken):
            self._form.setRowVisible(row, as_clips)
        self._form.setRowVisible(self._project, as_clips and not self._has_project)
        if as_clips and not self._has_project and not self.project.text():
            source = Path(self.source.text().strip()).expanduser().absolute()
            self.project.setText(str(source.with_name(f"{source.stem}.vosgui")))

    def _fill(self, clip: str) -> None:

        self.format.addItem("Detect automatically", "auto")
        for row in readable():
            self.format.addItem(row.title[:1].upper() + row.title[1:], row.name)
        self.format.setMaxVisibleItems(len(readable()) + 1)
        self.into.addItem("Choose automatically", "")
        if clip:
            self.into.addItem(f"Masks of the open clip {clip}, as one edit", "clip")
        self.into.addItem("Clips of the project", "project")
        self.source.setPlaceholderText("A folder, a JSON or XML file, or a zip")
        self.frames.setPlaceholderText("Only where they are not beside the masks")

    def _lay_out(self) -> None:
        file = ("File…", lambda: self._ask(self.source, QFileDialog.FileMode.ExistingFile))
        folder = ("Folder…", lambda: self._ask(self.source, QFileDialog.FileMode.Directory))
        where = ("Folder…", lambda: self._ask(self.frames, QFileDialog.FileMode.Directory))
        self._frames = with_buttons(self.frames, where)
        self._project = with_buttons(self.project)
        lay_out(
            self._form,
            ("Import", with_buttons(self.source, file, folder)),
            ("Format", self.format),
            ("As", self.into),
            ("Frames", self._frames),
            ("New project", self._project),
            ("", self.overwrite),
            ("", self.skip_broken),
        )

    def _on_edited(self) -> None:
        known = (self.source.text().strip(), self.frames.text().strip())
        if known != self._known:
            self._known = known
            self.changed.emit()

    def _ask(self, edit: QLineEdit, mode: QFileDialog.FileMode) -> None:
        ask_into(edit, "Import", mode, self._on_edited)
