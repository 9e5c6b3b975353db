"""Locking an object's masks in some frames: nothing changes them until they are unlocked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from vosgui.core.annotation import Annotation, HeaderPatch, Part, TrackPatch
from vosgui.core.track import Source


def lock_frames(annotation: Annotation, object_id: int, frames: range, *, on: bool) -> Part:
    """Return the change that locks an object in these frames, or unlocks it there.

    A mask that was propagated gets a revision, as what is carried on from it rests on it then.
    """
    entry = annotation.header.object(object_id)
    flags = annotation.header.object(object_id).locked_flags(annotation.n_frames)
    before = flags.copy()
    flags[frames.start : frames.stop] = on
    if (flags == before).all():
        return Part()
    header = annotation.header.with_object(replace(entry, locked_frames=_spans(flags)))
    tracks: tuple[TrackPatch, ...] = ()
    if on:
        track = annotation.track(object_id)
        is_new = flags & ~before & (track["source"] != Source.NONE) & (track["revision"] == 0)
        where = np.flatnonzero(is_new)
        if where.size:
            after = track[where].copy()
            after["revision"] = [annotation.new_revision() for _ in where]
            tracks = (TrackPatch(object_id, where.astype(np.int32), track[where], after),)
    return Part((), tracks, HeaderPatch(annotation.header, header))


def _spans(flags: Iterable[bool]) -> tuple[tuple[int, int], ...]:
    """Return where spans of flagged frames begin and stop, ascending."""
    edges = np.diff(np.concatenate(([0], np.asarray(flags, np.int8), [0])))
    firsts, stops = (np.flatnonzero(edges == sign).tolist() for sign in (1, -1))
    return tuple(zip(firsts, stops, strict=True))
