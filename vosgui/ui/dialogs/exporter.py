"""The check before an export and the export itself, each in a job, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal

from vosgui.core.annotation import Annotation
from vosgui.core.progress import Progress
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import (
    ExportItem,
    ExportOrder,
    Preview,
    check_export,
    check_written,
    export_format,
    identity_of,
    preview,
)
from vosgui.datasets.resuming.partial_tree import n_kept
from vosgui.datasets.validate import ValidateReport
from vosgui.datasets.workers import n_cores
from vosgui.formats.registry import write_format
from vosgui.formats.writer import WriteOptions
from vosgui.project.chosen_clips import accepted_of, clips_that_are
from vosgui.project.clips import ClipRecord
from vosgui.project.journal import load_annotation
from vosgui.project.project import Project
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import ExportSettings


class Exporter(Job):
    """Checks and exports clips of the open project.

    The open clip's annotation is copied when it begins: one can go on painting meanwhile. Those of
    others are read in the job. It outlives the dialog until its thread has ended.
    written_clips : those of the last check or export.
    checked : (clip name, its issues), for each clip. previewed : (Preview), after these.
    progressed : (Progressed), in frames. written : (ConvertReport). validated : (ValidateReport),
    what the check has found in what was written.
    """

    checked = Signal(object)
    previewed = Signal(object)
    written = Signal(object)
    validated = Signal(object)

    def __init__(self, session: Session, opener: ClipOpener) -> None:
        super().__init__(opener)
        self._session, self._opener = session, opener
        self._target: Path | None = None
        self.written_clips: tuple[ClipRecord, ...] = ()
        self.yielded.connect(self._tell)

    @property
    def n_kept(self) -> int:
        """Return how many whole clips an export that was stopped has kept for the next time."""
        return n_kept(self._target) if self._target is not None else 0

    def check(self, chosen: ExportSettings) -> None:
        """Begin the check; what is at work is dropped."""
        if (work := self._work(chosen)) is not None:
            self.begin(lambda _progress: _check(work))

    def export(self, chosen: ExportSettings) -> None:
        """Begin the export; what is at work is dropped."""
        if (work := self._work(chosen)) is not None:
            self._target = work.order.target
            self.begin(lambda progress: _export(work, progress))

    def _work(self, chosen: ExportSettings) -> _Work | None:
        """Return what is to be exported, and how; None where there is no project."""
        project, clip_id, which = self._opener.project, self._opener.clip_id, chosen.clips
        if project is None:
            return None
        records = list(project.clips)
        if which == "this":
            records = [one for one in records if one.id == clip_id]
        elif which == "ticked":
            records = clips_that_are(project, "ticked")
        here = {}
        if any(one.id == clip_id for one in records) and self._session.is_open:
            here = {clip_id: self._session.annotation.copy()}
        order = _order(chosen, self._session.object_id)
        return _Work(project, tuple(records), which == "accepted", here, order)

    def _tell(self, item: object) -> None:
        if isinstance(item, _Begun):
            self.written_clips = item.records
            return
        told = {
            tuple: self.checked,
            Preview: self.previewed,
            ConvertReport: self.written,
            ValidateReport: self.validated,
        }
        told[type(item)].emit(item)


@dataclass(frozen=True)
class _Begun:
    """What the job tells first: the clips that are checked or written."""

    records: tuple[ClipRecord, ...]


@dataclass(frozen=True)
class _Work:
    """What is to be exported, and how, as far as the window has to say it.

    accepted : whether only those of the clips are meant that are accepted. here : the annotation of
    the open clip, by its id, if it is one of them.
    """

    project: Project
    records: tuple[ClipRecord, ...]
    accepted: bool
    here: Mapping[int, Annotation]
    order: ExportOrder

    def read(self) -> tuple[_Begun, list[ExportItem], ExportOrder]:
        """Read the clips that are meant; called in the job's thread."""
        records, project = self.records, self.project
        if self.accepted:
            records = tuple(accepted_of(project, records))
        items = [
            ExportItem(
                one.name,
                self.here[one.id] if one.id in self.here else load_annotation(project.file, one.id),
                one.info,
                project.clips.locate(one),
            )
            for one in records
        ]
        of = identity_of(project, is_all=len(items) == len(project.clips))
        order = replace(self.order, of=of, workers=min(len(items), n_cores()))
        return _Begun(records), items, order


def _order(chosen: ExportSettings, object_id: int) -> ExportOrder:
    """Return the order of an export; a dataset that is no split gets a folder of its name."""
    row = write_format(chosen.format)
    folder = Path(chosen.folder).expanduser()
    one = chosen.current_only and chosen.clips == "this" and object_id > 0
    return ExportOrder(
        chosen.format,
        folder if row.split else folder / row.name,
        chosen.frames,
        chosen.existing,
        WriteOptions(
            objects=frozenset({object_id}) if one and "objects" in row.options else frozenset(),
            reference=Path(chosen.reference).expanduser() if chosen.reference else None,
            vis_year=chosen.vis_year or None,
        ),
        n_cores(),
    )


def _export(work: _Work, progress: Progress) -> Iterator[object]:
    begun, items, order = work.read()
    yield begun
    yield export_format(items, order, progress)
    progress.report(0, None, CHECKING)
    found = check_written(order, progress)
    if found is not None:
        yield found


CHECKING = "Checking what was written"


def _check(work: _Work) -> Iterator[object]:
    begun, items, order = work.read()
    yield begun
    yield from check_export(items, order)
    yield preview(items, order)
