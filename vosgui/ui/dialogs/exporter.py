"""The check before an export and the export itself, each in a job, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.core.issues import Severity
from vosgui.datasets.convert import ConvertProgress, ConvertReport
from vosgui.datasets.export import ExportItem, ExportOrder, check_export, export_format
from vosgui.datasets.export_plan import Preview, preview
from vosgui.datasets.target_tree import Existing
from vosgui.datasets.workers import n_cores
from vosgui.errors import VosguiError
from vosgui.formats.registry import write_format
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.latest_job import LatestJob
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import ExportSettings


class Exporter(QObject):
    """Checks and exports clips of the open project.

    The annotations are copied when it begins: one can go on painting meanwhile.
    checked : (clip name, its issues), for each clip. previewed : (Preview), after these.
    progressed : (ConvertProgress). written : (ConvertReport). failed : (VosguiError).
    ended : always last.
    """

    checked = Signal(str, object)
    previewed = Signal(object)
    progressed = Signal(object)
    written = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, opener: ClipOpener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self._job = LatestJob(opener)  # it outlives the dialog until its thread has ended
        self._job.yielded.connect(self._on_yielded)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """Return whether a check or an export is at work."""
        return self._job.is_running

    def check(self, chosen: ExportSettings) -> None:
        """Begin the check; a check that is at work is dropped."""
        self._begin(chosen, _check)

    def export(self, chosen: ExportSettings) -> None:
        """Begin the export; a check that is at work is dropped."""
        self._begin(chosen, _write)

    def stop(self) -> None:
        """End the export at its next frame; clips that are whole are kept for the next time."""
        self._job.stop()

    def close(self) -> None:
        """End what is at work, for good. It ends by itself: nobody waits for it."""
        self._job.retire()

    def _begin(
        self,
        chosen: ExportSettings,
        work: Callable[[Sequence[ExportItem], ExportOrder], Iterator[object]],
    ) -> None:
        try:
            items = self._items(chosen.all_clips)
            order = _order(chosen, len(items), self._session.object_id)
        except VosguiError as error:
            self.failed.emit(error)
            self.ended.emit()
            return
        self._job.start(lambda _progress: work(items, order))

    def _items(self, all_clips: bool) -> list[ExportItem]:
        """Return what is to be exported. The project is read here, in the window's thread."""

        project = self._opener.project
        items = []
        for record in project.clips if project is not None else ():
            if project is not None and (all_clips or record.id == self._opener.clip_id):
                annotation = project.history(record.id).annotation.copy()
                path = project.clips.locate(record)
                items.append(ExportItem(record.name, annotation, record.info, path))
        return items

    def _on_yielded(self, item: object) -> None:

        if isinstance(item, ConvertProgress):
            self.progressed.emit(item)
        elif isinstance(item, ConvertReport):
            self._session.history.mark_clean()
            self.written.emit(item)
        elif isinstance(item, Preview):
            self.previewed.emit(item)
        else:
            assert isinstance(item, tuple)
            self.checked.emit(*item)

    def _on_ended(self, _complete: bool) -> None:
        self.ended.emit()


def _order(chosen: ExportSettings, n_clips: int, object_id: int) -> ExportOrder:
    """Return the order of an export; a dataset that is no split gets a folder of its name."""
    row = write_format(chosen.format)
    folder = Path(chosen.folder).expanduser()
    one = chosen.current_only and not chosen.all_clips and object_id > 0
    return ExportOrder(
        chosen.format,
        folder if row.split else folder / row.name,
        chosen.frames,
        Existing(chosen.existing),
        frozenset({object_id}) if one and "objects" in row.options else frozenset(),
        Path(chosen.reference).expanduser() if chosen.reference else None,
        chosen.vis_year or None,
        min(n_clips, n_cores()),
    )


def _check(items: Sequence[ExportItem], order: ExportOrder) -> Iterator[object]:

    yield from check_export(items, order.frames, order.form)
    yield preview(items, order)


def _write(items: Sequence[ExportItem], order: ExportOrder) -> Iterator[object]:

    with closing(export_format(items, order)) as steps:
        yield from steps


def report_rows(report: ConvertReport) -> list[tuple[Severity, str]]:
    """Return what differs from the project in what was written, gravest first."""
    graver = sorted(report.issues, key=lambda one: -one.severity)
    return [(one.severity, one.words) for one in graver]
