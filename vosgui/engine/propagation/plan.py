"""What a run will do, known before it begins: which object is carried over which frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Snapshot
from vosgui.core.track import Source, is_given
from vosgui.engine.propagation.nothing_to_do import (
    named,
    why_all_given,
    why_no_gap,
    why_nothing,
    words,
)
from vosgui.errors import NothingToDoError

Direction = Literal["forward", "backward", "both", "bidirectional"]
AtKeyframes = Literal["stop", "reinitialise"]


@dataclass(frozen=True)
class Run:
    """One propagation, as a person asks for it.

    start : the frame whose masks are carried on. first, stop : no frame outside of
        first..stop-1 is touched. objects : ids that may change.
    direction : "bidirectional" starts from all keyframes of the range instead, and carries each
        object to every frame: between two of its keyframes from both of them.
    at_keyframes : an object that meets a frame in which it is given stops there, or takes that
        mask and goes on. With "reinitialise" objects that have no mask at `start` join at their
        first keyframe on the way. A bidirectional run that stops carries each object between its
        keyframes on either side of `start` alone, and leaves out those that have none on one side.
    """

    start: int
    first: int
    stop: int
    objects: frozenset[int]
    direction: Direction = "forward"
    at_keyframes: AtKeyframes = "stop"


@dataclass(frozen=True)
class TrackPlan:
    """One object in one pass: it has a mask in frame `begin` and is carried to `after`.

    after : frames, in walking order; empty where the object begins at the pass's end.
    keyframes : those of `after` in which the object is given; absent : those said to be absent.
    """

    object_id: int
    begin: int
    after: range
    keyframes: frozenset[int]
    absent: frozenset[int]


@dataclass(frozen=True)
class Pass:
    """One walk through the clip, in the order of `frames`; the first is where it begins."""

    frames: range
    tracks: tuple[TrackPlan, ...]

    def visited(self) -> Iterator[int]:
        """Yield the frames that are needed: where an object begins or is carried to."""
        return (t for t in self.frames if self.needs(t))

    def needs(self, t: int) -> bool:
        """Return whether an object begins in frame t or is carried to it."""
        return any(t == track.begin or t in track.after for track in self.tracks)

    @property
    def is_backward(self) -> bool:
        """Return whether it walks towards frame 0."""
        return self.frames.step < 0

    @property
    def writes(self) -> bool:
        """Return whether some object is carried to a frame in which it is not given."""
        return any(len(track.after) > len(track.keyframes) for track in self.tracks)

    @property
    def n_results(self) -> int:
        """Return the number of frames that some object is carried to."""
        return int(self._reached().sum())

    def n_results_in(self, frames: range) -> int:
        """Return the number of frames of a range that some object is carried to."""
        pairs = zip(self.frames, self._reached(), strict=True)
        return sum(t in frames for t, is_reached in pairs if is_reached)

    def _reached(self) -> npt.NDArray[np.bool_]:
        """Return of each frame, bool (n,), whether some object is carried to it."""
        is_reached = np.zeros(len(self.frames), bool)
        for after in (track.after for track in self.tracks if track.after):
            inside = [self.frames.index(t) for t in (after[0], after[-1]) if t in self.frames]
            if len(inside) == 2:
                is_reached[inside[0] : inside[1] + 1] = True
            else:  # the forward passes of a bidirectional run: of the tracks, a stretch each
                is_reached |= np.array([t in after for t in self.frames], bool)
        return is_reached


def plan_run(snapshot: Snapshot, run: Run) -> tuple[Pass, ...]:
    """Return the passes of a run; NothingToDoError, with the reason, where it would do nothing.

    Those of a bidirectional run come stretch by stretch: backward, if need be, then forward.
    """
    frames, objects = _checked(snapshot, run)
    if run.direction == "bidirectional":
        return _plan_both_sides(snapshot, run, frames, gaps_of(snapshot, run))
    if run.start not in frames:
        raise NothingToDoError(
            f"Frame {run.start} lies outside the range {frames.start}:{frames.stop}. "
            "Start from a frame inside it, or widen the range."
        )
    forward, backward = range(run.start, frames.stop), range(run.start, frames.start - 1, -1)
    walks = {"forward": [forward], "backward": [backward], "both": [forward, backward]}
    passes = (
        _plan_pass(snapshot, run, walk, dict.fromkeys(sorted(objects), walk))
        for walk in walks[run.direction]
    )
    plan = tuple(one for one in passes if one.writes)
    if not plan:
        raise NothingToDoError(why_nothing(snapshot, run.start, run.direction, objects, frames))
    return plan


def _checked(snapshot: Snapshot, run: Run) -> tuple[range, frozenset[int]]:
    """Return the frames and the objects that a run may change; NothingToDoError where none."""
    if not run.objects:
        raise NothingToDoError("No object is ticked to run. Tick one or more, or add one first.")
    objects = run.objects & snapshot.tracks.keys()
    if not objects:
        raise NothingToDoError(f"There is no object {words(run.objects)} in this clip.")
    if objects <= snapshot.locked:
        raise NothingToDoError(f"{named(objects)} locked. Unlock an object that is to run.")
    objects -= snapshot.locked
    frames = _frames(snapshot, run)
    if not frames:
        raise NothingToDoError(f"The range {run.first}:{run.stop} holds no frame of the clip.")
    return frames, objects


def n_results(passes: tuple[Pass, ...]) -> int:
    """Return how many results a run yields if nobody stops it."""
    return sum(one.n_results for one in passes)


def plan_on(snapshot: Snapshot, run: Run, one: Pass, t: int) -> Pass:
    """Return a pass of a run that goes one way, as it goes on from frame t.

    snapshot : the annotation as it is by now. What is on its way is carried on, whatever became of
    the mask it began from; keyframes further on are met; an object that is gone is left out.
    """
    objects = sorted((run.objects & snapshot.tracks.keys()) - snapshot.locked)
    n_passed = one.frames.index(t)
    if not n_passed:
        return _plan_pass(snapshot, run, one.frames, dict.fromkeys(objects, one.frames))
    begun = {o.object_id: o for o in one.tracks if one.frames.index(o.begin) < n_passed}
    rest, tracks = one.frames[n_passed:], []
    for i in objects:
        if i not in begun:
            joins = run.at_keyframes == "reinitialise"
            track = _plan_track(snapshot, run, rest, i, from_given=True) if joins else None
        else:
            track = _carried_on(snapshot, run, rest, begun[i]) if t in begun[i].after else begun[i]
        if track is not None:
            tracks.append(track)
    return Pass(one.frames, tuple(tracks))


def _carried_on(snapshot: Snapshot, run: Run, rest: range, plan: TrackPlan) -> TrackPlan:
    track = snapshot.tracks[plan.object_id][np.array(rest)]
    given, absent = np.flatnonzero(is_given(track)), track["source"] == Source.ABSENT
    end = int(given[0]) if given.size and run.at_keyframes == "stop" else len(rest)
    return replace(
        plan,
        after=rest[:end],
        keyframes=frozenset(rest[int(i)] for i in given if i < end),
        absent=frozenset(rest[int(i)] for i in given if i < end and absent[i]),
    )


def _plan_pass(
    snapshot: Snapshot, run: Run, walk: range, parts: Mapping[int, range], **how: bool
) -> Pass:
    """Plan a pass. parts : of the walk, over which each object may be carried."""
    tracks = (_plan_track(snapshot, run, part, i, **how) for i, part in parts.items() if part)
    return Pass(walk, tuple(track for track in tracks if track is not None))


def _plan_track(
    snapshot: Snapshot, run: Run, frames: range, object_id: int, *, from_given: bool = False
) -> TrackPlan | None:
    """Plan one object; None where it has no mask to begin from.

    from_given : it begins from its first given mask alone, which may be that of the first frame.
    """
    track = snapshot.tracks[object_id][np.array(frames)]
    given, absent = np.flatnonzero(is_given(track)), track["source"] == Source.ABSENT
    goes_on = from_given or run.at_keyframes == "reinitialise"
    if not from_given and snapshot.has_mask(run.start, object_id):
        begin = 0
    else:
        with_mask = (int(i) for i in given if (i > 0 or from_given) and not absent[i])
        found = next((i for i in with_mask if snapshot.has_mask(frames[i], object_id)), None)
        if found is None or not goes_on:
            return None
        begin = found
    later = given[given > begin]
    end = int(later[0]) if later.size and not goes_on else len(frames)
    later = later[later < end]
    return TrackPlan(
        object_id,
        frames[begin],
        frames[begin + 1 : end],
        frozenset(frames[int(i)] for i in later),
        frozenset(frames[int(i)] for i in later if absent[i]),
    )


def gaps_of(snapshot: Snapshot, run: Run) -> dict[int, range]:
    """Return of each object of a bidirectional run the frames over which it may be carried."""
    frames, objects = _checked(snapshot, run)
    return {i: _gap(snapshot, run, frames, i) for i in sorted(objects)}


def rest_of_both_sides(
    snapshot: Snapshot, run: Run, gaps: Mapping[int, range], t: int
) -> tuple[Pass, ...]:
    """Return the passes that are left of a bidirectional run which has come to frame t.

    gaps : as they were when it began. snapshot : the annotation as it is by now.
    """
    frames = _frames(snapshot, run)
    try:
        passes = _plan_both_sides(snapshot, run, frames, _known(snapshot, gaps))
    except NothingToDoError:
        return ()
    left = range(t, frames.stop)
    rest = [replace(one, frames=_common(one.frames, left)) for one in passes]
    return tuple(one for one in rest if one.frames and (not one.is_backward or one.n_results))


def planned_on(snapshot: Snapshot, run: Run, gaps: Mapping[int, range], one: Pass) -> Pass:
    """Return a pass of a bidirectional run with the keyframes that there are by now."""
    walk = one.frames if one.is_backward else _frames(snapshot, run)
    return Pass(one.frames, _plan_side(snapshot, run, walk, _known(snapshot, gaps)).tracks)


def _known(snapshot: Snapshot, gaps: Mapping[int, range]) -> dict[int, range]:
    """Return the gaps of objects that are still there."""
    return {i: gap for i, gap in gaps.items() if i in snapshot.tracks}


def _frames(snapshot: Snapshot, run: Run) -> range:
    return range(max(0, run.first), min(snapshot.n_frames, run.stop))


def _plan_side(snapshot: Snapshot, run: Run, walk: range, gaps: Mapping[int, range]) -> Pass:
    parts = {i: _common(walk, gap) for i, gap in gaps.items()}
    return _plan_pass(snapshot, run, walk, parts, from_given=True)


def _plan_both_sides(
    snapshot: Snapshot, run: Run, frames: range, gaps: Mapping[int, range]
) -> tuple[Pass, ...]:
    """Plan backward and forward passes; the forward ones have the same tracks, cut in stretches."""
    objects = frozenset(gaps)

    def plan(walk: range) -> Pass:
        return _plan_side(snapshot, run, walk, gaps)

    if not any(gaps.values()):
        raise NothingToDoError(why_no_gap(objects, run.start))
    ahead, behind = plan(frames), plan(frames[::-1])
    if not (ahead.writes or behind.writes):
        raise NothingToDoError(why_all_given(objects, frames, bool(ahead.tracks)))
    passes = []
    cuts = _cuts(snapshot, behind, frames)
    for cut, following in zip(cuts, [*cuts[1:], frames.stop], strict=True):
        if following < frames.stop:
            passes.append(plan(range(following, cut, -1)))
        passes.append(Pass(range(max(cut, frames.start), following), ahead.tracks))
    return tuple(one for one in passes if not one.is_backward or one.n_results)


def _gap(snapshot: Snapshot, run: Run, frames: range, object_id: int) -> range:
    """Return the frames between an object's keyframes, these included, that a run is to carry."""
    if run.at_keyframes == "reinitialise":
        return frames
    keyframes = snapshot.keyframes(object_id)
    before, after = keyframes[keyframes < run.start], keyframes[keyframes > run.start]
    if not (before.size and after.size):
        return range(0)
    return _common(frames, range(int(before[-1]), int(after[0]) + 1))


def _common(walk: range, frames: range) -> range:
    """Return the frames of a walk, in its order, that are among ascending ones."""
    ahead = walk if walk.step > 0 else walk[::-1]
    common = range(max(ahead.start, frames.start), min(ahead.stop, frames.stop))
    return common if walk.step > 0 else common[::-1]


def _cuts(snapshot: Snapshot, behind: Pass, frames: range) -> list[int]:
    """Return the frames over which no object is carried backward: there stretches begin.

    The first one is the frame before the range where objects are carried to its first frame.
    """
    begins = {track.object_id: track.begin for track in behind.tracks}
    given = {i: set(snapshot.given_masks(i)) for i in begins}
    cuts = [
        t
        for t in range(frames.start, max(begins.values()) + 1)
        if all(t >= begin or t in given[i] for i, begin in begins.items())
    ]
    return cuts if cuts[0] == frames.start else [frames.start - 1, *cuts]
