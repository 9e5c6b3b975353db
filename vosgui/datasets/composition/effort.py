"""How much work a project has taken: time, edits, and what became of the frames."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.track import Source, Track
from vosgui.project.project import Project
from vosgui.project.worklog import LoggedEdit, logged_edits

PAUSE_S = 120.0  # between two edits; who does nothing for longer is not at work
_STROKES = ("Brush", "Erase", "Polygon", "Live-wire", "Cut out", "Fill", "Clear piece")


@dataclass(frozen=True)
class Effort:
    """What one object of a clip has taken, or, where it has no id, the clip as a whole.

    seconds : of work, without pauses; 0 where times are not kept. edits : by hand.
    strokes, clicked : those of them that draw, and that click. runs : of the clip.
    painted, corrected, absent, propagated : frames. untouched : propagated, and verified so.
    per_frame : seconds for each frame that is given. per_hour : masks of the grid in an hour.
    """

    clip: str
    object_id: int | None
    name: str
    category: str
    seconds: float
    edits: int
    strokes: int
    clicked: int
    runs: int
    painted: int
    corrected: int
    absent: int
    propagated: int
    untouched: int
    per_frame: float
    per_hour: float


HEADER = tuple(field.name for field in fields(Effort))


def efforts_of(project: Project) -> list[Effort]:
    """Return what each clip has taken, and after it what each of its objects has."""
    found = []
    for record in project.clips:
        annotation = project.history(record.id).annotation
        found += efforts_of_clip(record.name, annotation, logged_edits(project.file, record.id))
    return found


def efforts_of_clip(name: str, annotation: Annotation, edits: Sequence[LoggedEdit]) -> list[Effort]:
    """Return what a clip has taken, and what its objects have."""
    times = _times(edits)
    grid = list(annotation.grid())
    rows = []
    for entry in annotation.objects:
        own = [(e, s / len(e.objects)) for e, s in zip(edits, times, strict=True)
               if entry.id in e.objects]  # fmt: skip
        track = annotation.track(entry.id)
        about = name, entry.id, entry.name, entry.category
        rows.append(_effort(about, [e for e, _ in own], sum(s for _, s in own), [track], grid))
    tracks = [annotation.track(entry.id) for entry in annotation.objects]
    whole = _effort((name, None, "", ""), edits, sum(times), tracks, grid)
    return [whole, *rows]


def _effort(
    about: tuple[str, int | None, str, str],
    edits: Sequence[LoggedEdit],
    seconds: float,
    tracks: Sequence[Track],
    grid: list[int],
) -> Effort:
    def count(source: Source) -> int:
        return sum(int((track["source"] == source).sum()) for track in tracks)

    by_hand = [edit for edit in edits if not edit.is_run]
    painted, corrected, absent = map(count, (Source.PAINTED, Source.CORRECTED, Source.ABSENT))
    masks = sum(
        int(np.isin(track["source"][grid], (Source.NONE, Source.ABSENT), invert=True).sum())
        for track in tracks
    )
    given = painted + corrected + absent
    return Effort(
        *about,
        round(seconds, 1),
        len(by_hand),
        sum(edit.label.startswith(_STROKES) for edit in by_hand),
        sum(edit.label.startswith("Clicks") for edit in by_hand),
        len(edits) - len(by_hand),
        painted,
        corrected,
        absent,
        count(Source.PROPAGATED),
        sum(int(((t["source"] == Source.PROPAGATED) & t["verified"]).sum()) for t in tracks),
        round(seconds / given, 1) if given else 0.0,
        round(3600 * masks / seconds, 1) if seconds else 0.0,
    )


def _times(edits: Sequence[LoggedEdit]) -> list[float]:
    """Return the seconds that each edit took: since the one before of the same person.

    Of a run it is none: the network works, not the person. A pause counts as nothing.
    """
    last: dict[str, float] = {}
    found = []
    for edit in edits:
        took = 0.0
        if edit.at is not None:
            gap = edit.at - last.get(edit.person, edit.at)
            took = gap if 0 <= gap <= PAUSE_S and not edit.is_run else 0.0
            last[edit.person] = edit.at
        found.append(took)
    return found


def as_csv(efforts: Iterable[Effort]) -> str:
    """Return a table with a header; of a clip as a whole the id is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(astuple(one) for one in efforts)
    return text.getvalue()
