"""What the person is asked while clips and projects are opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from vosgui.core.clip import ClipInfo
from vosgui.errors import ClipError
from vosgui.project.clips import ClipRecord
from vosgui.ui.project.opener import PROJECT_SUFFIX, ClipOpener
from vosgui.ui.project.saver import Saver

_PROJECTS = f"Projects (*{PROJECT_SUFFIX})"
_CLIPS = "Clips (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.ts *.wmv *.gif);;All files (*)"


class Questions(QObject):
    """Asks with file dialogs and questions, and hands the answers to the opener."""

    def __init__(self, opener: ClipOpener, saver: Saver, window: QWidget) -> None:
        super().__init__(window)
        self._opener, self._saver, self._window = opener, saver, window
        opener.clip_moved.connect(self._on_moved)
        opener.clip_changed.connect(self._on_changed)

    # -- which file --------------------------------------------------------------------------

    def clip(self) -> None:
        """Ask for a video file and open it."""
        self._ask_file("Open Clip", _CLIPS, self._opener.open_clip)

    def folder(self) -> None:
        """Ask for a folder of images and open it."""
        self._ask_folder("Open Folder of Images", self._opener.open_clip)

    def project(self) -> None:
        """Ask for a project and open it."""
        self._ask_file("Open Project", _PROJECTS, self._opener.open_project)

    def added_clip(self) -> None:
        """Ask for one more clip of the open project."""
        box = QMessageBox(self._window)
        box.setObjectName("add_clip")
        box.setText("Add a video file or a folder of images?")
        file = box.addButton("Video File…", QMessageBox.ButtonRole.AcceptRole)
        folder = box.addButton("Folder…", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        add = self._opener.add_clip
        file.clicked.connect(lambda: self._ask_file("Add Clip", _CLIPS, add))
        folder.clicked.connect(lambda: self._ask_folder("Add Folder of Images", add))
        box.open()

    def save_as(self) -> None:
        """Ask where a copy of the project is to lie."""
        dialog = self._dialog("Save Project As", _PROJECTS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(PROJECT_SUFFIX.lstrip("."))
        dialog.fileSelected.connect(lambda name: self._saver.save_as(Path(name)))
        dialog.open()

    def _ask_file(self, title: str, names: str, then: Callable[[Path], None]) -> None:
        dialog = self._dialog(title, names)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.open()

    def _ask_folder(self, title: str, then: Callable[[Path], None]) -> None:
        dialog = self._dialog(title, "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.open()

    def _dialog(self, title: str, names: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        if names:
            dialog.setNameFilter(names)
        project = self._opener.project
        if project is not None and self._opener.clip_id:
            record = next(r for r in project.clips if r.id == self._opener.clip_id)
            dialog.setDirectory(str(record.info.path.parent))
        return dialog

    # -- which clip --------------------------------------------------------------------------

    def _on_moved(self, record: ClipRecord, error: ClipError) -> None:
        box = self._question("clip_moved", str(error))
        box.setInformativeText("Its annotation is safe. Nothing is opened until the clip is found.")
        file = box.addButton("Find File…", QMessageBox.ButtonRole.AcceptRole)
        folder = box.addButton("Find Folder…", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        title = f"Where Is {record.name}?"
        found = self._opener.relocate
        file.clicked.connect(lambda: self._ask_file(title, _CLIPS, found))
        folder.clicked.connect(lambda: self._ask_folder(title, found))
        cancel.clicked.connect(self._opener.give_up)
        box.open()

    def _on_changed(self, info: ClipInfo, project: Path) -> None:
        box = self._question(
            "clip_changed", f"The clip {info.name} has changed since it was annotated."
        )
        box.setInformativeText(
            f"{info.path} is another clip now. The annotation of the old one stays in {project}; "
            "put the old clip back to go on with it, or begin anew with this one."
        )
        anew = box.addButton("Begin Anew", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        anew.clicked.connect(self._opener.start_anew)
        cancel.clicked.connect(self._opener.give_up)
        box.open()

    def _question(self, name: str, text: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setObjectName(name)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(text)
        return box
