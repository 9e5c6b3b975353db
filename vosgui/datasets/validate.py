"""The check of a whole dataset: by the clip over processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vosgui.core.issues import Issue
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.workers import Workers, each_job
from vosgui.errors import InputError
from vosgui.formats.checks import ClipCheck, issue_of
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
    What keeps it from being read at all is an issue too. Raises InputError where the format is
    not known.
    """
    row, root = locate(path, format_name)
    try:
        checks = row.checks(root, row.list_clips)
    except InputError as problem:
        return ValidateReport(row.title, (issue_of(problem),))
    found = each_job(_check, checks.clips, workers, progress)
    issues = (*checks.issues, *(one for issues in found for one in issues))
    return ValidateReport(row.title, with_lines(issues))


def _check(clip: ClipCheck, progress: Progress) -> tuple[Issue, ...]:
    return clip.check(progress)
