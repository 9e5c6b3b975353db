"""The check before an export and the export itself, each in a job, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal

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
from vosgui.errors import VosguiError
from vosgui.formats.registry import write_format
from vosgui.formats.writer import WriteOptions
from vosgui.project.chosen_clips import clips_that_are
from vosgui.project.clips import ClipRecord
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import ExportSettings, WhichClips


class Exporter(Job):
    """Checks and exports clips of the open project.

    The annotations are copied when it begins: one can go on painting meanwhile. It outlives the
    dialog until its thread has ended.
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
            self.begin(lambda _progress: _check(*work))

    def export(self, chosen: ExportSettings) -> None:
        """Begin the export; what is at work is dropped."""
        if (work := self._work(chosen)) is not None:
            self._target = work[1].target
            self.begin(lambda progress: _export(*work, progress))

    def _work(self, chosen: ExportSettings) -> tuple[list[ExportItem], ExportOrder] | None:
        """Return what is to be exported, and how; None where that fails, which is told."""
        try:
            items = self._items(chosen.clips)
            order = _order(chosen, len(items), self._session.object_id)
            project = self._opener.project
            if project is not None:
                is_all = len(items) == len(project.clips)
                order = replace(order, of=identity_of(project, is_all=is_all))
            return items, order
        except VosguiError as error:
            self.error = error
            self.failed.emit(error)
            self.ended.emit(False)
            return None

    def _items(self, which: WhichClips) -> list[ExportItem]:
        """Return the clips to export. The project is read here, in the window's thread."""
        project = self._opener.project
        if project is None:
            return []
        chosen = [one for one in project.clips if one.id == self._opener.clip_id]
        if which != "this":
            chosen = list(project.clips) if which == "all" else clips_that_are(project, which)
        self.written_clips = tuple(chosen)
        return [
            ExportItem(
                record.name,
                project.history(record.id).annotation.copy(),
                record.info,
                project.clips.locate(record),
            )
            for record in chosen
        ]

    def _tell(self, item: object) -> None:
        told = {
            tuple: self.checked,
            Preview: self.previewed,
            ConvertReport: self.written,
            ValidateReport: self.validated,
        }
        told[type(item)].emit(item)


def _order(chosen: ExportSettings, n_clips: int, object_id: int) -> ExportOrder:
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
        min(n_clips, n_cores()),
    )


def _export(
    items: Sequence[ExportItem], order: ExportOrder, progress: Progress
) -> Iterator[object]:
    yield export_format(items, order, progress)
    progress.report(0, None, CHECKING)
    found = check_written(order, progress)
    if found is not None:
        yield found


CHECKING = "Checking what was written"


def _check(items: Sequence[ExportItem], order: ExportOrder) -> Iterator[object]:
    yield from check_export(items, order)
    yield preview(items, order)
