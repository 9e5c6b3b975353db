"""The check of a whole dataset: by the clip over processes; what it cannot check, it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vosgui.core.issues import Issue, error
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.workers import Workers, each_job
from vosgui.errors import InputError, VosguiError
from vosgui.files.fault_log import note_fault
from vosgui.formats.checks import Checks, ClipCheck, issue_of
from vosgui.formats.format import Format
from vosgui.formats.locate import locate
from vosgui.formats.tree.tree_checks import with_lines


@dataclass(frozen=True)
class ValidateReport:
    """What is wrong with a dataset. title : of its format."""

    title: str
    issues: tuple[Issue, ...]


def validate(
    path: Path, format_name: str, workers: Workers, progress: Progress = NO_PROGRESS
) -> ValidateReport:
    """Check every clip of a dataset.

    format_name : "auto" for what the path is recognised as.
    What keeps it from being read at all is an issue too, and so is a fault of the program itself,
    which nothing in the data may cause: it is said to be one, and what is behind it is kept.
    Raises InputError where the format is not known.
    """
    faults: list[Issue] = []
    row: Format | None = None
    checks, heard = Checks(()), _Heard(progress)
    found: list[Issue] = []
    with _faults_in(path, "", faults, heard):
        row, root = locate(path, format_name)
        checks = _checks(row, root)
        for issues in each_job(partial(_check, path), checks.clips, workers, heard):
            found += issues
    title = "no known format" if row is None else row.title
    issues = (*checks.issues, *found, *faults)
    with _faults_in(path, "", faults):
        issues = with_lines(issues)
    return ValidateReport(title, issues)


def _checks(row: Format, root: Path) -> Checks:
    try:
        return row.checks(root, row.list_clips)
    except InputError as problem:
        return Checks((issue_of(problem),))


def _check(path: Path, clip: ClipCheck, progress: Progress) -> tuple[Issue, ...]:
    """Return what is wrong with a clip, be it a fault of the program itself. path : the dataset."""
    name = getattr(getattr(clip, "source", clip), "name", "")
    faults: list[Issue] = []
    heard = _Heard(progress)
    found: tuple[Issue, ...] = ()
    with _faults_in(path, str(name), faults, heard):
        found = clip.check(heard)
    return (*found, *faults)


class _Heard(Progress):
    """Passes on what is reported. stop : what that has raised, to end the work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stop: BaseException | None = None

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        try:
            self._progress.report(n_done, n_total, text)
        except BaseException as stop:
            self.stop = stop
            raise


@contextmanager
def _faults_in(
    path: Path, clip: str, faults: list[Issue], heard: _Heard | None = None
) -> Iterator[None]:
    """Turn what is no error of the data, and no wish to stop, into an issue that says so."""
    try:
        yield
    except VosguiError:
        raise
    except Exception as fault:
        if heard is not None and heard.stop is fault:
            raise
        said = note_fault(f"validate {path}{f', clip {clip}' if clip else ''}", fault)
        faults.append(error(said, clip=clip, file=str(path)))
