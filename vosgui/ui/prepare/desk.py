"""What lies on the desk: the videos, what was decided of them, what was found, which is shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.datasets.prepare.chosen import is_written
from vosgui.datasets.prepare.decisions import (
    DecidedVideo,
    Decisions,
    load_decisions,
    save_decisions,
)
from vosgui.datasets.prepare.proposals import Refusal
from vosgui.datasets.prepare.stretches import Stretch, Stretches, in_time, shown
from vosgui.errors import VosguiError
from vosgui.ui.prepare.findings import Findings
from vosgui.ui.prepare.history import DecisionHistory
from vosgui.ui.prepare.place import Place
from vosgui.ui.session.folder_lock import FolderLock


class Desk(Place):
    """Holds one preparation: a folder of clips to be, its videos, and what was decided.

    Every decision is in the folder's file before the next event.

    changed : decisions, or what was found. failed : a VosguiError. said : a line for a while.

    target : the folder, Path() until it is known. findings : what was found. written : names of the
    clips that lie there.
    """

    changed = Signal()
    failed = Signal(object)
    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.target, self._lock = Path(), FolderLock()
        self.history = DecisionHistory(Decisions())
        self.written: set[str] = set()
        self.findings = Findings(self)
        self.findings.changed.connect(self._on_found)
        self.findings.failed.connect(self.failed)
        self.findings.said.connect(self.said)
        self.opening.failed.connect(self._on_not_opened)

    @property
    def decisions(self) -> Decisions:
        """Return what was decided."""
        return self.history.now

    @property
    def video(self) -> DecidedVideo | None:
        """Return the video that is shown."""
        return self.decisions.video(self.current) if self.current is not None else None

    @property
    def is_ready(self) -> bool:
        """Return whether the video that is shown was looked at and can be decided on."""
        return self.current in self.findings.found and self.clip is not None

    @property
    def stretches(self) -> Stretches:
        """Return the clips of the video that is shown: decided ones, and proposals."""
        return self.stretches_of(self.current) if self.current is not None else ()

    def stretches_of(self, path: Path) -> Stretches:
        """Return the clips of a video: decided ones, and proposals."""
        video, found = self.decisions.video(path), self.findings.found.get(path)
        return shown(video.decided if video else (), found.proposed if found else ())

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Return what the rules refused of the video that is shown."""
        found = self.findings.found.get(self.current) if self.current is not None else None
        return found.refused if found else ()

    @property
    def selection(self) -> Stretch | None:
        """Return the stretch that is selected."""
        there = (one for one in self.stretches if (one.start, one.stop) == self.selected)
        return next(there, None)

    def is_written(self, one: Stretch) -> bool:
        """Return whether a stretch lies in the folder as a clip."""
        return bool(one.name) and one.name in self.written

    def open(self, target: Path) -> bool:
        """Go on with the preparation of a folder, or begin one.

        False where that cannot be read, or another window is at it.
        """
        lock = FolderLock()
        try:
            if target != Path():
                lock.take(target)
            decisions = load_decisions(target)
        except VosguiError as error:
            lock.release()
            self.failed.emit(error)
            return False
        self.close()
        self.target, self._lock = target, lock
        self.history = DecisionHistory(decisions)
        named = (one for video in decisions.videos for one in video.decided if one.name)
        self.written = {one.name for one in named if is_written(target, one)}
        self.changed.emit()
        if decisions.videos:
            self.show_video(decisions.videos[0].path)
            self.look()
        return True

    def close(self) -> None:
        """Let go of the videos; all that was decided is kept."""
        self.target = Path()
        self._lock.release()
        self.findings.close()
        self.let_go()

    def look(self, *, anew: bool = False) -> None:
        """Look at the videos that were not looked at. anew : at all of them, by the rules now."""
        self.findings.look(self.decisions, self.target, anew=anew)

    def apply(self, label: str, decisions: Decisions, *, grows: bool = False) -> bool:
        """Take on decisions, and keep them at once; False where nothing has changed.

        grows : done again at once, it is one step of undo.
        """
        if not self.history.do(label, decisions, grows=grows):
            return False
        self._after()
        return True

    def step(self, *, back: bool) -> None:
        """Undo what was done last, or redo it."""
        if label := self.history.step(back=back):
            self._after()
            self.said.emit(f"{'Undone' if back else 'Redone'}: {label}.")

    def settle(self, decisions: Decisions) -> None:
        """Take on decisions by which clips are written: that is not undone."""
        self.history.settle(decisions)
        self._after()

    def decide(self, label: str, decided: Iterable[Stretch]) -> bool:
        """Set all that was decided of the video that is shown."""
        path = self.current
        if path is None or path not in self.findings.found:
            return False
        fingerprint = self.findings.found[path].scan.fingerprint
        return self.apply(label, self.decisions.decide(path, in_time(decided), fingerprint))

    def _after(self) -> None:
        try:
            if self.target != Path():
                save_decisions(self.target, self.decisions)
                self._lock.take(self.target)  # a new folder is there now
        except VosguiError as error:
            self.failed.emit(error)
        if self.current is not None and self.video is None:
            videos = self.decisions.videos
            self.show_video(videos[0].path if videos else None)
        self.changed.emit()
        self.findings.propose(self.decisions)

    def _on_found(self) -> None:
        if self.selected is not None and self.selection is None:
            there = [(one.start, one.stop) for one in self.refused]
            if self.selected not in there:
                self.select(None)
        self.changed.emit()

    def _on_not_opened(self, error: VosguiError) -> None:
        if self.current is not None:
            self.findings.problems[self.current] = str(error)
            self.changed.emit()
