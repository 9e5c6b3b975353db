"""What a look at the videos found: shots, proposals and refusals, or why a video cannot be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.core.words import counted
from vosgui.datasets.prepare.decisions import Decisions
from vosgui.datasets.prepare.prepare import Scanned
from vosgui.datasets.prepare.proposer import Found, Proposer
from vosgui.datasets.prepare.rules import ShotRules
from vosgui.datasets.prepare.scan import Scan
from vosgui.errors import InputError
from vosgui.ui.prepare.looking import look_at
from vosgui.ui.session.job import Job


class Findings(QObject):
    """Looks at videos, and proposes clips as decisions and rules change; each in a job.

    changed : something else is known. failed : a VosguiError. said : a line for a while.

    found : by video. problems : by video, why it cannot be prepared. warnings : by video, what
    there is to say about its file.
    """

    changed = Signal()
    failed = Signal(object)
    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: dict[Path, Found] = {}
        self.problems: dict[Path, str] = {}
        self.warnings: dict[Path, tuple[str, ...]] = {}
        self._decisions = Decisions()
        self._scans: dict[Path, Scan] = {}
        self._scanned_by = ShotRules()
        self._proposer = Proposer()
        self.looking, self.proposing = Job(self), Job(self)
        self.looking.yielded.connect(self._on_looked)
        self.looking.ended.connect(self._on_look_ended)
        self.proposing.yielded.connect(self._on_proposed)
        for job in (self.looking, self.proposing):
            job.failed.connect(self.failed)

    def look(self, decisions: Decisions, target: Path, *, anew: bool = False) -> None:
        """Look at the videos that were not looked at. anew : at all of them, by the rules now."""
        self._decisions = decisions
        if anew:
            self._scans, self.problems = {}, {}
        if not self._scans:
            self._scanned_by = decisions.rules.shots
        rules = self.in_use(decisions).rules.shots
        todo = [
            one.path
            for one in decisions.videos
            if one.path not in self._scans and one.path not in self.problems
        ]
        if todo:
            title = f"Looking at {counted(len(todo), 'video')}"
            self.looking.begin(lambda progress: look_at(todo, target, rules, progress), title)
        self.changed.emit()

    def needs_look(self, decisions: Decisions) -> bool:
        """Return whether cuts were told by another detector or threshold than is chosen."""
        wanted, had = decisions.rules.shots, self._scanned_by
        return bool(self._scans) and (wanted.detector, wanted.level) != (had.detector, had.level)

    def in_use(self, decisions: Decisions) -> Decisions:
        """Return decisions by the detector and threshold that cuts were told by."""
        had, rules = self._scanned_by, decisions.rules
        shots = replace(rules.shots, detector=had.detector, threshold=had.threshold)
        return decisions.with_rules(replace(rules, shots=shots))

    def propose(self, decisions: Decisions) -> None:
        """Propose clips anew."""
        self._decisions = decisions
        scans, by = dict(self._scans), self.in_use(decisions)
        self.proposing.begin(lambda _progress: self._proposer.propose(scans, by))

    def close(self) -> None:
        """Forget everything, and drop what is at work."""
        for job in (self.looking, self.proposing):
            job.drop()
        self.problems, self.found, self.warnings, self._scans = {}, {}, {}, {}

    def _on_looked(self, looked: tuple[Path, Scanned | InputError]) -> None:
        path, result = looked
        if isinstance(result, InputError):
            self.problems[path] = str(result)
            self.changed.emit()
            return
        scan, self.warnings[path] = result
        video = self._decisions.video(path)
        if video is not None and video.fingerprint not in ("", scan.fingerprint):
            self.problems[path] = (
                f"{path} is another file than the one whose clips were decided on. Put that one "
                "back, or remove this video and add it again."
            )
            self.changed.emit()
            return
        self._scans[path] = scan
        self.propose(self._decisions)

    def _on_look_ended(self, complete: bool) -> None:
        if complete:
            n_failed = len(self.problems)
            text = f"Looked at {counted(len(self._scans), 'video')}"
            self.said.emit(f"{text}; {n_failed} cannot be read." if n_failed else f"{text}.")
        self.changed.emit()

    def _on_proposed(self, found: dict[Path, Found]) -> None:
        self.found = found
        self.changed.emit()
