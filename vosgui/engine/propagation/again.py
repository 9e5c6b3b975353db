"""What is to be run again, as masks that a run rests on were changed while it went on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.track import Source
from vosgui.engine.propagation.plan import Run


def changed_keyframes(
    before: Snapshot, now: Snapshot, run: Run, frames: Collection[int]
) -> dict[int, int]:
    """Return of each object the keyframe that was changed and that masks in these frames rest on.

    before : when the run began. frames : those that it has changed. Of several such keyframes it is
    the one that the run came to first. Objects that are gone or locked, or have no mask left in
    that keyframe, are left out: nothing can be carried from there.
    """
    found: dict[int, int] = {}
    where = np.array(sorted(frames), np.intp)
    if not where.size:
        return found
    for i in sorted((run.objects & now.tracks.keys() & before.tracks.keys()) - now.locked):
        track, was = now.tracks[i], before.tracks[i]["revision"]
        records = track[where]
        by_run = (records["source"] == Source.PROPAGATED) & ~records["verified"]
        origin = records["origin"][by_run]
        is_old = (origin >= 0) & (
            track["revision"].take(origin, mode="clip") != records["origin_revision"][by_run]
        )
        changed = [t for t in np.unique(origin[is_old]).tolist() if track["revision"][t] != was[t]]
        changed = [t for t in changed if now.has_mask(t, i)]
        if changed:
            found[i] = changed[-1] if run.direction == "backward" else changed[0]
    return found


def runs_again(run: Run, keyframes: Mapping[int, int]) -> list[Run]:
    """Return the runs that carry objects anew, each from its keyframe; those of one go together."""
    if run.direction == "bidirectional":
        return [replace(run, objects=frozenset(keyframes))] if keyframes else []
    runs = []
    for t in sorted(set(keyframes.values())):
        objects = frozenset(i for i, start in keyframes.items() if start == t)
        direction = run.direction
        if direction == "both" and t != run.start:
            direction = "forward" if t > run.start else "backward"
        runs.append(replace(run, start=t, objects=objects, direction=direction))
    return runs


def renewed(waiting: Sequence[Run], run: Run, keyframes: Mapping[int, int]) -> list[Run]:
    """Return runs that wait to do the rest of a run, anew where keyframes were changed meanwhile.

    keyframes : of objects of the run, of which others may wait for nothing. An object that is
    carried anew from its keyframe needs no rest.
    """
    waits = frozenset[int]().union(*(one.objects for one in waiting))
    changed = {i: t for i, t in keyframes.items() if i in waits}
    left = [replace(one, objects=one.objects - changed.keys()) for one in waiting]
    return [*runs_again(run, changed), *(one for one in left if one.objects)]


def rest_of(run: Run, objects: frozenset[int], last_t: int | None) -> list[Run]:
    """Return the runs that do for some objects what is left of a run, stopped after `last_t`."""
    if not objects:
        return []
    if run.direction == "bidirectional" or last_t is None:
        return [replace(run, objects=objects)]
    if run.direction != "both":
        return [replace(run, objects=objects, start=last_t)]
    if last_t < run.start:
        return [replace(run, objects=objects, start=last_t, direction="backward")]
    return [
        replace(run, objects=objects, start=last_t, direction="forward"),
        replace(run, objects=objects, direction="backward"),
    ]
