"""What is wrong with data, or worth knowing of it: one line of a report, a check or a dialog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from vosgui.core.words import some_of
from vosgui.errors import with_option


class Severity(IntEnum):
    """How much an issue matters."""

    NOTE = 0  # nothing is wrong, but a reader may care
    WARNING = 1  # the export is less than the annotation promises
    ERROR = 2  # the clip cannot be exported


@dataclass(frozen=True)
class Issue:
    """One thing that was found, changed or dropped, and where.

    severity : ERROR: readers of the field fail or read something else, or a clip cannot be
        exported. WARNING: something was changed, dropped or is likely a mistake. NOTE: a choice
        that was made, worth knowing.
    text : what, and what was done about it. fix : what a person can do, where that helps.
    file : path of the file, line : in it, from 1. frame : its name. count : how often it was met.
    further : names of the frames beside `frame` in which it was met, in order.
    frames : indices of those of the open clip that it is about, ascending; empty where it is about
        the clip or the object as a whole.
    object_name : what the object is called, where that says more than its id.
    option : of the command line, what to give for it to do what `fix` advises.
    """

    severity: Severity
    text: str
    clip: str = ""
    file: str = ""
    line: int | None = None
    frame: str = ""
    further: tuple[str, ...] = ()
    frames: tuple[int, ...] = ()
    object_id: int | None = None
    object_name: str = ""
    fix: str = ""
    count: int = 1
    option: str = ""

    @property
    def t(self) -> int | None:
        """Return the first frame to look at."""
        return self.frames[0] if self.frames else None

    def __str__(self) -> str:
        """Return the line of the command line."""
        return with_option(f"{self.severity.name.lower()}: {self.words}", self.option)

    @property
    def words(self) -> str:
        """Return where it was and what, without the severity."""
        where = [self.file + (f":{self.line}" if self.line else "")] if self.file else []
        where += [f"clip {self.clip}"] if self.clip and not _tells(self.file, self.clip) else []
        names = (self.frame, *self.further)
        where += [f"{'frames' if self.further else 'frame'} {some_of(names)}"] if self.frame else []
        name = f" ({self.object_name})" if self.object_name else ""
        where += [f"object {self.object_id}{name}"] if self.object_id is not None else []
        words = f"{', '.join(where)}{': ' if where else ''}{self.text}"
        words += f" ({self.count} times)" if self.count > 1 else ""
        return f"{words} {self.fix}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """Return the issue for a JSON file; what is unknown is left out."""
        values: dict[str, Any] = {"severity": self.severity.name.lower(), "text": self.text}
        for key in ("clip", "file", "line", "frame", "fix", "option"):
            if getattr(self, key):
                values[key] = getattr(self, key)
        if self.object_id is not None:
            values["object"] = self.object_id
        if self.further:
            values["frames"] = [self.frame, *self.further]
        if self.count > 1:
            values["count"] = self.count
        return values


def _tells(file: str, clip: str) -> bool:
    """Return whether a path says whose it is, as those of trees do."""
    return any(clip in (part, part.rpartition(".")[0]) for part in re.split(r"[/\\]", file))


def error(text: str, **where: Any) -> Issue:
    """Return an issue that readers of the field stumble over."""
    return Issue(Severity.ERROR, text, **where)


def warning(text: str, **where: Any) -> Issue:
    """Return an issue about something changed, dropped or likely wrong."""
    return Issue(Severity.WARNING, text, **where)


def note(text: str, **where: Any) -> Issue:
    """Return an issue about a choice that was made."""
    return Issue(Severity.NOTE, text, **where)


def gathered(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return the issues with those that differ in their frame alone made one, at the first's place.

    An issue of every frame of a clip is one line of the report, with the frames and a count.
    """
    kept: dict[Issue, list[Issue]] = {}
    for one in issues:
        file = "" if one.frame else one.file
        key = replace(one, frame="", further=(), file=file, line=None, count=1)
        kept.setdefault(key, []).append(one)
    return tuple(found[0] if len(found) == 1 else _as_one(found) for found in kept.values())


def _as_one(issues: Sequence[Issue]) -> Issue:
    names = dict.fromkeys(name for one in issues for name in (one.frame, *one.further) if name)
    count = sum(one.count for one in issues)
    return replace(issues[0], further=tuple(names)[1:], count=count)
