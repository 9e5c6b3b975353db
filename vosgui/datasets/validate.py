"""The check of a whole dataset: by the clip over processes, streaming."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from vosgui.core.issues import Issue, Severity
from vosgui.core.progress import Progress
from vosgui.datasets.workers import each_job
from vosgui.errors import InputError
from vosgui.formats.coco.checks import check_coco
from vosgui.formats.coco.reader import coco_files
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.registry import detect, is_known, read_format
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.clip_checks import MaskClipCheck
from vosgui.formats.tree.tree_checks import (
    check_expressions,
    read_check,
    syntax_issue,
    tree_checks,
    with_lines,
)
from vosgui.formats.youtubevis.checks import check_youtubevis
from vosgui.formats.youtubevis.reader import instance_files
from vosgui.formats.youtubevos.refer_checks import SubmissionClipCheck, submission_checks
from vosgui.formats.youtubevos.refer_reader import expression_files


@dataclass(frozen=True)
class ValidateProgress:
    """How far a check is, and what it has found since the last step."""

    clip: str
    n_done: int
    n_total: int
    issues: tuple[Issue, ...]


def validate(
    path: Path, format_name: str, n_workers: int
) -> Generator[ValidateProgress, None, str]:
    """Check every clip of a dataset, yielding what is found; returns the format's title.

    What keeps it from being read at all is a issue too. Raises InputError where the format is
    not known.
    """
    results = path if path.is_file() else path / "results.json"
    if _is_results(results) and (path.is_file() or not is_known(path)):
        yield ValidateProgress("", 1, 1, check_youtubevis(results))
        return "YouTube-VIS results.json"
    row = detect(path) if format_name == "auto" else read_format(format_name)
    files = instance_files(path) if row.name == "youtube-vis" else []
    if files:
        found = tuple(one for file in files for one in check_youtubevis(file))
        yield ValidateProgress("", 1, 1, found)
        return row.title
    if row.name == "coco":
        found = tuple(one for file in coco_files(path) for one in check_coco(file))
        yield ValidateProgress("", 0, 1, found)
        if any(one.severity == Severity.ERROR for one in found):
            return row.title  # reading it would only stop at the first of these
    try:
        dataset = row.list_clips(path)
    except InputError as problem:
        yield ValidateProgress("", 1, 1, (syntax_issue(path, problem),))
        return row.title
    checks = tree_checks(path, row.name, dataset)
    general = [*checks.issues, *_expressions(path, row.name, dataset)]
    jobs: list[MaskClipCheck | SubmissionClipCheck | ClipSource] = [*checks.clips]
    if row.name == "refer-youtube-vos-submission":
        jobs += submission_checks(path)
    else:
        jobs += [source for source in dataset.clips if not isinstance(source, MaskFolderClip)]
    yield ValidateProgress("", 0, len(jobs), with_lines(general))
    for n, issues in enumerate(each_job(_check, jobs, n_workers), start=1):
        yield ValidateProgress(jobs[n - 1].name, n, len(jobs), with_lines(issues))
    return row.title


def _check(
    job: MaskClipCheck | SubmissionClipCheck | ClipSource, progress: Progress
) -> tuple[Issue, ...]:
    if isinstance(job, MaskClipCheck | SubmissionClipCheck):
        return job.check()
    return read_check(job, progress)


def _expressions(path: Path, format_name: str, dataset: Dataset) -> list[Issue]:
    if format_name != "refer-youtube-vos":
        return []
    ids = {
        source.name: set(source.listed)
        for source in dataset.clips
        if isinstance(source, MaskFolderClip) and source.listed is not None
    }
    return [one for file in expression_files(path) for one in check_expressions(file, ids)]


def _is_results(path: Path) -> bool:
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip().startswith(b"[")
