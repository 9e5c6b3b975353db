"""What the person is asked: which clip, which project, and what is to become of a changed clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from vosgui.core.clip import ClipInfo
from vosgui.errors import ClipError, GoneError
from vosgui.media.image_files import SUFFIXES
from vosgui.media.open_clip import VIDEO_SUFFIXES
from vosgui.project.clips import ClipRecord
from vosgui.ui.project.adder import ClipAdder
from vosgui.ui.project.opener import PROJECT_SUFFIX, ClipOpener, is_project
from vosgui.ui.project.saver import Saver
from vosgui.ui.style.forms import ask_new, ask_path
from vosgui.ui.style.show import show_over

_PROJECTS = f"Projects (*{PROJECT_SUFFIX})"
_CLIPS = f"Clips ({' '.join(f'*{one}' for one in VIDEO_SUFFIXES)});;All files (*)"
Open = Callable[[Path], None]


class Questions(QObject):
    """Asks with file dialogs and questions, and hands the answers on. All return at once.

    compare : called with the reference that is chosen.
    """

    def __init__(
        self, opener: ClipOpener, adder: ClipAdder, saver: Saver, compare: Open, window: QWidget
    ) -> None:
        super().__init__(window)
        self._adder = adder
        self._opener, self._saver, self._compare = opener, saver, compare
        self._window = window
        opener.clip_moved.connect(self._on_moved)
        opener.clip_changed.connect(self._on_changed)

    def clip(self) -> None:
        """Ask for a video file and open it."""
        self._ask_file("Open clip", self._opener.open_clip)

    def folder(self) -> None:
        """Ask for a folder of images and open it."""
        self._ask_folder("Open folder of images", self._opener.open_clip)

    def project(self) -> None:
        """Ask for a project and open it."""
        self._ask_file("Open project", self._opener.open_project, _PROJECTS)

    def added_clip(self) -> None:
        """Ask for one more clip of the open project."""
        box, add = self._question("add_clip"), self._opener.add_clip
        box.setText("Add a video file or a folder of images?")
        self._offer(box, "Video file…", lambda: self._ask_file("Add clip", add))
        self._offer(box, "Folder…", lambda: self._ask_folder("Add folder of images", add))
        show_over(box)

    def added_files(self) -> None:
        """Ask for video files, and add them all to the open project."""
        dialog = QFileDialog(self._window, "Add videos", self._start())
        dialog.setNameFilter(_CLIPS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._adder.add([Path(one) for one in names]))
        show_over(dialog)

    def added_tree(self) -> None:
        """Ask for a folder, and add all clips in it and in its subfolders to the open project."""
        self._ask_folder("Add all clips in a folder", lambda path: self._adder.add([path]))

    def dropped(self, paths: Sequence[Path]) -> None:
        """Open what was dropped on the window, or add it all; ask where both may be meant."""
        if len(paths) == 1 and (is_project(paths[0]) or not _is_tree(paths[0])):
            self._dropped_one(paths[0])
            return
        projects = [one for one in paths if is_project(one)]
        if len(projects) == len(paths):
            self._opener.open_project(projects[0])
            return
        paths = [one for one in paths if one not in projects]
        project = self._opener.project
        box = self._question("dropped")
        what = paths[0].name if len(paths) == 1 else f"these {len(paths)} files and folders"
        can_add = project is not None and not project.is_read_only
        box.setText(f"Add {what} to the open project, or make a new project of them?" if can_add
                    else f"Make a new project of {what}?")  # fmt: skip
        box.setInformativeText(
            "Every video and every folder of images is a clip, in subfolders as well."
            + (f" The open project is {project.path}." if can_add and project else "")
            + (f" {projects[0].name} is a project: open it by itself." if projects else "")
        )
        if can_add:
            self._offer(box, "Add to project", lambda: self._adder.add(paths))
        self._offer(box, "New project…", lambda: self._new_project(paths))
        show_over(box)

    def _new_project(self, paths: Sequence[Path]) -> None:
        """Ask where a new project is to lie, and add clips to it."""

        def make(path: Path) -> None:
            if self._opener.new_project(path):
                self._adder.add(paths)

        self._ask_new("New project", make, str(paths[0].parent))

    def _dropped_one(self, path: Path) -> None:
        project = self._opener.project
        if project is None or project.is_read_only or is_project(path):
            self._opener.open_path(path)
            return
        box = self._question("dropped")
        box.setText(f"Add {path.name} to the open project, or open it by itself?")
        box.setInformativeText(f"The open project is {project.path}.")
        self._offer(box, "Add to project", lambda: self._opener.add_clip(path))
        self._offer(box, "Open", lambda: self._opener.open_clip(path))
        show_over(box)

    def reference(self) -> None:
        """Ask what the open clip is to be compared with."""
        box = self._question("compare")
        box.setText("Compare with a folder of masks or with a project?")
        box.setInformativeText(
            "The masks are named like the clip's frames. Nothing is changed. The project that is "
            "open stands for its masks as they are now: you see what you change from here on."
        )
        folder, project = "Compare with a folder of masks", "Compare with a project"
        compare = self._compare
        self._offer(box, "Folder of masks…", lambda: self._ask_folder(folder, compare))
        self._offer(box, "Project…", lambda: self._ask_file(project, compare, _PROJECTS))
        show_over(box)

    def save_as(self) -> None:
        """Ask where a copy of the project is to lie."""
        self._ask_new("Save project as", self._saver.save_as)

    def _ask_new(self, title: str, then: Open, start: str = "") -> None:
        start = start or self._start()
        ask_new(
            self._window, title, then, suffix=PROJECT_SUFFIX, start=start, name_filter=_PROJECTS
        )

    def _ask_file(self, title: str, then: Open, names: str = _CLIPS) -> None:
        mode = QFileDialog.FileMode.ExistingFile
        ask_path(self._window, title, mode, then, start=self._start(), name_filter=names)

    def _ask_folder(self, title: str, then: Open) -> None:
        mode = QFileDialog.FileMode.Directory
        ask_path(self._window, title, mode, then, start=self._start())

    def _start(self) -> str:
        """Return the folder of the open clip; empty where none is open."""
        record = self._opener.record
        return str(record.info.path.parent) if record is not None else ""

    def _on_moved(self, record: ClipRecord, error: ClipError) -> None:
        box = self._question("clip_moved")
        box.setText(str(error))
        box.setInformativeText("Its annotation is safe. Nothing is opened until the clip is found.")
        title, found = f"Where is {record.name}?", self._opener.relocate
        self._offer(box, "Find file…", lambda: self._ask_file(title, found))
        self._offer(box, "Find folder…", lambda: self._ask_folder(title, found))
        box.rejected.connect(self._opener.give_up)
        show_over(box)

    def _on_changed(self, info: ClipInfo, project: Path) -> None:
        box = self._question("clip_changed")
        box.setText(f"The clip {info.name} has changed since it was annotated.")
        box.setInformativeText(
            f"{info.path} is another clip now. The annotation of the old one stays in {project}; "
            "put the old clip back to go on with it, or begin anew with this one."
        )
        self._offer(box, "Begin anew", self._opener.start_anew)
        box.rejected.connect(self._opener.give_up)
        show_over(box)

    def project_gone(self, error: GoneError) -> None:
        """Ask what is to become of the open project, whose file has gone; once at a time."""
        if self._window.findChild(QMessageBox, "project_gone") is not None:
            return
        box = self._question("project_gone", QMessageBox.Icon.Warning)
        box.setText(str(error))
        box.setInformativeText(
            "All that was done until then is still here, and can be saved. Until it is, nothing "
            "more is kept."
        )
        self._offer(box, "Save as…", self.save_as)
        self._offer(box, "Put it back", self._saver.put_back)
        leave = box.addButton("Leave it", QMessageBox.ButtonRole.DestructiveRole)
        leave.clicked.connect(self._leave)
        show_over(box)

    def _leave(self) -> None:
        self._opener.may_lose = True
        self._opener.close()

    def _question(
        self, name: str, icon: QMessageBox.Icon = QMessageBox.Icon.Question
    ) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setObjectName(name)
        box.setIcon(icon)
        box.addButton(QMessageBox.StandardButton.Cancel)
        return box

    def _offer(self, box: QMessageBox, text: str, act: Callable[[], None]) -> None:
        box.addButton(text, QMessageBox.ButtonRole.AcceptRole).clicked.connect(act)


def _is_tree(path: Path) -> bool:
    """Return whether a path is a folder that is no clip itself, but may hold some."""
    try:
        return path.is_dir() and not any(
            one.suffix.lower() in SUFFIXES and one.is_file() for one in path.iterdir()
        )
    except OSError:
        return False
