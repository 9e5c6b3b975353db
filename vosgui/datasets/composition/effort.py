"""How much work a project has taken: time, edits, and what became of the frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.track import Source, Track
from vosgui.files.csv_text import csv_text
from vosgui.project.clips import ClipRecord
from vosgui.project.journal import load_annotation
from vosgui.project.project import Project
from vosgui.project.worklog import LoggedEdit, logged_edits

PAUSE_S = 120.0  # between two edits; who does nothing for longer is not at work


@dataclass(frozen=True)
class Effort:
    """What one object of a clip has taken; without an id the clip, without a name all clips.

    seconds : of work, without pauses; 0 where times are not kept. edits : by hand.
    strokes : gestures that draw. clicks : single ones, and boxes. runs : of the clip.
    painted, corrected, absent, propagated : frames. untouched : propagated, and verified so.
    masks : of the grid. per_frame : seconds for each frame that is given. per_hour : such masks.
    """

    clip: str
    object_id: int | None
    name: str
    category: str
    seconds: float
    edits: int
    strokes: int
    clicks: int
    runs: int
    painted: int
    corrected: int
    absent: int
    propagated: int
    untouched: int
    masks: int
    per_frame: float
    per_hour: float


HEADER = tuple(field.name for field in fields(Effort))


def efforts_of(project: Project) -> tuple[list[Effort], list[FrameEffort]]:
    """Return what each clip has taken, and after it what each of its objects has; and per frame.

    It reads the file alone, so that any thread may call it.
    """
    found: list[Effort] = []
    by_frame: list[FrameEffort] = []
    for record in project.clips:
        annotation = load_annotation(project.file, record.id)
        edits = logged_edits(project.file, record.id)
        found += efforts_of_clip(record.name, annotation, edits)
        by_frame += frame_efforts_of_clip(record, annotation, edits)
    return found, by_frame


def with_total(efforts: Sequence[Effort]) -> list[Effort]:
    """Return a table, with a line of what all clips have taken before it if there are several."""
    clips = [one for one in efforts if one.object_id is None]
    if len(clips) < 2:
        return list(efforts)
    sums = {
        name: sum(getattr(one, name) for one in clips)
        for name in ("seconds", "edits", "strokes", "clicks", "runs", "painted", "corrected",
                     "absent", "propagated", "untouched", "masks")
    }  # fmt: skip
    given = sums["painted"] + sums["corrected"] + sums["absent"]
    rates = _rate(sums["seconds"], given), _rate(3600 * sums["masks"], sums["seconds"])
    return [Effort("", None, "", "", **sums, per_frame=rates[0], per_hour=rates[1]), *efforts]


def _rate(amount: float, by: float) -> float:
    return round(amount / by, 1) if by else 0.0


@dataclass(frozen=True)
class FrameEffort:
    """What an object has taken in one frame. source : what its mask is by now.

    seconds : those of its edits, shared among all frames and objects that they are of.
    """

    clip: str
    frame: str
    object_id: int
    name: str
    source: str
    verified: bool
    seconds: float
    strokes: int
    clicks: int


FRAME_HEADER = tuple(field.name for field in fields(FrameEffort))


def frame_efforts_of_clip(
    record: ClipRecord, annotation: Annotation, edits: Sequence[LoggedEdit]
) -> list[FrameEffort]:
    """Return what each object of a clip has taken in each frame that was edited by hand."""
    found = []
    taken: dict[tuple[int, int], tuple[float, int, int]] = {}
    for edit, seconds in zip(edits, _times(edits), strict=True):
        for place in edit.places:
            before = taken.get(place, (0.0, 0, 0))
            own = seconds / len(edit.places), edit.n_strokes, edit.n_clicks
            taken[place] = (before[0] + own[0], before[1] + own[1], before[2] + own[2])
    for entry in annotation.objects:
        track = annotation.track(entry.id)
        for t in sorted(t for i, t in taken if i == entry.id):
            seconds, strokes, clicks = taken[entry.id, t]
            source = Source(int(track["source"][t])).name.lower()
            about = record.name, record.info.frame_names[t], entry.id, entry.name, source
            verified = bool(track["verified"][t])
            found.append(FrameEffort(*about, verified, round(seconds, 1), strokes, clicks))
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
        sum(edit.n_strokes for edit in by_hand),
        sum(edit.n_clicks for edit in by_hand),
        len(edits) - len(by_hand),
        painted,
        corrected,
        absent,
        count(Source.PROPAGATED),
        sum(int(((t["source"] == Source.PROPAGATED) & t["verified"]).sum()) for t in tracks),
        masks,
        _rate(seconds, given),
        _rate(3600 * masks, seconds),
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
    """Return a table with a header; of a clip as a whole the id is empty, of all the name too."""
    return csv_text(HEADER, map(astuple, efforts))


def frames_as_csv(efforts: Iterable[FrameEffort]) -> str:
    """Return a table with a header."""
    return csv_text(FRAME_HEADER, map(astuple, efforts))
