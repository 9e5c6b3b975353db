"""The edits of a project as a list: who did what, when."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from vosgui.core.words import some_of
from vosgui.files.csv_text import csv_text
from vosgui.project.project import Project
from vosgui.project.worklog import logged_edits

_NAMED = 3  # objects that are named; the rest are counted


@dataclass(frozen=True)
class DoneEdit:
    """One edit. when : local time, empty where it was not kept. t : the first frame it is of.

    frames : their names, first and last. state : empty, or "undone".
    """

    when: str
    person: str
    clip: str
    what: str
    objects: str
    frames: str
    n_frames: int
    clicks: int
    strokes: int
    state: str
    t: int | None


HEADER = tuple(field.name for field in fields(DoneEdit))[:-1]


def edits_of(project: Project) -> list[DoneEdit]:
    """Return the edits of all clips, clip by clip, as they were made."""
    found = []
    for record in project.clips:
        names = record.info.frame_names
        objects = {o.id: o.name for o in project.history(record.id).annotation.objects}
        for edit in logged_edits(project.file, record.id):
            frames = sorted({t for _, t in edit.places})
            ends = [names[t] for t in (*frames[:1], *frames[1:][-1:])]
            found.append(
                DoneEdit(
                    _when(edit.at),
                    edit.person,
                    record.name,
                    edit.label,
                    some_of([objects.get(i, f"{i}, removed") for i in sorted(edit.objects)], _NAMED)
                    if edit.objects
                    else "",
                    " – ".join(ends),
                    edit.n_frames,
                    edit.n_clicks,
                    edit.n_strokes,
                    "undone" if edit.is_undone else "",
                    frames[0] if frames else None,
                )
            )
    return found


def as_csv(edits: Iterable[DoneEdit]) -> str:
    """Return a table with a header."""
    return csv_text(HEADER, (astuple(one)[:-1] for one in edits))


def _when(at: float | None) -> str:
    return "" if at is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
