"""What a run will do, known before it begins: which object is carried over which frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.track import Source, is_given
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
        return (
            t
            for t in self.frames
            if any(t == track.begin or t in track.after for track in self.tracks)
        )

    @property
    def is_backward(self) -> bool:
        """Return whether it walks towards frame 0."""
        return self.frames.step < 0

    @property
    def n_results(self) -> int:
        """Return the number of frames that some object is carried to."""
        return sum(any(t in track.after for track in self.tracks) for t in self.frames)


def plan_run(snapshot: Snapshot, run: Run) -> tuple[Pass, ...]:
    """Return the passes of a run; NothingToDoError, with the reason, where it would do nothing.

    Those of a bidirectional run come stretch by stretch: backward, if need be, then forward.
    """
    if not run.objects:
        raise NothingToDoError("No object is chosen for the run. Tick one or more objects.")
    objects = run.objects & snapshot.tracks.keys()
    if not objects:
        raise NothingToDoError(f"There is no object {_words(run.objects)} in this clip.")
    if objects <= snapshot.locked:
        raise NothingToDoError(f"{_named(objects)} locked. Unlock an object that is to run.")
    first, stop = max(0, run.first), min(snapshot.n_frames, run.stop)
    if first >= stop:
        raise NothingToDoError(f"The range {run.first}:{run.stop} holds no frame of the clip.")
    if run.direction == "bidirectional":
        return _plan_both_sides(snapshot, run, range(first, stop), objects - snapshot.locked)
    if not first <= run.start < stop:
        raise NothingToDoError(
            f"Frame {run.start} lies outside the range {first}:{stop}. "
            "Start from a frame inside it, or widen the range."
        )
    passes = tuple(
        made
        for made in (
            _plan_pass(snapshot, run, frames, objects - snapshot.locked)
            for frames in _walks(run, first, stop)
        )
        if any(_writes(track) for track in made.tracks)
    )
    if not passes:
        raise NothingToDoError(_why_nothing(snapshot, run, objects - snapshot.locked, first, stop))
    return passes


def n_results(passes: tuple[Pass, ...]) -> int:
    """Return how many results a run yields if nobody stops it."""
    return sum(one.n_results for one in passes)


def _walks(run: Run, first: int, stop: int) -> list[range]:
    forward, backward = range(run.start, stop), range(run.start, first - 1, -1)
    walks = {"forward": [forward], "backward": [backward], "both": [forward, backward]}
    return walks[run.direction]


def _plan_pass(snapshot: Snapshot, run: Run, frames: range, objects: frozenset[int]) -> Pass:
    tracks = (_plan_track(snapshot, run, frames, object_id) for object_id in sorted(objects))
    return Pass(frames, tuple(track for track in tracks if track is not None))


def _plan_track(
    snapshot: Snapshot, run: Run, frames: range, object_id: int, *, from_given: bool = False
) -> TrackPlan | None:
    cells = snapshot.tracks[object_id][frames.start : frames.stop : frames.step]
    if frames.step < 0:  # a slice that ends before frame 0 needs None
        cells = snapshot.tracks[object_id][frames.stop + 1 : frames.start + 1][::-1]
    given = np.flatnonzero(is_given(cells))
    absent = cells["source"] == Source.ABSENT
    joins = from_given or run.at_keyframes == "reinitialise"
    if not from_given and has_mask(snapshot, run.start, object_id):
        begin = 0
    else:
        with_mask = (int(i) for i in given if (i > 0 or from_given) and not absent[i])
        found = next((i for i in with_mask if has_mask(snapshot, frames[i], object_id)), None)
        if found is None or not joins:
            return None
        begin = found
    later = given[given > begin]
    end = int(later[0]) if later.size and not joins else len(frames)
    later = later[later < end]
    return TrackPlan(
        object_id,
        frames[begin],
        frames[begin + 1 : end],
        frozenset(frames[int(i)] for i in later),
        frozenset(frames[int(i)] for i in later if absent[i]),
    )


def _plan_both_sides(
    snapshot: Snapshot, run: Run, frames: range, objects: frozenset[int]
) -> tuple[Pass, ...]:
    """Plan backward and forward passes; the forward ones have the same tracks, cut in stretches."""
    gaps = {i: _gap(snapshot, run, frames, i) for i in sorted(objects)}

    def tracks(walk: range) -> tuple[TrackPlan, ...]:
        within = ((i, _common(walk, gap)) for i, gap in gaps.items())
        made = (_plan_track(snapshot, run, part, i, from_given=True) for i, part in within if part)
        return tuple(track for track in made if track is not None)

    if not any(gaps.values()):
        raise NothingToDoError(_why_no_gap(objects, run.start))
    ahead, behind = tracks(frames), Pass(frames[::-1], tracks(frames[::-1]))
    if not any(_writes(track) for track in (*ahead, *behind.tracks)):
        raise NothingToDoError(_why_all_given(objects, frames, bool(ahead)))
    passes = []
    cuts = _cuts(snapshot, behind, frames)
    for cut, following in zip(cuts, [*cuts[1:], frames.stop], strict=True):
        if following < frames.stop:
            back = range(following, cut, -1)
            passes.append(Pass(back, tracks(back)))
        passes.append(Pass(range(max(cut, frames.start), following), ahead))
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
    last = max(track.begin for track in behind.tracks)
    cuts = [
        t
        for t in range(frames.start, last + 1)
        if all(
            t >= track.begin or _is_given_mask(snapshot, t, track.object_id)
            for track in behind.tracks
        )
    ]
    return cuts if cuts[0] == frames.start else [frames.start - 1, *cuts]


def _is_given_mask(snapshot: Snapshot, t: int, object_id: int) -> bool:
    given = is_given(snapshot.tracks[object_id][t : t + 1])[0]
    return bool(given) and has_mask(snapshot, t, object_id)


def has_mask(snapshot: Snapshot, t: int, object_id: int) -> bool:
    """Return whether the object has a pixel in frame t and is not said to be absent there."""
    if t not in snapshot.masks or snapshot.tracks[object_id]["source"][t] == Source.ABSENT:
        return False
    return bool((snapshot.mask(t) == object_id).any())


def _writes(track: TrackPlan) -> bool:
    return len(track.after) > len(track.keyframes)


# -- why not ---------------------------------------------------------------------------------


def _why_nothing(
    snapshot: Snapshot, run: Run, objects: frozenset[int], first: int, stop: int
) -> str:
    shown = {i for i in objects if has_mask(snapshot, run.start, i)}
    if not shown:
        absent = {i for i in objects if snapshot.tracks[i]["source"][run.start] == Source.ABSENT}
        if absent == objects:
            return f"{_named(objects)} marked absent in frame {run.start}."
        return (
            f"{_named(objects, 'has', 'have')} no mask in frame {run.start}. "
            "Paint one there, or go to a frame that has one."
        )
    at_end = {"backward": run.start == first, "forward": run.start == stop - 1}
    if at_end.get(run.direction, all(at_end.values())):
        where = {"forward": "last", "backward": "first", "both": "only"}[run.direction]
        return f"Frame {run.start} is the {where} one of the range {first}:{stop}."
    return (
        f"Nothing to do from frame {run.start}: what follows is given already. "
        "Start from the last keyframe before the frames that are to change."
    )


def _why_all_given(objects: frozenset[int], frames: range, has_keyframes: bool) -> str:
    where = f"the range {frames.start}:{frames.stop}"
    if not has_keyframes:
        return (
            f"{_named(objects, 'has', 'have')} no given mask in {where}. "
            "Paint one there, or widen the range."
        )
    return f"Nothing to carry: what is chosen is given in every frame of {where}."


def _why_no_gap(objects: frozenset[int], start: int) -> str:
    return (
        f"{_named(objects, 'has', 'have')} no keyframe on one side of frame {start}. "
        "Give a mask there, or let the run go to the end."
    )


def _named(ids: frozenset[int] | set[int], one: str = "is", several: str = "are") -> str:
    return f"Object {_words(ids)} {one}" if len(ids) == 1 else f"Objects {_words(ids)} {several}"


def _words(ids: frozenset[int] | set[int]) -> str:
    *most, last = (str(i) for i in sorted(ids))
    return f"{', '.join(most)} and {last}" if most else last
