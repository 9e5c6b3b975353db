"""Writes the accepted clips in a job, and makes a project of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.core.progress import Progress
from vosgui.datasets.prepare.chosen import (
    accepted,
    add_to_project,
    is_written,
    named,
    write_chosen,
)
from vosgui.datasets.prepare.decisions import Decisions
from vosgui.datasets.prepare.prepare import PrepareReport
from vosgui.datasets.prepare.proposer import Found
from vosgui.datasets.workers import n_cores
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.project.opener import PROJECT_SUFFIX, ClipOpener
from vosgui.ui.session.job import Job


class ClipWriter(Job):
    """Writes clips; a clip is there whole or not at all, and one that is there stays as it is.

    written : (PrepareReport) all that was accepted is written. project_made : (path) and is in a
    project, which can be opened.
    """

    written = Signal(object)
    project_made = Signal(object)

    def __init__(self, desk: Desk, opener: ClipOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._opener = desk, opener
        self.yielded.connect(self._tell)
        self.ended.connect(self._on_ended)

    @property
    def project(self) -> Path:
        """Return the project of the folder's clips."""
        target = self._desk.target
        return target / f"{target.name}{PROJECT_SUFFIX}"

    def write(self) -> None:
        """Begin to write what was accepted and can be written."""
        self._begin(None)

    def open_clips(self) -> None:
        """Write what was accepted, add it to the folder's project, and open that."""
        project = self._opener.project
        if project is not None and project.path == self.project:
            self._opener.close()  # the job opens a file of its own
            if self._opener.project is not None:
                self._desk.said.emit(
                    f"{project.path.name} cannot be left now: the main window says why."
                )
                return
        self._begin(self.project)

    def _begin(self, project: Path | None) -> None:
        desk = self._desk
        if self.is_running:
            desk.said.emit("Clips are being written: wait, or stop it with Esc.")
            return
        unknown = [
            video.path.name
            for video in desk.decisions.videos
            if accepted([video]) and video.path not in desk.findings.found
        ]
        if unknown:
            desk.said.emit(f"Wait until {unknown[0]} was looked at.")
            return
        decisions, found, target = (
            desk.findings.in_use(desk.decisions),
            dict(desk.findings.found),
            desk.target,
        )
        self.begin(
            lambda progress: _written(decisions, found, target, project, progress),
            "Writing clips",
        )

    def _tell(self, item: object) -> None:
        if isinstance(item, Decisions):
            self._desk.settle(_with_names(self._desk.decisions, item))
        elif isinstance(item, PrepareReport):
            self._look_what_is_written()
            self.written.emit(item)
        else:
            self.project_made.emit(item)

    def _on_ended(self, _complete: bool) -> None:
        self._look_what_is_written()

    def _look_what_is_written(self) -> None:
        desk = self._desk
        chosen = accepted(desk.decisions.videos)
        desk.written = {one.name for one in chosen if is_written(desk.target, one)}
        desk.changed.emit()


def _written(
    decisions: Decisions,
    found: Mapping[Path, Found],
    target: Path,
    project: Path | None,
    progress: Progress,
) -> Iterator[Decisions | PrepareReport | Path]:
    ready = named(decisions, target)
    yield ready
    report = write_chosen(ready, found, target, n_cores(), progress)
    yield report
    if project is not None and report.written:
        yield add_to_project(target, report.written, project)


def _with_names(now: Decisions, named_: Decisions) -> Decisions:
    """Return decisions as they are now, with the names that their stretches were given."""
    for video in named_.videos:
        current = now.video(video.path)
        if current is None:
            continue
        names = {(one.start, one.stop): one.name for one in video.decided if one.name}
        decided = tuple(
            one.changed(name=names.get((one.start, one.stop), one.name)) for one in current.decided
        )
        now = now.decide(video.path, decided, video.fingerprint)
    return now
