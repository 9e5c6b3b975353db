"""What there is to check of a dataset: the whole of it at once, and its clips one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from vosgui.core.issues import Issue, error
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError
from vosgui.formats.dataset import ClipSource
from vosgui.formats.shapes import ShapesClip

_MOST_PROBLEMS = 100  # of one clip that cannot be read; who fixes these asks again


class ClipCheck(Protocol):
    """The check of one clip: a small value that another process can be handed."""

    @property
    def name(self) -> str:
        """Return the clip's name."""

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return all that is wrong with the clip; `progress` hears how many frames are done."""


@dataclass(frozen=True)
class Checks:
    """What a format has checked of a dataset by now, and the checks of its clips."""

    issues: tuple[Issue, ...]
    clips: tuple[ClipCheck, ...] = ()


@dataclass(frozen=True)
class ReadCheck:
    """The check of a clip whose files have no rules of their own: whether it can be read."""

    source: ClipSource

    @property
    def name(self) -> str:
        """Return the clip's name."""
        return self.source.name

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return what reading the clip has to say, each of its broken parts included."""
        try:
            return self.source.read(progress).issues
        except InputError as broken:
            return tuple(self._broken(broken))

    def _broken(self, first: InputError) -> Iterator[Issue]:
        problems = self.source.problems() if isinstance(self.source, ShapesClip) else ()
        for one in list(islice(problems, _MOST_PROBLEMS)) or [first]:
            place = {"file": one.file, "line": one.line} if isinstance(one, DatasetError) else {}
            yield error(str(one), clip=self.name, **place)
