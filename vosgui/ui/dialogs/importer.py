"""The look into a dataset and its import, each in a job, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from vosgui.core.annotation import Annotation, Part
from vosgui.core.clip import ClipInfo
from vosgui.core.progress import Progress
from vosgui.datasets.import_ import (
    ImportOptions,
    ImportReport,
    import_dataset,
    masks_of_clip,
    preview_import,
)
from vosgui.datasets.workers import n_cores
from vosgui.errors import InputError
from vosgui.files.archive import unpacked
from vosgui.formats.dataset import Dataset
from vosgui.formats.registry import Format, detect, read_format
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job, Progressed
from vosgui.ui.session.session import Session

Into = Literal["", "clip", "project"]


@dataclass(frozen=True)
class ImportChoice:
    """What to import, and how.

    form : name of a format, or auto. into : the open clip, as one edit, or the
        project, as clips; "" for what fits. frames : where the clips' frames are, None for beside
        the masks.
    """

    source: Path
    form: str = "auto"
    into: Into = ""
    frames: Path | None = None
    overwrite: bool = False
    skip_broken: bool = False


@dataclass(frozen=True)
class Detected:
    """What a source was taken for, and what it will become."""

    title: str
    into: Into
    n_clips: int


@dataclass(frozen=True)
class Found:
    """What a source holds, all of it read. part : the edit of the open clip, if it is for that."""

    report: ImportReport
    part: Part | None


class Importer(QObject):
    """Looks into a source, then imports it.

    detected : (Detected). progressed : (Progressed) in clips.
    found : (Found) it can be imported. imported : (ImportReport) it is in the project.
    failed : (VosguiError). ended : always last.
    """

    detected = Signal(object)
    progressed = Signal(object)
    found = Signal(object)
    imported = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, opener: ClipOpener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self._job: Job | None = None
        self._project: Path | None = None  # closed while the job works on it

    @property
    def is_importing(self) -> bool:
        """Return whether a project is being changed."""
        return self._project is not None

    def look(self, choice: ImportChoice) -> None:
        """Begin to read a source; a look that is at work is dropped."""
        self.close()
        session = self._session
        here = (session.info, session.annotation.copy()) if session.is_open else None
        self._start(lambda progress: _look(choice, here, progress))

    def take_masks(self, part: Part) -> bool:
        """Give the open clip its masks as one edit, which can be undone."""
        return self._session.apply("Import Masks", part)

    def import_into(self, project: Path, choice: ImportChoice) -> None:
        """Begin to add clips to a project, closed meanwhile: the job opens a file of its own."""
        self.close()
        self._project = project
        self._opener.close()
        self._start(lambda progress: _import(choice, project, progress))

    def stop(self) -> None:
        """End at the next frame; a project is left as it was."""
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        """End what is at work, wait for its thread, and open the project again."""
        if self._job is not None:
            for signal in (self._job.yielded, self._job.failed, self._job.ended):
                signal.disconnect()
            self._job.stop()
            self._finish()

    def _start(self, work: Callable[[Progress], Iterator[object]]) -> None:
        self._job = job = Job(lambda: work(job.progress), self)
        job.yielded.connect(self._on_yielded)
        job.failed.connect(self.failed)
        job.ended.connect(self._on_ended)
        job.start()

    def _on_yielded(self, item: object) -> None:

        if isinstance(item, Progressed):
            self.progressed.emit(item)
        elif isinstance(item, Detected):
            self.detected.emit(item)
        elif isinstance(item, Found):
            self.found.emit(item)
        elif isinstance(item, ImportReport):
            self.imported.emit(item)

    def _on_ended(self, _complete: bool) -> None:
        self._finish()
        self.ended.emit()

    def _finish(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.wait()
            job.deleteLater()
        project, self._project = self._project, None
        if project is not None and project.exists():
            self._opener.open_project(project)


def _look(
    choice: ImportChoice, here: tuple[ClipInfo, Annotation] | None, progress: Progress
) -> Iterator[object]:
    """Read a source; called in the job's thread."""

    with unpacked(choice.source) as folder:
        row = detect(folder) if choice.form == "auto" else read_format(choice.form)
        dataset = row.list_clips(folder)
        into = choice.into or _fitting(row, dataset, here)
        yield Detected(row.title, into, len(dataset.clips))
        if into == "clip" and here is not None:
            yield Found(*masks_of_clip(dataset, *here, progress))
            return
        _refuse_packed(choice)
        yield Found(preview_import(dataset, _options(choice), progress), None)


def _import(choice: ImportChoice, project: Path, progress: Progress) -> Iterator[object]:
    """Import a source; called in the job's thread, which opens the project's file itself."""

    _refuse_packed(choice)
    with unpacked(choice.source) as folder:
        row = detect(folder) if choice.form == "auto" else read_format(choice.form)
        yield import_dataset(row.list_clips(folder), project, _options(choice), progress)


def _fitting(form: Format, dataset: Dataset, here: tuple[ClipInfo, Annotation] | None) -> Into:
    if here is None or not form.is_of_one_clip:
        return "project"
    names = [clip.name for clip in dataset.clips]
    return "clip" if len(names) == 1 or here[0].name in names else "project"


def _refuse_packed(choice: ImportChoice) -> None:
    from zipfile import is_zipfile

    if choice.frames is None and choice.source.is_file() and is_zipfile(choice.source):
        raise InputError(
            f"{choice.source} is packed, and a project refers to frames where they lie. Unpack it "
            "first, or say where the frames are."
        )


def _options(choice: ImportChoice) -> ImportOptions:

    return ImportOptions(choice.frames, choice.overwrite, choice.skip_broken, n_cores())
