"""Which objects a run would leave out where it begins, why, and from where they could be run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.track import Source, is_stale
from vosgui.engine.propagation.plan import Run, plan_run
from vosgui.errors import NothingToDoError


class Lack(Enum):
    """What an object lacks to be carried from a frame; of one that is carried, anything new."""

    LOCKED = "locked"
    NOTHING_NEW = "carried from here already"
    STALE = "stale here"
    ABSENT = "absent here"
    LOST = "lost here"
    NO_MASK = "without a mask here"
    NO_KEYFRAME = "without a keyframe in reach"


@dataclass(frozen=True)
class LeftOut:
    """An object that a run leaves out. keyframe : from where it can be run, or None."""

    object_id: int
    lack: Lack
    keyframe: int | None = None


def left_out(snapshot: Snapshot, run: Run) -> list[LeftOut]:
    """Return the objects of a run that it cannot carry, or should not: what is stale stays stale.

    Beside an object that was changed here, those that were carried through this frame and all that
    follow stay as they are: begun anew from their own masks they would only lose what is known of
    them. Where nothing else would run, they do.
    The keyframe is the last one before the frame where the run begins, as the run goes; where there
    is none, the nearest on the other side.
    """
    found = []
    for i in sorted(run.objects & snapshot.tracks.keys()):
        lack = Lack.LOCKED if i in snapshot.locked else _lack(snapshot, run, i)
        if lack is not None:
            keyframe = None if lack is Lack.LOCKED else _keyframe(snapshot, run, i)
            found.append(LeftOut(i, lack, keyframe))
    rest = (run.objects & snapshot.tracks.keys()) - {one.object_id for one in found}
    done = {i for i in rest if _is_done(snapshot, run, i)}
    if done != rest:
        found += [LeftOut(i, Lack.NOTHING_NEW) for i in sorted(done)]
    return found


def _is_done(snapshot: Snapshot, run: Run, object_id: int) -> bool:
    """Return whether a run was there, and nobody has changed the object since, here or behind."""
    track = snapshot.tracks[object_id]
    here = track[run.start]
    if run.direction == "bidirectional" or here["source"] != Source.PROPAGATED:
        return False
    try:
        plan = plan_run(snapshot, replace(run, objects=frozenset({object_id})))
    except NothingToDoError:
        return True
    frames = np.array([t for one in plan for part in one.tracks for t in part.after])
    is_there = track["source"][frames] != Source.NONE
    return not here["reinitialised"] and bool((is_there & ~is_stale(track, frames)).all())


def _lack(snapshot: Snapshot, run: Run, object_id: int) -> Lack | None:
    given = [t for t in snapshot.given_masks(object_id) if run.first <= t < run.stop]
    if run.direction == "bidirectional":
        return None if given else Lack.NO_KEYFRAME
    t = run.start
    if snapshot.has_mask(t, object_id):
        return Lack.STALE if object_id in snapshot.stale_in(t) else None
    ways = {"forward": (1,), "backward": (-1,), "both": (1, -1)}[run.direction]
    if run.at_keyframes == "reinitialise" and any((g - t) * way > 0 for g in given for way in ways):
        return None  # it joins on the way
    source = snapshot.tracks[object_id]["source"][t]
    if source == Source.ABSENT:
        return Lack.ABSENT
    return Lack.LOST if source == Source.PROPAGATED else Lack.NO_MASK


def _keyframe(snapshot: Snapshot, run: Run, object_id: int) -> int | None:
    given = [t for t in snapshot.given_masks(object_id) if run.first <= t < run.stop]
    if not given or run.direction == "bidirectional":
        return None
    behind = {
        "forward": [t for t in given if t < run.start],
        "backward": [t for t in given if t > run.start],
        "both": given,
    }[run.direction]
    return min(behind or given, key=lambda t: abs(t - run.start))
