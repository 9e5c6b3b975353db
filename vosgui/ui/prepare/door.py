"""The way from the main window into the Prepare view, and back with a project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from vosgui.core.words import counted
from vosgui.datasets.prepare.decisions import DECISIONS
from vosgui.datasets.prepare.rules import ClipRules
from vosgui.errors import ClipError
from vosgui.media.length import header_length
from vosgui.media.open_clip import VIDEO_SUFFIXES
from vosgui.ui.prepare.questions import CLIPS_FOLDER
from vosgui.ui.prepare.view import clock
from vosgui.ui.prepare.window import PrepareWindow
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.show import show_over

LONG_S = 60.0  # published clips are of 3 to 6 seconds; nobody annotates a minute in one go


class PrepareDoor(QObject):
    """Opens the Prepare view, asks what a long video is for, and opens the project it makes."""

    def __init__(self, opener: ClipOpener, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._opener, self._settings, self._main = opener, settings, window
        self.window: PrepareWindow | None = None
        self._offered: Path | None = None
        self._measuring = Job(self)
        self._take: Callable[[Sequence[Path]], None] = lambda _paths: None
        self._measuring.yielded.connect(self._on_measured)

    def show(self) -> None:
        """Show the view: as it was, or with the folder of clips that was open last.

        A video that is open in the main window is on the list, unless it was there before and was
        taken off.
        """
        video = self._open_video()
        if video is not None and video != self._offered:
            self._offered = video
            self.prepare([video])
            return
        last = self._settings.prepare.target
        self._open(Path(last) if last else Path(), [])

    def prepare(self, videos: Sequence[Path]) -> None:
        """Show the view with videos; their clips go to a folder beside the first one."""
        if self.window is not None and self.window.isVisible():
            self._open(self.window.desk.target, list(videos))
            return
        last = Path(self._settings.prepare.target) if self._settings.prepare.target else None
        beside = videos[0].parent / CLIPS_FOLDER
        goes_on = last is not None and not (beside / DECISIONS).exists() and last.is_dir()
        self._open(last if last is not None and goes_on else beside, list(videos))

    def drop(self, paths: Sequence[Path], take: Callable[[Sequence[Path]], None]) -> None:
        """Ask about a video that is long, or several; hand anything else to `take`."""
        videos = [one for one in paths if one.suffix.lower() in VIDEO_SUFFIXES]
        if not videos or len(videos) < len(paths):
            take(paths)
            return
        self._take = take
        self._measuring.begin(lambda _progress: (videos, _seconds(videos[0])))

    def close(self) -> None:
        """Close the view for good."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None

    def _open_video(self) -> Path | None:
        """Return the video that is open in the main window, if it is longer than a clip may be."""
        record = self._opener.record
        if record is None or not record.info.path.is_file():
            return None
        is_long = record.info.times_s[-1] > ClipRules.max_length_s
        return record.info.path if is_long else None

    def _open(self, target: Path, videos: list[Path]) -> None:
        if self.window is None:
            self.window = PrepareWindow(self._opener, self._settings)
            self.window.writer.project_made.connect(self._on_project)
        self.window.open(target, videos)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _on_measured(self, measured: tuple[list[Path], float]) -> None:
        videos, seconds = measured
        if len(videos) == 1 and seconds < LONG_S:
            self._take(videos)
            return
        box = QMessageBox(self._main)
        box.setObjectName("long_video")
        if len(videos) == 1:
            box.setText(f"{videos[0].name} is {clock(seconds, 0)} long.")
        else:
            box.setText(f"These are {counted(len(videos), 'video')}.")
        is_one = len(videos) == 1
        box.setInformativeText(
            "Prepare finds the shots and cuts short clips worth annotating. "
            + ("Open makes one clip of all of it." if is_one else "Add makes a clip of each.")
        )
        accept = QMessageBox.ButtonRole.AcceptRole
        prepare = box.addButton("Prepare", accept)
        open_ = box.addButton("Open" if is_one else "Add", accept)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(prepare)
        prepare.clicked.connect(lambda: self.prepare(videos))
        open_.clicked.connect(lambda: self._take(videos))
        show_over(box)

    def _on_project(self, project: Path) -> None:
        self._opener.open_project(project)
        self._main.raise_()
        self._main.activateWindow()


def _seconds(video: Path) -> float:
    try:
        return header_length(video).seconds
    except ClipError:  # opening it says so
        return 0.0
