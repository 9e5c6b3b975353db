"""What the Prepare view asks: which videos, and where their clips go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from vosgui.core.words import counted
from vosgui.datasets.prepare.prepare import videos_in
from vosgui.media.open_clip import VIDEO_SUFFIXES
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.session.job import Job
from vosgui.ui.style.forms import ask_path
from vosgui.ui.style.show import show_over

CLIPS_FOLDER = "clips"
_VIDEOS = f"Videos ({' '.join(f'*{one}' for one in VIDEO_SUFFIXES)});;All files (*)"


class PrepareQuestions(QObject):
    """Asks with file dialogs, and does what is answered. All return at once.

    target_chosen : (Path) another folder of clips.
    """

    target_chosen = Signal(object)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.searching = Job(self)
        self.searching.yielded.connect(self._on_videos)
        self.searching.failed.connect(desk.failed)

    def videos(self) -> None:
        """Ask for video files and add them."""
        dialog = QFileDialog(self._window, "Add videos", self._start())
        dialog.setNameFilter(_VIDEOS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        show_over(dialog)

    def folder(self) -> None:
        """Ask for a folder of videos and add all that are in it."""
        mode = QFileDialog.FileMode.Directory
        ask_path(self._window, "Add folder of videos", mode, lambda path: self.add([path]),
                 start=self._start())  # fmt: skip

    def target(self) -> None:
        """Ask for a folder of clips."""
        mode = QFileDialog.FileMode.Directory
        ask_path(self._window, "Folder of clips", mode, self.target_chosen.emit,
                 start=str(self._desk.target))  # fmt: skip

    def add(self, paths: list[Path]) -> None:
        """Add videos, and those in folders; these are searched in a job."""
        self.searching.begin(lambda _progress: videos_in(paths), "Searching videos")

    def remove(self) -> None:
        """Take the video that is shown off the list; its file and its clips stay where they are."""
        desk = self._desk
        if desk.current is not None:
            desk.apply(f"Remove {desk.current.name}", desk.decisions.without(desk.current))

    def _on_videos(self, videos: list[Path]) -> None:
        """Add videos, and look at them; those that are there stay as they are.

        Where no folder of clips was chosen it is one beside the first video.
        """
        desk = self._desk
        if desk.target == Path():
            self.target_chosen.emit(videos[0].parent / CLIPS_FOLDER)
        new = [one for one in videos if desk.decisions.video(one) is None]
        label = f"Add {counted(len(new), 'video')}"
        if new and desk.apply(label, desk.decisions.with_videos(new)):
            desk.look()
        if videos:
            desk.show_video(videos[0])

    def _start(self) -> str:
        current = self._desk.current
        return str(current.parent) if current is not None else ""
