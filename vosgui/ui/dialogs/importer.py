"""The look into a dataset and its import, each in a job, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from zipfile import is_zipfile

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
from vosgui.formats.format import Format
from vosgui.formats.locate import locate
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
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
class Found:
    """What was found in a source.

    title : of its format. into : what it becomes. report : None until all of it is read.
    part : the edit of the open clip, where it is for that.
    """

    title: str
    into: Into
    report: ImportReport | None = None
    part: Part | None = None


class Importer(Job):
    """Looks into a source, then imports it.

    is_outdated : whether the open clip was changed since the look, as by a run that goes on: what
        was found is about masks that are not there any more.
    found : (Found) what it was taken for, and again when all of it is read: it can be imported.
    imported : (ImportReport) it is in the project. progressed : in clips.
    """

    found = Signal(object)
    imported = Signal(object)

    def __init__(self, session: Session, opener: ClipOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self._project: Path | None = None  # closed while it is imported into
        self.is_outdated = False
        session.annotation_changed.connect(self._on_edited)
        session.objects_changed.connect(self._on_edited)
        self.yielded.connect(self._tell)
        self.ended.connect(self._reopen)

    @property
    def is_importing(self) -> bool:
        """Return whether a project is being changed."""
        return self._project is not None

    def look(self, choice: ImportChoice) -> None:
        """Begin to read a source; a look that is at work is dropped."""
        self.close()
        session, self.is_outdated = self._session, False
        here = (session.info, session.annotation.copy()) if session.is_open else None
        self.begin(lambda progress: _look(choice, here, progress))

    def take_masks(self, part: Part) -> bool:
        """Give the open clip its masks as one edit, which can be undone."""
        return self._session.apply("Import masks", part)

    def import_into(self, project: Path, choice: ImportChoice) -> None:
        """Begin to add clips to a project, closed meanwhile: the job opens a file of its own."""
        self.close()
        self._project = project
        self._opener.close()
        self.begin(lambda progress: _import(choice, project, progress))

    def close(self) -> None:
        """End what is at work, wait for its thread, and open the project again."""
        super().close()
        self._reopen()

    def _on_edited(self) -> None:
        self.is_outdated = True

    def _tell(self, item: object) -> None:
        (self.imported if self.is_importing else self.found).emit(item)

    def _reopen(self) -> None:
        project, self._project = self._project, None
        if project is not None and project.exists():
            self._opener.open_project(project)


def _look(
    choice: ImportChoice, here: tuple[ClipInfo, Annotation] | None, progress: Progress
) -> Iterator[Found]:
    """Read a source; called in the job's thread."""
    with _opened(choice) as (row, dataset):
        found = Found(row.title, choice.into or _fitting(row, dataset, here))
        yield found
        if found.into == "clip" and here is not None:
            report, part = masks_of_clip(dataset, *here, progress)
            yield replace(found, report=report, part=part)
            return
        _refuse_packed(choice)
        yield replace(found, report=preview_import(dataset, _options(choice), progress))


def _import(choice: ImportChoice, project: Path, progress: Progress) -> ImportReport:
    """Import a source; called in the job's thread, which opens the project's file itself."""
    _refuse_packed(choice)
    with _opened(choice) as (_, dataset):
        return import_dataset(dataset, project, _options(choice), progress)


@contextmanager
def _opened(choice: ImportChoice) -> Iterator[tuple[Format, Dataset]]:
    with unpacked(choice.source) as folder:
        row, root = locate(folder, choice.form)
        yield row, row.list_clips(root)


def _fitting(form: Format, dataset: Dataset, here: tuple[ClipInfo, Annotation] | None) -> Into:
    if here is None or not form.is_of_one_clip:
        return "project"
    names = [clip.name for clip in dataset.clips]
    return "clip" if len(names) == 1 or here[0].name in names else "project"


def _refuse_packed(choice: ImportChoice) -> None:
    if choice.frames is None and choice.source.is_file() and is_zipfile(choice.source):
        raise InputError(
            f"{choice.source} is packed, and a project refers to frames where they lie. Unpack it "
            "first, or say where the frames are."
        )


def _options(choice: ImportChoice) -> ImportOptions:
    return ImportOptions(choice.frames, choice.overwrite, choice.skip_broken, n_cores())
