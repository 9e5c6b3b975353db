"""Which masks the open clip is to be compared with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from vosgui.ui.project.opener import PROJECT_SUFFIX


def ask_reference(window: QWidget, then: Callable[[Path], None]) -> None:
    """Ask for a folder of masks or a project, and hand it on. Returns at once."""
    box = QMessageBox(window)
    box.setObjectName("compare")
    box.setText("Compare with a folder of masks or with a project?")
    box.setInformativeText(
        "The masks are named like the clip's frames. Nothing is changed. The project that is open "
        "stands for its masks as they are now: you see what you change from here on."
    )
    folder = box.addButton("Folder of Masks…", QMessageBox.ButtonRole.AcceptRole)
    project = box.addButton("Project…", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    folder.clicked.connect(lambda: _ask_folder(window, then))
    project.clicked.connect(lambda: _ask_project(window, then))
    box.open()


def _ask_folder(window: QWidget, then: Callable[[Path], None]) -> None:
    dialog = QFileDialog(window, "Compare with a Folder of Masks")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def _ask_project(window: QWidget, then: Callable[[Path], None]) -> None:
    dialog = QFileDialog(window, "Compare with a Project")
    dialog.setNameFilter(f"Projects (*{PROJECT_SUFFIX})")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
