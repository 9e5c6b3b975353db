"""What there is to check of a dataset: the whole of it at once, and its clips one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, runtime_checkable

from vosgui.core.issues import Issue, error
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError
from vosgui.formats.dataset import ClipSource, ListClips
from vosgui.formats.frame_checks import broken_frames

_MOST_PROBLEMS = 100  # of one clip that cannot be read; who fixes these asks again


class ClipCheck(Protocol):
    """The check of one clip: a small value that another process can be handed."""

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return all that is wrong with the clip; `progress` hears how many frames are done."""


@runtime_checkable
class HasProblems(Protocol):
    """A clip that can say more than the first thing that keeps it from being read."""

    def problems(self) -> Iterator[InputError]:
        """Yield all that keeps the clip from being read."""


@runtime_checkable
class HasIssues(Protocol):
    """A clip that can say what reading it says without all of the work."""

    def issues(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return what `read` has to say, and frames that are broken; raise what it raises."""


@dataclass(frozen=True)
class Checks:
    """What a format has checked of a dataset by now, and the checks of its clips."""

    issues: tuple[Issue, ...]
    clips: tuple[ClipCheck, ...] = ()


@dataclass(frozen=True)
class ReadCheck:
    """The check of a clip whose files have no rules of their own: whether it can be read."""

    source: ClipSource

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return what reading the clip has to say, each of its broken parts included."""
        try:
            if isinstance(self.source, HasIssues):
                return self.source.issues(progress)
            found = self.source.read(progress)
            return (*found.issues, *broken_frames(found.name, found.frames, found.frame_names))
        except InputError as first:
            problems = self.source.problems() if isinstance(self.source, HasProblems) else ()
            most = list(islice(problems, _MOST_PROBLEMS)) or [first]
            return tuple(issue_of(one, self.source.name) for one in most)


def issue_of(problem: InputError, clip: str = "") -> Issue:
    """Return what keeps something from being read as an issue."""
    if isinstance(problem, DatasetError):
        # The line begins with the file.
        text = str(problem).removeprefix(f"{problem.file}: ")
        return error(text, clip=clip, file=problem.file, line=problem.line)
    return error(str(problem), clip=clip)


def read_checks(root: Path, list_clips: ListClips) -> Checks:
    """Return the checks of a format whose files have no rules of their own."""
    dataset = list_clips(root)
    return Checks(dataset.issues, tuple(ReadCheck(source) for source in dataset.clips))
