"""Stretches of frames that need a look: what a person goes through, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.quality.needs_review import LOW_CONFIDENCE, Frames, Reason, reasons, unsaid
from vosgui.core.quality.shapes import Shapes
from vosgui.core.track import Source

_JOINED = 2  # frames between two stretches that make them one
_GRAVITY = {reason: 1 - n / len(Reason) for n, reason in enumerate(Reason)}
_WORST = 2.0
_LONG = 100.0  # frames of a stretch that count half as much as its reason


@dataclass(frozen=True)
class Stretch:
    """Frames that follow one another, or nearly, in which an object needs a look.

    object_id : 0 where nothing is said of any object. frames : from the first to the last.
    t : the frame to look at. reasons : gravest first. severity : [0, 2], larger is worse.
    text : what a person said of it.
    """

    object_id: int
    frames: range
    t: int
    reasons: tuple[Reason, ...]
    severity: float
    text: str = ""


def noted(object_id: int, frames: range, text: str) -> Stretch:
    """Return frames that a person has said something of, which is open."""
    return Stretch(object_id, frames, frames.start, (Reason.NOTED,), _WORST, text)


def stretches(
    annotation: Annotation, threshold: float = LOW_CONFIDENCE, shapes: Shapes | None = None
) -> list[Stretch]:
    """Return what needs a look, in the order of frames, then of the list of objects.

    threshold : confidence under it is low. Locked objects need none.
    """
    found: list[Stretch] = []
    on_grid = np.zeros(annotation.n_frames, bool)
    on_grid[list(annotation.grid())] = True
    nothing = on_grid & unsaid(annotation)
    for entry in annotation.objects:
        if not entry.locked:
            why = reasons(annotation, entry.id, threshold, shapes)
            found += _of_object(annotation, entry.id, why)
            nothing &= ~why[Reason.MISSING]
    gravity = _GRAVITY[Reason.MISSING]
    found += [
        Stretch(0, span, span.start, (Reason.MISSING,), gravity)
        for span in _spans(nothing, annotation.stride)
    ]
    rows = {entry.id: row for row, entry in enumerate(annotation.objects)}
    return sorted(found, key=lambda one: (one.t, rows.get(one.object_id, -1)))


def worst_first(found: Sequence[Stretch]) -> list[Stretch]:
    """Return stretches in the order in which they are to be looked at, if time is short."""
    return sorted(found, key=lambda one: -one.severity)


def _of_object(annotation: Annotation, object_id: int, why: dict[Reason, Frames]) -> list[Stretch]:
    """Return the stretches of one object; where several reasons hold, they are one."""
    by_run = np.zeros(annotation.n_frames, bool)
    for reason, flags in why.items():
        if reason is not Reason.MISSING:
            by_run |= flags
    spans = _spans(by_run, _JOINED)
    found = [_stretch(annotation, object_id, span, why) for span in spans]
    # Of missing frames, those of the grid follow one another.
    missing = {Reason.MISSING: why[Reason.MISSING]}
    for span in _spans(why[Reason.MISSING], annotation.stride):
        found.append(_stretch(annotation, object_id, span, missing))
    return found


def _stretch(
    annotation: Annotation, object_id: int, span: range, why: dict[Reason, Frames]
) -> Stretch:
    within = slice(span.start, span.stop)
    holds = tuple(reason for reason in Reason if reason in why and why[reason][within].any())
    t = span.start + int(why[holds[0]][within].argmax())
    if holds[0] is Reason.UNCERTAIN:
        track = annotation.track(object_id)[within]
        levels = np.where(why[Reason.UNCERTAIN][within], track["confidence"], np.inf)
        t = span.start + int(levels.argmin())
    severity = _GRAVITY[holds[0]] + 0.5 * len(span) / (len(span) + _LONG)
    severity += 0.5 * _doubt(annotation, object_id, t)
    return Stretch(object_id, span, t, holds, severity)


def _doubt(annotation: Annotation, object_id: int, t: int) -> float:
    record = annotation.track(object_id)[t]
    if record["source"] != Source.PROPAGATED or np.isnan(record["confidence"]):
        return 0.0
    return 1 - float(record["confidence"])


def _spans(flags: Frames, joined: int) -> list[range]:
    """Return the spans of frames that are flagged; those that are `joined` apart at most are one.

    flags : bool (n_frames,).
    """
    frames = np.flatnonzero(flags)
    if not frames.size:
        return []
    ends = np.flatnonzero(np.diff(frames) > joined)
    firsts = frames[np.concatenate(([0], ends + 1))].tolist()
    lasts = frames[np.concatenate((ends, [frames.size - 1]))].tolist()
    return [range(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]
