"""Which video is shown, open or opening, where in it the playhead is, and what is selected."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.core.clip import Clip
from vosgui.media.open_clip import open_clip
from vosgui.ui.session.job import Job

_KEPT_CLIPS = 6  # videos that stay open: their packets were read


class Place(QObject):
    """Shows one video at a time; it is opened in a job.

    video_changed : another video is shown, or is open now. frame_changed : (t) the playhead.
    selection_changed : what is selected.

    current : the video that is shown. clip : None until it is open. selected : first frame, and
    the one after the last. opening : the job.
    """

    video_changed = Signal()
    frame_changed = Signal(int)
    selection_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.current: Path | None = None
        self.clip: Clip | None = None
        self.t = 0
        self.selected: tuple[int, int] | None = None
        self._clips: OrderedDict[Path, Clip] = OrderedDict()
        self.opening = Job(self)
        self.opening.yielded.connect(self._on_opened)

    def show_video(self, path: Path | None) -> None:
        """Show a video, as soon as it is open."""
        if path == self.current and (path is None or self.clip is not None):
            return
        self._show(path, self._clips.get(path) if path is not None else None)
        if path is not None and self.clip is None:
            self.opening.begin(
                lambda progress: (path, open_clip(path, progress=progress)), f"Opening {path.name}"
            )

    def go_to(self, t: int) -> None:
        """Move the playhead."""
        if self.clip is None:
            return
        t = max(0, min(t, len(self.clip) - 1))
        if t != self.t:
            self.t = t
            self.frame_changed.emit(t)

    def select(self, span: tuple[int, int] | None) -> None:
        """Select a stretch by its ends, or nothing."""
        if span != self.selected:
            self.selected = span
            self.selection_changed.emit()

    def let_go(self) -> None:
        """Show nothing, and close all videos."""
        self._show(None, None)
        for clip in self._clips.values():
            clip.close()
        self._clips.clear()

    def _show(self, path: Path | None, clip: Clip | None) -> None:
        self.opening.drop()
        self.current, self.clip, self.t, self.selected = path, clip, 0, None
        self.video_changed.emit()
        self.selection_changed.emit()

    def _on_opened(self, opened: tuple[Path, Clip]) -> None:
        path, clip = opened
        self._clips[path] = clip
        while len(self._clips) > _KEPT_CLIPS:
            self._clips.popitem(last=False)[1].close()
        if path == self.current:
            self.clip = clip
            self.video_changed.emit()
